//! The Python programs beside the Rust ones print the same lines at the same instants, under
//! CPython in virtual time (`python/virtual_run.py`), and can be copied and run as they are.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Case, fixtures};
use interleave::playgrounds::source::rust_only;
use interleave::playgrounds::{ALL, Entry};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn python_prints_what_rust_prints() {
    let all: Vec<_> = ALL.iter().map(|entry| (entry, cases(entry))).collect();
    let jobs: Vec<_> = all.iter().map(|(entry, cases)| job(entry, cases)).collect();
    let answers = python(&json!(jobs));
    let mut differences = Vec::new();
    for ((entry, cases), answer) in all.iter().zip(answers.as_array().unwrap()) {
        let slug = entry.card.slug;
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
    for entry in ALL {
        let (slug, python) = (entry.card.slug, entry.card.python);
        for mode in rust_only(python) {
            assert!(entry.strategy(mode).is_some(), "{slug}: no strategy {mode}");
        }
        for strategy in entry.strategies {
            let mode = strategy.mode;
            let is_there = python.contains(&format!("\nasync def {mode}(p):\n"));
            assert_eq!(is_there, has_python(entry, mode), "{slug}: {mode}");
        }
    }
}

fn has_python(entry: &Entry, mode: &str) -> bool {
    !rust_only(entry.card.python).any(|lacks| lacks == mode)
}

/// The presets in every mode that Python has, and the fixtures. Of a hundred thousand tasks CPython has nothing to say that
/// it has not said of ten thousand, and takes its time.
fn cases(entry: &Entry) -> Vec<Case> {
    let is_huge = |params: &Value| params["tasks"].as_u64().is_some_and(|tasks| tasks > 10_000);
    let presets = (entry.presets)().into_iter();
    let presets = presets
        .filter(|preset| !is_huge(&preset.params))
        .flat_map(|preset| {
            let strategies = entry.strategies.iter();
            let strategies = strategies.filter(|strategy| has_python(entry, strategy.mode));
            strategies.map(move |strategy| Case {
                slug: entry.card.slug,
                mode: strategy.mode,
                params: preset.params.clone(),
            })
        });
    let fixtures = fixtures().into_iter().map(|fixture| fixture.case);
    presets
        .chain(fixtures.filter(|case| case.slug == entry.card.slug))
        .collect()
}

fn job(entry: &Entry, cases: &[Case]) -> Value {
    let runs: Vec<_> = cases
        .iter()
        .map(|case| json!({ "mode": case.mode, "params": case.params }))
        .collect();
    json!({ "path": source(entry), "runs": runs })
}

/// The `.py` file of a playground: the one of that name, in whatever section.
fn source(entry: &Entry) -> PathBuf {
    let sections = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/playgrounds");
    let folders = std::fs::read_dir(sections)
        .unwrap()
        .map(|folder| folder.unwrap().path());
    let mut files = folders.map(|folder| folder.join(entry.name() + ".py"));
    let file = files.find(|file| file.exists());
    let file = file.unwrap_or_else(|| panic!("{}.py is nowhere", entry.name()));
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        entry.card.python,
        "the page shows another file than {}",
        file.display()
    );
    file
}

/// The lines of each instant, in a fixed order. Times are microseconds.
type Printed = BTreeMap<i64, Vec<String>>;

fn printed_by_rust(document: &Value) -> Printed {
    let log = document["log"].as_array().unwrap().iter();
    by_instant(
        log.filter(|row| row["kind"] == "print")
            .map(|row| (&row["t"], &row["text"])),
    )
}

fn printed_by_python(run: &Value) -> Printed {
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
    printed.values_mut().for_each(|lines| lines.sort());
    printed
}

/// Has one Python process do all jobs.
fn python(jobs: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/virtual_run.py");
    let mut child =
        Command::new(std::env::var("INTERLEAVE_PYTHON").unwrap_or_else(|_| "python3".to_owned()))
            .arg("-B")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("this test needs python3, 3.11 or newer: {error}"));
    let text = jobs.to_string();
    let mut stdin = child.stdin.take().unwrap();
    // If it has ended already, its stderr says why.
    let _ = stdin.write_all(text.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "virtual_run.py failed:\n{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}
