//! Code and time, linked both ways: the line at which each task is suspended, and the tasks that are suspended at the
//! line under the pointer.

use super::task::card::Card;
use crate::ui::state::app::App;
use interleave_playgrounds::source::Listing;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The lines of the Rust source under the pointer: several, if Python has one line for them.
#[derive(Clone, Copy)]
pub struct HoveredLines(pub RwSignal<Vec<u32>>);

impl HoveredLines {
    /// For the whole page.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }
}

/// The number of tasks that are suspended at a line of the Rust source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspended {
    mode: &'static str,
    title: &'static str,
    line: usize,
    count: u32,
}

/// Where tasks are suspended at the instant that is shown: the hovered task, or all.
pub fn suspended(app: App) -> Memo<Vec<Suspended>> {
    let card = Card::get();
    Memo::new(move |_| {
        let task = card.task();
        app.runs.session(|session| {
            let session = session.filter(|session| session.knows_lines());
            let runs = session.map(|session| session.runs()).unwrap_or_default();
            let mut suspended = Vec::new();
            for run in runs {
                let (mode, title) = (run.strategy.mode, run.strategy.title);
                let mut add = |line: u32, count| {
                    let line = line as usize;
                    suspended.push(Suspended {
                        mode,
                        title,
                        line,
                        count,
                    });
                };
                match task {
                    None => run
                        .index()
                        .waiting()
                        .for_each(|(line, count)| add(line, count)),
                    Some((of, id)) if of == mode => {
                        let task = run.index().task(id);
                        task.and_then(|task| task.waits_at_line())
                            .into_iter()
                            .for_each(|line| add(line, 1));
                    }
                    Some(_) => {}
                }
            }
            suspended
        })
    })
}

/// A line at which tasks are suspended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineTasks {
    /// Their number.
    pub count: u32,
    /// Their strategies, in words.
    pub of: Vec<String>,
}

/// The lines of a listing at which tasks are suspended; `rust` is the listing whose lines the waits name.
pub fn by_line(
    suspended: &[Suspended],
    rust: &Listing,
    shown: Option<&Listing>,
) -> BTreeMap<usize, LineTasks> {
    let mut lit = BTreeMap::<usize, LineTasks>::new();
    for Suspended {
        mode,
        title,
        line,
        count,
    } in suspended
    {
        let mut add = |line| {
            let lit = lit.entry(line).or_default();
            lit.count += count;
            lit.of.push(format!("{count} in “{title}”"));
        };
        match shown {
            None => add(*line),
            Some(twin) => {
                let word = rust.mark(*line);
                word.into_iter()
                    .flat_map(|word| twin.marked(word, Some(mode)))
                    .for_each(add);
            }
        }
    }
    lit
}

/// The lines of the Rust source that belong to a line of a listing.
pub fn rust_lines(line: usize, listing: &Listing, rust: &Listing) -> Vec<u32> {
    let word = listing.mark(line);
    let lines = word.into_iter().flat_map(|word| rust.marked(word, None));
    lines.map(|line| line as u32).collect()
}
