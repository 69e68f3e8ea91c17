//! Tasks in a row, waiting to be woken: what queues and caches are made of.

use crate::executor::{Core, FiberId};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A place in the row.
struct Place {
    /// The task that waits here; passed over once it has been asked to end.
    fiber: Option<FiberId>,
    waker: RefCell<Waker>,
    woken: Cell<bool>,
}

/// A row of waiting tasks: first come, first woken. A clone is the same row.
#[derive(Clone, Default)]
pub(super) struct Waiters(Rc<RefCell<VecDeque<Rc<Place>>>>);

impl Waiters {
    /// Joins the row when it is first polled, and is ready once woken.
    pub fn wait(&self, core: &Rc<Core>) -> Waiting {
        Waiting {
            core: Rc::clone(core),
            row: self.clone(),
            place: None,
        }
    }

    /// Wakes the first in the row that has not been asked to end.
    ///
    /// asyncio marks a waiter as cancelled when its task is asked to end, not when
    /// the task gets to know; so it is never woken in vain.
    pub fn wake_one(&self, core: &Core) {
        loop {
            let first = self.0.borrow_mut().pop_front();
            match first {
                Some(place) if place.fiber.is_some_and(|fiber| core.is_asked(fiber)) => {}
                Some(place) => return place.wake(),
                None => return,
            }
        }
    }

    /// Wakes the whole row, in order.
    pub fn wake_all(&self) {
        for place in self.0.take() {
            place.wake();
        }
    }
}

impl Place {
    fn wake(&self) {
        self.woken.set(true);
        self.waker.borrow().wake_by_ref();
    }
}

/// A task that waits in a row. When it is dropped it leaves the row.
#[must_use = "nothing waits before it is awaited"]
pub(super) struct Waiting {
    core: Rc<Core>,
    row: Waiters,
    /// Absent before it has joined the row.
    place: Option<Rc<Place>>,
}

impl Waiting {
    /// Whether it has been woken, though perhaps its task does not know yet.
    pub fn is_woken(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.woken.get())
    }
}

impl Future for Waiting {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        match &this.place {
            Some(place) if place.woken.get() => return Poll::Ready(()),
            Some(place) => place.waker.borrow_mut().clone_from(cx.waker()),
            None => {
                let place = Rc::new(Place {
                    fiber: this.core.current.get(),
                    waker: RefCell::new(cx.waker().clone()),
                    woken: Cell::new(false),
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
        if let Some(place) = self.place.take().filter(|place| !place.woken.get()) {
            let mut row = self.row.0.borrow_mut();
            let here = row.iter().position(|other| Rc::ptr_eq(other, &place));
            here.and_then(|here| row.remove(here));
        }
    }
}
