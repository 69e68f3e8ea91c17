//! The record of a run: append-only, read by everything that is shown or exported.

use crate::event::{End, Event, TaskId, Text};
use crate::names::UniqueNames;

/// The record of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// In the order in which they happened.
    pub(crate) events: Vec<Event>,
    /// All texts, one behind the other.
    pub(crate) arena: String,
    /// The names of tasks.
    pub(crate) names: UniqueNames,
    /// The names of gauges: each is kept once, however often its value changes.
    pub(crate) gauges: Vec<Text>,
    /// For each task created, its name and whether it has ended.
    pub(crate) tasks: Vec<(Text, bool)>,
    /// Set once, when the run is over; after it nothing is recorded.
    pub(crate) end: Option<End>,
}

impl Trace {
    /// All events so far.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The words of a text of this trace.
    pub fn text(&self, text: Text) -> &str {
        &self.arena[text.start as usize..(text.start + text.len) as usize]
    }

    /// How many bytes all of its texts have.
    pub fn text_bytes(&self) -> usize {
        self.arena.len()
    }

    /// The number of tasks created so far, `main` included.
    pub fn task_count(&self) -> usize {
        self.tasks.len()
    }

    /// The name of a task.
    pub fn name(&self, task: TaskId) -> &str {
        self.tasks
            .get(task.index())
            .map_or("", |&(name, _)| self.text(name))
    }

    /// Whether a task has ended.
    pub fn has_ended(&self, task: TaskId) -> bool {
        self.tasks.get(task.index()).is_none_or(|&(_, ended)| ended)
    }

    /// How the run ended, once it has.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }
}
