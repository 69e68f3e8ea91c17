//! Work that is dropped when its time is up.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::sleep::Sleep;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

impl Cx {
    /// Gives `work` a number of seconds, in place: for work that has nothing to clean up.
    ///
    /// It is `async with asyncio.timeout(seconds)` in the very turns of CPython, since the work is
    /// polled by the task itself, and can only be dropped. What may clean up when its time is up
    /// needs [`Cx::timeout`], whose work is polled apart: its task goes on in the turn after the
    /// one in which the work ends. The instants are the same, but where others are due at one of
    /// them, too, the order is not: a permit would be given back a turn late. The scraper's
    /// fixtures with ties tell the two apart.
    ///
    /// | event | effect on the work | the answer |
    /// |---|---|---|
    /// | it ends before the limit | | its own |
    /// | it is not done at the limit, or just then | dropped where it stands | [`Error::TimedOut`] |
    /// | the limit is 0 | started, dropped where it first waits | [`Error::TimedOut`] |
    /// | the task is cancelled, or this is dropped | dropped | |
    #[track_caller]
    pub fn within<T>(
        &self,
        seconds: f64,
        work: impl Future<Output = Result<T>>,
    ) -> impl Future<Output = Result<T>> {
        let (cx, alarm) = (self.clone(), self.sleep(seconds));
        let line = Location::caller().line();
        let has_time = seconds > 0.0;
        async move {
            let (mut work, mut alarm) = (pin!(work), pin!(alarm));
            if has_time {
                // The alarm is set first: at a tie it goes off first.
                return poll_fn(|context| race(alarm.as_mut(), work.as_mut(), context)).await;
            }
            let started = poll_fn(|context| Poll::Ready(work.as_mut().poll(context)));
            if let Poll::Ready(answer) = started.await {
                return answer;
            }
            // asyncio gives such an alarm a turn, and the task another one in which it is told;
            // unless the task is to have the next turn anyway.
            if !cx.core.is_woken() {
                cx.sleep(0.0).at_line(line).await;
            }
            alarm.await;
            Err(Error::TimedOut)
        }
    }
}

/// Whichever is ready first; the alarm, if both are.
fn race<T>(
    alarm: Pin<&mut Sleep>,
    work: Pin<&mut impl Future<Output = Result<T>>>,
    context: &mut Context<'_>,
) -> Poll<Result<T>> {
    match alarm.poll(context) {
        Poll::Ready(()) => Poll::Ready(Err(Error::TimedOut)),
        Poll::Pending => work.poll(context),
    }
}
