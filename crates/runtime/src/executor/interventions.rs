//! Interventions of the reader: which fiber each task runs in, and which tasks are to fail.

use super::{Core, FiberId};
use crate::error::Error;
use interleave_trace::TaskId;
use std::cell::RefCell;
use std::task::Waker;

/// What the reader can do to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Cancel it or let it fail: it has a fiber of its own.
    Whole,
    /// Only let it fail: it is awaited in place, as a part of this task.
    Within(TaskId),
    /// Nothing: it has ended, has not begun, or is an item, not a task.
    Nothing,
}

/// The fiber in which a task runs.
struct Host {
    fiber: FiberId,
    /// Makes the fiber poll this task: between them may be futures that poll only those of their
    /// children that have been woken.
    waker: Waker,
}

/// The hosts of tasks, and the tasks that are to fail.
#[derive(Default)]
pub(crate) struct Interventions {
    /// By task.
    hosts: RefCell<Vec<Option<Host>>>,
    failing: RefCell<Vec<(TaskId, String)>>,
}

impl Core {
    /// Registers the fiber in which a task runs, and the waker of the task.
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

    /// The error with which the reader lets a task fail, if any. It is handed over once.
    pub fn take_failure(&self, task: TaskId) -> Option<Error> {
        let mut failing = self.interventions.failing.borrow_mut();
        let place = failing.iter().position(|(failing, _)| *failing == task)?;
        Some(Error::Failed(failing.swap_remove(place).1))
    }

    pub(crate) fn host(&self, task: TaskId) -> Option<FiberId> {
        let hosts = self.interventions.hosts.borrow();
        Some(hosts.get(task.index())?.as_ref()?.fiber)
    }

    /// Whether the fiber being polled is the task's own.
    pub(crate) fn is_whole(&self, task: TaskId) -> bool {
        let mut is_own = false;
        self.with_current(|fiber| is_own = fiber.task == task);
        is_own
    }

    pub(crate) fn reach(&self, task: TaskId) -> Reach {
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

    /// Lets a task fail with this error at its next step, and makes it ready.
    pub(crate) fn fail(&self, task: TaskId, why: String) {
        self.interventions.failing.borrow_mut().push((task, why));
        let hosts = self.interventions.hosts.borrow();
        if let Some(Some(host)) = hosts.get(task.index()) {
            host.waker.wake_by_ref();
        }
    }
}
