//! The results of tasks, each as soon as its task ends.

use crate::error::Result;
use crate::executor::{Callback, Core, End};
use crate::latch::Waiting;
use crate::task::Handle;
use interleave_trace::WaitFor;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::Location;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// The results of tasks, each as soon as its task ends: `asyncio.as_completed(...)`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | one returns, fails or is cancelled | [`AsCompleted::next`] hands its result over; the others run on |
/// | the task that waits is cancelled | nothing: they run on |
/// | it is dropped | nothing: they run on |
pub fn as_completed<T>(handles: impl IntoIterator<Item = Handle<T>>) -> AsCompleted<T> {
    let handles: Vec<Handle<T>> = handles.into_iter().collect();
    let ends = Rc::new(Ends::default());
    for (place, handle) in handles.iter().enumerate() {
        handle.on_end(&ends, place);
    }
    AsCompleted {
        left: handles.len(),
        handles,
        ends,
    }
}

/// Tasks whose results are handed over as the tasks end; see [`as_completed`].
#[must_use = "nothing waits for the tasks before `next` is awaited"]
pub struct AsCompleted<T> {
    handles: Vec<Handle<T>>,
    /// How many results have not been handed over.
    left: usize,
    ends: Rc<Ends>,
}

impl<T> AsCompleted<T> {
    /// The place and the result of the task that ends next; `None` after the last one.
    #[track_caller]
    #[expect(
        clippy::should_implement_trait,
        reason = "it is awaited, as StreamExt's"
    )]
    pub fn next(&mut self) -> impl Future<Output = Option<(usize, Result<T>)>> {
        let line = Location::caller().line();
        async move {
            self.left = self.left.checked_sub(1)?;
            let _waiting = Waiting(&self.ends.waker);
            let mut waits = false;
            let place = poll_fn(|cx| {
                let next = self.ends.places.borrow_mut().pop_front();
                if let Some(place) = next {
                    return Poll::Ready(place);
                }
                *self.ends.waker.borrow_mut() = Some(cx.waker().clone());
                if !std::mem::replace(&mut waits, true) {
                    let left = self.handles.len() - self.ends.count.get();
                    self.handles[0]
                        .core()
                        .waits(WaitFor::First(left as u32), line);
                }
                Poll::Pending
            });
            let place = place.await;
            self.handles[place].take().map(|result| (place, result))
        }
    }
}

/// Tasks that have ended and whose results were not handed over.
#[derive(Default)]
struct Ends {
    /// Their places, in the order in which they ended.
    places: RefCell<VecDeque<usize>>,
    /// How many have ended in all.
    count: Cell<usize>,
    waker: RefCell<Option<Waker>>,
}

impl Callback for Ends {
    fn call(&self, _: &Core, end: End) {
        self.places.borrow_mut().push_back(end.place);
        self.count.set(self.count.get() + 1);
        self.waker.take().into_iter().for_each(Waker::wake);
    }
}
