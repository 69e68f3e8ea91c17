//! Trace events of other tools, written by hand after real files.

use super::saved::assert_sound;
use super::*;
use crate::recorded::{Opening, Recorded, open};
use serde_json::{Value, json};

/// A call on a track in the format of VizTracer: times in microseconds.
fn call(track: u32, ts: f64, dur: f64, name: &str) -> Value {
    json!({"pid": 7, "tid": track, "ts": 1000.0 + ts, "ph": "X", "cat": "fee", "dur": dur, "name": name})
}

fn named(track: u32, name: &str) -> Value {
    json!({"ph": "M", "pid": 7, "tid": track, "name": "thread_name", "args": {"name": name}})
}

const MAIN: &str = "main (/home/me/app.py:9)";
const FETCH: &str = "fetch (/home/me/app.py:3)";
const SLEEP: &str = "sleep (/usr/lib/python3.13/asyncio/tasks.py:700)";
const LOCK: &str = "Lock.acquire (/usr/lib/python3.13/asyncio/locks.py:92)";
const CREATE: &str = "BaseEventLoop.create_task (/usr/lib/python3.13/asyncio/base_events.py:429)";

/// `main` creates two tasks: one sleeps, the other one waits for a lock as well.
fn viztracer() -> String {
    let events = json!([
        named(7, "MainThread"),
        named(100, "Task-1"),
        named(200, "Task-2"),
        named(300, "late"),
        call(7, 0.0, 2.0, CREATE),
        // An inner call is written before the outer one, which ends later.
        call(100, 11.0, 1.0, CREATE),
        call(100, 13.0, 1.0, CREATE),
        call(100, 10.0, 10.0, MAIN),
        call(200, 31.0, 3.0, SLEEP),
        call(200, 30.0, 5.0, FETCH),
        call(300, 41.0, 3.0, LOCK),
        call(300, 40.0, 5.0, FETCH),
        call(200, 1031.0, 1.0, SLEEP),
        call(200, 1030.0, 5.0, FETCH),
        call(300, 1041.0, 3.0, LOCK),
        call(300, 1040.0, 5.0, FETCH),
        call(100, 1060.0, 10.0, MAIN),
        call(7, 0.0, 1080.0, "<module> (/home/me/app.py:1)"),
    ]);
    let source = "import asyncio\n\nasync def fetch(): ...\n";
    let files = json!({"/home/me/app.py": [source, 3]});
    json!({
        "traceEvents": events,
        "viztracer_metadata": {"version": "1.1.1", "overflow": false},
        "file_info": {"files": files, "functions": {}},
    })
    .to_string()
}

fn waits(recorded: &Recorded) -> Vec<(String, String, Option<String>)> {
    let trace = &recorded.runs[0].trace;
    let wait = |event: &Event| match event.kind {
        Kind::Wait { on, line } => Some((
            trace.name(event.task).to_owned(),
            on.phrase(trace),
            recorded.place(line),
        )),
        _ => None,
    };
    trace.events().iter().filter_map(wait).collect()
}

#[test]
fn tasks_of_viztracer_with_their_steps_and_waits() {
    let recorded = open(&viztracer()).expect("a trace");
    assert_eq!(recorded.problem, None);
    assert_eq!(recorded.program, "app.py");
    assert!(!recorded.missing.is_empty());
    let [run] = &recorded.runs[..] else {
        panic!("{} runs", recorded.runs.len());
    };
    assert_sound(&run.trace);
    let trace = &run.trace;
    let names: Vec<_> = (0..3).map(|id| trace.name(TaskId(id))).collect();
    // A name that the program gave is kept.
    assert_eq!(names, ["main", "fetch", "late"]);
    let index = Index::of(trace);
    let parents: Vec<_> = index.tasks().map(|(_, task)| task.parent).collect();
    assert_eq!(parents, [None, Some(TaskId::MAIN), Some(TaskId::MAIN)]);
    let place = |line: &str| Some(format!("app.py:{line}"));
    let expected = [
        ("main", "for a future", place("9 in main")),
        ("fetch", "until 0.001 s", place("3 in fetch")),
        ("late", "for a lock", place("3 in fetch")),
    ];
    let expected = expected.map(|(task, on, place)| (task.to_owned(), on.to_owned(), place));
    assert_eq!(waits(&recorded), expected);
    // Its steps, and its end with the last of them.
    let fetch = index.task(TaskId(1)).expect("it");
    assert_eq!((fetch.ran() * 1e6).round() as u64, 10);
    assert_eq!(fetch.end.map(|end| end.outcome), Some(Outcome::Ok));
    let sources: Vec<_> = recorded
        .files
        .values()
        .filter_map(|file| file.source.as_deref())
        .collect();
    assert_eq!(sources, ["import asyncio\n\nasync def fetch(): ...\n"]);
}

#[test]
fn a_file_of_viztracer_without_tasks_says_how_to_get_them() {
    let events = json!([named(7, "MainThread"), call(7, 0.0, 1.0, MAIN)]);
    let why = open(&json!({ "traceEvents": events }).to_string()).expect_err("no tasks");
    assert!(why.contains("--log_async"), "{why}");
}

/// A span of `tracing-chrome`.
fn span(ph: &str, ts: f64, thread: u32, id: Option<u32>, name: &str) -> Value {
    let mut event = json!({
        "ph": ph, "pid": 1, "ts": ts, "name": name, "cat": "server", "tid": thread,
        ".file": "src/main.rs", ".line": 12,
    });
    if let Some(id) = id {
        event["id"] = json!(id);
    }
    event
}

/// The format of the crate: a list, with one event on each line.
fn list(events: &[Value]) -> String {
    let lines: Vec<_> = events.iter().map(Value::to_string).collect();
    format!("[\n{}\n]", lines.join(",\n"))
}

#[test]
fn spans_of_tokio_by_number() {
    let text = list(&[
        json!({"ph": "M", "pid": 1, "name": "thread_name", "tid": 0, "args": {"name": "main"}}),
        span("b", 1.0, 0, Some(1), "request"),
        span("b", 3.0, 0, Some(1), "query"),
        // Another span of the same name, on another thread.
        span("b", 4.0, 1, Some(2), "request"),
        span("e", 9.0, 1, Some(1), "query"),
        span("e", 20.0, 0, Some(2), "request"),
        span("e", 30.0, 1, Some(1), "request"),
    ]);
    let recorded = open(&text).expect("spans");
    assert_eq!(
        (recorded.problem.as_deref(), recorded.runs.len()),
        (None, 1)
    );
    let trace = &recorded.runs[0].trace;
    assert_sound(trace);
    let index = Index::of(trace);
    let spans: Vec<_> = index
        .tasks()
        .map(|(id, task)| {
            let micros = |at: Time| at.0 / 1000;
            let end = task.end.map(|end| micros(end.at));
            (
                trace.name(id),
                task.parent.map(|it| it.0),
                micros(task.created),
                end,
            )
        })
        .collect();
    let expected = [
        ("all spans", None, 0, Some(29)),
        ("request", Some(0), 0, Some(29)),
        ("query", Some(1), 2, Some(8)),
        ("request #2", Some(0), 3, Some(19)),
    ];
    assert_eq!(spans, expected);
    assert!(
        recorded
            .missing
            .iter()
            .any(|words| words.contains("Threaded"))
    );
}

#[test]
fn spans_of_tokio_by_thread_are_steps() {
    let text = list(&[
        span("B", 1.0, 0, None, "request"),
        span("B", 2.0, 0, None, "query"),
        span("E", 3.0, 0, None, "query"),
        span("E", 5.0, 0, None, "request"),
        // It continues on another thread, and at the same time there is another span of that name.
        span("B", 11.0, 1, None, "request"),
        span("B", 12.0, 0, None, "request"),
        span("E", 13.0, 0, None, "request"),
        span("E", 15.0, 1, None, "request"),
    ]);
    // The list of a program that was killed is left open.
    let text = text.trim_end_matches(']').trim_end().to_owned() + ",\n";
    let recorded = open(&text).expect("spans");
    assert_eq!(recorded.problem, None);
    let trace = &recorded.runs[0].trace;
    assert_sound(trace);
    let names: Vec<_> = (0..trace.task_count() as u32)
        .map(|id| trace.name(TaskId(id)))
        .collect();
    assert_eq!(names, ["all spans", "request", "query", "request #2"]);
    let index = Index::of(trace);
    let request = index.task(TaskId(1)).expect("it");
    assert_eq!(request.polls().len(), 2);
    let site = request.waits().first().map(|wait| wait.line);
    let place = site.and_then(|site| recorded.place(site));
    assert_eq!(place.as_deref(), Some("main.rs:12 in request"));
}

#[test]
fn cut_off_or_changed_they_do_no_harm() {
    let spans = list(&[
        span("b", 1.0, 0, Some(1), "request"),
        span("b", 3.0, 0, Some(1), "que\\\"ry]}"),
        span("e", 9.0, 1, Some(1), "que\\\"ry]}"),
        span("e", 30.0, 1, Some(1), "request"),
    ]);
    for text in [viztracer(), spans] {
        let whole = open(&text).expect("a trace");
        assert_eq!(whole.problem, None);
        for cut in 0..text.len() {
            if let Ok(recorded) = open(&text[..cut]) {
                assert_sound(&recorded.runs[0].trace);
            }
        }
        // Read chunk by chunk, the result is the same.
        for size in [1, 7, 100] {
            let mut opening = Opening::default();
            for piece in text.as_bytes().chunks(size) {
                opening.push(piece).expect("a trace");
            }
            let pieces = opening.finish().expect("a trace");
            assert_eq!(pieces.runs[0].trace, whole.runs[0].trace);
        }
        for value in ["null", "-1", "1e300", "\"x\"", "[]", "{}", "true"] {
            for (place, _) in text.match_indices(':').step_by(3) {
                let end = text[place..]
                    .find([',', '}', ']'])
                    .map_or(text.len(), |end| place + end);
                let changed = format!("{}:{value}{}", &text[..place], &text[end..]);
                if let Ok(recorded) = open(&changed) {
                    recorded
                        .runs
                        .iter()
                        .for_each(|run| assert_sound(&run.trace));
                }
            }
        }
    }
}

#[test]
fn what_is_no_trace_of_tasks_is_refused() {
    for (text, says) in [
        ("[]", "no tasks"),
        ("[1, 2, 3]", "no tasks"),
        ("{\"traceEvents\": []}", "no tasks"),
        ("{\"traceEvents\": 1}", "no trace events"),
        ("[{\"ph\": ", "cut off"),
    ] {
        let why = open(text).expect_err(text);
        assert!(why.contains(says), "{text}: {why}");
    }
}
