//! Who waits in which order: a line of tasks for each kind of thing that is handed out in turn.
//!
//! The lines are linked lists through one small record a task, so joining and leaving cost the same
//! however long a line is, and reading its head costs no more than what is read.

use super::holders::PERMITS;
use crate::index::{Index, Pieces};
use crate::{Kind, Outcome, TaskId, WaitFor};

/// What tasks stand in line for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A permit of a semaphore.
    Permit,
    /// A token of a rate limiter.
    Token,
    /// An item of a queue.
    Item,
    /// A free place in a queue.
    Slot,
    /// Of an item: somebody who takes it out of its queue.
    Taker,
}

/// How many things there are.
const THINGS: usize = 5;

impl Thing {
    fn of(wait: WaitFor) -> Option<Self> {
        match wait {
            WaitFor::Permit => Some(Self::Permit),
            WaitFor::Token => Some(Self::Token),
            WaitFor::Item => Some(Self::Item),
            WaitFor::Slot => Some(Self::Slot),
            WaitFor::Taker => Some(Self::Taker),
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
                (Self::Taker, "in line"),
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

/// A task's place: in which line, who stands before it and who after.
#[derive(Clone, Copy, Debug)]
struct Place {
    thing: Option<Thing>,
    before: u32,
    after: u32,
}

/// Instead of a task: a list of indices is half as large as one of options.
const NOBODY: u32 = u32::MAX;

const NO_PLACE: Place = Place {
    thing: None,
    before: NOBODY,
    after: NOBODY,
};

/// Who waits in which order: every line of a run at one instant.
#[derive(Clone, Debug)]
pub struct Lineups {
    ends: [Ends; THINGS],
    /// By task; shorter than there are tasks where the last ones have never waited.
    places: Pieces<Place>,
}

impl Default for Lineups {
    fn default() -> Self {
        let ends = Ends {
            first: NOBODY,
            last: NOBODY,
            len: 0,
        };
        Self {
            ends: [ends; THINGS],
            places: Pieces::default(),
        }
    }
}

impl Index {
    /// Who waits in which order.
    pub fn lineups(&self) -> &Lineups {
        &self.lineups
    }
}

impl Lineups {
    /// How many stand in line for something.
    pub fn len(&self, thing: Thing) -> usize {
        self.ends[thing as usize].len
    }

    /// Who stands in line for something, in order.
    pub fn iter(&self, thing: Thing) -> impl Iterator<Item = TaskId> + '_ {
        let mut next = self.ends[thing as usize].first;
        std::iter::from_fn(move || {
            let task = (next != NOBODY).then_some(TaskId(next))?;
            next = self.place(task).after;
            Some(task)
        })
    }

    /// Keeps up with an event: a wait joins a line, and whatever else a task does shows that it has
    /// left its own.
    pub fn apply(&mut self, task: TaskId, kind: &Kind) {
        let thing = match *kind {
            // Holding the loop for a moment need not end a wait, an answer that comes in parts is one
            // wait, who is woken has not got it yet, and who hangs waits for ever.
            Kind::Held { .. } | Kind::Progress { .. } | Kind::Woken { .. } => return,
            Kind::Ended {
                outcome: Outcome::Hung,
                ..
            } => return,
            Kind::Wait { on, .. } => Thing::of(on),
            _ => None,
        };
        let now = self.place(task).thing;
        // Whoever is first at a limiter stays there while it waits for the token itself. But who was
        // woken by a queue in vain has to go to the end of its line, as asyncio has it.
        if thing == Some(Thing::Token) && now == thing {
            return;
        }
        if let Some(thing) = now {
            self.leave(task, thing);
        }
        if let Some(thing) = thing {
            self.join(task, thing);
        }
    }

    fn place(&self, task: TaskId) -> Place {
        self.places.get(task.index()).copied().unwrap_or(NO_PLACE)
    }

    fn join(&mut self, task: TaskId, thing: Thing) {
        while self.places.len() <= task.index() {
            self.places.push(NO_PLACE);
        }
        let ends = &mut self.ends[thing as usize];
        let before = std::mem::replace(&mut ends.last, task.0);
        ends.len += 1;
        match self.places.get_mut(before as usize) {
            Some(before) => before.after = task.0,
            None => ends.first = task.0,
        }
        self.places[task.index()] = Place {
            thing: Some(thing),
            before,
            after: NOBODY,
        };
    }

    fn leave(&mut self, task: TaskId, thing: Thing) {
        let Place { before, after, .. } =
            std::mem::replace(&mut self.places[task.index()], NO_PLACE);
        let ends = &mut self.ends[thing as usize];
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
