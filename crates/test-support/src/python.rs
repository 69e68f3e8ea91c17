//! Runs the Python twins under CPython, in virtual time.

use super::{Case, fixtures};
use interleave_playgrounds::Entry;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether the Python twin has a strategy.
pub fn has(entry: &Entry, mode: &str) -> bool {
    !rust_only(entry.sources()[1]).any(|lacks| lacks == mode)
}

/// The strategies of which a `.py` file says that Python has none: `# Rust only: a, b. ...`.
pub fn rust_only(python: &str) -> impl Iterator<Item = &str> {
    let notes = python.lines();
    let notes = notes.filter_map(|line| line.strip_prefix("# Rust only: "));
    let modes = notes.filter_map(|note| note.split('.').next());
    modes.flat_map(|modes| modes.split(", "))
}

/// The presets in every mode that Python has, and the fixtures. Of a hundred thousand tasks CPython has nothing to say that
/// it has not said of ten thousand, and takes its time.
pub fn cases(entry: &Entry) -> Vec<Case> {
    let presets = (entry.presets)().into_iter().flat_map(|preset| {
        let strategies = entry.strategies().iter();
        let strategies = strategies.filter(|strategy| has(entry, strategy.mode));
        strategies.map(move |strategy| Case {
            slug: entry.slug,
            mode: strategy.mode,
            params: preset.params.clone(),
        })
    });
    let fixtures = fixtures().into_iter().map(|fixture| fixture.case);
    presets
        .filter(|case| case.tasks() <= 10_000)
        .chain(fixtures.filter(|case| case.slug == entry.slug))
        .collect()
}

/// What Python is to run of a playground; with `stops`, it also says where tasks are suspended.
pub fn job(entry: &Entry, cases: &[Case], stops: bool) -> Value {
    let runs: Vec<_> = cases
        .iter()
        .map(|case| json!({ "mode": case.mode, "params": case.params }))
        .collect();
    json!({ "path": source(entry), "runs": runs, "stops": stops })
}

/// The `.py` file of a playground: the one of that name, in whatever section.
fn source(entry: &Entry) -> PathBuf {
    let sections = Path::new(env!("CARGO_MANIFEST_DIR")).join("../playgrounds/src");
    let folders = std::fs::read_dir(sections)
        .unwrap()
        .map(|folder| folder.unwrap().path());
    let mut files = folders.map(|folder| folder.join(entry.name() + ".py"));
    let file = files.find(|file| file.exists());
    let file = file.unwrap_or_else(|| panic!("{}.py is nowhere", entry.name()));
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        entry.sources()[1],
        "the page shows another file than {}",
        file.display()
    );
    file
}

/// Has one Python process do all jobs.
pub fn run(jobs: &Value) -> Value {
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../playgrounds/tests/python/virtual_run.py");
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
