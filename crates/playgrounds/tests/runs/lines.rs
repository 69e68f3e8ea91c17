//! Where tasks are suspended: every wait of every run is at a marked line of the Rust source, and
//! under CPython the twin is suspended at the lines with the same marks, at the same instants.
use interleave_playgrounds::Entry;
use interleave_playgrounds::source::Listing;
use interleave_test_support::{Case, python};
use interleave_trace::Time;
use interleave_trace::{Index, Kind, TaskId, Trace};
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn every_wait_is_at_a_marked_line_of_both_listings() {
    let mut wrong = BTreeSet::new();
    for case in all_cases() {
        let (entry, [rust, twin]) = (case.entry(), listings(case.entry()));
        for line in waits(&case.run()) {
            let Some(mark) = rust.mark(line) else {
                wrong.insert(format!("{}.rs:{line}: a wait without a mark", entry.name()));
                continue;
            };
            if python::has(entry, case.mode) && twin.marked(mark, Some(case.mode)).count() == 0 {
                let mode = case.mode;
                wrong.insert(format!(
                    "{}.py: no line is marked @{mark} for {mode}",
                    entry.name()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong:#?}");
}

#[test]
fn python_is_suspended_where_rust_is() {
    // Many tasks that do the same are where one is.
    let cases = |entry| {
        let mut cases = python::cases(entry);
        cases.retain(|case| case.tasks() <= MANY);
        cases
    };
    let jobs: Vec<_> = Entry::all()
        .map(|entry| python::job(entry, &cases(entry), true))
        .collect();
    let answers = python::run(&json!(jobs));
    let (mut wrong, mut compared) = (BTreeSet::new(), 0);
    for (entry, answer) in Entry::all().zip(answers.as_array().unwrap()) {
        let [rust, twin] = &listings(entry);
        for (case, run) in cases(entry).iter().zip(answer["runs"].as_array().unwrap()) {
            let trace = case.run();
            let mut index = Index::default();
            // Marks of all waits so far, those of no length too.
            let mut known = BTreeSet::new();
            for stop in run["stops"].as_array().unwrap() {
                let at = Time(stop["nanos"].as_u64().unwrap());
                let read = index.events_read();
                index.advance(&trace, at);
                let new = &trace.events()[read..index.events_read()];
                known.extend(new.iter().filter_map(|event| match event.kind {
                    Kind::Wait { line, .. } => rust.mark(line as usize),
                    _ => None,
                }));
                let said = format!("{} {} at {:?}: {stop}", entry.name(), case.mode, at);
                let tasks: Vec<Vec<usize>> = serde_json::from_value(stop["tasks"].clone()).unwrap();
                let outer: BTreeSet<_> = tasks.iter().flatten().copied().collect();
                for line in waiting(entry, &index) {
                    let mark = rust.mark(line).unwrap_or("?");
                    if !twin
                        .marked(mark, Some(case.mode))
                        .any(|line| outer.contains(&line))
                    {
                        wrong.insert(format!("{said}\n  Rust waits at @{mark}, Python does not"));
                    }
                    compared += 1;
                }
                for inner in tasks.iter().filter_map(|lines| lines.last()) {
                    let mark = twin.mark(*inner);
                    if !mark.is_some_and(|mark| known.contains(mark)) {
                        wrong.insert(format!("{said}\n  Python waits at {inner} {mark:?}"));
                    }
                    compared += 1;
                }
            }
        }
    }
    let few: Vec<_> = wrong.iter().take(12).collect();
    assert!(wrong.is_empty(), "{} of {compared}\n{few:#?}", wrong.len());
    assert!(compared > 1000, "{compared}");
}

/// The lines at which tasks are suspended. Not main's where it has parts without lanes that are
/// suspended by themselves: it is then said to be where the last of them was.
fn waiting(entry: &Entry, index: &Index) -> Vec<usize> {
    let parts = entry.sources()[0].contains("cx.spawn_bare(");
    let tasks = index
        .tasks()
        .filter(|(id, _)| !(parts && *id == TaskId::MAIN));
    let lines = tasks.filter_map(|(_, task)| task.waits_at_line());
    lines.map(|line| line as usize).collect()
}

/// The lines at which tasks of a run were suspended.
fn waits(trace: &Trace) -> BTreeSet<usize> {
    let waits = trace.events().iter().filter_map(|event| match event.kind {
        // An item waits for nobody: it is no task.
        Kind::Wait { on, .. } if on.is_passive() => None,
        Kind::Wait { line, .. } => Some(line as usize),
        _ => None,
    });
    waits.collect()
}

fn listings(entry: &Entry) -> [Listing; 2] {
    entry.sources().map(Listing::of)
}

/// Every preset in every strategy, and the fixtures.
fn all_cases() -> Vec<Case> {
    let presets = Entry::all().flat_map(|entry| {
        (entry.presets)().into_iter().flat_map(move |preset| {
            entry.strategies().iter().map(move |strategy| Case {
                slug: entry.slug,
                mode: strategy.mode,
                params: preset.params.clone(),
            })
        })
    });
    let fixtures = interleave_test_support::fixtures()
        .into_iter()
        .map(|fixture| fixture.case);
    presets
        .filter(|case| case.tasks() <= MANY)
        .chain(fixtures)
        .collect()
}

/// So many tasks that do the same are enough.
const MANY: u64 = 100;
