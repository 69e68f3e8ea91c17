//! The trace of a run and what is derived from it. Plain data, no browser.
//!
//! In reading order:
//!
//! - `model`: [`Trace`], the append-only record of events
//! - `index`: [`Index`], tasks, spans, gauges and figures up to some instant
//! - `recording`: [`Recording`], the index at any instant, forth and back
//! - `stats`: [`Stats`], totals of a run
//! - `holders`: who holds a permit
//! - `why`: why a task waits or has waited, in words
//! - `links`: arrows between tasks that have to do with each other
//! - `critical`: [`Path`], the waits that made a run as long as it is
//! - `unfinished`: what a run waited for that did not end by itself
//! - `narrate`: [`Story`], a run in sentences
//! - `sentences`: the words of the latter two
//! - `lineup`: [`Lineups`], who waits in which order
//! - `layout`: trace and viewport to rectangles; `raster`: the same for many tasks on few pixels
//! - `lit`: where tasks were suspended at some lines, as rectangles
//! - `filter`, `rows`: which tasks are looked for, and have rows
//! - `window`, `axis`: the stretch of time that is looked at, and its words
//! - `steps`: a gauge to corners
//! - `words`: durations, states and waits in words
//! - `compare`: [`Comparison`], the same tasks under several strategies
//! - `export`: a race as JSON, SVG, Chrome trace events, CSV
//! - `saved`: a race as a file that can be opened again

pub mod axis;
mod compare;
mod critical;
pub mod export;
mod filter;
mod foreseen;
mod holders;
mod index;
pub mod layout;
mod lineup;
pub mod links;
mod lit;
mod model;
mod narrate;
pub mod raster;
mod recording;
mod rows;
pub mod saved;
mod sentences;
mod stats;
mod stepped_in;
mod steps;
mod unfinished;
mod why;
mod window;
mod words;

pub use compare::{Answer, Column, Comparison, Fate};
pub use critical::{Leg, Path, Spent};
pub use filter::{Filter, Standing};
pub use foreseen::foreseen;
pub use holders::PERMITS;
pub use index::{Flight, Gauge, Hold, IN_FLIGHT, Index, Series, Span, Task, TaskEnd, Wait};
pub use lineup::{Lineups, Thing};
pub use lit::lit;
pub use model::{End, Event, Kind, LogKind, Outcome, State, TaskId, Text, Trace, Verdict, WaitFor};
pub use narrate::{Line, Story};
pub use recording::Recording;
pub use rows::{Listed, Listing, Rows};
pub use stats::Stats;
pub use stepped_in::{CANCELLED_BY_READER, FAILED_BY_READER, stepped_in};
pub use steps::steps;
pub use unfinished::unfinished;
pub use why::{Piece, Reason, why};
pub use window::Window;
pub use words::{bare, count, describe, in_line, listed, seconds};

#[cfg(test)]
mod tests;
