//! Analyses of a trace. In reading order:
//!
//! - `stats`: [`Stats`], totals of a run
//! - `holders`: the tasks that hold permits and locks; `wait_queues`: [`WaitQueues`], the tasks that wait for them, in order
//! - `why`: why a task waits or has waited, in words
//! - `critical`: [`Path`], the waits that made a run as long as it is
//! - `cycle`: tasks that wait for each other in a cycle
//! - `unfinished`: the wait of a run that did not end by itself; or that it had too many events
//! - `stepped_in`: whether the reader stepped into a run
//! - `narrate`: [`Story`], a run in sentences; `sentences`: its words
//! - `compare`: [`Comparison`], the same tasks under several strategies
//! - `findings`: [`Finding`], problems that a debugger would point out
//! - `filter`: [`Filter`], a search for tasks
//! - `words`: durations, states and waits in words

mod compare;
mod critical;
mod cycle;
mod filter;
mod findings;
mod holders;
mod narrate;
mod sentences;
mod stats;
mod stepped_in;
mod unfinished;
mod wait_queues;
mod why;
mod words;

pub use compare::{Answer, Column, Comparison, Fate};
pub use critical::{Leg, Path, Spent};
pub use cycle::{Link, cycle, cycle_words};
pub use filter::{Filter, Standing};
pub use findings::{Finding, SLOW};
pub(crate) use holders::Holders;
pub use holders::{CONNECTIONS, PERMITS};
pub use narrate::{Line, Story};
pub use stats::Stats;
pub use stepped_in::stepped_in;
pub use unfinished::{limit_reached, unfinished};
pub use wait_queues::{Resource, WaitQueues};
pub use why::{Piece, Reason, settled, why};
pub use words::{bare, count, describe, gauge_words, listed, resource, seconds, waiting_list};
