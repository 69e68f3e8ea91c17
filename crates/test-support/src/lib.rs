//! What the tests of whole runs share: a run to make, and the fixtures.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, which is what it is for"
)]

pub mod any;
pub mod python;
pub mod race;
pub mod xml;

use interleave_playgrounds::Entry;
use interleave_runtime::{Ports, Runtime};
use interleave_trace::export::{Document, Race, Run};
use interleave_trace::{Index, Story, Trace, saved};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A run to make.
#[derive(Clone, Debug)]
pub struct Case {
    /// The playground's name in URLs.
    pub slug: &'static str,
    /// The strategy's name.
    pub mode: &'static str,
    /// Without `mode`.
    pub params: Value,
}

impl Case {
    /// From a whole params object, in which `mode` is a field.
    pub fn new(playground: &str, whole: &Value) -> Self {
        let entry = Entry::find(playground).unwrap_or_else(|| panic!("no {playground}"));
        let mut params = whole.clone();
        let mode = params
            .as_object_mut()
            .unwrap()
            .shift_remove("mode")
            .unwrap();
        let strategy = entry.strategy(mode.as_str().unwrap());
        let strategy = strategy.unwrap_or_else(|| panic!("{playground}: no strategy {mode}"));
        Self {
            slug: entry.slug,
            mode: strategy.mode,
            params,
        }
    }

    /// How many tasks the params ask for by number; none if they list them.
    pub fn tasks(&self) -> u64 {
        self.params["tasks"].as_u64().unwrap_or(0)
    }

    /// Its playground.
    pub fn entry(&self) -> &'static Entry {
        Entry::find(self.slug).unwrap()
    }

    /// The params object with `mode` in it.
    pub fn whole(&self) -> Value {
        let mut whole = self.params.clone();
        whole["mode"] = json!(self.mode);
        whole
    }

    /// A runtime in which the program is about to take its first step.
    pub fn start(&self) -> Runtime {
        let (entry, runtime) = (self.entry(), Runtime::new(Ports::simulated()));
        let strategy = entry.strategy(self.mode).unwrap();
        entry.start(&runtime, strategy, &self.params).unwrap();
        runtime
    }

    /// The record of the whole run.
    pub fn run(&self) -> Trace {
        let runtime = self.start();
        runtime.run();
        runtime.trace().clone()
    }

    /// The document of the whole run, as the headless runner prints it.
    pub fn document(&self) -> String {
        let runtime = self.start();
        runtime.run();
        let (name, whole) = (self.entry().name(), self.whole());
        let trace = runtime.trace();
        let document = Document::new(&name, self.mode, &whole, &trace, runtime.result());
        serde_json::to_string(&document).unwrap()
    }
}

/// What there is to tell of a run.
pub fn story_of(trace: &Trace) -> Story {
    let mut story = Story::default();
    story.advance(trace);
    story
}

/// Saves the record of a run, opens it, and says what is wrong with that.
pub fn check_recording(case: &Case, trace: &Trace) -> Result<(), String> {
    let file = |trace: &Trace| {
        let (entry, strategy) = (case.entry(), case.entry().strategy(case.mode).unwrap());
        let (index, now) = (Index::of(trace), trace.end().unwrap().at);
        saved::save(&Race {
            title: entry.card().title,
            slug: entry.slug,
            params: &case.params,
            seed: 0,
            pace: "instant",
            source: Some(entry.fingerprints[0]),
            slow: case.mode,
            axis_end: now.secs(),
            in_flight: entry.shows_in_flight(),
            runs: vec![Run {
                mode: strategy.mode,
                title: strategy.title,
                headline: strategy.headline,
                trace,
                index: &index,
                now,
            }],
        })
    };
    let text = file(trace);
    let opened = saved::open(&text)?;
    match file(&opened.runs[0].1) == text {
        true => Ok(()),
        false => Err("is not opened as it was saved".to_owned()),
    }
}

/// What the reference made of a params object.
pub struct Fixture {
    /// The name of the params file.
    pub file: String,
    /// The params.
    pub case: Case,
    /// The trace that the reference recorded.
    pub trace: Value,
}

/// All fixtures, by name.
pub fn fixtures() -> Vec<Fixture> {
    let fixture = |(file, case): (PathBuf, Case)| {
        let trace = trace_file(&file);
        let name = trace.display();
        assert!(
            trace.exists(),
            "{name} is missing: `cargo run -p interleave-playgrounds --example fixtures` writes it"
        );
        Fixture {
            file: file.file_name().unwrap().to_string_lossy().into_owned(),
            case,
            trace: read(&trace),
        }
    };
    let fixtures: Vec<_> = fixture_params().into_iter().map(fixture).collect();
    assert!(!fixtures.is_empty());
    fixtures
}

/// The params files of all fixtures, by name, and the run that each asks for.
pub fn fixture_params() -> Vec<(PathBuf, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../playgrounds/tests/fixtures");
    let files = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    let case = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.strip_suffix(".params.json")?;
        let (playground, _) = name.split_once('.')?;
        let case = Case::new(playground, &read(&path));
        Some((path, case))
    };
    paths.into_iter().filter_map(case).collect()
}

/// Where the trace of a params file is kept.
pub fn trace_file(params: &Path) -> PathBuf {
    let name = params.file_name().unwrap().to_string_lossy();
    params.with_file_name(name.replace(".params.json", ".trace.json"))
}

fn read(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}
