//! Being told of a cancellation, so that a task can clean up with `await` first.

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
    /// The task goes on from there. It may clean up with `await`, and says with
    /// its own result whether it was cancelled or, having swallowed the
    /// request, just ended. A second cancellation during the clean-up ends it.
    /// Of nested scopes, the innermost is told.
    pub fn catch_cancel<T, F>(&self, work: F) -> CatchCancel<T>
    where
        F: Future<Output = Result<T>> + 'static,
    {
        CatchCancel {
            core: Rc::clone(&self.core),
            work: Some(Box::pin(work)),
            scope: None,
        }
    }
}

/// Work whose cancellation its task wants to know of; see [`Cx::catch_cancel`].
#[must_use = "nothing runs before it is awaited"]
pub struct CatchCancel<T> {
    core: Rc<Core>,
    /// Absent once it has ended.
    work: Option<Pin<Box<dyn Future<Output = Result<T>>>>>,
    /// The open scope: its fiber, and its number there.
    scope: Option<(FiberId, u32)>,
}

impl<T> CatchCancel<T> {
    fn close(&mut self) {
        self.work = None;
        if let Some((fiber, id)) = self.scope.take() {
            self.core.close_scope(fiber, id);
        }
    }
}

impl<T> Future for CatchCancel<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut *self;
        match this.scope {
            None => this.scope = this.core.open_scope(cx.waker()),
            Some((fiber, id)) => this.core.wakes_scope(fiber, id, cx.waker()),
        }
        if let Some((fiber, id)) = this.scope
            && this.core.take_cancel(fiber, id)
        {
            this.close();
            return Poll::Ready(Err(Error::Cancelled));
        }
        let Some(work) = &mut this.work else {
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(cx);
        if polled.is_ready() {
            this.close();
        }
        polled
    }
}

impl<T> Drop for CatchCancel<T> {
    fn drop(&mut self) {
        self.close();
    }
}
