//! The headless runner: prints the trace of a playground as JSON.
//!
//!     cargo run --release --example trace -- PLAYGROUND PARAMS.json
//!
//! The params object holds the strategy as `mode`. Bad input is a message on
//! stderr that names the field, and exit status 2.

use interleave::playgrounds::{ALL, Entry};
use interleave::runtime::{Ports, Runtime};
use interleave::trace::export::Document;
use serde_json::Value;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &[String]) -> Result<(), String> {
    let [name, file] = args else {
        return Err("usage: trace PLAYGROUND PARAMS.json".to_owned());
    };
    let entry = Entry::find(name).ok_or_else(|| {
        let known: Vec<_> = ALL.iter().map(Entry::name).collect();
        format!("{name}: no such playground; there are {}", known.join(", "))
    })?;
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let whole: Value = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    let mut params = whole.clone();
    let mode = match params
        .as_object_mut()
        .map(|object| object.shift_remove("mode"))
    {
        None => return Err(format!("{file}: params: must be an object")),
        Some(None) => return Err(format!("{file}: mode: is missing")),
        Some(Some(Value::String(mode))) => mode,
        Some(Some(other)) => return Err(format!("{file}: mode: must be a text, not {other}")),
    };
    let strategy = entry.strategy(&mode).ok_or_else(|| {
        let known: Vec<_> = entry
            .strategies
            .iter()
            .map(|strategy| strategy.mode)
            .collect();
        format!(
            "{file}: mode: must be one of {}, not {mode:?}",
            known.join(", ")
        )
    })?;
    let problems = entry.check(&params);
    if !problems.is_empty() {
        let lines: Vec<_> = problems
            .iter()
            .map(|problem| format!("{file}: {problem}"))
            .collect();
        return Err(lines.join("\n"));
    }
    let runtime = Runtime::new(Ports::simulated());
    entry
        .start(&runtime, strategy, &params)
        .map_err(|problem| format!("{file}: {problem}"))?;
    runtime.run();
    let trace = runtime.trace();
    let name = entry.name();
    let document = Document::new(&name, strategy.mode, &whole, &trace, runtime.result());
    let json = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    match writeln!(std::io::stdout(), "{json}") {
        // Whoever reads may have seen enough.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
