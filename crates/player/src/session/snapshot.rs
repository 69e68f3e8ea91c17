//! Telling whether anything has happened, or only time has passed.

use super::{Phase, Session, Showing};
use interleave_trace::Time;

/// Everything that is shown of a session, except the instants themselves, so far as it can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    phase: Phase,
    showing: Showing,
    at_end: bool,
    begun: bool,
    stepped_into: usize,
    /// How many events are shown, of all runs.
    read: usize,
    /// How many runs have begun, are over, and are shown to be over.
    runs: [usize; 3],
}

impl Session {
    /// The present snapshot: as long as it stays the same, nothing has happened.
    pub fn snapshot(&self) -> Snapshot {
        let runs = self.runs();
        let count = |is: &dyn Fn(&super::Run) -> bool| runs.iter().filter(|run| is(run)).count();
        let is_over = |run: &super::Run| run.trace().is_some_and(|trace| trace.end().is_some());
        Snapshot {
            phase: self.phase(),
            showing: self.showing(),
            at_end: self.is_at_end(),
            begun: self.now() > Time::ZERO,
            stepped_into: count(&|run| run.is_stepped_into()),
            read: runs.iter().map(|run| run.index().events_read()).sum(),
            runs: [
                count(&|run| run.trace().is_some()),
                count(&is_over),
                count(&|run| run.end().is_some()),
            ],
        }
    }
}
