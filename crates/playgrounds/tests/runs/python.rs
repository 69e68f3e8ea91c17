//! The Python programs beside the Rust ones print the same lines at the same instants, under
//! CPython in virtual time (`python/virtual_run.py`), and can be copied and run as they are.
use interleave_playgrounds::Entry;
use interleave_test_support::python::{self, cases, function, has, rust_only};
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn python_prints_what_rust_prints() {
    let all: Vec<_> = Entry::all().map(|entry| (entry, cases(entry))).collect();
    let jobs: Vec<_> = all
        .iter()
        .map(|(entry, cases)| python::job(entry, cases, false))
        .collect();
    let answers = python::run(&json!(jobs));
    let mut differences = Vec::new();
    for ((entry, cases), answer) in all.iter().zip(answers.as_array().unwrap()) {
        let slug = entry.slug;
        assert_eq!(
            answer["params"],
            entry.defaults(),
            "{slug}: PARAMS are not the default params"
        );
        let main = answer["main"].as_array().unwrap();
        assert_eq!(
            main.len(),
            1,
            "{slug}: as a script it calls asyncio.run once"
        );
        assert_ne!(
            main[0]["lines"],
            json!([]),
            "{slug}: as a script it prints nothing"
        );
        for (case, run) in cases.iter().zip(answer["runs"].as_array().unwrap()) {
            let document: Value = serde_json::from_str(&case.document()).unwrap();
            let rust = (printed_by_rust(&document), &document["makespan"]);
            let python = (printed_by_python(run), &run["makespan"]);
            if rust != python {
                differences.push(format!(
                    "{slug} {} {}\n  rust   {rust:?}\n  python {python:?}",
                    case.mode, case.params
                ));
            }
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// What a program says it lacks are strategies, and it does lack them; it has all others.
#[test]
fn strategies_are_missing_in_python_only_where_it_says_so() {
    for entry in Entry::all() {
        let (slug, python) = (entry.slug, entry.sources()[1]);
        for mode in rust_only(python) {
            assert!(entry.strategy(mode).is_some(), "{slug}: no strategy {mode}");
        }
        for strategy in entry.strategies() {
            let mode = strategy.mode;
            let function = function(mode);
            let is_there = python.contains(&format!("\nasync def {function}(p):\n"));
            assert_eq!(is_there, has(entry, mode), "{slug}: {mode}");
        }
    }
}

/// The lines of each instant, in order. Times are microseconds.
pub type Printed = BTreeMap<i64, Vec<String>>;

pub fn printed_by_rust(document: &Value) -> Printed {
    let log = document["log"].as_array().unwrap().iter();
    by_instant(
        log.filter(|row| row["kind"] == "print")
            .map(|row| (&row["t"], &row["text"])),
    )
}

pub fn printed_by_python(run: &Value) -> Printed {
    by_instant(
        run["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (&line[0], &line[1])),
    )
}

fn by_instant<'a>(lines: impl Iterator<Item = (&'a Value, &'a Value)>) -> Printed {
    let mut printed = Printed::new();
    for (at, text) in lines {
        let micros = (at.as_f64().unwrap() * 1e6).round() as i64;
        printed
            .entry(micros)
            .or_default()
            .push(text.as_str().unwrap().to_owned());
    }
    printed
}

#[test]
fn a_python_program_says_which_strategies_it_lacks() {
    let python = "import x\n\n# Rust only: join_all, select. They drop.\n# Others.\n";
    let lacks: Vec<_> = rust_only(python).collect();
    assert_eq!(lacks, ["join_all", "select"]);
    assert_eq!(rust_only("import asyncio\n").count(), 0);
}
