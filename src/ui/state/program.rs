//! A program that was recorded elsewhere, beside its runs: its source, the places in it, what was found.

use interleave_player::Session;
use interleave_trace::Index;
use interleave_trace::recorded::{Finding, Recorded, RecordedRun, SourceFile, findings};
use interleave_trace::{Kind, Trace};
use std::collections::BTreeSet;

/// What a session keeps of a recorded program; the traces are the session's.
pub struct Program {
    /// Its files and places; without runs.
    pub recorded: Recorded,
    /// What was found in each run, in the order of the session's.
    pub findings: Vec<Vec<Finding>>,
    /// The numbers of the places at which a task has waited.
    pub awaits: BTreeSet<u32>,
    /// Event loops that are not shown, since there are too many.
    pub left_out: usize,
}

impl Program {
    /// Nothing but a recording; its runs are to be added.
    pub fn of_recording(recorded: Recorded, left_out: usize) -> Self {
        Self {
            recorded,
            findings: Vec::new(),
            awaits: BTreeSet::new(),
            left_out,
        }
    }

    /// Looks through a run, of whose end this is the index; gives its trace back.
    pub fn add(&mut self, run: RecordedRun, index: &Index) -> Trace {
        self.findings.push(findings(&self.recorded, &run, index));
        let lines = run
            .trace
            .events()
            .iter()
            .filter_map(|event| match event.kind {
                Kind::Wait { line, .. } => Some(line),
                _ => None,
            });
        self.awaits.extend(lines);
        run.trace
    }

    /// Reads the program whose runs a session shows; `None` if they are those of a playground.
    pub fn of(session: &Session) -> Option<&Self> {
        session.program.as_ref()?.downcast_ref()
    }

    /// The files whose source was recorded, by their numbers.
    pub fn sources(&self) -> impl Iterator<Item = (u32, &SourceFile, &str)> {
        let files = self.recorded.files.iter();
        files.filter_map(|(&number, file)| Some((number, file, file.source.as_deref()?)))
    }
}
