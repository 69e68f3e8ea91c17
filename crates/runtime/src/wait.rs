//! Waiting for the first of many tasks, or for each as it comes.

use crate::countdown::{Countdown, Until};
use crate::error::Result;
use crate::task::Handle;
use interleave_trace::WaitFor;
use std::future::poll_fn;
use std::panic::Location;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Tasks, each with its place among those that were waited for.
pub type Places<T> = Vec<(usize, Handle<T>)>;

/// Waits until at least one task has ended: the done and the pending ones, in the order of the
/// handles. It is `await asyncio.wait(..., return_when=FIRST_COMPLETED)`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | one ends, well or not | nothing: the others are pending, and run on |
/// | several end at that instant | all of them are done |
/// | the task that waits is cancelled | nothing: they run on |
/// | it is dropped while it waits | nothing: they run on |
///
/// Without any tasks there is nothing to wait for.
#[track_caller]
pub fn wait_first<T>(
    handles: impl IntoIterator<Item = Handle<T>>,
) -> impl Future<Output = (Places<T>, Places<T>)> {
    let mut ends = Ends::new(handles, Location::caller().line());
    async move {
        poll_fn(|cx| ends.poll(cx, Countdown::first)).await;
        let places = std::mem::take(&mut ends.handles).into_iter().enumerate();
        places.partition(|(_, handle)| handle.is_done())
    }
}

/// The results of tasks, each as soon as it is there: `asyncio.as_completed(...)`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | one ends, well or not | [`AsCompleted::next`] hands its result over; the others run on |
/// | the task that waits is cancelled | nothing: they run on |
/// | it is dropped | nothing: they run on |
pub fn as_completed<T>(handles: impl IntoIterator<Item = Handle<T>>) -> AsCompleted<T> {
    AsCompleted(Ends::new(handles, 0))
}

/// Tasks whose results are handed over as they come; see [`as_completed`].
#[must_use = "nothing waits for the tasks before `next` is awaited"]
pub struct AsCompleted<T>(Ends<T>);

impl<T> AsCompleted<T> {
    /// The place and the result of the task that ends next; `None` after the last one.
    #[track_caller]
    #[expect(
        clippy::should_implement_trait,
        reason = "it is awaited, as StreamExt's"
    )]
    pub fn next(&mut self) -> impl Future<Output = Option<(usize, Result<T>)>> {
        let ends = &mut self.0;
        ends.line = Location::caller().line();
        async {
            let place = poll_fn(|cx| ends.poll(cx, Countdown::take_first)).await?;
            ends.handles[place].take().map(|result| (place, result))
        }
    }
}

/// The ends of tasks as they come.
struct Ends<T> {
    handles: Vec<Handle<T>>,
    /// The line that awaits them.
    line: u32,
    /// Present once it waits.
    countdown: Option<Rc<Countdown>>,
}

impl<T> Ends<T> {
    fn new(handles: impl IntoIterator<Item = Handle<T>>, line: u32) -> Self {
        Self {
            handles: handles.into_iter().collect(),
            line,
            countdown: None,
        }
    }

    /// Ready with what `read` finds, or with nothing when all have ended.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        read: impl Fn(&Countdown) -> Option<usize>,
    ) -> Poll<Option<usize>> {
        let start = || Handle::count_down(self.handles.iter(), Until::Each, cx.waker());
        let countdown = self.countdown.get_or_insert_with(start);
        let place = read(countdown);
        if place.is_some() || countdown.left() == 0 {
            return Poll::Ready(place);
        }
        countdown.wakes(cx.waker());
        let waits = WaitFor::First(countdown.left() as u32);
        self.handles[0].core().waits(waits, self.line);
        Poll::Pending
    }
}

impl<T> Drop for Ends<T> {
    fn drop(&mut self) {
        if let Some(countdown) = &self.countdown {
            countdown.close();
        }
    }
}
