//! `asyncio.Lock`: one task at a time.

use crate::cx::Cx;
use crate::executor::Core;
use crate::resource::Resource;
use crate::waiters::{Waiters, Waiting};
use interleave_trace::{Kind, ResourceKind, TaskId, WaitFor};
use std::cell::Cell;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A lock that one task holds at a time; the others wait, first come, first served. A clone is the same lock.
///
/// | event | effect |
/// |---|---|
/// | the guard is dropped | the first waiting task is woken; until its step, no other task gets the lock |
/// | a waiting task is cancelled | it loses its place; if it had been woken, the next one is woken |
///
/// The trace has a `Holds` event when it is taken and when it is released, so that a wait can name the holder.
#[derive(Clone)]
pub struct Lock(Rc<Inner>);

struct Inner {
    resource: Resource,
    is_locked: Cell<bool>,
    waiters: Waiters,
}

impl Default for Lock {
    fn default() -> Self {
        Self::of(Resource::new(ResourceKind::Lock))
    }
}

impl Lock {
    /// A lock that no task holds.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with a name for messages: "lock A" for `Lock::named("A")`.
    pub fn named(name: &'static str) -> Self {
        Self::of(Resource::named(ResourceKind::Lock, name))
    }

    /// A lock that is a part of another resource.
    pub(crate) fn of(resource: Resource) -> Self {
        Self(Rc::new(Inner {
            resource,
            is_locked: Cell::default(),
            waiters: Waiters::default(),
        }))
    }

    pub(crate) fn resource(&self) -> &Resource {
        &self.0.resource
    }

    /// Whether a task holds the lock.
    pub fn locked(&self) -> bool {
        self.0.is_locked.get()
    }

    /// Waits for the lock, which is released when the guard is dropped: `async with lock:`.
    #[track_caller]
    pub fn acquire(&self, cx: &Cx) -> Acquire {
        self.acquire_at(cx, Location::caller().line())
    }

    pub(crate) fn acquire_at(&self, cx: &Cx, line: u32) -> Acquire {
        Acquire {
            core: Rc::clone(&cx.core),
            task: cx.id(),
            lock: self.clone(),
            waiting: None,
            line,
        }
    }

    fn release(&self, core: &Core, task: TaskId) {
        self.0.is_locked.set(false);
        self.record(core, task, false);
        self.0.waiters.wake_head(core);
    }

    /// Records that a task has taken it, or released it.
    fn record(&self, core: &Core, task: TaskId, taken: bool) {
        let resource = &self.0.resource;
        // The trace has holders of locks only, not of resources that use a lock inside.
        if resource.kind() == ResourceKind::Lock {
            let resource = resource.id(core, task);
            core.record(task, Kind::Holds { resource, taken });
        }
    }
}

/// A task that waits for a lock; see [`Lock::acquire`].
#[must_use = "nothing is acquired before it is awaited"]
pub struct Acquire {
    core: Rc<Core>,
    task: TaskId,
    lock: Lock,
    /// `Some` while it waits.
    waiting: Option<Waiting>,
    line: u32,
}

impl Future for Acquire {
    type Output = Locked;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Locked> {
        let this = &mut *self;
        let inner = &this.lock.0;
        match &mut this.waiting {
            Some(waiting) => {
                if Pin::new(waiting).poll(cx).is_pending() {
                    return Poll::Pending;
                }
                this.waiting = None;
            }
            None if !inner.is_locked.get() && inner.waiters.is_abandoned(&this.core) => {}
            None => {
                let on = match inner.resource.kind() {
                    ResourceKind::RateLimiter => WaitFor::Token,
                    ResourceKind::Barrier => WaitFor::Barrier,
                    _ => WaitFor::Lock,
                };
                this.core.waits_at(&inner.resource, on, this.line);
                let mut waiting = inner.waiters.wait(&this.core);
                let _pending = Pin::new(&mut waiting).poll(cx);
                this.waiting = Some(waiting);
                return Poll::Pending;
            }
        }
        inner.is_locked.set(true);
        this.lock.record(&this.core, this.task, true);
        Poll::Ready(Locked {
            core: Rc::clone(&this.core),
            task: this.task,
            lock: this.lock.clone(),
            is_held: true,
        })
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            waiting.leave();
            if !self.lock.locked() {
                self.lock.0.waiters.wake_head(&self.core);
            }
        }
    }
}

/// A lock that is held; dropping it releases it.
#[must_use = "a lock that is dropped is released"]
pub struct Locked {
    core: Rc<Core>,
    task: TaskId,
    lock: Lock,
    /// False while a condition waits with it.
    is_held: bool,
}

impl Locked {
    /// Whether this guard holds `lock`.
    pub(crate) fn is_of(&self, lock: &Lock) -> bool {
        self.is_held && Rc::ptr_eq(&self.lock.0, &lock.0)
    }

    /// Releases the lock, which can be taken again later.
    pub(crate) fn suspend(&mut self) {
        if std::mem::take(&mut self.is_held) {
            self.lock.release(&self.core, self.task);
        }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.suspend();
    }
}
