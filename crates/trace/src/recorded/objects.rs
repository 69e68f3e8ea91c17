//! The waits of a run, grouped by object.

use crate::analysis::resource;
use crate::{Index, ResourceId, TaskId, Time, Trace, Wait, WaitFor};
use std::collections::BTreeMap;

/// The word for a timer: no lock or the like has this name, since their names begin with the kind.
pub const SLEEP: &str = "sleep";

/// The object of a wait. A wait for tasks has none, since it follows from the waits of those tasks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    /// A lock or the like.
    Resource(ResourceId),
    /// Work in another thread.
    Thread,
    /// The network.
    Socket,
    /// Another process.
    Process,
    /// A plain future.
    Future,
    /// A timer.
    Sleep,
}

impl Object {
    /// The object of a wait; `None` for a wait for tasks, and for a sleep, whose length the program chose.
    pub fn of(on: WaitFor) -> Option<Self> {
        Some(match on {
            WaitFor::Permit(id)
            | WaitFor::Lock(id)
            | WaitFor::Event(id)
            | WaitFor::Notify(id)
            | WaitFor::Barrier(id)
            | WaitFor::Item(id)
            | WaitFor::Slot(id)
            | WaitFor::ItemsDone(_, id) => Self::Resource(id),
            WaitFor::Thread => Self::Thread,
            WaitFor::Socket => Self::Socket,
            WaitFor::Process => Self::Process,
            WaitFor::Future => Self::Future,
            _ => return None,
        })
    }

    /// The same, with sleeps.
    pub fn or_sleep(on: WaitFor) -> Option<Self> {
        match on {
            WaitFor::Timer { .. } => Some(Self::Sleep),
            on => Self::of(on),
        }
    }

    /// The object in words.
    pub fn words(self, trace: &Trace) -> String {
        match self {
            Self::Resource(id) => resource(trace, id),
            Self::Thread => "another thread".to_owned(),
            Self::Socket => "the network".to_owned(),
            Self::Process => "a process".to_owned(),
            Self::Future => "a future".to_owned(),
            Self::Sleep => SLEEP.to_owned(),
        }
    }
}

/// The waits for an object.
pub struct Waits {
    /// How long the longest took, in nanoseconds.
    pub longest: u64,
    /// The task of the longest wait.
    pub task: TaskId,
    /// The longest wait.
    pub wait: Wait,
    /// How many there were.
    pub count: usize,
    /// How long all took, in nanoseconds.
    pub total: u64,
}

/// All waits by their objects. One that did not end lasted until `end`.
pub fn by_object(
    index: &Index,
    end: Time,
    of: fn(WaitFor) -> Option<Object>,
) -> BTreeMap<Object, Waits> {
    let mut objects: BTreeMap<Object, Waits> = BTreeMap::new();
    for (task, known) in index.tasks() {
        for wait in known.waits() {
            let Some(object) = of(wait.on) else {
                continue;
            };
            let took = wait.until.unwrap_or(end).0.saturating_sub(wait.since.0);
            let all = objects.entry(object).or_insert(Waits {
                longest: 0,
                task,
                wait: *wait,
                count: 0,
                total: 0,
            });
            (all.count, all.total) = (all.count + 1, all.total.saturating_add(took));
            if took > all.longest {
                (all.longest, all.task, all.wait) = (took, task, *wait);
            }
        }
    }
    objects
}
