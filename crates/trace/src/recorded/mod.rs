//! Recordings of real asyncio programs, as the recorder in `python/` writes them: version 2 of the project's recordings; and
//! what other tools write of tasks, as far as it says enough.
//!
//! `docs/recording.md` describes the file: a line a definition or an event, appended while the program runs. [`open`] makes
//! a [`Trace`] of each event loop. A file is untrusted input, and a program may have been killed while it was written: what
//! is whole before the first line that is not is kept, and [`Recorded::problem`] says where it ends.
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

/// What `format` says.
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
    /// When it began, by the calendar: `2026-11-29T20:06:18Z`. Nothing if that is not known.
    pub started: String,
    /// Its source files and those of libraries, by their numbers.
    pub files: BTreeMap<u32, SourceFile>,
    /// The places in them, by their numbers.
    pub sites: BTreeMap<u32, Site>,
    /// Each event loop that ran a task, in order of their beginnings.
    pub runs: Vec<RecordedRun>,
    /// What the program printed and logged while no loop ran.
    pub outside: Vec<String>,
    /// Why not all of the file was read, with the line.
    pub problem: Option<String>,
    /// What the tool that wrote the file does not write down, in sentences; nothing if that is the recorder.
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
    /// What happened. Shared, not copied.
    pub trace: Arc<Trace>,
    /// What the recorder remarked, in order; of very many the first.
    pub remarks: Vec<Remark>,
    /// The last report of a hang.
    pub hang: Option<Hang>,
}

/// Something that the recorder remarked of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// When.
    pub at: Time,
    /// Of which task; of the first one, where it is of none.
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
    /// An exception of a task that nobody has looked at.
    NeverRetrieved,
    /// A task that was collected while it waited.
    Destroyed,
    /// Anything else that the loop's exception handler was called for.
    Unhandled,
    /// The time that the step has held the loop already, in nanoseconds.
    Blocked(u64),
    /// The time that a plain callback held the loop, in nanoseconds.
    Callback(u64),
}

/// A report that tasks wait for what does not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hang {
    /// When it was made.
    pub at: Time,
    /// Of a deadlock: its lines, one a task.
    pub lines: Vec<String>,
}
