//! Wait queues: the waiting tasks, in order, for each kind of resource that is handed out in turn.
//!
//! The lines are linked lists through one small record a task, so joining and leaving cost the same
//! however long a line is, and reading its head costs no more than what is read.

use super::holders::PERMITS;
use crate::index::{Index, Pieces};
use crate::{Kind, Outcome, TaskId, WaitFor};

/// What tasks stand in line for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A permit of a semaphore.
    Permit,
    /// A token of a rate limiter.
    Token,
    /// An item of a queue.
    Item,
    /// A free place in a queue.
    Slot,
    /// Of an item: a consumer that takes it out of its queue.
    Consumer,
}

/// How many resources there are.
const RESOURCES: usize = 5;

impl Resource {
    fn of(wait: WaitFor) -> Option<Self> {
        match wait {
            WaitFor::Permit => Some(Self::Permit),
            WaitFor::Token => Some(Self::Token),
            WaitFor::Item => Some(Self::Item),
            WaitFor::Slot => Some(Self::Slot),
            WaitFor::Consumer => Some(Self::Consumer),
            _ => None,
        }
    }

    /// What is waited for at a gauge, each with what is said before the names.
    pub fn of_gauge(name: &str) -> &'static [(Self, &'static str)] {
        match name {
            PERMITS => &[(Self::Permit, "waiting")],
            "allowance" => &[(Self::Token, "waiting")],
            // The others follow queues.
            _ => &[
                (Self::Item, "waiting for an item"),
                (Self::Slot, "waiting for a place"),
                (Self::Consumer, "in line"),
            ],
        }
    }
}

/// One line: its ends and its length.
#[derive(Clone, Copy, Debug)]
struct Ends {
    first: u32,
    last: u32,
    len: usize,
}

/// A task's place: in which line, and its neighbours there.
#[derive(Clone, Copy, Debug)]
struct Place {
    resource: Option<Resource>,
    before: u32,
    after: u32,
}

/// Instead of a task: a list of indices is half as large as one of options.
const NONE: u32 = u32::MAX;

const NO_PLACE: Place = Place {
    resource: None,
    before: NONE,
    after: NONE,
};

/// The wait queues of a run at one instant.
#[derive(Clone, Debug)]
pub struct WaitQueues {
    ends: [Ends; RESOURCES],
    /// By task; shorter than there are tasks where the last ones have never waited.
    places: Pieces<Place>,
}

impl Default for WaitQueues {
    fn default() -> Self {
        let ends = Ends {
            first: NONE,
            last: NONE,
            len: 0,
        };
        Self {
            ends: [ends; RESOURCES],
            places: Pieces::default(),
        }
    }
}

impl Index {
    /// The wait queues.
    pub fn wait_queues(&self) -> &WaitQueues {
        &self.wait_queues
    }
}

impl WaitQueues {
    /// How many stand in line for something.
    pub fn len(&self, resource: Resource) -> usize {
        self.ends[resource as usize].len
    }

    /// The tasks that wait for a resource, in order.
    pub fn iter(&self, resource: Resource) -> impl Iterator<Item = TaskId> + '_ {
        let mut next = self.ends[resource as usize].first;
        std::iter::from_fn(move || {
            let task = (next != NONE).then_some(TaskId(next))?;
            next = self.place(task).after;
            Some(task)
        })
    }

    /// Keeps up with an event: a wait joins a line, and whatever else a task does shows that it has
    /// left its own.
    pub fn apply(&mut self, task: TaskId, kind: &Kind) {
        let resource = match *kind {
            // Holding the loop for a moment need not end a wait, an answer that comes in parts is one
            // wait, a woken task has not got it yet, and one that hangs waits for ever.
            Kind::Polled { .. } | Kind::Progress { .. } | Kind::Woken { .. } => return,
            Kind::Ended {
                outcome: Outcome::Hung,
                ..
            } => return,
            Kind::Wait { on, .. } => Resource::of(on),
            _ => None,
        };
        let now = self.place(task).resource;
        // The first task at a limiter stays there while it waits for the token itself. But one that was
        // woken by a queue in vain has to go to the end of its line, as asyncio has it.
        if resource == Some(Resource::Token) && now == resource {
            return;
        }
        if let Some(resource) = now {
            self.leave(task, resource);
        }
        if let Some(resource) = resource {
            self.join(task, resource);
        }
    }

    fn place(&self, task: TaskId) -> Place {
        self.places.get(task.index()).copied().unwrap_or(NO_PLACE)
    }

    fn join(&mut self, task: TaskId, resource: Resource) {
        while self.places.len() <= task.index() {
            self.places.push(NO_PLACE);
        }
        let ends = &mut self.ends[resource as usize];
        let before = std::mem::replace(&mut ends.last, task.0);
        ends.len += 1;
        match self.places.get_mut(before as usize) {
            Some(before) => before.after = task.0,
            None => ends.first = task.0,
        }
        self.places[task.index()] = Place {
            resource: Some(resource),
            before,
            after: NONE,
        };
    }

    fn leave(&mut self, task: TaskId, resource: Resource) {
        let Place { before, after, .. } =
            std::mem::replace(&mut self.places[task.index()], NO_PLACE);
        let ends = &mut self.ends[resource as usize];
        match self.places.get_mut(before as usize) {
            Some(before) => before.after = after,
            None => ends.first = after,
        }
        match self.places.get_mut(after as usize) {
            Some(after) => after.before = before,
            None => ends.last = before,
        }
        ends.len -= 1;
    }
}
