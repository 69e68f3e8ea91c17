//! Waiting for many tasks with a single wake-up: so many ends, or the first one that matters.

use crate::task::Handle;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::Waker;

/// Which ends wake whoever waits, besides the last one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
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

/// What somebody waits for who waits for many tasks.
pub(super) struct Countdown {
    /// How many have not ended.
    left: Cell<usize>,
    until: Until,
    /// The places of those whose end matters, in the order in which they ended.
    noted: RefCell<VecDeque<usize>>,
    waker: RefCell<Waker>,
}

impl Countdown {
    /// Counts the ends of tasks from now on; those that have ended are noted first, in order.
    pub fn start<'a, T: 'a>(
        handles: impl Iterator<Item = &'a Handle<T>>,
        until: Until,
        waker: &Waker,
    ) -> Rc<Self> {
        let countdown = Rc::new(Self {
            left: Cell::new(0),
            until,
            noted: RefCell::default(),
            waker: RefCell::new(waker.clone()),
        });
        for (place, handle) in handles.enumerate() {
            if !handle.is_done() {
                countdown.left.set(countdown.left.get() + 1);
                handle.count(&countdown, place);
            } else if until.concerns(handle.failed()) {
                countdown.noted.borrow_mut().push_back(place);
            }
        }
        countdown
    }

    /// Notes that the task at `place` has ended.
    pub fn ended(&self, place: usize, failed: bool) {
        self.left.set(self.left.get() - 1);
        let matters = self.until.concerns(failed);
        if matters {
            self.noted.borrow_mut().push_back(place);
        }
        if matters || self.left.get() == 0 {
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

    /// Waits no more: what ends from now on wakes nobody.
    pub fn close(&self) {
        self.waker.replace(Waker::noop().clone());
    }
}
