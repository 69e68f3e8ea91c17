//! Waiting for some of several tasks, without any effect on them: `asyncio.wait`.

use crate::cx::Cx;
use crate::executor::{Callback, Core, End, TimerId};
use crate::latch::Latch;
use crate::task::Handle;
use interleave_trace::WaitFor;
use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

/// Tasks, each with its place in the wait.
pub type Places<T> = Vec<(usize, Handle<T>)>;

/// What [`wait`] waits for: `return_when`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// One has ended: `FIRST_COMPLETED`.
    FirstCompleted,
    /// One has failed, or all have ended: `FIRST_EXCEPTION`. A cancelled task has not failed.
    FirstException,
    /// All have ended: `ALL_COMPLETED`.
    AllCompleted,
}

/// Waits for tasks: the done and the pending ones, in the order of the handles. It is
/// `await asyncio.wait(..., return_when=...)`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | one returns, fails or is cancelled | nothing: the others are pending, and run on |
/// | several end before the waiting task takes its step | all of them are done |
/// | the waiting task is cancelled | nothing: they run on |
/// | it is dropped while it waits | nothing: they run on |
///
/// Even if all tasks have ended before, it takes two turns of the loop. Without any tasks it is ready immediately, while
/// Python raises a `ValueError`.
#[track_caller]
pub fn wait<T>(
    handles: impl IntoIterator<Item = Handle<T>>,
    when: When,
) -> impl Future<Output = (Places<T>, Places<T>)> {
    waits(
        handles.into_iter().collect(),
        when,
        None,
        Location::caller().line(),
    )
}

/// Waits until at least one task has ended: [`wait`] with [`When::FirstCompleted`].
#[track_caller]
pub fn wait_first<T>(
    handles: impl IntoIterator<Item = Handle<T>>,
) -> impl Future<Output = (Places<T>, Places<T>)> {
    let (handles, line) = (handles.into_iter().collect(), Location::caller().line());
    waits(handles, When::FirstCompleted, None, line)
}

impl Cx {
    /// As [`wait`], but for at most this number of seconds: `asyncio.wait(..., timeout=...)`.
    ///
    /// If the time is up, that is no error and cancels nothing: the tasks are pending.
    #[track_caller]
    pub fn wait<T>(
        &self,
        seconds: f64,
        handles: impl IntoIterator<Item = Handle<T>>,
        when: When,
    ) -> impl Future<Output = (Places<T>, Places<T>)> {
        let (handles, line) = (handles.into_iter().collect(), Location::caller().line());
        waits(handles, when, Some(seconds), line)
    }
}

async fn waits<T>(
    handles: Vec<Handle<T>>,
    when: When,
    seconds: Option<f64>,
    line: u32,
) -> (Places<T>, Places<T>) {
    if let Some(first) = handles.first() {
        let core = Rc::clone(first.core());
        let waiter = Rc::new(Waiter::new(when, handles.len()));
        let _timer = seconds.map(|seconds| {
            let (deadline, to) = (core.now().after(seconds), Rc::clone(&waiter));
            Timer {
                core: Rc::clone(&core),
                id: core.call_at(deadline, Rc::new(Release(to))),
            }
        });
        let register = |handle| Handle::registered(handle, &waiter);
        let _registered: Vec<_> = handles.iter().map(register).collect();
        let suspended = || {
            let left = handles.iter().filter(|handle| !handle.is_done()).count() as u32;
            let on = match when {
                When::AllCompleted => WaitFor::Tasks(left),
                _ => WaitFor::First(left),
            };
            core.waits(on, line);
        };
        waiter.released.wait(suspended).await;
    }
    let places = handles.into_iter().enumerate();
    places.partition(|(_, handle)| handle.is_done())
}

/// The state of a wait.
struct Waiter {
    when: When,
    /// How many have not ended.
    left: Cell<usize>,
    released: Latch,
}

impl Waiter {
    fn new(when: When, left: usize) -> Self {
        Self {
            when,
            left: Cell::new(left),
            released: Latch::default(),
        }
    }
}

impl Callback for Waiter {
    fn call(&self, _: &Core, end: End) {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        let is_enough = match self.when {
            When::FirstCompleted => true,
            When::FirstException => end.is_failure(),
            When::AllCompleted => false,
        };
        if is_enough || left == 0 {
            self.released.set();
        }
    }
}

/// The callback when the time of a wait is up.
struct Release(Rc<Waiter>);

impl Callback for Release {
    fn call(&self, _: &Core, _: End) {
        self.0.released.set();
    }
}

/// Releases a timer when it is dropped.
struct Timer {
    core: Rc<Core>,
    id: TimerId,
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.core.release(self.id);
    }
}
