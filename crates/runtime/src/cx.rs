//! The interface of the runtime for programs. Sleeping, tasks, requests and time limits have files of their own, which add
//! their methods to [`Cx`].

use crate::executor::Core;
use interleave_trace::{Kind, LogKind, Outcome, State, TaskId};
use std::fmt::Display;
use std::panic::Location;
use std::rc::Rc;

/// The context of one logical task: gives it time, other tasks, the network and the log.
///
/// A clone is the same context, and cheap.
#[derive(Clone)]
pub struct Cx {
    pub(crate) core: Rc<Core>,
    task: TaskId,
}

impl Cx {
    pub(crate) fn new(core: Rc<Core>, task: TaskId) -> Self {
        Self { core, task }
    }

    /// Seconds since the program started.
    pub fn now(&self) -> f64 {
        self.core.now().secs()
    }

    /// Holds the loop for `seconds`, as a computation does: no other task can run meanwhile.
    #[track_caller]
    pub fn block(&self, seconds: f64) {
        self.core.blocks_at(Location::caller().line());
        self.core.block(seconds);
    }

    /// The program's own output: Python's `print`.
    pub fn print(&self, line: impl Display) {
        self.core.log(self.task, LogKind::Print, line);
    }

    /// A remark that is not part of the program's output.
    pub fn note(&self, line: impl Display) {
        self.core.log(self.task, LogKind::Note, line);
    }

    /// Records how much this task transfers, for progress and totals: 50 "MB".
    pub fn amount(&self, total: f64, unit: &str) {
        let unit = self.core.intern(unit);
        self.core.record(self.task, Kind::Amount { total, unit });
    }

    /// Sets a gauge that counts something, such as jobs in progress.
    pub fn count(&self, name: &str, count: usize) {
        self.core.count(self.task, name, count);
    }

    /// Sets a gauge that is a level, such as the tokens that are left.
    pub fn level(&self, name: &str, value: f64) {
        self.core.gauge(self.task, name, value, false);
    }

    /// Keeps values as a list in the results, so that they are there even if `main` never
    /// returns: makes the list, or appends to it.
    pub fn keep(&self, key: &str, values: impl IntoIterator<Item = serde_json::Value>) {
        self.core.keep(key, values);
    }

    /// The task waits for its turn: a permit, a slot, an item.
    pub fn queued(&self, remark: impl Display) {
        self.core.state(self.task, State::Queued, remark);
    }

    /// The task is inside its operation, with a remark such as "attempt 2".
    pub fn running(&self, remark: impl Display) {
        self.core.state(self.task, State::Running, remark);
    }

    /// The task sleeps before its next attempt.
    pub fn backoff(&self, remark: impl Display) {
        self.core.state(self.task, State::Backoff, remark);
    }

    /// Ends the task's record as done, with its result in words. Only the first end of a record counts.
    pub fn done(&self, detail: impl Display) {
        self.core.ended(self.task, Outcome::Ok, detail);
    }

    /// Ends the task's record as failed although it returns a value: for programs that
    /// catch an error and return it as a value. Only the first end of a record counts.
    pub fn failed(&self, detail: impl Display) {
        self.core.ended(self.task, Outcome::Error, detail);
    }

    /// Ends the task's record as timed out although it returns a value. Only the first end of a record counts.
    pub fn timed_out(&self, detail: impl Display) {
        self.core.ended(self.task, Outcome::Timeout, detail);
    }

    /// The task's name in the trace: a repeated name has a number.
    pub fn name(&self) -> String {
        self.core.recorder.borrow().name(self.task).to_owned()
    }

    pub(crate) fn id(&self) -> TaskId {
        self.task
    }
}
