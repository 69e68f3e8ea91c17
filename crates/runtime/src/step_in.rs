//! The reader steps in: cancels a task, or lets it fail, while its run goes on.

use crate::error::Error;
use crate::executor::{Core, FiberId};
use crate::run::Runtime;
use interleave_trace::Time;
use interleave_trace::{CANCELLED_BY_READER, FAILED_BY_READER, LogKind, TaskId};
use std::cell::RefCell;
use std::task::Waker;

/// What the reader does to a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepIn {
    /// As if somebody had called `cancel()` on its handle.
    Cancel,
    /// As if what it awaits had raised this error.
    Fail(String),
}

/// What the reader can do to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything: it takes its steps by itself.
    Whole,
    /// Let it fail. It is awaited in place, so that who cancels it cancels this task.
    Within(TaskId),
    /// Nothing: it has ended, has not begun, or is no task but an item.
    Nothing,
}

/// Where a task takes its steps.
struct Host {
    fiber: FiberId,
    /// What has the fiber poll this very task: between them may be futures that poll only those of
    /// theirs which have been woken.
    waker: Waker,
}

/// Where tasks are, and which of them are to fail.
#[derive(Default)]
pub(super) struct Interventions {
    /// By task.
    hosts: RefCell<Vec<Option<Host>>>,
    failing: RefCell<Vec<(TaskId, String)>>,
}

impl Core {
    /// From now on the task takes its steps in this fiber, when it is woken by this.
    pub fn hosts(&self, fiber: FiberId, task: TaskId, waker: &Waker) {
        let mut hosts = self.interventions.hosts.borrow_mut();
        if hosts.len() <= task.index() {
            hosts.resize_with(task.index() + 1, || None);
        }
        match &mut hosts[task.index()] {
            Some(host) => {
                host.fiber = fiber;
                host.waker.clone_from(waker);
            }
            none => {
                let waker = waker.clone();
                *none = Some(Host { fiber, waker });
            }
        }
    }

    /// The error with which a task is to fail, if the reader said so. It is handed over once.
    pub fn take_failure(&self, task: TaskId) -> Option<Error> {
        let mut failing = self.interventions.failing.borrow_mut();
        let place = failing.iter().position(|(failing, _)| *failing == task)?;
        Some(Error::Failed(failing.swap_remove(place).1))
    }

    fn host(&self, task: TaskId) -> Option<FiberId> {
        let hosts = self.interventions.hosts.borrow();
        Some(hosts.get(task.index())?.as_ref()?.fiber)
    }

    fn reach(&self, task: TaskId) -> Reach {
        if self.over() || self.recorder.borrow().has_ended(task) {
            return Reach::Nothing;
        }
        let fibers = self.fibers.borrow();
        let host = self.host(task).and_then(|host| fibers.get(host as usize));
        match host {
            Some(host) if host.done => Reach::Nothing,
            Some(host) if host.task == task => Reach::Whole,
            Some(host) => Reach::Within(host.task),
            None => Reach::Nothing,
        }
    }
}

impl Runtime {
    /// What the reader can do to a task now.
    pub fn reach(&self, task: TaskId) -> Reach {
        self.core.reach(task)
    }

    /// Does something to a task at the instant `at`, or now under a wall clock; false if that is
    /// out of reach. What follows from it follows when the runtime is driven.
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
        match what {
            StepIn::Cancel => {
                core.log(task, LogKind::Note, CANCELLED_BY_READER);
                core.cancel(host);
            }
            StepIn::Fail(why) => {
                core.log(task, LogKind::Note, FAILED_BY_READER);
                let mut failing = core.interventions.failing.borrow_mut();
                failing.push((task, why));
                drop(failing);
                let hosts = core.interventions.hosts.borrow();
                if let Some(Some(host)) = hosts.get(task.index()) {
                    host.waker.wake_by_ref();
                }
            }
        }
        true
    }
}
