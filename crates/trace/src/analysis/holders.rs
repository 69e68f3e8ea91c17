//! The holders of permits, as they follow from a gauge.

use crate::{Event, Kind, TaskId, Trace};
use std::collections::VecDeque;

/// The gauge that semaphores set: the task that raises it has taken a permit, the one that lowers it has
/// given one back.
pub const PERMITS: &str = "permits_in_use";

/// The holders of permits.
#[derive(Clone, Debug, Default)]
pub struct Holders {
    /// First come first; mostly they are the first to leave, too.
    pub tasks: VecDeque<TaskId>,
    /// The last value of [`PERMITS`].
    in_use: f64,
}

impl Holders {
    /// Whether the event is that of a permit taken, or given back.
    pub fn apply(&mut self, trace: &Trace, event: &Event) -> Option<bool> {
        let Kind::Gauge { gauge, value, .. } = event.kind else {
            return None;
        };
        if trace.text(gauge) != PERMITS {
            return None;
        }
        let taken = value > self.in_use;
        self.in_use = value;
        if taken {
            self.tasks.push_back(event.task);
        } else if let Some(place) = self.tasks.iter().position(|&task| task == event.task) {
            self.tasks.remove(place);
        }
        Some(taken)
    }
}
