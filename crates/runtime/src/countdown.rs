//! One wake-up for the ends of many tasks: of the last, or of the first that matters.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::task::Waker;

/// Which ends wake the waiting task, besides the last one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// None.
    All,
    /// Those that are failures.
    Failure,
    /// Each of them.
    Each,
}

impl Until {
    fn concerns(self, failed: bool) -> bool {
        match self {
            Self::All => false,
            Self::Failure => failed,
            Self::Each => true,
        }
    }
}

/// The ends that one task waits for.
pub(crate) struct Countdown {
    /// How many have not ended.
    left: Cell<usize>,
    until: Until,
    /// The places of those whose end matters, in the order in which they ended.
    noted: RefCell<VecDeque<usize>>,
    waker: RefCell<Waker>,
}

impl Countdown {
    /// Expects no end yet.
    pub fn new(until: Until, waker: &Waker) -> Self {
        Self {
            left: Cell::new(0),
            until,
            noted: RefCell::default(),
            waker: RefCell::new(waker.clone()),
        }
    }

    /// Expects the end of one more task.
    pub fn expect_one(&self) {
        self.left.set(self.left.get() + 1);
    }

    /// Notes the end of a task that was not expected, since it had come before; true if it matters.
    pub fn note(&self, place: usize, failed: bool) -> bool {
        let matters = self.until.concerns(failed);
        if matters {
            self.noted.borrow_mut().push_back(place);
        }
        matters
    }

    /// Notes that the task at `place` has ended.
    pub fn ended(&self, place: usize, failed: bool) {
        self.left.set(self.left.get() - 1);
        if self.note(place, failed) || self.left.get() == 0 {
            self.waker.borrow().wake_by_ref();
        }
    }

    /// How many have not ended.
    pub fn left(&self) -> usize {
        self.left.get()
    }

    /// The place of the first one whose end mattered, of those that were not taken.
    pub fn first(&self) -> Option<usize> {
        self.noted.borrow().front().copied()
    }

    /// Takes the place of the first one whose end mattered.
    pub fn take_first(&self) -> Option<usize> {
        self.noted.borrow_mut().pop_front()
    }

    /// From now on it is this one that is woken.
    pub fn wakes(&self, waker: &Waker) {
        self.waker.borrow_mut().clone_from(waker);
    }

    /// Waits no more: later ends wake no task.
    pub fn close(&self) {
        self.waker.replace(Waker::noop().clone());
    }
}
