//! Recordings of real asyncio programs, written by the recorder in `python/`: version 2 of the project's recordings; and
//! files of other tools, if they contain enough about tasks.
//!
//! `docs/recording.md` describes the file: one line for each definition or event, appended while the program runs. [`open`]
//! makes a [`Trace`] of each event loop. A file is untrusted input, and a program may have been killed while it was written:
//! the lines before the first bad one are kept, and [`Recorded::problem`] says where that is.
//!
//! The `line` of a wait is the number of a [`Site`], since a program has several files.

mod chrome;
mod compare;
mod divergence;
mod findings;
mod lone;
mod number;
mod objects;
mod opening;
mod pairs;
mod read;
mod run;
mod value;

pub use compare::{Change, Compared, Difference, Sight, differences, without_counterpart};
pub use divergence::{Divergence, divergence};
pub use findings::{Finding, Severity, findings, findings_by_kind};
pub use opening::{Opening, open};
pub use pairs::loops as pair_loops;

use crate::{TaskId, Time, Trace};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The value of `format`.
const FORMAT: &str = "interleave recording";
/// The only version there is.
const VERSION: u64 = 2;

/// A recording of a program.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The program's name.
    pub program: String,
    /// The version of Python that ran it.
    pub python: String,
    /// The date and time of its start: `2026-11-29T20:06:18Z`. Empty if that is not known.
    pub started: String,
    /// Its source files and those of libraries, by their numbers.
    pub files: BTreeMap<u32, SourceFile>,
    /// The places in them, by their numbers.
    pub sites: BTreeMap<u32, Site>,
    /// Each event loop that ran a task, in the order of their starts.
    pub runs: Vec<RecordedRun>,
    /// The lines that the program printed and logged while no loop ran.
    pub outside: Vec<String>,
    /// Why not all of the file was read, with the line.
    pub problem: Option<String>,
    /// The information that the tool does not write, in sentences; empty for files of the recorder.
    pub missing: Vec<String>,
}

impl Recorded {
    /// A place in words: "app.py:12 in fetch".
    pub fn place(&self, site: u32) -> Option<String> {
        let site = self.sites.get(&site)?;
        let file = self.files.get(&site.file)?;
        Some(format!("{}:{} in {}", file.name, site.line, site.function))
    }
}

/// A file of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name, relative to the program or the library.
    pub name: String,
    /// Whether it is the program's own.
    pub user: bool,
    /// Its text, if it was recorded.
    pub source: Option<String>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The number of the file.
    pub file: u32,
    /// The line, from 1.
    pub line: u32,
    /// The function that it belongs to.
    pub function: String,
}

/// One event loop of a program.
#[derive(Clone, Debug)]
pub struct RecordedRun {
    /// The name of its first task.
    pub title: String,
    /// The type of the loop.
    pub event_loop: String,
    /// When it began, in nanoseconds since the recording did; the trace's times count from then.
    pub began: u64,
    /// The trace. Shared, not copied.
    pub trace: Arc<Trace>,
    /// The remarks of the recorder, in order; if there are very many, only the first.
    pub remarks: Vec<Remark>,
    /// The last report of a hang.
    pub hang: Option<Hang>,
}

/// A remark of the recorder about a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// When.
    pub at: Time,
    /// The task; the first one, if the remark is about none.
    pub task: TaskId,
    /// What it is about.
    pub about: About,
    /// In words: a coroutine, a message, a callback.
    pub text: String,
    /// The number of the place in the source; 0 where that is not known.
    pub site: u32,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A coroutine that was never awaited.
    NeverAwaited,
    /// An exception of a task that was never retrieved.
    NeverRetrieved,
    /// A task that was collected while it waited.
    Destroyed,
    /// Any other call of the loop's exception handler.
    Unhandled,
    /// A step that holds the loop: the time so far, in nanoseconds.
    Blocked(u64),
    /// A plain callback that held the loop: the time, in nanoseconds.
    Callback(u64),
}

/// A report that tasks hang.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hang {
    /// When it was made.
    pub at: Time,
    /// The lines about the deadlock, one for each task.
    pub lines: Vec<String>,
}
