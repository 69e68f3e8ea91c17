//! The busy task: the one that holds the loop. A task awaited in place holds it within the step of the task around it.

use super::Core;
use interleave_trace::Time;
use interleave_trace::{Kind, TaskId};

/// Which task holds the loop, and since when.
#[derive(Clone, Copy, Default)]
pub(crate) struct Busy {
    pub(crate) task: TaskId,
    since: Time,
    /// Another task held the loop meanwhile, so that an empty remainder need not be recorded.
    nested: bool,
}

impl Core {
    /// Begins a step in which `task` holds the loop from now.
    pub(crate) fn begin_step(&self, task: TaskId) {
        self.step.set(self.now());
        self.begin_busy(task);
    }

    /// Lets `task` hold the loop from now.
    fn begin_busy(&self, task: TaskId) {
        self.ready.set_busy_task(Some(task));
        self.busy.set(Busy {
            task,
            since: self.now(),
            nested: false,
        });
    }

    /// Records that the task that holds the loop releases it.
    pub(crate) fn end_busy(&self) {
        let own = self.busy.get();
        self.record_poll(own, !own.nested);
    }

    /// Lets `task` hold the loop from now, unless it holds it already. Pass the returned value to [`Core::leave`].
    pub fn enter(&self, task: TaskId) -> Busy {
        let outer = self.busy.get();
        if outer.task != task {
            self.read_clock();
            self.record_poll(outer, false);
            self.begin_busy(task);
        }
        outer
    }

    /// The task that entered last returns the loop to `outer`, unless it held the loop before.
    pub fn leave(&self, outer: Busy) {
        if outer.task == self.busy.get().task {
            return;
        }
        self.read_clock();
        self.end_busy();
        self.ready.set_busy_task(Some(outer.task));
        self.busy.set(Busy {
            since: self.now(),
            nested: true,
            ..outer
        });
    }

    /// Runs a plain function, which holds the loop between the steps of tasks. Its events count as those of `task`.
    pub(crate) fn holds(&self, task: TaskId, act: impl FnOnce()) {
        self.begin_step(task);
        act();
        self.read_clock();
        self.note_wakes();
        let nanos = self.now().0 - self.busy.get().since.0;
        self.record(task, Kind::Polled { nanos });
        self.ready.set_busy_task(None);
    }

    fn record_poll(&self, busy: Busy, even_if_empty: bool) {
        let nanos = self.now().0 - busy.since.0;
        if self.current.get().is_some() && (nanos > 0 || even_if_empty) {
            self.record(busy.task, Kind::Polled { nanos });
        }
    }
}
