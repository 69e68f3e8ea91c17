//! That the reader stepped into a run: its params alone do not give it again.

use crate::{Kind, LogKind, Trace};

/// The remark about a task that the reader has cancelled.
pub const CANCELLED_BY_READER: &str = "cancelled by the reader";
/// The remark about a task that the reader has let fail.
pub const FAILED_BY_READER: &str = "failed by the reader";

/// Whether the reader cancelled a task of the run, or let one fail.
pub fn stepped_in(trace: &Trace) -> bool {
    let mut events = trace.events().iter();
    events.any(|event| match event.kind {
        Kind::Log {
            kind: LogKind::Note,
            text,
        } => matches!(trace.text(text), CANCELLED_BY_READER | FAILED_BY_READER),
        _ => false,
    })
}
