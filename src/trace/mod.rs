//! The trace of a run and what is derived from it. Plain data, no browser.
//!
//! In reading order:
//!
//! - `model`: [`Trace`], the append-only record of events
//! - `index`: [`Index`], tasks, spans, gauges and figures up to some instant
//! - `stats`: [`Stats`], totals of a run
//! - `layout`: trace and viewport to rectangles
//! - `steps`: a gauge to corners
//! - `words`: durations, states and waits in words
//! - `export`: a race as JSON, SVG, Chrome trace events, CSV
//! - `saved`: a race as a file that can be opened again

pub mod export;
mod index;
pub mod layout;
mod model;
pub mod saved;
mod stats;
mod steps;
mod words;

pub use index::{Gauge, Hold, Index, Span, Task, TaskEnd, Wait};
pub use model::{End, Event, Kind, LogKind, Outcome, State, TaskId, Text, Trace, Verdict, WaitFor};
pub use stats::Stats;
pub use steps::steps;
pub use words::{describe, seconds};

#[cfg(test)]
mod tests;
