//! The headless runner: runs a playground and prints its trace.
//!
//!     cargo run --release --example trace -- [OPTIONS] PLAYGROUND PARAMS.json
//!
//!     --format json     one run in the format of the reference traces (the default); of several a list
//!     --format svg      a picture of the race
//!     --format chrome   Chrome trace events, for Perfetto
//!     --format csv      a row a task
//!     --format race     a file that the page opens
//!     --only A,B        the strategies that run, instead of the params object's `mode`
//!
//! Bad input gives a message on stderr that names the field, and exit status 2. If a run is stopped because it has too many
//! events, a message says so on stderr, and what was recorded is printed.

use interleave_geometry::svg::{Theme, svg};
use interleave_playgrounds::{Entry, Strategy};
use interleave_runtime::{Ports, Runtime};
use interleave_trace::export;
use interleave_trace::export::{Document, Race, Run};
use interleave_trace::{Index, Trace, limit_reached, saved};
use serde_json::Value;
use std::io::Write;
use std::process::ExitCode;

const USAGE: &str =
    "usage: trace [--format json|svg|chrome|csv|race] [--only STRATEGY,...] PLAYGROUND PARAMS.json";

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// The options of the command line.
struct Options<'a> {
    format: &'a str,
    only: Option<&'a str>,
    playground: &'a str,
    file: &'a str,
}

impl<'a> Options<'a> {
    fn of(args: &'a [String]) -> Result<Self, String> {
        let (mut format, mut only, mut places) = ("json", None, Vec::new());
        let mut args = args.iter().map(String::as_str);
        while let Some(arg) = args.next() {
            match arg {
                "--format" => format = args.next().ok_or(USAGE)?,
                "--only" => only = Some(args.next().ok_or(USAGE)?),
                place => places.push(place),
            }
        }
        if !["json", "svg", "chrome", "csv", "race"].contains(&format) {
            return Err(format!("--format: {format:?} is not known\n{USAGE}"));
        }
        let [playground, file] = places[..] else {
            return Err(USAGE.to_owned());
        };
        Ok(Self {
            format,
            only,
            playground,
            file,
        })
    }
}

fn run(args: &[String]) -> Result<(), String> {
    let options = Options::of(args)?;
    let (name, file) = (options.playground, options.file);
    let entry = Entry::find(name).ok_or_else(|| {
        let known: Vec<_> = Entry::all().map(Entry::name).collect();
        format!("{name}: no such playground; there are {}", known.join(", "))
    })?;
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let whole: Value = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    let mut params = whole.clone();
    let mode = params
        .as_object_mut()
        .map(|object| object.shift_remove("mode"));
    let strategies = match (options.only, mode) {
        (_, None) => return Err(format!("{file}: params: must be an object")),
        (Some(only), _) => {
            let modes = only.split(',');
            let found = modes.map(|mode| strategy(entry, mode, "--only"));
            found.collect::<Result<_, _>>()?
        }
        (None, Some(None)) => return Err(format!("{file}: mode: is missing")),
        (None, Some(Some(Value::String(mode)))) => {
            vec![strategy(entry, &mode, &format!("{file}: mode"))?]
        }
        (None, Some(Some(other))) => {
            return Err(format!("{file}: mode: must be a text, not {other}"));
        }
    };
    let modes: Vec<_> = strategies.iter().map(|strategy| strategy.mode).collect();
    let twice = (1..modes.len()).find(|&i| modes[..i].contains(&modes[i]));
    if let Some(i) = twice {
        return Err(format!("--only: {:?} is there twice", modes[i]));
    }
    let problems = entry.check(&params);
    if !problems.is_empty() {
        let lines: Vec<_> = problems
            .iter()
            .map(|problem| format!("{file}: {problem}"))
            .collect();
        return Err(lines.join("\n"));
    }
    let mut runs = Vec::new();
    for strategy in strategies {
        let runtime = Runtime::new(Ports::simulated());
        entry
            .start(&runtime, strategy, &params)
            .map_err(|problem| format!("{file}: {problem}"))?;
        runtime.run();
        if let Some(why) = limit_reached(&runtime.trace()) {
            eprintln!("{}: {why}", strategy.mode);
        }
        runs.push((strategy, runtime));
    }
    let printed = match options.format {
        "json" => json(entry, &whole, &runs)?,
        format => race(entry, &params, &runs, format),
    };
    match std::io::stdout().write_all(printed.as_bytes()) {
        // A reader that closes the pipe early has seen enough.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

fn strategy(entry: &Entry, mode: &str, place: &str) -> Result<&'static Strategy, String> {
    entry.strategy(mode).ok_or_else(|| {
        let known: Vec<_> = entry.strategies().iter().map(|known| known.mode).collect();
        format!("{place}: must be one of {}, not {mode:?}", known.join(", "))
    })
}

/// A document for each run; for several, a list.
fn json(
    entry: &Entry,
    whole: &Value,
    runs: &[(&'static Strategy, Runtime)],
) -> Result<String, String> {
    let document = |(strategy, runtime): &(&'static Strategy, Runtime)| {
        let mut whole = whole.clone();
        whole["mode"] = strategy.mode.into();
        let (name, trace) = (entry.name(), runtime.trace());
        let document = Document::new(&name, strategy.mode, &whole, &trace, runtime.result());
        serde_json::to_string_pretty(&document).map_err(|error| error.to_string())
    };
    let documents = runs.iter().map(document).collect::<Result<Vec<_>, _>>()?;
    Ok(match &documents[..] {
        [one] => format!("{one}\n"),
        several => format!("[\n{}\n]\n", several.join(",\n")),
    })
}

/// All runs as one text.
fn race(
    entry: &Entry,
    params: &Value,
    runs: &[(&'static Strategy, Runtime)],
    format: &str,
) -> String {
    let traces: Vec<_> = runs.iter().map(|(_, runtime)| runtime.trace()).collect();
    let indices: Vec<_> = traces.iter().map(|trace| Index::of(trace)).collect();
    let end = |trace: &Trace| trace.end().map_or_else(Default::default, |end| end.at);
    let run = |(i, &(strategy, _)): (usize, &(&'static Strategy, Runtime))| Run {
        mode: strategy.mode,
        title: strategy.title,
        headline: strategy.headline,
        trace: &traces[i],
        index: &indices[i],
        now: end(&traces[i]),
    };
    let ends = traces.iter().map(|trace| end(trace).secs());
    let race = Race {
        title: entry.card().title,
        slug: entry.slug,
        params,
        seed: 0,
        pace: "instant",
        source: Some(entry.fingerprints[0]),
        slow: entry.strategies().first().map_or("", |first| first.mode),
        axis_end: ends.fold(1e-3, f64::max),
        in_flight: entry.shows_in_flight(),
        runs: runs.iter().enumerate().map(run).collect(),
    };
    match format {
        "svg" => svg(&race, Theme::Both),
        "chrome" => export::chrome(&race),
        "csv" => export::csv(&race),
        _ => saved::save(&race),
    }
}
