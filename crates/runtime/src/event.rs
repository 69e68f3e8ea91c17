//! `asyncio.Event`: a flag that tasks wait for.

use crate::cx::Cx;
use crate::resource::Resource;
use crate::waiters::Waiters;
use interleave_trace::{ResourceKind, WaitFor};
use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

/// A flag that is set and cleared, and that tasks wait for. A clone is the same event.
///
/// Setting it wakes all waiting tasks, even if it is cleared before they resume. A task that waits after it was cleared waits
/// until it is set again.
#[derive(Clone)]
pub struct Event(Rc<Inner>);

struct Inner {
    resource: Resource,
    is_set: Cell<bool>,
    waiters: Waiters,
}

impl Default for Event {
    fn default() -> Self {
        Self::named("")
    }
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with a name for messages: "event ready" for `Event::named("ready")`.
    pub fn named(name: &'static str) -> Self {
        Self(Rc::new(Inner {
            resource: Resource::named(ResourceKind::Event, name),
            is_set: Cell::default(),
            waiters: Waiters::default(),
        }))
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.is_set.get()
    }

    /// Sets it, and wakes all waiting tasks.
    pub fn set(&self, cx: &Cx) {
        if !self.0.is_set.replace(true) {
            self.0.waiters.wake_some(&cx.core, usize::MAX);
        }
    }

    /// Clears it: from now on, tasks wait for it again.
    pub fn clear(&self) {
        self.0.is_set.set(false);
    }

    /// Waits until it is set. If it is set already, the task continues without giving up its turn.
    #[track_caller]
    pub fn wait(&self, cx: &Cx) -> impl Future<Output = ()> + use<> {
        let line = Location::caller().line();
        let (inner, core) = (Rc::clone(&self.0), Rc::clone(&cx.core));
        async move {
            if !inner.is_set.get() {
                core.waits_at(&inner.resource, WaitFor::Event, line);
                inner.waiters.wait(&core).await;
            }
        }
    }
}
