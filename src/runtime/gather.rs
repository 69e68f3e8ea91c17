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
/// If it is dropped while it waits, all of them are cancelled. If its task is cancelled, all of
/// them are, and the task is told when the last one has ended.
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

    /// The place of the task whose failure is to be returned.
    fn failed(&self) -> Option<usize> {
        let failed = match &self.countdown {
            Some(countdown) => countdown.failed.get(),
            None => self.handles.iter().position(Handle::failed),
        };
        failed.filter(|_| self.first_failure)
    }

    /// Waits no more: what ends from now on wakes nobody.
    fn close(&mut self) -> bool {
        let countdown = self.countdown.take();
        countdown
            .map(|countdown| countdown.waker.replace(Waker::noop().clone()))
            .is_some()
    }

    fn alive(&self) -> impl Iterator<Item = (usize, &Handle<T>)> {
        self.handles
            .iter()
            .enumerate()
            .filter(|(_, handle)| !handle.is_done())
    }
}

// Nothing in it is self-referential.
impl<T> Unpin for All<T> {}

impl<T> Future for All<T> {
    type Output = Vec<Result<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(failed) = this.failed() {
            this.close();
            return Poll::Ready(this.handles[failed].take().into_iter().collect());
        }
        let left = this.alive().count();
        if left == 0 {
            this.close();
            return Poll::Ready(this.handles.iter().filter_map(Handle::take).collect());
        }
        if let Some(countdown) = &this.countdown {
            countdown.waker.borrow_mut().clone_from(cx.waker());
        } else {
            let countdown = Rc::new(Countdown {
                left: Cell::new(left),
                first_failure: this.first_failure,
                failed: Cell::new(None),
                waker: RefCell::new(cx.waker().clone()),
            });
            for (place, handle) in this.alive() {
                handle.count(&countdown, place);
            }
            this.handles[0]
                .core()
                .waits(WaitFor::Tasks(left as u32), this.line);
            this.countdown = Some(countdown);
        }
        for (_, handle) in this.alive() {
            // asyncio's gather with return_exceptions raises after the last of them has ended.
            handle.core().awaits(handle.fiber(), !this.first_failure);
        }
        Poll::Pending
    }
}

impl<T> Drop for All<T> {
    fn drop(&mut self) {
        if !self.close() {
            return;
        }
        if let Some(first) = self.handles.first() {
            first
                .core()
                .gives_up(self.alive().map(|(_, handle)| handle.fiber()));
        }
        for handle in &self.handles {
            handle.cancel();
        }
    }
}
