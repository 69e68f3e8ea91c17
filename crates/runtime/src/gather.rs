//! Waiting for all of several tasks.

use crate::error::{Error, Result};
use crate::executor::{Awaited, Callback, Core, End, FiberId, Many};
use crate::task::{Handle, Part};
use interleave_trace::WaitFor;
use std::borrow::Borrow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// The values of all tasks, in the order of the handles: `await asyncio.gather(...)`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | all of them return | their values are handed over |
/// | one fails | its error is returned immediately; the others run on, their results are lost |
/// | the gathering task is cancelled | all are cancelled; it gets the cancellation when the first one ends as cancelled |
/// | the gather is dropped while it waits | all are cancelled |
///
/// If all of them swallow the cancellation, the answer is still [`Error::Cancelled`]. If it is given `&mut` handles, its
/// caller keeps them. Clones of one handle are one task, whose value is handed over for each clone.
#[track_caller]
pub fn gather<T, H: Borrow<Handle<T>>>(
    handles: impl IntoIterator<Item = H>,
) -> impl Future<Output = Result<Vec<T>>> {
    let all = All::new(handles, false);
    async move { all.await.into_iter().collect() }
}

/// The results of all tasks, in the order of the handles, whether they failed or
/// not: `await asyncio.gather(..., return_exceptions=True)`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | one fails | nothing: its error is a result like any other |
/// | the waiting task is cancelled | all are cancelled; it gets the cancellation when the last one has ended |
/// | it is dropped while it waits | all are cancelled |
///
/// This differs from `asyncio.wait`, which cancels nothing: that is [`wait`](crate::wait()).
#[track_caller]
pub fn wait_all<T, H: Borrow<Handle<T>>>(
    handles: impl IntoIterator<Item = H>,
) -> impl Future<Output = Vec<Result<T>>> {
    All::new(handles, true)
}

/// The state of a gather: it is called back at the end of each task, and wakes the gathering task once.
struct Gathering {
    /// Each task once, even if it was given several times.
    fibers: Vec<FiberId>,
    /// How many have not ended.
    left: Cell<usize>,
    /// Whether a failure is a result like any other: `return_exceptions=True`.
    collects: bool,
    answer: Cell<Answer>,
    /// All of the tasks have been asked to end.
    cancel_requested: Cell<bool>,
    /// The gathering task; `None` before it waits.
    waiter: RefCell<Option<(FiberId, Waker)>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Pending,
    /// All have ended.
    All,
    /// The one at this place has failed.
    Failed(usize),
    /// It was cancelled, and all have ended.
    Cancelled,
}

impl Gathering {
    fn has_answer(&self) -> bool {
        self.answer.get() != Answer::Pending
    }

    /// Notes the end of a task.
    fn ended(&self, core: &Core, end: &End) {
        self.left.set(self.left.get() - 1);
        if self.has_answer() {
            return;
        }
        let answer = match end.error {
            Some(_) if !self.collects => Answer::Failed(end.place),
            _ if self.left.get() > 0 => return,
            _ if self.cancel_requested.get() => Answer::Cancelled,
            _ => Answer::All,
        };
        self.answer.set(answer);
        if let Some((fiber, waker)) = self.waiter.take() {
            if self.collects && answer == Answer::Cancelled {
                core.throw(fiber);
            }
            waker.wake();
        }
    }
}

impl Callback for Gathering {
    fn call(&self, core: &Core, end: End) {
        self.ended(core, &end);
    }
}

impl Many for Gathering {
    fn to_ask(&self) -> &[FiberId] {
        match self.has_answer() {
            true => &[],
            false => &self.fibers,
        }
    }

    fn asked(&self) {
        self.cancel_requested.set(true);
    }
}

impl Gathering {
    /// A gathering that is called back at the end of each of these tasks.
    fn of(parts: &[Part<'_>], collects: bool) -> Rc<Self> {
        parts.iter().for_each(Part::is_retrieved);
        let mut places = HashMap::new();
        let has_clones = parts.iter().any(|part| part.is_shared);
        // Of clones, the first one counts.
        let firsts = parts.iter().enumerate().filter(|&(place, part)| {
            !has_clones || *places.entry(part.fiber).or_insert(place) == place
        });
        let firsts: Vec<_> = firsts.collect();
        let gathering = Rc::new(Self {
            fibers: firsts.iter().map(|(_, part)| part.fiber).collect(),
            left: Cell::new(firsts.len()),
            collects,
            answer: Cell::new(match firsts.is_empty() {
                true => Answer::All,
                false => Answer::Pending,
            }),
            cancel_requested: Cell::new(false),
            waiter: RefCell::default(),
        });
        let (ended, alive): (Vec<_>, Vec<_>) =
            firsts.into_iter().partition(|(_, part)| part.is_done());
        for (place, part) in alive {
            part.on_end(Rc::<Self>::clone(&gathering), place);
        }
        for (place, part) in ended {
            let error = part.error();
            gathering.ended(part.core, &End { place, error });
        }
        gathering
    }
}

/// Waits for a [`Gathering`], independent of the type of its results.
struct Waiting {
    gathering: Rc<Gathering>,
    /// The line that waits.
    line: u32,
    /// Present while it waits.
    core: Option<Rc<Core>>,
}

impl Waiting {
    fn awaited(&self) -> Awaited {
        let many: Rc<dyn Many> = Rc::<Gathering>::clone(&self.gathering);
        Awaited::Many(many)
    }

    /// Stops waiting. `None` if it did not wait.
    fn stop(&mut self) -> Option<Rc<Core>> {
        let core = self.core.take()?;
        core.stops_awaiting(&self.awaited());
        Some(core)
    }

    /// Waits in the task that holds the loop, unless there is an answer. `left` counts the tasks that have not ended.
    fn poll(&mut self, core: Option<&Rc<Core>>, left: &dyn Fn() -> usize, waker: &Waker) -> Answer {
        let answer = self.gathering.answer.get();
        if answer != Answer::Pending {
            self.stop();
        } else if let Some(core) = core
            && let Some(fiber) = core.current.get()
        {
            *self.gathering.waiter.borrow_mut() = Some((fiber, waker.clone()));
            if self.core.is_none() {
                self.core = Some(Rc::clone(core));
                core.awaits(self.awaited());
                core.waits(WaitFor::Tasks(left() as u32), self.line);
            }
        }
        answer
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Once there is an answer, no task is cancelled.
        if let Some(core) = self.stop().filter(|_| !self.gathering.has_answer()) {
            self.gathering.waiter.take();
            for &fiber in &self.gathering.fibers {
                core.cancel(fiber);
            }
        }
    }
}

/// Waits for all handles with a single wake-up.
struct All<T, H: Borrow<Handle<T>>> {
    handles: Vec<H>,
    waiting: Waiting,
    values: PhantomData<T>,
}

impl<T, H: Borrow<Handle<T>>> All<T, H> {
    #[track_caller]
    fn new(handles: impl IntoIterator<Item = H>, collects: bool) -> Self {
        let line = Location::caller().line();
        let handles: Vec<H> = handles.into_iter().collect();
        let parts: Vec<_> = handles
            .iter()
            .map(|handle| handle.borrow().part())
            .collect();
        let waiting = Waiting {
            gathering: Gathering::of(&parts, collects),
            line,
            core: None,
        };
        Self {
            handles,
            waiting,
            values: PhantomData,
        }
    }
}

// Nothing in it is self-referential.
impl<T, H: Borrow<Handle<T>>> Unpin for All<T, H> {}

impl<T, H: Borrow<Handle<T>>> Future for All<T, H> {
    type Output = Vec<Result<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let handles = || this.handles.iter().map(Borrow::borrow);
        let left = || handles().filter(|handle| !handle.is_done()).count();
        let core = handles().next().map(Handle::core);
        match this.waiting.poll(core, &left, cx.waker()) {
            Answer::All => Poll::Ready(handles().filter_map(Handle::take).collect()),
            Answer::Failed(place) => {
                let failed = this.handles[place].borrow().take();
                Poll::Ready(failed.into_iter().collect())
            }
            Answer::Cancelled => Poll::Ready(vec![Err(Error::Cancelled)]),
            Answer::Pending => Poll::Pending,
        }
    }
}
