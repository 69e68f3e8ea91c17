//! A program that was recorded elsewhere, besides its runs: its source, the places in it, findings, and the differences
//! between two recordings.

use interleave_player::Session;
use interleave_trace::Kind;
use interleave_trace::recorded::{Difference, Finding, Recorded, Site, SourceFile};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a session keeps of a recorded program.
#[derive(Default)]
pub struct Program {
    /// The recording; or two that are compared, in whose order. No two have a number of a file or place in common.
    pub sides: Vec<Side>,
    /// What was found in each run, in the order of the session's.
    pub findings: Vec<Vec<Finding>>,
    /// What differs between two recordings.
    pub differences: Vec<Pair>,
    /// The numbers of the places at which a task has waited.
    pub awaits: BTreeSet<u32>,
    /// Event loops that are not shown, since there are too many.
    pub left_out: usize,
}

/// A recording that is shown.
#[derive(Clone)]
pub struct Side {
    /// What it is called beside another one, such as "before".
    pub name: String,
    /// Where it comes from: mostly the name of a file.
    pub from: String,
    /// The recording. Its traces are those of the session.
    pub recorded: Rc<Recorded>,
}

/// Two event loops that are compared, or one that has no counterpart.
pub struct Pair {
    /// The name of the loop.
    pub title: String,
    /// Their places among the session's runs.
    pub runs: [Option<usize>; 2],
    /// What differs.
    pub differences: Vec<Difference>,
}

impl Program {
    /// Adds the run at `place` among all of a side, with its findings.
    pub fn add(&mut self, recorded: &Recorded, place: usize, findings: Vec<Finding>) {
        self.findings.push(findings);
        let events = recorded.runs.get(place).map(|run| run.trace.events());
        let lines = events
            .unwrap_or_default()
            .iter()
            .filter_map(|event| match event.kind {
                Kind::Wait { line, .. } => Some(line),
                _ => None,
            });
        self.awaits.extend(lines);
    }

    /// Reads the program whose runs a session shows; `None` if they are those of a playground.
    pub fn of(session: &Session) -> Option<&Self> {
        session.program.as_ref()?.downcast_ref()
    }

    /// The files whose source was recorded, by their numbers: of two that are compared, each with the name of its side.
    pub fn sources(&self) -> impl Iterator<Item = (u32, &SourceFile, String)> {
        let are_compared = self.sides.len() > 1;
        self.sides.iter().flat_map(move |side| {
            let files = side.recorded.files.iter();
            let files = files.filter(|(_, file)| file.source.is_some());
            files.map(move |(&number, file)| {
                let name = match are_compared {
                    true => format!("{}: {}", side.name, file.name),
                    false => file.name.clone(),
                };
                (number, file, name)
            })
        })
    }

    /// The number of the program's own file; of two that are compared, the later one's.
    pub fn latest_file(&self) -> Option<u32> {
        let files = &self.sides.last()?.recorded.files;
        let mut with_source = files.iter().filter(|(_, file)| file.source.is_some());
        let own = with_source.clone().find(|(_, file)| file.user);
        own.or_else(|| with_source.next())
            .map(|(&number, _)| number)
    }

    /// A file, by its number.
    pub fn file(&self, number: u32) -> Option<&SourceFile> {
        let mut sides = self.sides.iter();
        sides.find_map(|side| side.recorded.files.get(&number))
    }

    /// A place in a file, by its number.
    pub fn site(&self, number: u32) -> Option<&Site> {
        let mut sides = self.sides.iter();
        sides.find_map(|side| side.recorded.sites.get(&number))
    }

    /// A place in words.
    pub fn place(&self, number: u32) -> Option<String> {
        let mut sides = self.sides.iter();
        sides.find_map(|side| side.recorded.place(number))
    }
}
