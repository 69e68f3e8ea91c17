//! A place in a trace to which an index can go.

use super::{Flight, Gauge, Index, Task};
use crate::trace::{Lineups, Pasts, Stats};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state of an index at some place. Tasks are shared with it, so a mark is
/// small, and costs a copy of each task that changes before the next one.
#[derive(Debug, Default)]
pub struct Mark {
    pub read: usize,
    tasks: Vec<Arc<Task>>,
    gauges: Vec<Gauge>,
    holds: usize,
    blocks: usize,
    log: usize,
    waiting: BTreeMap<u32, u32>,
    flight: Flight,
    in_flight: usize,
    stats: Stats,
    pasts: Pasts,
    lineups: Lineups,
}

impl Index {
    /// Marks the present place.
    pub(in crate::trace) fn mark(&self) -> Mark {
        Mark {
            read: self.read,
            tasks: self.tasks.clone(),
            gauges: self.gauges.clone(),
            holds: self.holds.len(),
            blocks: self.blocks.len(),
            log: self.log.len(),
            waiting: self.waiting.clone(),
            flight: self.flight.clone(),
            in_flight: self.in_flight.len(),
            stats: self.stats.clone(),
            pasts: self.pasts.clone(),
            lineups: self.lineups.clone(),
        }
    }

    /// Goes to a place that it has marked.
    pub(in crate::trace) fn go_to(&mut self, mark: &Mark) {
        self.read = mark.read;
        self.tasks.clone_from(&mark.tasks);
        self.gauges.clone_from(&mark.gauges);
        self.holds.see(mark.holds);
        self.blocks.see(mark.blocks);
        self.log.see(mark.log);
        self.waiting.clone_from(&mark.waiting);
        self.flight.clone_from(&mark.flight);
        self.in_flight.see(mark.in_flight);
        self.stats.clone_from(&mark.stats);
        self.pasts.clone_from(&mark.pasts);
        self.lineups.clone_from(&mark.lineups);
    }
}
