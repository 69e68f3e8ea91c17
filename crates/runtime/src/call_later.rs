//! Plain functions that the loop calls later. They are not tasks.

use crate::cx::Cx;
use crate::executor::{Callback, Core, End, TimerId};
use interleave_trace::{Kind, Outcome, State, WaitFor};
use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;

impl Cx {
    /// Has the loop call `callback` after `seconds`: `loop.call_later(seconds, callback)`. It gets a lane of this name.
    ///
    /// A callback is not a coroutine: it cannot await, and nothing waits for it. If `main` returns before it is due, it is
    /// never called, and its lane stays open.
    #[track_caller]
    pub fn call_later(&self, seconds: f64, name: &str, callback: impl FnOnce(Self) + 'static) {
        let (core, line) = (&self.core, Location::caller().line());
        let until = core.now().after(seconds.max(0.0));
        let task = core.create(self.id(), name);
        core.callbacks.set(core.callbacks.get() + 1);
        let on = WaitFor::Callback { until };
        core.record(task, Kind::Wait { on, line });
        let later = Rc::new(Later {
            cx: Self::new(Rc::clone(core), task),
            callback: RefCell::new(Some(Box::new(callback))),
            timer: Cell::default(),
        });
        later
            .timer
            .set(Some(core.call_at(until, Rc::<Later>::clone(&later))));
    }
}

type Function = Box<dyn FnOnce(Cx)>;

/// A callback that is due later.
struct Later {
    cx: Cx,
    /// `None` once it has been called.
    callback: RefCell<Option<Function>>,
    timer: Cell<Option<TimerId>>,
}

impl Callback for Later {
    fn call(&self, core: &Core, _: End) {
        if let Some(timer) = self.timer.take() {
            core.release(timer);
            core.callbacks.set(core.callbacks.get() - 1);
        }
        let Some(callback) = self.callback.take() else {
            return;
        };
        core.holds(self.cx.id(), || {
            core.state(self.cx.id(), State::Running, "");
            callback(self.cx.clone());
            core.ended(self.cx.id(), Outcome::Ok, "");
        });
    }
}
