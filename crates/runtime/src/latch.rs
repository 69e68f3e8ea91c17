//! A bare future: a callback sets it, and wakes the one task that waits for it.

use crate::executor::{Callback, Core, End};
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// A future without a value, like those between a callback and the waiting task in asyncio.
#[derive(Default)]
pub(crate) struct Latch {
    is_set: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Latch {
    /// Sets it, once.
    pub fn set(&self) {
        if !self.is_set.replace(true) {
            self.waker.take().into_iter().for_each(Waker::wake);
        }
    }

    /// Waits until it is set; `suspended` is called if the task has to be suspended for that.
    pub async fn wait(&self, suspended: impl FnOnce()) {
        let _waiting = Waiting(&self.waker);
        let mut suspended = Some(suspended);
        poll_fn(|cx| {
            if self.is_set.get() {
                return Poll::Ready(());
            }
            *self.waker.borrow_mut() = Some(cx.waker().clone());
            if let Some(suspended) = suspended.take() {
                suspended();
            }
            Poll::Pending
        })
        .await;
    }
}

/// Removes the waker when the task stops waiting: to wake it then would be an extra step, in the wrong place.
pub(crate) struct Waiting<'a>(pub &'a RefCell<Option<Waker>>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.take();
    }
}

impl Callback for Latch {
    fn call(&self, _: &Core, _: End) {
        self.set();
    }
}
