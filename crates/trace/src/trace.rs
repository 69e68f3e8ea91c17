//! The record of a run: append-only, the source of everything that is shown or exported.

use crate::event::{End, Event, ResourceId, ResourceKind, TaskId, Text};
use crate::names::UniqueNames;

/// The record of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The events, in order.
    pub(crate) events: Vec<Event>,
    /// All texts, one after the other.
    pub(crate) arena: String,
    /// The names of tasks.
    pub(crate) names: UniqueNames,
    /// The names of gauges: each is stored once.
    pub(crate) gauges: Vec<Text>,
    /// The resources that tasks have waited for or held, in order of first use.
    pub(crate) resources: Vec<(ResourceKind, Text)>,
    /// The names of resources that have one, by kind.
    pub(crate) resource_names: Vec<(&'static str, UniqueNames)>,
    /// For each task created, its name and whether it has ended.
    pub(crate) tasks: Vec<(Text, bool)>,
    /// Set once, when the run is over; after it nothing is recorded.
    pub(crate) end: Option<End>,
    /// Whether all names of resources come from a recorded program, so that a single queue is named, too.
    pub(crate) is_recorded: bool,
}

impl Trace {
    /// All events so far.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The content of a text of this trace.
    pub fn text(&self, text: Text) -> &str {
        &self.arena[text.start as usize..(text.start + text.len) as usize]
    }

    /// How many bytes all of its texts have.
    pub fn text_bytes(&self) -> usize {
        self.arena.len()
    }

    /// The bytes that it holds: events, texts, and tables of tasks. Counted from sizes, without the overhead of the
    /// allocator.
    pub fn bytes(&self) -> usize {
        size_of::<Event>() * self.events.capacity()
            + self.arena.capacity()
            + size_of::<(Text, bool)>() * self.tasks.capacity()
            + self.names.bytes()
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

    /// The semaphores, locks and the like that have been used, in order: kind, and the name that the program gave.
    pub fn resources(&self) -> impl ExactSizeIterator<Item = (ResourceId, ResourceKind, &str)> {
        let numbered = self.resources.iter().enumerate();
        numbered.map(|(place, &(kind, name))| {
            let id = ResourceId(place as u32 + 1);
            (id, kind, self.text(name))
        })
    }

    /// The kind of a resource.
    pub fn resource_kind(&self, id: ResourceId) -> Option<ResourceKind> {
        let place = (id.0 as usize).checked_sub(1)?;
        self.resources.get(place).map(|&(kind, _)| kind)
    }

    /// The kind of a resource, and its name: as the program gave it, or its number among those of its kind. `None` for the
    /// name if it is the only one of its kind and has none: then "the lock" is clear.
    pub fn resource(&self, id: ResourceId) -> Option<(ResourceKind, Option<String>)> {
        let place = (id.0 as usize).checked_sub(1)?;
        let &(kind, name) = self.resources.get(place)?;
        let same = |other: &&(ResourceKind, Text)| other.0 == kind;
        let is_only_one = || self.resources.iter().filter(same).nth(1).is_none();
        let is_named = name != Text::default()
            && (kind != ResourceKind::Queue || self.is_recorded || !is_only_one());
        let name = if is_named {
            Some(self.text(name).to_owned())
        } else if is_only_one() {
            None
        } else {
            let number = self.resources[..=place].iter().filter(same).count();
            Some(number.to_string())
        };
        Some((kind, name))
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
