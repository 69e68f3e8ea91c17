//! `asyncio.Condition`: a lock, and tasks that wait for a notification from its holder.

use crate::cancel::Scope;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::lock::{Acquire, Lock, Locked};
use crate::resource::Resource;
use crate::waiters::{Waiters, Waiting};
use interleave_trace::{ResourceKind, WaitFor};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Tasks that wait, without the lock, until a task that holds the lock notifies them. A clone is the same condition.
///
/// | event | effect |
/// |---|---|
/// | [`Condition::notify`] | the given number of waiting tasks wake up; each continues once it holds the lock again |
/// | a waiting task is cancelled | it takes the lock again first; then it passes a notification on, and the wait fails |
#[derive(Clone)]
pub struct Condition {
    resource: Rc<Resource>,
    lock: Lock,
    waiters: Waiters,
}

impl Default for Condition {
    fn default() -> Self {
        Self::named("")
    }
}

impl Condition {
    /// A condition with a lock of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with a name for messages, which its lock has, too.
    pub fn named(name: &'static str) -> Self {
        Self {
            resource: Rc::new(Resource::named(ResourceKind::Condition, name)),
            lock: Lock::named(name),
            waiters: Waiters::default(),
        }
    }

    /// The condition inside of a barrier: the trace says that tasks wait for the barrier.
    pub(crate) fn of_barrier() -> Self {
        Self {
            lock: Lock::of(Resource::new(ResourceKind::Barrier)),
            ..Self::default()
        }
    }

    /// A condition with this lock, which others may share.
    pub fn with_lock(lock: &Lock) -> Self {
        Self {
            resource: Rc::new(Resource::new(ResourceKind::Condition)),
            lock: lock.clone(),
            waiters: Waiters::default(),
        }
    }

    /// Whether a task holds the lock.
    pub fn locked(&self) -> bool {
        self.lock.locked()
    }

    /// Waits for the lock: `async with condition:`.
    #[track_caller]
    pub fn acquire(&self, cx: &Cx) -> Acquire {
        self.acquire_at(cx, Location::caller().line())
    }

    pub(crate) fn acquire_at(&self, cx: &Cx, line: u32) -> Acquire {
        self.lock.acquire_at(cx, line)
    }

    /// Releases the lock, waits until it is notified, and takes the lock again. Its predicate may be false again by then:
    /// see [`Condition::wait_for`].
    ///
    /// # Errors
    ///
    /// The task was cancelled meanwhile; then it holds the lock. Or it did not hold the lock when it called this.
    #[track_caller]
    pub fn wait<'a>(&'a self, cx: &Cx, locked: &'a mut Locked) -> Notified<'a> {
        Notified {
            cx: cx.clone(),
            condition: self,
            locked,
            scope: Scope::new(&cx.core),
            stage: Stage::New,
            is_cancelled: false,
            line: Location::caller().line(),
        }
    }

    /// Waits until the predicate `is_so` is true. Other tasks change its state while they hold the lock.
    ///
    /// # Errors
    ///
    /// As of [`Condition::wait`].
    #[track_caller]
    pub fn wait_for<'a>(
        &'a self,
        cx: &'a Cx,
        locked: &'a mut Locked,
        is_so: impl Fn() -> bool + 'a,
    ) -> impl Future<Output = Result<()>> + 'a {
        self.wait_for_at(cx, locked, is_so, Location::caller().line())
    }

    pub(crate) async fn wait_for_at(
        &self,
        cx: &Cx,
        locked: &mut Locked,
        is_so: impl Fn() -> bool,
        line: u32,
    ) -> Result<()> {
        while !is_so() {
            let mut notified = self.wait(cx, locked);
            notified.line = line;
            notified.await?;
        }
        Ok(())
    }

    /// Wakes up to `count` waiting tasks.
    ///
    /// # Errors
    ///
    /// No task holds the lock.
    pub fn notify(&self, cx: &Cx, count: usize) -> Result<()> {
        if !self.locked() {
            let words = "cannot notify on un-acquired lock";
            return Err(Error::Failed(words.to_owned()));
        }
        self.notify_some(cx, count);
        Ok(())
    }

    /// Wakes all waiting tasks.
    ///
    /// # Errors
    ///
    /// No task holds the lock.
    pub fn notify_all(&self, cx: &Cx) -> Result<()> {
        self.notify(cx, self.waiters.len())
    }

    pub(crate) fn notify_some(&self, cx: &Cx, count: usize) {
        self.waiters.wake_some(&cx.core, count);
    }
}

/// A task that waits to be notified; see [`Condition::wait`].
#[must_use = "nothing waits before it is awaited"]
pub struct Notified<'a> {
    cx: Cx,
    condition: &'a Condition,
    locked: &'a mut Locked,
    scope: Scope,
    stage: Stage,
    /// The task was cancelled; the cancellation is delivered when it has the lock.
    is_cancelled: bool,
    line: u32,
}

enum Stage {
    New,
    Waiting(Waiting),
    /// The task takes the lock again.
    Acquiring(Acquire),
    Over,
}

impl Notified<'_> {
    fn acquires(&self) -> Stage {
        Stage::Acquiring(self.condition.lock.acquire_at(&self.cx, self.line))
    }
}

impl Future for Notified<'_> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        let is_told = this.scope.is_told(cx);
        if is_told {
            this.is_cancelled = true;
            // This only drops the place in the queue of waiters. The lock is needed in any case.
            this.stage = Stage::Over;
            this.stage = this.acquires();
        }
        loop {
            match &mut this.stage {
                Stage::New => {
                    if !this.locked.is_of(&this.condition.lock) {
                        this.stage = Stage::Over;
                        this.scope.close();
                        let words = "cannot wait on un-acquired lock".to_owned();
                        return Poll::Ready(Err(Error::Failed(words)));
                    }
                    this.locked.suspend();
                    let (core, own) = (&this.cx.core, &this.condition.resource);
                    match this.condition.lock.resource() {
                        barrier if barrier.kind() == ResourceKind::Barrier => {
                            core.waits_at(barrier, WaitFor::Barrier, this.line);
                        }
                        _ => core.waits_at(own, WaitFor::Notify, this.line),
                    }
                    let waiters = &this.condition.waiters;
                    this.stage = Stage::Waiting(waiters.wait(&Rc::clone(&this.cx.core)));
                }
                Stage::Waiting(waiting) => {
                    if Pin::new(waiting).poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    this.stage = Stage::Over;
                    this.stage = this.acquires();
                }
                Stage::Acquiring(acquire) => {
                    let Poll::Ready(locked) = Pin::new(acquire).poll(cx) else {
                        return Poll::Pending;
                    };
                    *this.locked = locked;
                    this.stage = Stage::Over;
                    this.scope.close();
                    if this.is_cancelled {
                        this.condition.notify_some(&this.cx, 1);
                        return Poll::Ready(Err(Error::Cancelled));
                    }
                    return Poll::Ready(Ok(()));
                }
                Stage::Over => return Poll::Pending,
            }
        }
    }
}
