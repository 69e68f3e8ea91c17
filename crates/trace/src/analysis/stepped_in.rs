//! Whether the reader stepped into a run: such a run is not reproducible from its params alone.

use crate::{Kind, Trace};

/// Whether the reader cancelled a task of the run, or let one fail.
pub fn stepped_in(trace: &Trace) -> bool {
    let mut events = trace.events().iter();
    events.any(|event| matches!(event.kind, Kind::SteppedIn { .. }))
}
