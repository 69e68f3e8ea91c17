//! Exports for other trace viewers: Chrome trace events, tracks of the Performance panel.
use interleave_playgrounds::Entry;
use interleave_test_support::race::{named, with_defaults};
use interleave_trace::{IN_FLIGHT, Kind, export};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The rules of the format's description: the required fields of every kind of event.
fn assert_event(event: &Value) {
    let is_text = |field: &str| event[field].as_str().is_some_and(|text| !text.is_empty());
    let time = |field: &str| {
        event[field]
            .as_f64()
            .is_some_and(|at| at.is_finite() && at >= 0.0)
    };
    assert!(
        event["pid"].is_u64() && event["tid"].is_u64() && time("ts"),
        "{event}"
    );
    assert!(event["name"].is_string(), "{event}");
    match event["ph"].as_str() {
        Some("M") => {
            let (name, args) = (event["name"].as_str().expect("a name"), &event["args"]);
            match name {
                "process_name" | "thread_name" => assert!(args["name"].is_string(), "{event}"),
                "process_sort_index" | "thread_sort_index" => {
                    assert!(args["sort_index"].is_u64(), "{event}")
                }
                _ => panic!("{event}"),
            }
        }
        Some("X") => assert!(time("dur") && is_text("cat"), "{event}"),
        Some("i") => assert!(
            ["t", "p", "g"].contains(&event["s"].as_str().expect("a scope")),
            "{event}"
        ),
        Some("s" | "f") => {
            assert!(event["id"].is_u64() && is_text("cat"), "{event}");
            // It ends at the slice around it, not at the next one.
            assert!(event["ph"] == "s" || event["bp"] == "e", "{event}");
        }
        Some("C") => {
            let series = event["args"].as_object().expect("series");
            assert!(
                !series.is_empty() && series.values().all(Value::is_number),
                "{event}"
            );
        }
        other => panic!("{other:?}: {event}"),
    }
}

#[test]
fn trace_events_are_as_their_format_wants_them() {
    for entry in Entry::all() {
        with_defaults(entry, |race| {
            let file: Value = serde_json::from_str(&export::chrome(race)).expect("JSON");
            let events = file["traceEvents"].as_array().expect("events");
            events.iter().for_each(assert_event);
            let named: HashMap<u64, &str> = events
                .iter()
                .filter(|event| event["name"] == "thread_name")
                .map(|event| {
                    (
                        event["tid"].as_u64().expect("a thread"),
                        event["args"]["name"].as_str().expect("a name"),
                    )
                })
                .collect();
            let tasks: usize = race.runs.iter().map(|run| run.index.task_count()).sum();
            assert_eq!(
                named.len(),
                tasks + race.runs.len(),
                "one thread a task, and the loops"
            );
            assert!(
                events
                    .iter()
                    .all(|event| named.contains_key(&event["tid"].as_u64().expect("a thread")))
            );
            let processes: HashSet<_> = events.iter().map(|event| event["pid"].as_u64()).collect();
            assert_eq!(processes.len(), race.runs.len());
            let in_flight = events.iter().filter(|event| event["name"] == IN_FLIGHT);
            let counted: HashSet<_> = in_flight.map(|event| event["pid"].as_u64()).collect();
            assert_eq!(counted, processes, "what is in flight is counted in each");
            let outcomes = events
                .iter()
                .filter(|event| event["cat"] == "outcome")
                .count();
            assert_eq!(outcomes, tasks, "{}: each ends once", race.slug);
        });
    }
}

/// Viewers find the slices of a flow by time and order: without them they drop it.
#[test]
fn flows_lead_from_slice_to_slice() {
    let mut kinds = HashSet::new();
    for entry in Entry::all() {
        with_defaults(entry, |race| {
            let file: Value = serde_json::from_str(&export::chrome(race)).expect("JSON");
            let mut slices: HashMap<u64, Vec<(f64, f64)>> = HashMap::new();
            let mut open = HashMap::new();
            let (mut flows, mut ids) = (0, HashSet::new());
            for event in file["traceEvents"].as_array().expect("events") {
                let (tid, ts) = (
                    event["tid"].as_u64().expect("a thread"),
                    event["ts"].as_f64().expect("a time"),
                );
                let key = ["id", "cat", "name"].map(|field| event[field].to_string());
                let is_bound = || {
                    slices
                        .get(&tid)
                        .is_some_and(|all| all.iter().any(|&(from, to)| from <= ts && ts <= to))
                };
                match event["ph"].as_str() {
                    Some("X") => {
                        let end = ts + event["dur"].as_f64().expect("a length");
                        slices.entry(tid).or_default().push((ts, end));
                    }
                    Some("s") => {
                        assert!(is_bound() && ids.insert(key[0].clone()), "{event}");
                        open.insert(key, (ts, tid));
                    }
                    Some("f") => {
                        let from = open.remove(&key);
                        assert!(
                            is_bound() && from.is_some_and(|(at, from)| at <= ts && from != tid),
                            "{event}"
                        );
                        kinds.insert(event["cat"].to_string());
                        flows += 1;
                    }
                    _ => {}
                }
            }
            assert!(open.is_empty(), "{open:?}");
            let events = race.runs.iter().flat_map(|run| run.trace.events());
            let woken = events.filter(
                |event| matches!(event.kind, Kind::Woken { by: Some(by), .. } if by != event.task),
            );
            assert_eq!(flows, woken.count(), "{}", race.slug);
        });
    }
    assert_eq!(kinds.len(), 2, "{kinds:?}");
}

#[test]
fn entries_for_the_performance_panel_are_as_it_wants_them() {
    let colours = [
        "primary",
        "primary-light",
        "primary-dark",
        "secondary",
        "secondary-light",
        "secondary-dark",
        "tertiary",
        "tertiary-light",
        "tertiary-dark",
        "error",
    ];
    for entry in Entry::all() {
        with_defaults(entry, |race| {
            let (list, cut) = export::tracks(race);
            assert!(!cut, "{}", race.slug);
            let list: Value = serde_json::from_str(&list).expect("JSON");
            let tracks: HashSet<_> = list
                .as_array()
                .expect("a list")
                .iter()
                .map(|entry| {
                    let is_text =
                        |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
                    let (start, end, data) =
                        (entry[1].as_f64(), entry[2].as_f64(), &entry[3]["devtools"]);
                    assert!(
                        is_text(&entry[0]) && start.is_some() && start <= end,
                        "{entry}"
                    );
                    assert_eq!(data["dataType"], "track-entry");
                    assert!(
                        ["track", "trackGroup", "tooltipText"]
                            .iter()
                            .all(|field| is_text(&data[field])),
                        "{entry}"
                    );
                    assert!(
                        colours.iter().any(|colour| data["color"] == *colour),
                        "{entry}"
                    );
                    let properties = data["properties"].as_array().expect("properties");
                    assert!(
                        properties
                            .iter()
                            .all(|pair| is_text(&pair[0]) && pair[1].is_string()),
                        "{entry}"
                    );
                    (data["trackGroup"].to_string(), data["track"].to_string())
                })
                .collect();
            let lanes: usize = race
                .runs
                .iter()
                .map(|run| {
                    run.index
                        .tasks()
                        .filter(|(_, task)| task.spans().next().is_some())
                        .count()
                })
                .sum();
            assert_eq!(tracks.len(), lanes, "{}: names of tracks differ", race.slug);
        });
    }
    let tasks: Vec<_> = (0..9_999).map(|i| (format!("task {i}"), 1.0)).collect();
    named(&tasks, |race| {
        let (list, cut) = export::tracks(race);
        let list: Value = serde_json::from_str(&list).expect("JSON");
        let count = list.as_array().expect("a list").len();
        assert!(cut && count > 100 && count <= 2_000, "{count}");
    });
}
