//! Stepping in: the reader cancels a task, or lets it fail, in the middle of a run.

use crate::executor::Reach;
use crate::run::Runtime;
use interleave_trace::{Kind, LogKind, TaskId, Time};

/// What the reader does to a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepIn {
    /// As if `cancel()` had been called on its handle.
    Cancel,
    /// As if the operation that it awaits had raised this error.
    Fail(String),
}

impl Runtime {
    /// What the reader can do to a task now.
    pub fn reach(&self, task: TaskId) -> Reach {
        self.core.reach(task)
    }

    /// Does something to a task at the instant `at`, or now under a wall clock; false if the task cannot be
    /// reached. The effects follow when the runtime is driven.
    ///
    /// `at` is the instant up to which the runtime has been driven.
    pub fn step_in(&self, task: TaskId, what: StepIn, at: Time) -> bool {
        let core = &self.core;
        let Some(host) = core.host(task) else {
            return false;
        };
        match (core.reach(task), &what) {
            (Reach::Whole, _) | (Reach::Within(_), StepIn::Fail(_)) => {}
            _ => return false,
        }
        core.read_clock();
        if !core.ports.clock.is_wall() && !core.has_turn() && core.ready.queue().is_empty() {
            let next = core.timers.borrow_mut().next();
            core.jump(next.map_or(at, |next| next.min(at)));
        }
        let fails = matches!(what, StepIn::Fail(_));
        core.record(task, Kind::SteppedIn { fails });
        match what {
            StepIn::Cancel => {
                core.log(task, LogKind::Note, "cancelled by the reader");
                core.cancel(host);
            }
            StepIn::Fail(why) => {
                core.log(task, LogKind::Note, "failed by the reader");
                core.fail(task, why);
            }
        }
        true
    }
}
