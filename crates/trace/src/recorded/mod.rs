//! Recordings of real asyncio programs, as the recorder in `python/` writes them: version 2 of the project's recordings.
//!
//! `docs/recording.md` describes the file: a line a definition or an event, appended while the program runs. [`open`] makes
//! a [`Trace`] of each event loop. A file is untrusted input, and a program may have been killed while it was written: what
//! is whole before the first line that is not is kept, and [`Recorded::problem`] says where it ends.
//!
//! The `line` of a wait is the number of a [`Site`], since a program has several files.

mod read;
mod run;

pub use read::open;

use crate::Trace;
use std::collections::BTreeMap;

/// What `format` says.
const FORMAT: &str = "interleave recording";
/// The only version there is.
const VERSION: u64 = 2;

/// A recording of a program.
#[derive(Debug)]
pub struct Recorded {
    /// The program's name.
    pub program: String,
    /// The version of Python that ran it.
    pub python: String,
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
    /// What stands in it, if it was recorded.
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
#[derive(Debug)]
pub struct RecordedRun {
    /// The name of its first task.
    pub title: String,
    /// The type of the loop.
    pub event_loop: String,
    /// When it began, in nanoseconds since the recording did; the trace's times count from then.
    pub began: u64,
    /// What happened.
    pub trace: Trace,
}
