//! Whole runs of all playgrounds: held against CPython, and against what must be true of any run.
//!
//! - `parity`: runs equal those of the reference; `python`: programs print what they print under CPython
//! - `lines`: tasks are suspended at the same lines in Rust and in Python
//! - `invariants`: what holds of every run with any params
//! - `understand`: reasons, critical path and story of any run
//! - `touch`: durations that are set, tasks that the reader cancels
//! - `warnings`: what a program quotes of compiler and interpreter
//!
//! # What must stay true
//!
//! - Same params, same trace, to the byte (`invariants`).
//! - Every span that starts ends exactly once: in runs that are left to end, in runs that are stopped, and of tasks
//!   that `main` leaves behind (`invariants`).
//! - A dropped run leaves nothing behind (`invariants`).
//! - Claims are true of their runs, at any params (`invariants`).
//! - Runs are CPython's, and every playground has a fixture (`parity`). The Python shown is the same program
//!   (`python`).
//! - A task that the reader cancels has the consequences that it has in CPython (`stepping_in`).
//! - The lit line is the line that awaits, in both languages (`lines`).
//! - The critical path is as long as the run, without a gap; the story is the same however a run is read
//!   (`understand`).
//! - What the reader does to a run breaks none of this; a duration that is set is the one that the task takes
//!   (`touch`).
//! - The code shown is the code that runs, its headlines stand in it, and marks agree (in `source.rs`).
//! - Params are checked before they run, and every problem names its field (in `check.rs`).
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
mod stepping_in;
mod touch;
mod understand;
mod warnings;
