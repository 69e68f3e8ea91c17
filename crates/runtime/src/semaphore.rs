//! `asyncio.Semaphore`: a limited number of permits, first come, first served.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::Core;
use crate::resource::Resource;
use crate::waiters::{Waiters, Waiting};
use interleave_trace::{PERMITS, ResourceKind, TaskId, WaitFor};
use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

/// A number of permits, handed out first come, first served.
///
/// The gauge [`PERMITS`] is the number in use (for the second semaphore of a run, `permits_in_use #2`), and its changes
/// show which tasks hold a permit. A waiter that is dropped loses only its
/// place; a permit that was promised to it goes to the next. A clone is the same semaphore.
#[derive(Clone)]
pub struct Semaphore(Rc<Inner>);

struct Inner {
    resource: Resource,
    /// The permits that are free, and promised to no task.
    free: Cell<usize>,
    /// The most permits that may be free.
    bound: usize,
    waiters: Waiters,
    /// Whether it has a gauge.
    has_gauge: Cell<bool>,
    in_use: Cell<usize>,
    /// The most permits in use at once so far.
    peak: Cell<usize>,
}

impl Semaphore {
    /// A semaphore with this many permits.
    pub fn new(permits: usize) -> Self {
        Self::with_bound(permits, usize::MAX, "")
    }

    /// The same, with a name for messages: "semaphore db" for `Semaphore::named("db", 3)`.
    pub fn named(name: &'static str, permits: usize) -> Self {
        Self::with_bound(permits, usize::MAX, name)
    }

    /// A semaphore that fails if more permits are given back than were taken: `asyncio.BoundedSemaphore`.
    pub fn bounded(permits: usize) -> Self {
        Self::with_bound(permits, permits, "")
    }

    fn with_bound(permits: usize, bound: usize, name: &'static str) -> Self {
        Self(Rc::new(Inner {
            resource: Resource::named(ResourceKind::Semaphore, name),
            free: Cell::new(permits),
            bound,
            waiters: Waiters::default(),
            has_gauge: Cell::new(true),
            in_use: Cell::default(),
            peak: Cell::default(),
        }))
    }

    /// The same semaphore without its gauge, for a program that counts something else. The trace then does not show which
    /// tasks hold its permits.
    pub fn without_gauge(self) -> Self {
        self.0.has_gauge.set(false);
        self
    }

    /// The permits that are free, and promised to no task: CPython's `_value`.
    pub fn free(&self) -> usize {
        self.0.free.get()
    }

    /// The most permits that were in use at once.
    pub fn peak(&self) -> usize {
        self.0.peak.get()
    }

    /// Whether a task that acquires a permit now has to wait.
    pub fn locked(&self, cx: &Cx) -> bool {
        self.0.is_locked(&cx.core)
    }

    /// Waits for a permit, which is given back when it is dropped.
    #[track_caller]
    pub fn acquire(&self, cx: &Cx) -> impl Future<Output = Permit> + use<> {
        self.acquire_at(cx, Location::caller().line())
    }

    /// The same, at this line.
    pub(crate) fn acquire_at(&self, cx: &Cx, line: u32) -> impl Future<Output = Permit> + use<> {
        let (inner, cx) = (Rc::clone(&self.0), cx.clone());
        async move {
            if inner.is_locked(&cx.core) {
                cx.core.waits_at(&inner.resource, WaitFor::Permit, line);
                let mut acquiring = Acquiring {
                    core: Rc::clone(&cx.core),
                    waiting: inner.waiters.wait(&cx.core),
                    inner: Rc::clone(&inner),
                    has_it: false,
                };
                (&mut acquiring.waiting).await;
                acquiring.has_it = true;
            } else {
                inner.free.set(inner.free.get() - 1);
            }
            let permit = Permit {
                core: Rc::clone(&cx.core),
                task: cx.id(),
                inner: Rc::clone(&inner),
            };
            permit.count(inner.in_use.get() + 1);
            inner.peak.set(inner.peak.get().max(inner.in_use.get()));
            permit
        }
    }

    /// Gives back a permit that was left taken by [`Permit::keep`], or adds one: `semaphore.release()`. A held [`Permit`] is
    /// given back when it is dropped.
    ///
    /// # Errors
    ///
    /// A [`Semaphore::bounded`] semaphore would have more permits than at first.
    pub fn release(&self, cx: &Cx) -> Result<()> {
        if self.0.free.get() >= self.0.bound {
            let words = "BoundedSemaphore released too many times";
            return Err(Error::Failed(words.to_owned()));
        }
        self.0.release(&cx.core);
        Ok(())
    }
}

impl Inner {
    fn is_locked(&self, core: &Core) -> bool {
        self.free.get() == 0 || !self.waiters.is_abandoned(core)
    }

    fn release(&self, core: &Core) {
        self.free.set(self.free.get() + 1);
        self.wake_next(core);
    }

    /// Promises a free permit to the first waiting task; false if no task waits.
    fn wake_next(&self, core: &Core) -> bool {
        let woken = self.waiters.wake_some(core, 1) > 0;
        if woken {
            self.free.set(self.free.get() - 1);
        }
        woken
    }
}

/// A task that waits for a permit.
struct Acquiring {
    core: Rc<Core>,
    waiting: Waiting,
    inner: Rc<Inner>,
    /// It has got the permit.
    has_it: bool,
}

impl Drop for Acquiring {
    fn drop(&mut self) {
        self.waiting.leave();
        let inner = &self.inner;
        if !self.has_it && self.waiting.is_woken() {
            inner.free.set(inner.free.get() + 1);
        }
        while inner.free.get() > 0 && inner.wake_next(&self.core) {}
    }
}

/// A permit of a [`Semaphore`]; dropping it gives it to the next task.
#[must_use = "a permit that is dropped is given back"]
pub struct Permit {
    core: Rc<Core>,
    task: TaskId,
    inner: Rc<Inner>,
}

impl Permit {
    /// Leaves the permit taken, until [`Semaphore::release`].
    pub fn keep(self) {
        std::mem::forget(self);
    }

    fn count(&self, in_use: usize) {
        self.inner.in_use.set(in_use);
        if self.inner.has_gauge.get() {
            let resource = &self.inner.resource;
            resource.gauge(&self.core, self.task, PERMITS, in_use as f64, true);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.count(self.inner.in_use.get() - 1);
        self.inner.release(&self.core);
    }
}
