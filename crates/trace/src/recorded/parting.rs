//! Where two runs of a program part: up to there they did the same.

use crate::{Event, TaskId, Time, Trace};
use std::mem::discriminant;

/// The first point at which two runs differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parting {
    /// When: the earlier of the two instants.
    pub at: Time,
    /// Of which task the next event of each run is; none where the run is over.
    pub tasks: [Option<TaskId>; 2],
}

/// Compares what happens in two runs, event by event: when it does, to which task, and of which kind it is. Lines of sources
/// do not count, so that two versions of a program can be compared. `None` if they are alike to the end.
pub fn parting(before: &Trace, after: &Trace) -> Option<Parting> {
    let (one, other) = (before.events(), after.events());
    let is_alike = |(one, other): &(&Event, &Event)| {
        one.at == other.at
            && one.task == other.task
            && discriminant(&one.kind) == discriminant(&other.kind)
    };
    let place = one.iter().zip(other).take_while(is_alike).count();
    let next = [one.get(place), other.get(place)];
    let at = next.iter().flatten().map(|event| event.at).min()?;
    Some(Parting {
        at,
        tasks: next.map(|event| Some(event?.task)),
    })
}
