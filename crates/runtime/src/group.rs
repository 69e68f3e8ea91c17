//! Tasks that stand and fall together.

use crate::countdown::{Countdown, Until};
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::task::Handle;
use interleave_trace::WaitFor;
use std::fmt;
use std::future::poll_fn;
use std::panic::Location;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Tasks of which none outlives the others' failure, nor the group: `asyncio.TaskGroup`.
///
/// | event | effect on the tasks |
/// |---|---|
/// | all of them return | [`TaskGroup::join`] hands their values over |
/// | one fails | the others are cancelled, in the order in which they were started |
/// | | they clean up; `join` returns after the last one, with all that failed |
/// | several fail at that instant | `join` returns all of their errors |
/// | one is cancelled by itself | nothing: the others run on |
/// | the task that joins is cancelled | all are cancelled; it is told when the last one has ended |
/// | the group is dropped | all are cancelled |
///
/// Failures are noticed from `join` on: between `spawn` and `join` belongs nothing that waits.
#[must_use = "a group that is dropped cancels its tasks"]
pub struct TaskGroup<T> {
    cx: Cx,
    tasks: Vec<Handle<T>>,
}

/// What failed in a group, in that order: Python's `ExceptionGroup`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorGroup(pub Vec<Error>);

impl fmt::Display for ErrorGroup {
    /// As `str` of Python's `ExceptionGroup`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, s) = (self.0.len(), if self.0.len() == 1 { "" } else { "s" });
        write!(
            f,
            "unhandled errors in a TaskGroup ({count} sub-exception{s})"
        )
    }
}

impl std::error::Error for ErrorGroup {}

impl From<ErrorGroup> for Error {
    fn from(errors: ErrorGroup) -> Self {
        Self::Failed(errors.to_string())
    }
}

impl<T: 'static> TaskGroup<T> {
    /// A group without tasks.
    pub fn new(cx: &Cx) -> Self {
        Self {
            cx: cx.clone(),
            tasks: Vec::new(),
        }
    }

    /// Starts a task in the group, as [`Cx::spawn`] does.
    #[track_caller]
    pub fn spawn<Fut>(&mut self, name: &str, make: impl FnOnce(Cx) -> Fut)
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        self.tasks.push(self.cx.spawn(name, make));
    }

    /// Waits until all tasks have ended; their values, in the order in which they were started.
    ///
    /// A task that was cancelled has no value, and without one there are no values: where nothing
    /// failed, the error is then that one was cancelled.
    #[track_caller]
    pub fn join(self) -> impl Future<Output = std::result::Result<Vec<T>, ErrorGroup>> {
        let line = Location::caller().line();
        async move {
            let mut join = Join {
                failed: Vec::new(),
                countdown: None,
                line,
            };
            poll_fn(|cx| join.poll(&self.tasks, cx)).await;
            self.answer(&join.failed)
        }
    }

    fn answer(&self, failed: &[usize]) -> std::result::Result<Vec<T>, ErrorGroup> {
        if failed.is_empty() {
            let values: Result<_> = self.tasks.iter().filter_map(Handle::take).collect();
            return values.map_err(|error| ErrorGroup(vec![error]));
        }
        let errors = failed.iter().filter_map(|&place| self.tasks[place].take());
        Err(ErrorGroup(errors.filter_map(Result::err).collect()))
    }
}

impl<T> Drop for TaskGroup<T> {
    fn drop(&mut self) {
        let core = &self.cx.core;
        core.stops_awaiting(self.tasks.iter().map(Handle::fiber));
        for task in &self.tasks {
            task.cancel();
        }
    }
}

/// The group's tasks being awaited.
struct Join {
    /// The places of those that failed, in that order.
    failed: Vec<usize>,
    /// Present while it waits.
    countdown: Option<Rc<Countdown>>,
    line: u32,
}

impl Join {
    fn poll<T>(&mut self, tasks: &[Handle<T>], cx: &mut Context<'_>) -> Poll<()> {
        let start = || Handle::count_down(tasks.iter(), Until::Failure, cx.waker());
        let is_first_poll = self.countdown.is_none();
        let countdown = self.countdown.get_or_insert_with(start);
        countdown.wakes(cx.waker());
        while let Some(place) = countdown.take_first() {
            // A task that was cancelled has not failed.
            if tasks[place].is_cancelled() {
                continue;
            }
            self.failed.push(place);
            if self.failed.len() == 1 {
                // One that has been asked already is cleaning up, and is not cut short.
                for task in tasks.iter().filter(|task| !task.was_asked()) {
                    task.cancel();
                }
            }
        }
        let left = countdown.left();
        if left == 0 {
            return Poll::Ready(());
        }
        for task in tasks.iter().filter(|task| !task.is_done()) {
            task.core().awaits(task.fiber(), true);
        }
        if is_first_poll {
            let waits = WaitFor::Tasks(left as u32);
            tasks[0].core().waits(waits, self.line);
        }
        Poll::Pending
    }
}
