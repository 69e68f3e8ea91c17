//! The identity of semaphores, locks and the like in the trace.

use crate::executor::Core;
use interleave_trace::{ResourceId, ResourceKind, TaskId, Text};
use std::cell::Cell;

/// The identity of a resource that tasks wait for or hold. It gets its number when it is first used: a resource that no
/// task ever waits for or holds is not in the trace.
pub(crate) struct Resource {
    kind: ResourceKind,
    /// The name that the program gives it; empty if it gives none.
    name: &'static str,
    id: Cell<ResourceId>,
    /// Its gauge, once it has one.
    gauge: Cell<Option<Text>>,
}

impl Resource {
    pub fn new(kind: ResourceKind) -> Self {
        Self::named(kind, "")
    }

    pub fn named(kind: ResourceKind, name: &'static str) -> Self {
        Self {
            kind,
            name,
            id: Cell::default(),
            gauge: Cell::default(),
        }
    }

    pub fn kind(&self) -> ResourceKind {
        self.kind
    }

    /// Its number in the trace; `task` is the first to use it if it has none.
    pub fn id(&self, core: &Core, task: TaskId) -> ResourceId {
        if self.id.get() == ResourceId::UNKNOWN {
            let mut recorder = core.recorder.borrow_mut();
            let id = recorder.resource(core.now(), task, self.kind, self.name);
            self.id.set(id);
        }
        self.id.get()
    }

    /// Sets its gauge, whose name begins with `name`: if that is taken, a number follows.
    pub fn gauge(&self, core: &Core, task: TaskId, name: &str, value: f64, whole: bool) {
        let of = self.id(core, task);
        let gauge = match self.gauge.get() {
            Some(gauge) => gauge,
            None => {
                let Some(gauge) = core.recorder.borrow_mut().resource_gauge(name) else {
                    return;
                };
                self.gauge.set(Some(gauge));
                gauge
            }
        };
        core.set_gauge(task, gauge, value, whole, of);
    }
}
