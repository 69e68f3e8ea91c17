//! Whole runs of all playgrounds: held against CPython, and against what must be true of any run.
//!
//! - `parity`: runs equal those of the reference; `python`: programs print what they print under CPython
//! - `lines`: tasks are suspended at the same lines in Rust and in Python
//! - `invariants`: what holds of every run with any params
//! - `understand`: reasons, critical path and story of any run
//! - `touch`: durations that are set, tasks that the reader cancels
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod invariants;
mod lines;
mod parity;
mod python;
mod touch;
mod understand;
