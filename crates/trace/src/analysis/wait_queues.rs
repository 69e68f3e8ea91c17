//! Wait queues: the waiting tasks, in order, for each resource that is handed out in turn.
//!
//! The lines are linked lists through one small record a task, so joining and leaving cost the same
//! however long a line is, and reading its head costs no more than what is read.

use super::holders::{CONNECTIONS, is_of_semaphore};
use crate::index::{Index, Pieces};
use crate::{Kind, Outcome, ResourceId, TaskId, Trace, WaitFor};
use std::collections::BTreeMap;

/// What tasks stand in line for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// A permit of a semaphore.
    Permit,
    /// A connection of a pool.
    Connection,
    /// A lock.
    Lock,
    /// A token of a rate limiter.
    Token,
    /// An item of a queue.
    Item,
    /// A free place in a queue.
    Slot,
    /// Of an item: a consumer that takes it out of its queue.
    Consumer,
}

/// What one line is for: what is handed out, and by which semaphore, lock, queue or limiter.
type Row = (Resource, ResourceId);

impl Resource {
    /// What a task stands in line for that waits for this.
    fn of(wait: WaitFor) -> Option<Row> {
        match wait {
            WaitFor::Permit(id) => Some((Self::Permit, id)),
            WaitFor::Connection => Some((Self::Connection, ResourceId::UNKNOWN)),
            WaitFor::Lock(id) => Some((Self::Lock, id)),
            WaitFor::Token(id) => Some((Self::Token, id)),
            WaitFor::Item(id) => Some((Self::Item, id)),
            WaitFor::Slot(id) => Some((Self::Slot, id)),
            // An item does not know which queue it will be put into.
            WaitFor::Consumer => Some((Self::Consumer, ResourceId::UNKNOWN)),
            _ => None,
        }
    }

    /// What is waited for at a gauge, each with what is said before the names.
    pub fn of_gauge(trace: &Trace, name: &str, of: ResourceId) -> &'static [(Self, &'static str)] {
        match name {
            CONNECTIONS => &[(Self::Connection, "waiting: ")],
            name if is_of_semaphore(trace, name, of) => &[(Self::Permit, "waiting: ")],
            name if name.starts_with("allowance") => &[(Self::Token, "waiting: ")],
            // The others follow queues.
            _ => &[
                (Self::Item, "waiting for an item: "),
                (Self::Slot, "waiting for a place: "),
                (Self::Consumer, "in line: "),
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
    row: Option<Row>,
    before: u32,
    after: u32,
}

/// Instead of a task: a list of indices is half as large as one of options.
const NONE: u32 = u32::MAX;

const NO_PLACE: Place = Place {
    row: None,
    before: NONE,
    after: NONE,
};

/// The wait queues of a run at one instant.
#[derive(Clone, Debug, Default)]
pub struct WaitQueues {
    /// The lines in which a task stands.
    rows: BTreeMap<Row, Ends>,
    /// By task; shorter than there are tasks where the last ones have never waited.
    places: Pieces<Place>,
}

impl Index {
    /// The wait queues.
    pub fn wait_queues(&self) -> &WaitQueues {
        &self.wait_queues
    }
}

impl WaitQueues {
    /// How many stand in line for something of one semaphore, lock, queue or limiter.
    pub fn len(&self, resource: Resource, of: ResourceId) -> usize {
        self.rows.get(&(resource, of)).map_or(0, |ends| ends.len)
    }

    /// The tasks that wait for something of one semaphore, lock, queue or limiter, in order.
    pub fn iter(&self, resource: Resource, of: ResourceId) -> impl Iterator<Item = TaskId> + '_ {
        let mut next = self
            .rows
            .get(&(resource, of))
            .map_or(NONE, |ends| ends.first);
        std::iter::from_fn(move || {
            let task = (next != NONE).then_some(TaskId(next))?;
            next = self.place(task).after;
            Some(task)
        })
    }

    /// Keeps up with an event: a wait joins a line, and whatever else a task does shows that it has
    /// left its own.
    pub fn apply(&mut self, task: TaskId, kind: &Kind) {
        let row = match *kind {
            // Holding the loop for a moment need not end a wait, an answer that comes in parts is one
            // wait, a woken task has not got it yet, and one that hangs waits for ever.
            Kind::Polled { .. }
            | Kind::Blocks { .. }
            | Kind::Progress { .. }
            | Kind::Woken { .. } => return,
            Kind::Ended {
                outcome: Outcome::Hung,
                ..
            } => return,
            Kind::Wait { on, .. } => Resource::of(on),
            _ => None,
        };
        let now = self.place(task).row;
        // The first task at a limiter stays there while it waits for the token itself. But one that was
        // woken by a queue in vain has to go to the end of its line, as asyncio has it.
        if matches!(row, Some((Resource::Token, _))) && now == row {
            return;
        }
        if let Some(row) = now {
            self.leave(task, row);
        }
        if let Some(row) = row {
            self.join(task, row);
        }
    }

    fn place(&self, task: TaskId) -> Place {
        self.places.get(task.index()).copied().unwrap_or(NO_PLACE)
    }

    fn join(&mut self, task: TaskId, row: Row) {
        while self.places.len() <= task.index() {
            self.places.push(NO_PLACE);
        }
        let ends = self.rows.entry(row).or_insert(Ends {
            first: NONE,
            last: NONE,
            len: 0,
        });
        let before = std::mem::replace(&mut ends.last, task.0);
        ends.len += 1;
        match self.places.get_mut(before as usize) {
            Some(before) => before.after = task.0,
            None => ends.first = task.0,
        }
        self.places[task.index()] = Place {
            row: Some(row),
            before,
            after: NONE,
        };
    }

    fn leave(&mut self, task: TaskId, row: Row) {
        let Place { before, after, .. } =
            std::mem::replace(&mut self.places[task.index()], NO_PLACE);
        let Some(ends) = self.rows.get_mut(&row) else {
            return;
        };
        match self.places.get_mut(before as usize) {
            Some(before) => before.after = after,
            None => ends.first = after,
        }
        match self.places.get_mut(after as usize) {
            Some(after) => after.before = before,
            None => ends.last = before,
        }
        ends.len -= 1;
        if ends.len == 0 {
            self.rows.remove(&row);
        }
    }
}
