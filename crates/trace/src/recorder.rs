//! The one handle that writes a trace.

use crate::event::{End, Event, Kind, ResourceId, ResourceKind, TaskId, Text, Verdict};
use crate::names::UniqueNames;
use crate::time::Time;
use crate::trace::Trace;
use std::fmt::{Display, Write};
use std::ops::Deref;

/// The most gauges of a run; values of further gauges are not recorded.
pub const MAX_GAUGES: usize = 100;

/// Writes a [`Trace`]: a runtime records with it, and the reader of saved files restores with it.
#[derive(Debug, Default)]
pub struct Recorder {
    trace: Trace,
}

impl From<Trace> for Recorder {
    /// Continues at the end of the trace.
    fn from(trace: Trace) -> Self {
        Self { trace }
    }
}

/// The trace so far.
impl Deref for Recorder {
    type Target = Trace;

    fn deref(&self) -> &Trace {
        &self.trace
    }
}

impl Recorder {
    /// The finished trace.
    pub fn into_trace(self) -> Trace {
        self.trace
    }

    /// Stores a text in the arena.
    pub fn intern(&mut self, text: impl Display) -> Text {
        let start = self.trace.arena.len();
        // Writing to a string cannot fail; a `Display` that reports an error leaves what it wrote.
        let _ = write!(self.trace.arena, "{text}");
        Text {
            start: start as u32,
            len: (self.trace.arena.len() - start) as u32,
        }
    }

    /// Stores the name of a gauge, if it is new. `None` if there are [`MAX_GAUGES`]: each is drawn, and the lookup is linear.
    pub fn intern_gauge(&mut self, name: &str) -> Option<Text> {
        let mut known = self.trace.gauges.iter();
        let known = known.find(|&&gauge| self.trace.text(gauge) == name);
        if let Some(&gauge) = known {
            return Some(gauge);
        }
        if self.trace.gauges.len() == MAX_GAUGES {
            return None;
        }
        let gauge = self.intern(name);
        self.trace.gauges.push(gauge);
        Some(gauge)
    }

    /// Records a new task. Its name is made unique, see [`UniqueNames`]; the name of `main`
    /// itself does not count as taken.
    pub fn create(&mut self, at: Time, parent: Option<TaskId>, name: &str) -> TaskId {
        let name = match parent {
            Some(_) => self.trace.names.give(name),
            None => name.into(),
        };
        let name = self.intern(name);
        self.create_as(at, parent, name)
    }

    /// Records a new task whose name is not made unique any more.
    pub(crate) fn create_as(&mut self, at: Time, parent: Option<TaskId>, name: Text) -> TaskId {
        let task = TaskId(self.trace.tasks.len() as u32);
        self.trace.tasks.push((name, false));
        self.push(at, task, Kind::Created { parent, name });
        task
    }

    /// Records that `task` is the first to use a resource, which gets the next number. Its name is made unique among those
    /// of its kind; it may be empty.
    pub fn resource(
        &mut self,
        at: Time,
        task: TaskId,
        kind: ResourceKind,
        name: &str,
    ) -> ResourceId {
        let name = match name {
            "" => Text::default(),
            name => {
                let kinds = &mut self.trace.resource_names;
                let known = kinds.iter().position(|(known, _)| *known == kind.word());
                let place = known.unwrap_or(kinds.len());
                if known.is_none() {
                    kinds.push((kind.word(), UniqueNames::default()));
                }
                let name = kinds[place].1.give(name);
                self.intern(name)
            }
        };
        self.push(at, task, Kind::Resource { kind, name });
        ResourceId(self.trace.resources.len() as u32)
    }

    /// Stores the name of a new gauge for a resource: a repeated name gets ` #2`. `None` if there are [`MAX_GAUGES`].
    pub fn resource_gauge(&mut self, name: &str) -> Option<Text> {
        let trace = &self.trace;
        let taken = |name: &str| trace.gauges.iter().any(|&gauge| trace.text(gauge) == name);
        let numbered = (2..).map(|number| format!("{name} #{number}"));
        let mut unique = std::iter::once(name.to_owned()).chain(numbered);
        let unique = unique.find(|name| !taken(name));
        unique.and_then(|name| self.intern_gauge(&name))
    }

    /// Records an event. After the end of the run it is dropped, and so are changes of the
    /// state of a task that has ended: a program may record the end of its task before the task returns.
    pub fn push(&mut self, at: Time, task: TaskId, kind: Kind) {
        let (_, ended) = &mut self.trace.tasks[task.index()];
        let late = match kind {
            Kind::Ended { .. } => std::mem::replace(ended, true),
            Kind::State { .. } => *ended,
            _ => false,
        };
        if self.trace.end.is_none() && !late {
            if let Kind::Resource { kind, name } = kind {
                self.trace.resources.push((kind, name));
            }
            debug_assert!(self.trace.events.last().is_none_or(|last| last.at <= at));
            self.trace.events.push(Event { at, task, kind });
        }
    }

    /// Inserts the kind that `missing` returns for an event before that event, at its instant and for its task.
    pub(crate) fn insert_before(&mut self, missing: impl Fn(&Trace, &Event) -> Option<Kind>) {
        let trace = &self.trace;
        let is_whole = |event: &Event| missing(trace, event).is_none();
        if trace.events.iter().all(is_whole) {
            return;
        }
        let with_it = |event: &Event| {
            let kind = missing(trace, event);
            let before = kind.map(|kind| Event { kind, ..*event });
            before.into_iter().chain([*event])
        };
        self.trace.events = trace.events.iter().flat_map(with_it).collect();
    }

    /// Records the end of the run; the first one counts.
    pub fn finish(&mut self, at: Time, verdict: Verdict) {
        self.trace.end.get_or_insert(End { at, verdict });
    }
}
