//! The record of an async run, and everything that can be derived from it. Plain data: no clock, no I/O, no browser.
//!
//! # Layout
//!
//! The record:
//!
//! - [`Trace`]: the append-only record of one run; [`Recorder`]: the one handle that writes it
//! - [`UniqueNames`]: how repeated names of tasks get their numbers (`names`)
//! - [`Event`], [`Kind`]: one event, with a table of all kinds at `Kind` (`event`)
//! - [`time`]: [`Time`], whole nanoseconds since the program started, rounded as CPython rounds
//! - [`decimal`], [`num`]: numbers read as people write them, and printed as Python prints them
//!
//! Derived from the record, which it never changes:
//!
//! - [`Index`]: tasks with spans and waits, gauges and totals up to an instant (`index`)
//! - [`Recording`]: the index at any instant, forwards and backwards (`recording`)
//! - [`why`], [`Path`], [`Story`], [`Comparison`], [`WaitQueues`], [`Stats`]: analyses of a trace (`analysis`)
//!
//! Output:
//!
//! - [`export`]: a race as JSON, Chrome trace events, CSV, entries of a performance timeline
//! - [`saved`]: a race as a file that can be opened again, checked event by event
//!
//! Input from other programs:
//!
//! - [`recorded`]: recordings of real asyncio programs
//!
//! # States and outcomes
//!
//! A task is in one of three states: [`State::Queued`] (created, or waiting for a turn), [`State::Running`] (inside the
//! operation, suspended or not) and [`State::Backoff`] (between two attempts). A timeline shows finer states, which are
//! derived:
//!
//! | shown as | derived from |
//! |---|---|
//! | not yet | the time before `Created` |
//! | queued | a span of `Queued` |
//! | waiting | a span of `Running` |
//! | on the loop | `Polled` |
//! | backing off | a span of `Backoff` |
//! | blocked | a poll of another task that takes 10 ms or more |
//!
//! An [`Outcome`] is how one task ended; a [`Verdict`] is how the run ended.
//!
//! # The index
//!
//! [`Index::advance`] continues where it stopped, so the work of a frame depends on the frame's new events. The index
//! has each task's spans without a gap from its creation to its end (spans of no length are left out, except that a
//! task that ran and took no time keeps one; a hung task's last span is open for ever), its waits with the task that
//! ended each, which task held the loop when, gauges, log lines and totals. Most tasks have few spans, waits and polls:
//! those are stored inline (`Few`), so that a task needs no other allocation. `WaitQueues` has the tasks that wait for a
//! resource in order, as linked lists. A task is *in flight* while it waits, inside its operation, for time or for an
//! answer from outside; a task that awaits another one is not, so a request and its fetch count once.
//!
//! A [`Recording`] starts at the nearest mark before the requested instant. There is a mark every 8,192 events; when
//! there are more than 32, every other one is dropped. Reading forward sets no marks, since marks slow down the reading after
//! them: a second index reads the events once more when a run pauses or is over, some of them in each frame, or immediately
//! if an earlier instant is requested. Tasks are stored in pieces of 32, which index and marks share until they change, and
//! lists that only grow are not copied at all: a mark costs a copy of the pieces that change before the next one.
//!
//! # The critical path
//!
//! It is found backwards from the last step. If a timer, an answer or a time limit made a step possible, the wait before it
//! is a part of the path; if another task did, the path continues there, at that instant and that place in the
//! trace. Time in which a task was ready but did not get the loop is a separate part. So the parts follow each other
//! without a gap, and their sum is the length of the run. The work is linear in the trace. In a run that was stopped
//! the walk begins with the task that `main` was waiting for whose timer rings last. A deadlock's path leads to the
//! last step that any task took.

mod analysis;
pub mod decimal;
mod event;
pub mod export;
mod head;
mod index;
mod names;
pub mod num;
pub mod recorded;
mod recorder;
mod recording;
pub mod saved;
mod sort;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
mod trace;

pub use analysis::*;
pub use event::{
    End, Event, Kind, LogKind, MAX_EVENTS, Outcome, ResourceId, ResourceKind, State, TaskId, Text,
    Verdict, WaitFor,
};
pub use index::{Flight, Gauge, IN_FLIGHT, Index, Poll, Series, Span, Task, TaskEnd, Wait};
pub use names::UniqueNames;
pub use recorder::{MAX_GAUGES, Recorder};
pub use recording::Recording;
pub use sort::{sort_by, sort_by_key};
pub use time::Time;
pub use trace::Trace;

#[cfg(test)]
mod tests;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
