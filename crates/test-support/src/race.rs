//! Races to export.

use interleave_player::Preview;
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::export::{Race, Run};
use serde_json::{Value, json};

/// Hands out the race of all strategies of a playground.
pub fn with_race<T>(entry: &'static Entry, params: &Value, read: impl FnOnce(&Race<'_>) -> T) -> T {
    let strategies: Vec<_> = entry.strategies().iter().collect();
    let preview = Preview::of(entry, &strategies, params).expect("a run");
    let run = |strategy: &&'static Strategy| {
        let (trace, index) = preview.run(strategy.mode).expect("a run");
        Run {
            mode: strategy.mode,
            title: strategy.title,
            headline: strategy.headline,
            trace,
            index,
            now: trace.end().expect("an end").at,
        }
    };
    read(&Race {
        title: entry.card().title,
        slug: entry.slug,
        params,
        seed: 0,
        pace: "instant",
        source: Some(entry.fingerprints[0]),
        slow: entry.strategies()[0].mode,
        axis_end: preview.end().secs().max(1e-3),
        in_flight: entry.shows_in_flight(),
        runs: strategies.iter().map(run).collect(),
    })
}

/// The same, with the default params.
pub fn with_defaults<T>(entry: &'static Entry, read: impl FnOnce(&Race<'_>) -> T) -> T {
    with_race(entry, &entry.defaults(), read)
}

/// The same, of tasks with these names and durations.
pub fn named(tasks: &[(String, f64)], read: impl FnOnce(&Race<'_>)) {
    let entry = Entry::find("basic-tasks").expect("a playground");
    with_race(entry, &json!({ "tasks": tasks }), read);
}
