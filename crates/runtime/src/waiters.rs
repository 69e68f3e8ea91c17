//! A queue of waiting tasks: the base of queues, locks and semaphores.

use crate::executor::{Core, FiberId};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A place in the queue of waiters.
struct Place {
    /// The waiting task; skipped once it has been asked to end.
    fiber: Option<FiberId>,
    waker: RefCell<Waker>,
    woken: Cell<bool>,
    /// It is not in the queue any more.
    left: Cell<bool>,
}

/// A queue of waiting tasks: first come, first woken. A clone is the same queue.
///
/// As in asyncio, a task that has been woken stays in the queue until it takes its step, unless [`Waiters::wake_one`] or
/// [`Waiters::wake_all`] removed it.
#[derive(Clone, Default)]
pub(super) struct Waiters(Rc<RefCell<VecDeque<Rc<Place>>>>);

impl Waiters {
    /// Joins the queue when it is first polled, and is ready once woken.
    pub fn wait(&self, core: &Rc<Core>) -> Waiting {
        Waiting {
            core: Rc::clone(core),
            row: self.clone(),
            place: None,
        }
    }

    /// Removes the first task from the queue that has been neither woken nor asked to end, and wakes it.
    ///
    /// asyncio marks a waiter as cancelled when its task is asked to end, not when the cancellation
    /// is delivered; so a wake-up is never wasted on it.
    pub fn wake_one(&self, core: &Core) {
        loop {
            let first = self.0.borrow_mut().pop_front();
            let first = first.inspect(|place| place.left.set(true));
            match first {
                Some(place) if place.is_done(core) => {}
                Some(place) => return place.wake(),
                None => return,
            }
        }
    }

    /// Empties the queue, and wakes its tasks in order.
    pub fn wake_all(&self) {
        for place in self.0.take() {
            place.left.set(true);
            place.wake();
        }
    }

    /// Wakes up to `count` tasks that have been neither woken nor asked to end. Returns how many it woke.
    pub fn wake_some(&self, core: &Core, count: usize) -> usize {
        // A waker only makes a task ready; it does not call back into this queue.
        let row = self.0.borrow();
        let pending = row.iter().filter(|place| !place.is_done(core));
        pending.take(count).map(|place| place.wake()).count()
    }

    /// Wakes the first task of the queue, if it has been neither woken nor asked to end.
    pub fn wake_head(&self, core: &Core) {
        let head = self.0.borrow().front().cloned();
        if let Some(place) = head.filter(|place| !place.is_done(core)) {
            place.wake();
        }
    }

    /// Whether the queue is empty, or all of its tasks have been asked to end.
    pub fn is_abandoned(&self, core: &Core) -> bool {
        let row = self.0.borrow();
        row.iter().all(|place| place.is_cancelled(core))
    }

    /// How many tasks are in the queue.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

impl Place {
    fn wake(&self) {
        self.woken.set(true);
        self.waker.borrow().wake_by_ref();
    }

    fn is_cancelled(&self, core: &Core) -> bool {
        !self.woken.get() && self.fiber.is_some_and(|fiber| core.is_asked(fiber))
    }

    fn is_done(&self, core: &Core) -> bool {
        self.woken.get() || self.is_cancelled(core)
    }
}

/// A task that waits in a queue. When this is dropped it leaves the queue.
#[must_use = "nothing waits before it is awaited"]
pub(super) struct Waiting {
    core: Rc<Core>,
    row: Waiters,
    /// `None` before it has joined the queue.
    place: Option<Rc<Place>>,
}

impl Waiting {
    /// Whether it has been woken, even if its task has not taken a step since.
    pub fn is_woken(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.woken.get())
    }

    /// Leaves the queue.
    pub fn leave(&self) {
        // The search takes long in a long queue: skip it if the place has left already.
        let place = self.place.as_ref();
        if let Some(place) = place.filter(|place| !place.left.replace(true)) {
            let mut row = self.row.0.borrow_mut();
            let here = row.iter().position(|other| Rc::ptr_eq(other, place));
            here.and_then(|here| row.remove(here));
        }
    }
}

impl Future for Waiting {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        match &this.place {
            Some(place) if place.woken.get() => {
                this.leave();
                return Poll::Ready(());
            }
            Some(place) => place.waker.borrow_mut().clone_from(cx.waker()),
            None => {
                let place = Rc::new(Place {
                    fiber: this.core.current.get(),
                    waker: RefCell::new(cx.waker().clone()),
                    woken: Cell::new(false),
                    left: Cell::new(false),
                });
                this.row.0.borrow_mut().push_back(Rc::clone(&place));
                this.place = Some(place);
            }
        }
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.leave();
    }
}
