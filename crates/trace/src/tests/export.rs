//! Exports of made-up traces.

use super::*;
use crate::export::{chrome, csv, tracks};
use serde_json::Value;
use std::collections::HashMap;

/// The numbers of a trace event, in nanoseconds.
fn nanos(event: &Value, field: &str) -> u64 {
    let micros = event[field].as_f64().expect("a number");
    assert!(micros >= 0.0);
    (micros * 1e3).round() as u64
}

/// Complete events of one thread must nest, or viewers drop them. Viewers sort them by time, and events of one time by the
/// order of the file.
fn assert_nested(text: &str) {
    let file: Value = serde_json::from_str(text).expect("JSON");
    let mut open: HashMap<u64, Vec<(u64, u64)>> = HashMap::new();
    let mut events = file["traceEvents"].as_array().expect("events").clone();
    events.retain(|event| event["ph"] == "X");
    events.sort_by_key(|event| nanos(event, "ts"));
    for event in &events {
        let (start, stack) = (
            nanos(event, "ts"),
            open.entry(event["tid"].as_u64().expect("a thread"))
                .or_default(),
        );
        let end = start + nanos(event, "dur");
        while stack
            .last()
            .is_some_and(|&(_, until)| until <= start && until < end.max(start + 1))
        {
            stack.pop();
        }
        assert!(
            stack.last().is_none_or(|&(_, until)| end <= until),
            "{event} is not within {stack:?}"
        );
        stack.push((start, end));
    }
}

#[test]
fn a_hold_is_cut_where_the_state_changes() {
    let mut trace = Recorder::from(one_task(
        &[(1.0, State::Running), (2.0, State::Queued)],
        None,
    ));
    let id = TaskId(1);
    trace.push(
        Time::from_secs(3.0),
        id,
        Kind::Polled {
            nanos: 2_500_000_000,
        },
    );
    let text = with_race(&trace, chrome);
    assert_nested(&text);
    let holds: Vec<_> = text
        .lines()
        .filter(|line| line.contains("on the loop"))
        .map(|line| line.split("\"ts\":").nth(1).expect("a time"))
        .map(|times| times.trim_end_matches(','))
        .collect();
    assert_eq!(
        holds,
        [
            "500000,\"dur\":500000}",
            "1000000,\"dur\":1000000}",
            "2000000,\"dur\":1000000}"
        ]
    );
}

proptest! {
    #[test]
    fn exports_of_any_trace_are_whole(story in prop::collection::vec(next(), 0..60), unit in 1u64..10_000_000) {
        let trace = trace_of(&story, unit);
        with_race(&trace, |race| {
            assert_nested(&chrome(race));
            let rows = csv(race);
            assert_eq!(rows.lines().count(), 1 + trace.task_count());
            assert!(rows.lines().all(|row| row.matches(',').count() == 13), "{rows}");
            let (entries, cut) = tracks(race);
            let entries: Value = serde_json::from_str(&entries).expect("JSON");
            for entry in entries.as_array().expect("a list") {
                assert!(entry[1].as_f64().expect("a start") <= entry[2].as_f64().expect("an end"));
            }
            assert!(!cut);
        });
    }
}
