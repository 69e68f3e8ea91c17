//! Waiting for many tasks.

use super::error::Result;
use super::task::{Countdown, Handle};
use crate::trace::WaitFor;
use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// The values of all tasks, in the order of the handles: `await asyncio.gather(...)`.
///
/// The first failure is returned at once; the others are not cancelled by it
/// but run on, and their results are lost. If the gather itself is dropped
/// while it waits, all of them are cancelled.
#[track_caller]
pub fn gather<T>(
    handles: impl IntoIterator<Item = Handle<T>>,
) -> impl Future<Output = Result<Vec<T>>> {
    let all = All::new(handles, true);
    async move { all.await.into_iter().collect() }
}

/// The results of all tasks, in the order of the handles, whether they failed or
/// not: `await asyncio.gather(..., return_exceptions=True)`, `await asyncio.wait(...)`.
///
/// If it is dropped while it waits, all of them are cancelled.
#[track_caller]
pub fn wait_all<T>(
    handles: impl IntoIterator<Item = Handle<T>>,
) -> impl Future<Output = Vec<Result<T>>> {
    All::new(handles, false)
}

/// Waits for all handles with a single wake-up.
struct All<T> {
    handles: Vec<Handle<T>>,
    first_failure: bool,
    line: u32,
    /// Present while it waits.
    countdown: Option<Rc<Countdown>>,
}

impl<T> All<T> {
    #[track_caller]
    fn new(handles: impl IntoIterator<Item = Handle<T>>, first_failure: bool) -> Self {
        Self {
            handles: handles.into_iter().collect(),
            first_failure,
            line: Location::caller().line(),
            countdown: None,
        }
    }

    fn failed(&self) -> Option<usize> {
        self.handles
            .iter()
            .position(Handle::failed)
            .filter(|_| self.first_failure)
    }
}

// Nothing in it is self-referential.
impl<T> Unpin for All<T> {}

impl<T> Future for All<T> {
    type Output = Vec<Result<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(failed) = this.failed() {
            this.countdown = None;
            return Poll::Ready(this.handles[failed].take().into_iter().collect());
        }
        let left = this
            .handles
            .iter()
            .filter(|handle| !handle.is_done())
            .count();
        if left == 0 {
            this.countdown = None;
            return Poll::Ready(this.handles.iter().filter_map(Handle::take).collect());
        }
        let first_failure = this.first_failure;
        let (handles, line) = (&this.handles, this.line);
        let countdown = this.countdown.get_or_insert_with(|| {
            let countdown = Rc::new(Countdown {
                left: Cell::new(left),
                first_failure,
                waker: RefCell::new(Waker::noop().clone()),
            });
            for handle in handles.iter().filter(|handle| !handle.is_done()) {
                handle.count(&countdown);
            }
            handles[0].core().waits(WaitFor::Tasks(left as u32), line);
            countdown
        });
        countdown.waker.borrow_mut().clone_from(cx.waker());
        for handle in this.handles.iter().filter(|handle| !handle.is_done()) {
            handle.core().awaits(handle.fiber());
        }
        Poll::Pending
    }
}

impl<T> Drop for All<T> {
    fn drop(&mut self) {
        if self.countdown.is_some() {
            for handle in &self.handles {
                handle.cancel();
            }
        }
    }
}
