//! Wait queues: the waiting tasks, in order, for each resource that is handed out in turn.
//!
//! The queues are linked lists through one small record for each task, so joining and leaving take constant
//! time, and reading the head costs no more than the tasks read.

use super::holders::{CONNECTIONS, is_of_semaphore};
use crate::index::{Index, Pieces};
use crate::{Kind, Outcome, ResourceId, TaskId, Trace, WaitFor};
use std::collections::BTreeMap;

/// The resources that tasks queue for.
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
    /// For an item: a consumer that takes it out of its queue.
    Consumer,
}

/// The identity of a queue: what is handed out, and by which semaphore, lock, queue or limiter.
type Row = (Resource, ResourceId);

impl Resource {
    /// The queue of a task with this wait.
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

    /// The resources that tasks of a gauge wait for, each with the words before the names.
    pub fn of_gauge(trace: &Trace, name: &str, of: ResourceId) -> &'static [(Self, &'static str)] {
        match name {
            CONNECTIONS => &[(Self::Connection, "waiting: ")],
            name if is_of_semaphore(trace, name, of) => &[(Self::Permit, "waiting: ")],
            name if name.starts_with("allowance") => &[(Self::Token, "waiting: ")],
            // The other gauges are those of queues.
            _ => &[
                (Self::Item, "waiting for an item: "),
                (Self::Slot, "waiting for a place: "),
                (Self::Consumer, "in line: "),
            ],
        }
    }
}

/// One queue: its ends and its length.
#[derive(Clone, Copy, Debug)]
struct Ends {
    first: u32,
    last: u32,
    len: usize,
}

/// A task's place: its queue, and its neighbours there.
#[derive(Clone, Copy, Debug)]
struct Place {
    row: Option<Row>,
    before: u32,
    after: u32,
}

/// No task: a list of plain indices is half as large as one of options.
const NONE: u32 = u32::MAX;

const NO_PLACE: Place = Place {
    row: None,
    before: NONE,
    after: NONE,
};

/// The wait queues of a run at one instant.
#[derive(Clone, Debug, Default)]
pub struct WaitQueues {
    /// The queues that are not empty.
    rows: BTreeMap<Row, Ends>,
    /// By task; without the last tasks if they have never waited.
    places: Pieces<Place>,
}

impl Index {
    /// The wait queues.
    pub fn wait_queues(&self) -> &WaitQueues {
        &self.wait_queues
    }
}

impl WaitQueues {
    /// How many tasks wait for something of one semaphore, lock, queue or limiter.
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

    /// Reads an event: with a wait a task joins a queue, and with most other events it has
    /// left its queue.
    pub fn apply(&mut self, task: TaskId, kind: &Kind) {
        let row = match *kind {
            // These do not end a wait: the loop can be held for a moment during it, an answer can come in parts, a
            // woken task has not got the resource yet, and a task that hangs waits for ever.
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
        // The first task at a limiter keeps its place while it waits for the token itself. But a task that was
        // woken by a queue in vain goes to the end of its queue, as in asyncio.
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
