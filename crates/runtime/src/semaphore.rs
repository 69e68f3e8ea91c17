//! `asyncio.Semaphore`: a limited number of permits, given out in the order of asking.

use crate::cx::Cx;
use crate::executor::Core;
use interleave_trace::{PERMITS, TaskId, WaitFor};
use std::cell::Cell;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A number of permits, handed out first come, first served.
///
/// The gauge [`PERMITS`] follows it, and its changes say which tasks hold a permit. A waiter that is dropped loses its
/// place and nothing else.
#[derive(Clone)]
pub struct Semaphore {
    permits: Arc<tokio::sync::Semaphore>,
    in_use: Rc<Cell<usize>>,
    /// The most that were in use at once.
    peak: Rc<Cell<usize>>,
}

impl Semaphore {
    /// A semaphore with this many permits.
    pub fn new(permits: usize) -> Self {
        let permits = permits.min(tokio::sync::Semaphore::MAX_PERMITS);
        Self {
            permits: Arc::new(tokio::sync::Semaphore::new(permits)),
            in_use: Rc::default(),
            peak: Rc::default(),
        }
    }

    /// The most permits that were in use at once.
    pub fn peak(&self) -> usize {
        self.peak.get()
    }

    /// Waits for a permit, which is given back when it is dropped.
    #[track_caller]
    pub fn acquire(&self, cx: &Cx) -> impl Future<Output = Permit> + use<> {
        let line = Location::caller().line();
        let (this, cx) = (self.clone(), cx.clone());
        async move {
            let mut acquire = pin!(Arc::clone(&this.permits).acquire_owned());
            let mut waits = false;
            let permit = poll_fn(|context| {
                let polled = acquire.as_mut().poll(context);
                if polled.is_pending() && !std::mem::replace(&mut waits, true) {
                    cx.core.waits(WaitFor::Permit, line);
                }
                polled
            });
            let permit = permit.await.ok();
            let permit = Permit {
                core: Rc::clone(&cx.core),
                task: cx.id(),
                in_use: Rc::clone(&this.in_use),
                _permit: permit,
            };
            permit.count(this.in_use.get() + 1);
            this.peak.set(this.peak.get().max(this.in_use.get()));
            permit
        }
    }
}

/// A permit of a [`Semaphore`]; dropping it lets the next one in.
#[must_use = "a permit that is dropped is given back"]
pub struct Permit {
    core: Rc<Core>,
    task: TaskId,
    in_use: Rc<Cell<usize>>,
    /// Always there: the semaphore is never closed.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Permit {
    fn count(&self, in_use: usize) {
        self.in_use.set(in_use);
        self.core.count(self.task, PERMITS, in_use);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.count(self.in_use.get() - 1);
    }
}
