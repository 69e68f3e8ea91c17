//! A place in a trace to which an index can go.

use super::gauge::Seen;
use super::{Flight, Holders, Index, Lines, Pieces, Task};
use crate::{Stats, WaitQueues};

/// The state of an index at some place. Tasks are shared with the index, so a mark is
/// small, and costs a copy of the tasks that change before the next mark.
#[derive(Debug, Default)]
pub struct Mark {
    pub read: usize,
    tasks: Pieces<Task>,
    gauges: Vec<Seen>,
    polls: usize,
    blocks: usize,
    log: usize,
    lines: Lines,
    flight: Flight,
    in_flight: usize,
    stats: Stats,
    holders: Holders,
    wait_queues: WaitQueues,
}

impl Index {
    /// Marks the present place.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            read: self.read,
            tasks: self.tasks.clone(),
            gauges: self.gauges.iter().map(|gauge| gauge.seen()).collect(),
            polls: self.polls.len(),
            blocks: self.blocks.len(),
            log: self.log.len(),
            lines: self.lines.clone(),
            flight: self.flight.clone(),
            in_flight: self.in_flight.len(),
            stats: self.stats.clone(),
            holders: self.holders.clone(),
            wait_queues: self.wait_queues.clone(),
        }
    }

    /// Goes to a marked place.
    pub(crate) fn go_to(&mut self, mark: &Mark) {
        self.read = mark.read;
        self.tasks.clone_from(&mark.tasks);
        self.gauges.see(mark.gauges.len());
        for (place, gauge) in self.gauges.known().iter_mut().enumerate() {
            gauge.see(mark.gauges.get(place).copied().unwrap_or_default());
        }
        self.polls.see(mark.polls);
        self.blocks.see(mark.blocks);
        self.log.see(mark.log);
        self.lines.clone_from(&mark.lines);
        self.flight.clone_from(&mark.flight);
        self.in_flight.see(mark.in_flight);
        self.stats.clone_from(&mark.stats);
        self.holders.clone_from(&mark.holders);
        self.wait_queues.clone_from(&mark.wait_queues);
    }
}
