//! Sleeping, and yielding for one turn of the loop.

use crate::cx::Cx;
use crate::executor::{Core, TimerId};
use interleave_trace::{ResourceId, Time, WaitFor};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

impl Cx {
    /// Suspends the task for `seconds`; if that is negative or not a number, for one turn of the loop.
    #[track_caller]
    pub fn sleep(&self, seconds: f64) -> Sleep {
        Sleep {
            core: Rc::clone(&self.core),
            seconds,
            line: Location::caller().line(),
            for_token: None,
            state: SleepState::New,
        }
    }
}

enum SleepState {
    New,
    /// It yields for one turn of the loop.
    Yielded,
    Armed(TimerId),
    Done,
}

/// A sleeping task; see [`Cx::sleep`].
#[must_use = "nothing sleeps before it is awaited"]
pub struct Sleep {
    core: Rc<Core>,
    seconds: f64,
    line: u32,
    /// If it waits for a token, the rate limiter of that token.
    for_token: Option<ResourceId>,
    state: SleepState,
}

impl Sleep {
    /// Sets the line that awaits, for a caller that knows it.
    pub(crate) fn at_line(mut self, line: u32) -> Self {
        self.line = line;
        self
    }

    /// Marks it as a wait for a token of a rate limiter.
    pub(crate) fn for_token(mut self, of: ResourceId, line: u32) -> Self {
        self.for_token = Some(of);
        self.at_line(line)
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.state {
            SleepState::New if self.seconds > 0.0 => {
                let until: Time = self.core.now().after(self.seconds);
                let on = match self.for_token {
                    Some(of) => WaitFor::Token(of),
                    None => WaitFor::Timer { until },
                };
                self.core.waits(on, self.line);
                self.state = SleepState::Armed(self.core.arm(until, cx.waker()));
                Poll::Pending
            }
            SleepState::New => {
                self.core.waits(WaitFor::Turn, self.line);
                self.state = SleepState::Yielded;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            SleepState::Armed(timer) if !self.core.poll_timer(timer, cx.waker()) => Poll::Pending,
            SleepState::Armed(timer) => {
                self.core.release(timer);
                self.state = SleepState::Done;
                Poll::Ready(())
            }
            SleepState::Yielded | SleepState::Done => {
                self.state = SleepState::Done;
                Poll::Ready(())
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let SleepState::Armed(timer) = self.state {
            self.core.release(timer);
        }
    }
}
