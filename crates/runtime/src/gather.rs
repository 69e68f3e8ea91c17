//! Waiting for all of many tasks.

use crate::countdown::{Countdown, Until};
use crate::error::Result;
use crate::task::Handle;
use interleave_trace::WaitFor;
use std::borrow::Borrow;
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// The values of all tasks, in the order of the handles: `await asyncio.gather(...)`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | all of them return | their values are handed over |
/// | one fails | its error is returned at once; the others run on, their results are lost |
/// | the task that gathers is cancelled | all are cancelled; it is told when the first one ends |
/// | the gather is dropped while it waits | all are cancelled |
///
/// Given `&mut` handles, it leaves them to its caller.
#[track_caller]
pub fn gather<T, H: Borrow<Handle<T>>>(
    handles: impl IntoIterator<Item = H>,
) -> impl Future<Output = Result<Vec<T>>> {
    let all = All::new(handles, Until::Failure);
    async move { all.await.into_iter().collect() }
}

/// The results of all tasks, in the order of the handles, whether they failed or
/// not: `await asyncio.gather(..., return_exceptions=True)`, `await asyncio.wait(...)`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | one fails | nothing: its error is a result like any other |
/// | the task that waits is cancelled | all are cancelled; it is told when the last one has ended |
/// | it is dropped while it waits | all are cancelled |
#[track_caller]
pub fn wait_all<T, H: Borrow<Handle<T>>>(
    handles: impl IntoIterator<Item = H>,
) -> impl Future<Output = Vec<Result<T>>> {
    All::new(handles, Until::All)
}

/// Waits for all handles with a single wake-up.
struct All<T, H: Borrow<Handle<T>>> {
    handles: Vec<H>,
    until: Until,
    line: u32,
    /// Present while it waits.
    countdown: Option<Rc<Countdown>>,
    values: PhantomData<T>,
}

impl<T, H: Borrow<Handle<T>>> All<T, H> {
    #[track_caller]
    fn new(handles: impl IntoIterator<Item = H>, until: Until) -> Self {
        Self {
            handles: handles.into_iter().collect(),
            until,
            line: Location::caller().line(),
            countdown: None,
            values: PhantomData,
        }
    }

    fn handles(&self) -> impl Iterator<Item = &Handle<T>> + Clone {
        self.handles.iter().map(Borrow::borrow)
    }

    fn alive(&self) -> impl Iterator<Item = &Handle<T>> + Clone {
        self.handles().filter(|handle| !handle.is_done())
    }

    /// Waits no more. False if it did not wait.
    fn close(&mut self) -> bool {
        let countdown = self.countdown.take();
        countdown.inspect(|countdown| countdown.close()).is_some()
    }
}

// Nothing in it is self-referential.
impl<T, H: Borrow<Handle<T>>> Unpin for All<T, H> {}

impl<T, H: Borrow<Handle<T>>> Future for All<T, H> {
    type Output = Vec<Result<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let is_first_poll = this.countdown.is_none();
        let start = || {
            Handle::count_down(
                this.handles.iter().map(Borrow::borrow),
                this.until,
                cx.waker(),
            )
        };
        let countdown = Rc::clone(this.countdown.get_or_insert_with(start));
        if let Some(failed) = countdown.first() {
            this.close();
            let failed = this.handles[failed].borrow().take();
            return Poll::Ready(failed.into_iter().collect());
        }
        if countdown.left() == 0 {
            this.close();
            return Poll::Ready(this.handles().filter_map(Handle::take).collect());
        }
        countdown.wakes(cx.waker());
        if is_first_poll && let Some(first) = this.handles().next() {
            let left = countdown.left() as u32;
            first.core().waits(WaitFor::Tasks(left), this.line);
        }
        for handle in this.alive() {
            // asyncio's gather with return_exceptions raises after the last of them has ended.
            let with_them = this.until == Until::All;
            handle.core().awaits(handle.fiber(), with_them);
        }
        Poll::Pending
    }
}

impl<T, H: Borrow<Handle<T>>> Drop for All<T, H> {
    fn drop(&mut self) {
        if !self.close() {
            return;
        }
        if let Some(first) = self.handles().next() {
            first.core().stops_awaiting(self.alive().map(Handle::fiber));
        }
        for handle in self.handles() {
            handle.cancel();
        }
    }
}
