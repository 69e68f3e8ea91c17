//! The holders of permits, connections and locks: those of permits and connections follow from gauges, those of locks from
//! events of their own.

use crate::{Event, Kind, ResourceId, ResourceKind, TaskId, Trace};
use std::collections::{BTreeMap, VecDeque};

/// The gauge that semaphores set, or the beginning of its name if there are several: the task that raises it has taken
/// a permit, the one that lowers it has given one back.
pub const PERMITS: &str = "permits_in_use";

/// The gauge that pools of connections set in the same way.
pub const CONNECTIONS: &str = "connections_in_use";

/// Whether a gauge with this name and resource is that of a semaphore. In recordings of other programs the gauge has a name of
/// the program.
pub fn is_of_semaphore(trace: &Trace, gauge: &str, of: ResourceId) -> bool {
    gauge.starts_with(PERMITS) || trace.resource_kind(of) == Some(ResourceKind::Semaphore)
}

/// The holders of permits, connections and locks.
#[derive(Clone, Debug, Default)]
pub struct Holders(BTreeMap<ResourceId, Held>);

/// The holders of one resource.
#[derive(Clone, Debug, Default)]
struct Held {
    /// In the order of acquiring; mostly they also release in this order.
    tasks: VecDeque<TaskId>,
    /// Of a semaphore or a pool, the last value of its gauge.
    in_use: f64,
}

impl Holders {
    /// The holders of one resource, in the order of acquiring.
    pub fn of(&self, id: ResourceId) -> impl ExactSizeIterator<Item = TaskId> + use<'_> {
        static NONE: VecDeque<TaskId> = VecDeque::new();
        let held = self.0.get(&id).map_or(&NONE, |held| &held.tasks);
        held.iter().copied()
    }

    /// All holders of all resources.
    pub fn all(&self) -> impl Iterator<Item = (ResourceId, TaskId)> + use<'_> {
        let each = self.0.iter();
        each.flat_map(|(&id, held)| held.tasks.iter().map(move |&task| (id, task)))
    }

    /// Reads an event; returns the holder, and whether it took something or gave it back, if the event is of that kind.
    pub fn apply(&mut self, trace: &Trace, event: &Event) -> Option<(TaskId, bool)> {
        let (id, taken) = match event.kind {
            Kind::Gauge {
                gauge, value, of, ..
            } => {
                let of = match trace.text(gauge) {
                    CONNECTIONS => ResourceId::CONNECTIONS,
                    name if is_of_semaphore(trace, name, of) => of,
                    _ => return None,
                };
                let held = self.0.entry(of).or_default();
                let taken = value > held.in_use;
                held.in_use = value;
                (of, taken)
            }
            Kind::Holds { resource, taken } => (resource, taken),
            _ => return None,
        };
        let held = self.0.entry(id).or_default();
        if taken {
            held.tasks.push_back(event.task);
        } else if let Some(place) = held.tasks.iter().position(|&task| task == event.task) {
            held.tasks.remove(place);
        }
        // There may be very many resources that no task holds.
        if held.tasks.is_empty() && held.in_use == 0.0 {
            self.0.remove(&id);
        }
        Some((event.task, taken))
    }
}
