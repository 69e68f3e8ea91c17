//! Who holds the loop: one task at a time, and those within which it was entered.

use super::Core;
use interleave_trace::Time;
use interleave_trace::{Kind, TaskId};

/// Which task holds the loop, and since when.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hold {
    pub(crate) task: TaskId,
    since: Time,
    /// Another task held the loop within this hold, so that an empty rest need not be recorded.
    nested: bool,
}

impl Core {
    /// `task` holds the loop from now.
    pub(crate) fn hold(&self, task: TaskId) {
        self.ready.held_by(Some(task));
        self.hold.set(Hold {
            task,
            since: self.now(),
            nested: false,
        });
    }

    /// Records that the task that holds the loop lets go of it.
    pub(crate) fn let_go(&self) {
        let own = self.hold.get();
        self.record_hold(own, !own.nested);
    }

    /// `task` holds the loop from now, if it has not held it before; the answer goes to [`Core::leave`].
    pub fn enter(&self, task: TaskId) -> Hold {
        let outer = self.hold.get();
        if outer.task != task {
            self.read_clock();
            self.record_hold(outer, false);
            self.hold(task);
        }
        outer
    }

    /// The task that entered last lets go of the loop, unless that was its own before.
    pub fn leave(&self, outer: Hold) {
        if outer.task == self.hold.get().task {
            return;
        }
        self.read_clock();
        self.let_go();
        self.ready.held_by(Some(outer.task));
        self.hold.set(Hold {
            since: self.now(),
            nested: true,
            ..outer
        });
    }

    fn record_hold(&self, hold: Hold, even_if_empty: bool) {
        let nanos = self.now().0 - hold.since.0;
        if self.current.get().is_some() && (nanos > 0 || even_if_empty) {
            self.record(hold.task, Kind::Polled { nanos });
        }
    }
}
