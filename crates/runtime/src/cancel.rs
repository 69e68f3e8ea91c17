//! Catching a cancellation, so that a task can clean up with `await` first.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::{Core, FiberId};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

impl Cx {
    /// Runs `work`; if this task is cancelled meanwhile, `work` is dropped and the
    /// answer is [`Error::Cancelled`]: Python's `try: ... except CancelledError:`.
    ///
    /// The task continues from there. It may clean up with `await`, and its own
    /// result decides whether it ends as cancelled or, having swallowed the
    /// request, as done or failed. A second cancellation during the clean-up ends it.
    /// Of nested scopes, the innermost catches the cancellation.
    pub fn catch_cancel<T, F>(&self, work: F) -> CatchCancel<T>
    where
        F: Future<Output = Result<T>> + 'static,
    {
        CatchCancel {
            work: Some(Box::pin(work)),
            scope: Scope::new(&self.core),
        }
    }

    /// How many cancellation requests this task has received that were not taken back: `task.cancelling()`.
    pub fn cancelling(&self) -> u32 {
        self.core.cancelling()
    }

    /// Takes one of them back, once the task has handled it and is not to end for it; returns how many are left:
    /// `task.uncancel()`.
    pub fn uncancel(&self) -> u32 {
        self.core.uncancel()
    }
}

/// Work whose cancellation its task catches; see [`Cx::catch_cancel`].
#[must_use = "nothing runs before it is awaited"]
pub struct CatchCancel<T> {
    scope: Scope,
    /// `None` once it has ended.
    work: Option<Pin<Box<dyn Future<Output = Result<T>>>>>,
}

impl<T> Future for CatchCancel<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut *self;
        if this.scope.is_told(cx) {
            this.work = None;
            this.scope.close();
            return Poll::Ready(Err(Error::Cancelled));
        }
        let Some(work) = &mut this.work else {
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(cx);
        if polled.is_ready() {
            this.work = None;
            this.scope.close();
        }
        polled
    }
}

/// A part of a task that catches a cancellation; see [`Core::open_scope`]. Dropping it closes it.
pub(crate) struct Scope {
    core: Rc<Core>,
    /// Its fiber, and its number there; present while it is open.
    open: Option<(FiberId, u32)>,
}

impl Scope {
    /// A scope that is opened by the first [`Scope::is_told`].
    pub fn new(core: &Rc<Core>) -> Self {
        Self {
            core: Rc::clone(core),
            open: None,
        }
    }

    /// Opens the scope if it is not open, registers this waker for it, and takes the cancellation if it is for this
    /// scope. Then the caller must drop the work in the scope before it does anything else.
    pub fn is_told(&mut self, cx: &Context<'_>) -> bool {
        match self.open {
            None => self.open = self.core.open_scope(cx.waker()),
            Some((fiber, id)) => self.core.wakes_scope(fiber, id, cx.waker()),
        }
        self.open
            .is_some_and(|(fiber, id)| self.core.take_cancel(fiber, id))
    }

    /// The fiber that it is part of, while it is open.
    pub fn fiber(&self) -> Option<FiberId> {
        self.open.map(|(fiber, _)| fiber)
    }

    /// Closes the scope: it catches no cancellation any more.
    pub fn close(&mut self) {
        if let Some((fiber, id)) = self.open.take() {
            self.core.close_scope(fiber, id);
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.close();
    }
}
