//! Work with a time limit.

use crate::cancel::Scope;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::latch::Latch;
use crate::limit::Limit;
use crate::task::Handle;
use interleave_trace::WaitFor;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

impl Cx {
    /// Gives `work` a number of seconds, after which it is cancelled and may clean up: `async with
    /// asyncio.timeout(seconds)`.
    ///
    /// The work is part of this task, and begins in the same step. The limit is a timer that cancels the task.
    ///
    /// | event | effect on the work | the answer |
    /// |---|---|---|
    /// | it ends before the limit | | its own |
    /// | it is not done before the limit | cancelled; it may clean up first | [`Error::TimedOut`], after the clean-up |
    /// | it swallows that cancellation, or fails while it handles it | runs on to its end | its own |
    /// | the limit is 0 or less | started, cancelled where it first waits | [`Error::TimedOut`]; its own if it never waits |
    /// | it ends too late, but without waiting | | its own: no limit can interrupt a step |
    /// | the task is cancelled, before or during the clean-up | cancelled | [`Error::Cancelled`] |
    /// | this is dropped | dropped | |
    ///
    /// [`Limit`] does the same with a limit that can be moved during the work.
    pub fn timeout<'a, T>(
        &self,
        seconds: f64,
        work: impl Future<Output = Result<T>> + 'a,
    ) -> Timeout<'a, T> {
        Limit::after(self, seconds).on(work)
    }

    /// As [`Cx::timeout`], up to an instant in seconds since the program started: `asyncio.timeout_at(when)`.
    pub fn timeout_at<'a, T>(
        &self,
        when: f64,
        work: impl Future<Output = Result<T>> + 'a,
    ) -> Timeout<'a, T> {
        Limit::at(self, when).on(work)
    }

    /// Gives `work` a number of seconds: `asyncio.wait_for(work, seconds)`.
    ///
    /// It differs from [`Cx::timeout`] in one point: if `seconds` is 0 or less, the work does not even start.
    ///
    /// This is the behaviour since Python 3.12. In 3.11 the work is a task of its own, begins a turn later, and a cancellation
    /// that it swallows is lost.
    #[track_caller]
    pub fn wait_for<T: 'static>(
        &self,
        seconds: f64,
        work: impl Future<Output = Result<T>> + 'static,
    ) -> impl Future<Output = Result<T>> + 'static {
        let (cx, line) = (self.clone(), Location::caller().line());
        let work: Pin<Box<dyn Future<Output = Result<T>>>> = Box::pin(work);
        async move {
            if seconds > 0.0 {
                return cx.timeout(seconds, work).await;
            }
            cancel_and_wait(Handle::spawn_part(&cx.core, cx.id(), work), line).await
        }
    }

    /// Gives a task that has been started a number of seconds: `asyncio.wait_for(task, seconds)`.
    ///
    /// When the time is up it is cancelled, and waited for. If `seconds` is 0 or less, a task that has ended gives its result,
    /// and any other is cancelled immediately.
    #[track_caller]
    pub fn wait_for_task<T: 'static>(
        &self,
        seconds: f64,
        task: Handle<T>,
    ) -> impl Future<Output = Result<T>> + 'static {
        let (cx, line) = (self.clone(), Location::caller().line());
        async move {
            if seconds > 0.0 {
                cx.timeout(seconds, task.join_at(line)).await
            } else if task.is_done() {
                task.result()
            } else {
                cancel_and_wait(task, line).await
            }
        }
    }
}

/// Cancels a task, and waits for its end without awaiting it: a cancellation of the waiting task is not passed on.
async fn cancel_and_wait<T>(task: Handle<T>, line: u32) -> Result<T> {
    let ended = Rc::new(Latch::default());
    let registered = task.registered(&ended);
    task.cancel();
    ended
        .wait(|| task.core().waits(WaitFor::Task(task.task()), line))
        .await;
    drop(registered);
    match task.result() {
        Err(Error::Cancelled) => Err(Error::TimedOut),
        result => result,
    }
}

/// Work with a time limit; see [`Cx::timeout`].
#[must_use = "nothing runs before it is awaited"]
pub struct Timeout<'a, T> {
    limit: Limit,
    scope: Scope,
    /// `None` once it has ended.
    work: Option<Pin<Box<dyn Future<Output = Result<T>> + 'a>>>,
    /// How many cancellation requests the task had when the work began; `None` before, and if the limit was already in use.
    cancelling: Option<u32>,
}

impl<'a, T> Timeout<'a, T> {
    pub(crate) fn new(limit: Limit, work: impl Future<Output = Result<T>> + 'a) -> Self {
        Self {
            scope: Scope::new(limit.core()),
            limit,
            work: Some(Box::pin(work)),
            cancelling: None,
        }
    }
}

// Nothing in it is self-referential.
impl<T> Unpin for Timeout<'_, T> {}

impl<T> Future for Timeout<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut *self;
        let Some(work) = &mut this.work else {
            return Poll::Pending;
        };
        let is_told = this.scope.is_told(cx);
        let core = this.limit.core();
        if this.cancelling.is_none() {
            if let Err(error) = this.limit.enter(this.scope.fiber()) {
                this.work = None;
                this.scope.close();
                return Poll::Ready(Err(error));
            }
            this.cancelling = Some(core.cancelling());
        }
        let answer = match is_told {
            true => Err(Error::Cancelled),
            false => match work.as_mut().poll(cx) {
                Poll::Ready(answer) => answer,
                Poll::Pending => return Poll::Pending,
            },
        };
        this.work = None;
        this.scope.close();
        let has_expired = this.limit.leave();
        let is_only = has_expired && core.uncancel() <= this.cancelling.unwrap_or_default();
        Poll::Ready(match answer {
            // There is no other request: the cancellation came from the limit.
            Err(Error::Cancelled) if is_only => Err(Error::TimedOut),
            answer => answer,
        })
    }
}

impl<T> Drop for Timeout<'_, T> {
    fn drop(&mut self) {
        if self.cancelling.is_some() {
            self.limit.leave();
        }
    }
}
