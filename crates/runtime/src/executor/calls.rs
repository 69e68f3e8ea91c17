//! Callbacks: functions that the loop calls between the steps of tasks, like those of asyncio's futures.
//!
//! A task that ends does not wake the task that gathers it: it has the gather called in the next turn, and the gather may wake
//! its task in the turn after. The order of events within an instant depends on this.

use super::wakes::Job;
use super::{Core, TimerId};
use crate::error::Error;
use interleave_trace::TaskId;
use std::rc::Rc;

/// Something that the loop calls: `loop.call_soon`, `Future.add_done_callback`.
pub(crate) trait Callback {
    /// Called when a task has ended, or when the time is due.
    fn call(&self, core: &Core, end: End);
}

/// The end of a task, as an argument of a callback.
#[derive(Default)]
pub(crate) struct End {
    /// The task's place among those that were registered with the callback.
    pub place: usize,
    /// `None` if it returned a value.
    pub error: Option<Error>,
}

impl End {
    /// Whether the task has failed; a cancelled task has not.
    pub fn is_failure(&self) -> bool {
        self.error
            .as_ref()
            .is_some_and(|error| *error != Error::Cancelled)
    }
}

/// A callback that is due.
pub(crate) struct Call {
    to: Rc<dyn Callback>,
    end: End,
    /// The task that held the loop when this became due: the effects count as caused by it.
    by: Option<TaskId>,
}

impl Core {
    /// Has `to` called in the next turn, or later in this one if it is called by the loop itself.
    pub(crate) fn call_soon(&self, to: Rc<dyn Callback>, end: End) {
        if self.over() {
            return;
        }
        let by = self.ready.busy_task();
        self.calls.borrow_mut().push_back(Call { to, end, by });
        self.ready.queue().push_back(Job::Call);
    }

    /// Calls the first callback that is due.
    pub(crate) fn call(&self) {
        let first = self.calls.borrow_mut().pop_front();
        if let Some(Call { to, end, by }) = first {
            self.as_task(by, || to.call(self, end));
        }
    }

    /// Lets a due timer ring, unless it was released meanwhile.
    pub(crate) fn ring(&self, timer: TimerId) {
        let action = self.timers.borrow_mut().ring(timer);
        match action {
            Some(super::timers::Action::Wake(waker)) => waker.wake(),
            Some(super::timers::Action::Call(to)) => to.call(self, End::default()),
            None => {}
        }
    }

    /// Runs `act` outside of all steps, with this task as the cause of its effects.
    pub(crate) fn as_task<R>(&self, task: Option<TaskId>, act: impl FnOnce() -> R) -> R {
        let before = self.ready.busy_task();
        self.ready.set_busy_task(task);
        let done = act();
        if self.current.get().is_none() {
            self.note_wakes();
        }
        self.ready.set_busy_task(before);
        done
    }
}
