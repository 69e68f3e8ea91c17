//! The record of a run, and everything that is derived from it. Plain data, no browser.
//!
//! In reading order:
//!
//! - [`time`]: instants of a run; [`decimal`], [`num`]: numbers as they are written, and as Python prints them
//! - `event`: [`Event`], one thing that happened
//! - `trace`: [`Trace`], the append-only record; `recorder`: [`Recorder`], the one handle that writes it
//! - `index`: [`Index`], tasks, spans, gauges and figures up to some instant
//! - `recording`: [`Recording`], the index at any instant, forwards and backwards
//! - `analysis`: why a task waits, the critical path, the run in sentences, strategies compared
//! - [`export`]: a race as JSON, Chrome trace events, CSV, entries of a performance timeline
//! - [`saved`]: a race as a file that can be opened again

mod analysis;
pub mod decimal;
mod event;
pub mod export;
mod index;
pub mod num;
mod recorder;
mod recording;
pub mod saved;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
mod trace;

pub use analysis::*;
pub use event::{End, Event, Kind, LogKind, Outcome, State, TaskId, Text, Verdict, WaitFor};
pub use index::{Flight, Gauge, IN_FLIGHT, Index, Poll, Series, Span, Task, TaskEnd, Wait};
pub use recorder::Recorder;
pub use recording::Recording;
pub use time::Time;
pub use trace::Trace;

#[cfg(test)]
mod tests;
