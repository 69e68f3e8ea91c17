//! Stepping into a run: the reader cancels a task or lets one fail.

use super::{BUDGET, Run, Session};
use crate::Pace;
use interleave_runtime::{Reach, StepIn};
use interleave_trace::TaskId;

impl Run {
    /// Whether the reader has cancelled a task, or let one fail: the params alone do not give
    /// this run again.
    pub fn is_stepped_into(&self) -> bool {
        self.stepped_into
    }
}

impl Session {
    /// Whether the reader has stepped into any run.
    pub fn is_stepped_into(&self) -> bool {
        self.runs.iter().any(Run::is_stepped_into)
    }

    /// What the reader can do to a task: nothing unless the present is shown.
    pub fn reach(&self, mode: &str, task: TaskId) -> Reach {
        let is_running = self.following
            && self.rush.is_none()
            && self.plan.pace != Pace::Instant
            && !self.is_over();
        let runtime = self.run(mode).and_then(|run| run.record.runtime());
        match runtime.filter(|_| is_running) {
            Some(runtime) => runtime.reach(task),
            None => Reach::Nothing,
        }
    }

    /// Does something to a task at the present instant, and shows the result; false if the task can no longer be reached.
    pub fn step_in(&mut self, mode: &str, task: TaskId, what: StepIn) -> bool {
        if self.plan.pace == Pace::Simulated {
            // The clock has advanced since the last frame.
            self.tick();
        }
        if self.reach(mode, task) == Reach::Nothing {
            return false;
        }
        let present = self.head;
        let run = self.runs.iter_mut().find(|run| run.strategy.mode == mode);
        let done = run.is_some_and(|run| {
            let runtime = run.record.runtime();
            let done = runtime.is_some_and(|runtime| runtime.step_in(task, what, present));
            run.stepped_into |= done;
            done
        });
        if done && self.plan.pace == Pace::Simulated {
            self.drive(present, BUDGET);
            self.show(present);
        }
        done
    }
}
