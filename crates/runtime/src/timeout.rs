//! Work that has so much time and no more.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::sleep::Sleep;
use crate::task::Handle;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Work that has not been started.
type Work<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

impl Cx {
    /// Gives `work` a number of seconds, after which it is cancelled and may clean up: `async with
    /// asyncio.timeout(seconds)`.
    ///
    /// For that the work is polled apart from the task, which goes on a turn after the work has
    /// ended. Where nothing needs a clean-up, [`Cx::within`] does without that turn.
    ///
    /// | event | effect on the work | the answer |
    /// |---|---|---|
    /// | it ends before the limit | | its own |
    /// | it is not done at the limit, or just then | cancelled; it may clean up first | [`Error::TimedOut`], after the clean-up |
    /// | it swallows that cancellation, or fails of it | runs on to its end | its own |
    /// | the limit is 0 | started, cancelled where it first waits | [`Error::TimedOut`] |
    /// | the task is cancelled before | cancelled in its stead | its own; a clean-up goes first |
    /// | the task is cancelled during the clean-up | the clean-up is cut short | the task is told |
    /// | this is dropped | cancelled | |
    #[track_caller]
    pub fn timeout<T: 'static>(
        &self,
        seconds: f64,
        work: impl Future<Output = Result<T>> + 'static,
    ) -> Timeout<T> {
        self.limited(seconds, false, Box::pin(work))
    }

    /// Gives `work` a number of seconds, as a task of its own: `asyncio.wait_for(work, seconds)`.
    ///
    /// It differs from [`Cx::timeout`] in two points: without any time, the work does not even
    /// start. And a cancellation of the task is final, also if the work swallows it.
    #[track_caller]
    pub fn wait_for<T: 'static>(
        &self,
        seconds: f64,
        work: impl Future<Output = Result<T>> + 'static,
    ) -> Timeout<T> {
        self.limited(seconds, true, Box::pin(work))
    }

    #[track_caller]
    fn limited<T>(&self, seconds: f64, is_task: bool, work: Work<T>) -> Timeout<T> {
        Timeout {
            cx: self.clone(),
            // A bare turn if there is no time: the work gets as far as it first waits.
            alarm: self.sleep(seconds),
            has_time: seconds > 0.0,
            is_task,
            stage: Stage::New(work),
        }
    }
}

/// Work with a time limit; see [`Cx::timeout`] and [`Cx::wait_for`].
#[must_use = "nothing runs before it is awaited"]
pub struct Timeout<T> {
    cx: Cx,
    alarm: Sleep,
    has_time: bool,
    /// Whether the work counts as a task of its own.
    is_task: bool,
    stage: Stage<T>,
}

enum Stage<T> {
    New(Work<T>),
    /// Its steps are its own, so that it can be cancelled while the remainder of its task continues.
    Running(Handle<T>),
    /// The time is up and it has been cancelled.
    Ending {
        handle: Handle<T>,
        /// Another request came before: what ends it is no timeout.
        was_asked: bool,
    },
    /// It is over, but asyncio's `wait_for` is told of it by a callback, this many turns later.
    Ended {
        answer: Result<T>,
        turns: u8,
    },
    Over,
}

// Nothing in it is self-referential.
impl<T> Unpin for Timeout<T> {}

impl<T: 'static> Future for Timeout<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut *self;
        loop {
            this.stage = match std::mem::replace(&mut this.stage, Stage::Over) {
                Stage::New(_) if this.is_task && !this.has_time => {
                    // Its task is made, cancelled and awaited all the same.
                    let answer = Err(Error::TimedOut);
                    Stage::Ended { answer, turns: 3 }
                }
                Stage::New(work) => {
                    let start = || Handle::spawn_part(&this.cx.core, this.cx.id(), work);
                    let mut set_alarm = || Pin::new(&mut this.alarm).poll(cx).is_pending();
                    let handle = if this.has_time {
                        // At a tie, the alarm goes off first.
                        set_alarm();
                        start()
                    } else {
                        let handle = start();
                        set_alarm();
                        handle
                    };
                    let _pending = handle.poll_end(cx.waker(), this.is_task);
                    this.stage = Stage::Running(handle);
                    return Poll::Pending;
                }
                Stage::Running(handle) => {
                    if let Poll::Ready(answer) = handle.poll_end(cx.waker(), this.is_task) {
                        let turns = u8::from(this.is_task);
                        this.stage = Stage::Ended { answer, turns };
                        continue;
                    }
                    let was_asked = handle.was_asked();
                    if (was_asked && this.is_task)
                        || Pin::new(&mut this.alarm).poll(cx).is_pending()
                    {
                        this.stage = Stage::Running(handle);
                        return Poll::Pending;
                    }
                    handle.cancel();
                    Stage::Ending { handle, was_asked }
                }
                Stage::Ending { handle, was_asked } => {
                    let Poll::Ready(answer) = handle.poll_end(cx.waker(), true) else {
                        this.stage = Stage::Ending { handle, was_asked };
                        return Poll::Pending;
                    };
                    let answer = match answer {
                        Err(Error::Cancelled) if !was_asked => Err(Error::TimedOut),
                        answer => answer,
                    };
                    let turns = u8::from(this.is_task);
                    Stage::Ended { answer, turns }
                }
                Stage::Ended { answer, turns: 0 } => return Poll::Ready(answer),
                Stage::Ended { answer, turns } => {
                    let turns = turns - 1;
                    this.stage = Stage::Ended { answer, turns };
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Stage::Over => return Poll::Pending,
            };
        }
    }
}

impl<T> Drop for Timeout<T> {
    fn drop(&mut self) {
        if let Stage::Running(handle) | Stage::Ending { handle, .. } = &self.stage {
            handle.give_up();
        }
    }
}
