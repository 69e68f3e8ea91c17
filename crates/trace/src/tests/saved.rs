//! Saved traces: they are opened unchanged, and other files are refused.

use super::*;
use crate::export::{chrome, csv};
use crate::saved::{open, save};
use serde_json::{Value, json};

/// Checks the properties of a trace that other code relies on, and runs every analysis of it.
pub(super) fn assert_sound(trace: &Trace) {
    let events = trace.events();
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let index = Index::of(trace);
    let end = trace.end().expect("an end");
    assert!(events.last().is_none_or(|last| last.at <= end.at));
    assert!(index.task_count() >= 1 && index.task_count() == trace.task_count());
    for hold in index.polls().windows(2) {
        assert!(hold[0].end <= hold[1].start);
    }
    for (id, task) in index.tasks() {
        // A visit of no length may lie within another span.
        let lasts = |span: &Span| span.end != Some(span.start);
        let spans: Vec<_> = task.spans().filter(lasts).collect();
        let joined = |pair: &[Span]| pair[0].end == Some(pair[1].start);
        assert!(spans.windows(2).all(joined), "{spans:?}");
        let _ = (describe(trace, &index, id), why(trace, &index, id));
        assert_eq!(task.parent.is_none(), id == TaskId::MAIN);
        let is_item = |event: &Event| {
            let waits = matches!(
                event.kind,
                Kind::Wait {
                    on: WaitFor::Consumer,
                    ..
                }
            );
            event.task == id && waits
        };
        let may_be_left = match end.verdict {
            Verdict::Stopped | Verdict::LimitReached => true,
            Verdict::Completed => events.iter().any(is_item),
            Verdict::Deadlocked(_) => false,
        };
        assert!(task.end.is_some() || may_be_left);
    }
    let _ = Path::of(trace);
    let mut story = Story::default();
    story.advance(trace);
    for line in story.until(Time::MAX) {
        assert!(!line.words(trace).is_empty());
    }
    with_race(trace, |race| {
        let _ = (chrome(race), csv(race));
        assert!(open(&save(race)).is_ok());
    });
}

/// A story's trace, as a file.
fn file(story: &[Next]) -> String {
    with_race(&trace_of(story, 1_000_000), save)
}

/// A file of one run with these events, which ends after 9 ns.
fn file_of(events: &Value, verdict: &str) -> String {
    json!({
        "format": "interleave race", "version": 1, "playground": "x", "params": null,
        "runs": [{ "strategy": "s", "end": { "at": 9, "verdict": verdict }, "events": events }],
    })
    .to_string()
}

/// The values of the file, one by one: a change of any of them must do no harm.
fn places(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(list) => list.iter_mut().flat_map(places).collect(),
        Value::Object(object) => object.values_mut().flat_map(places).collect(),
        other => vec![other],
    }
}

#[test]
fn what_no_run_could_have_left_behind_is_refused_by_name() {
    let main = json!([0, 0, "created", null, "main"]);
    let long = "x".repeat(10_001);
    for (event, why) in [
        (
            json!([0, 1, "state", "running", ""]),
            "event 2: task: there is no task 1 yet",
        ),
        (
            json!([0, 2, "created", 0, "a"]),
            "event 2: task: the next new task is number 1, not 2",
        ),
        (
            json!([0, 1, "created", null, "a"]),
            "parent: only task 0 has none",
        ),
        (
            json!([0, 1, "created", 1, "a"]),
            "parent: there is no task 1 yet",
        ),
        (
            json!([0, 1, "created", 0, long]),
            "name: must have at most 10000 bytes, not 10001",
        ),
        (json!([5, 0, "held", 6]), "held: the loop was held"),
        (json!([0, 0, "held", -1]), "invalid value"),
        (json!([1.5, 0, "held", 0]), "invalid type"),
        (json!([-1, 0, "held", 0]), "invalid value"),
        (
            json!([10, 0, "log", "print", ""]),
            "end: time: 9 comes after 10",
        ),
        (json!([0, 0, "state", "asleep", ""]), "state: is not known"),
        (json!([0, 0, "ended", "well", ""]), "outcome: is not known"),
        (
            json!([0, 0, "log", "shout", ""]),
            "log: must be print or note",
        ),
        (json!([0, 0, "dance"]), "unknown variant `dance`"),
        (
            json!([0, 0, "wait", "task", 1, 7]),
            "wait: there is no task 7 yet",
        ),
        (
            json!([0, 0, "woken", 7, false]),
            "by: there is no task 7 yet",
        ),
        (json!([0, 0, "wait", "timer", 1]), "until: is missing"),
        (
            json!([0, 0, "gauge", "g", 1e16, true]),
            "value: must be from -1e15 to 1e15",
        ),
        (
            json!([0, 0, "gauge", "g", null, true]),
            "invalid type: null",
        ),
        (json!([0, 0]), "kind: is missing"),
        (json!([0, 0, "held", 0, 0]), "too many values"),
        (json!({}), "expected an event"),
    ] {
        let refused = open(&file_of(&json!([main, event]), "stopped")).map(|_| ());
        let refused = refused.expect_err(&event.to_string());
        assert!(refused.contains(why), "{event}: {refused}");
    }
    let refused = |events: &Value, verdict| open(&file_of(events, verdict)).map(|_| ());
    let twice = json!([main, [1, 0, "ended", "ok", ""], [2, 0, "ended", "ok", ""]]);
    let late = json!([main, [3, 0, "held", 0], [2, 0, "held", 0]]);
    // An item may be without an end when a run completes; a task may not.
    let left = |more: &[Value]| {
        let mut events = vec![
            main.clone(),
            json!([0, 1, "created", 0, "item"]),
            json!([0, 1, "wait", "taker", 1]),
            json!([1, 0, "ended", "ok", ""]),
        ];
        events.extend_from_slice(more);
        json!(events)
    };
    for (events, verdict, why) in [
        (
            &twice,
            "stopped",
            "event 3: task: number 0 has ended already",
        ),
        (&late, "stopped", "event 3: time: 2 comes after 3"),
        (&json!([]), "stopped", "must create task 0"),
        (&json!([main]), "completed", "1 of 1 tasks have not ended"),
        (&json!([main]), "deadlocked", "1 of 1 tasks have not ended"),
        (&left(&[]), "deadlocked", "1 of 2 tasks have not ended"),
        (
            &left(&[json!([2, 1, "held", 1])]),
            "completed",
            "1 of 2 tasks have not ended",
        ),
        (
            &json!([main, [0, 0, "wait", "taker", 1]]),
            "completed",
            "1 of 1 tasks have not ended",
        ),
        (&json!([main]), "well", "unknown variant `well`"),
    ] {
        let said = refused(events, verdict).expect_err(why);
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(refused(&json!([main]), "stopped"), Ok(()));
    assert_eq!(refused(&left(&[]), "completed"), Ok(()));
}

#[test]
fn what_is_no_saved_race_says_so() {
    let good = file(&[Next::Create]);
    assert!(open(&good).is_ok());
    for (text, why) in [
        (String::new(), "it is not JSON"),
        ("\u{89}PNG\r\n\u{1a}\n".to_owned(), "it is not JSON"),
        ("# Notes".to_owned(), "it is not JSON"),
        ("null".to_owned(), "invalid type"),
        ("[]".to_owned(), "invalid length"),
        ("{}".to_owned(), "format: must be \"interleave race\""),
        ("{\"traceEvents\": []}".to_owned(), "format: must be"),
        (
            good.replace("\"version\": 1", "\"version\": 2"),
            "version: must be 1, not 2",
        ),
        (
            good.replace("\"runs\"", "\"walks\""),
            "missing field `runs`",
        ),
        (good[..good.len() / 2].to_owned(), "EOF"),
        (
            good.replace(
                "null,",
                &format!("{}{},", "[".repeat(1000), "]".repeat(1000)),
            ),
            "recursion limit",
        ),
        (" ".repeat((100 << 20) + 1), "at most 100 MB"),
    ] {
        let said = open(&text).map(|_| ()).expect_err(why);
        assert!(said.contains(why), "{said}");
    }
    // A message names the line, and there is one event on each line.
    let broken = good.replace("\"created\",0", "\"created\",\"0\"");
    let line = 1 + broken
        .lines()
        .position(|line| line.contains("\"created\",\"0\""))
        .expect("it");
    let said = open(&broken).map(|_| ()).expect_err("it");
    assert!(said.contains(&format!("line {line} ")), "{said}");
}

proptest! {
    #[test]
    fn there_and_back(story in prop::collection::vec(next(), 0..60)) {
        let text = file(&story);
        let saved = open(&text).expect("what was saved");
        assert_sound(&saved.runs[0].1);
        let trace = trace_of(&story, 1_000_000);
        let words = |trace: &Trace| -> Vec<_> {
            trace.events().iter().map(|event| (event.at, event.task, std::mem::discriminant(&event.kind))).collect()
        };
        assert_eq!(words(&saved.runs[0].1), words(&trace));
        assert_eq!(with_race(&saved.runs[0].1, save), text);
    }

    #[test]
    fn changed_values_are_refused_or_harmless(
        story in prop::collection::vec(next(), 0..20),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12), 1..4),
    ) {
        let mut changed: Value = serde_json::from_str(&file(&story)).expect("JSON");
        for (place, what) in changes {
            let mut places = places(&mut changed);
            let place = place.index(places.len());
            let others = [
                json!(0), json!(1), json!(-1), json!(1e300), json!(u64::MAX), json!(0.5), json!(null),
                json!("running"), json!("x".repeat(20_000)), json!([]), json!({}), json!(true),
            ];
            *places[place] = others[what].clone();
        }
        if let Ok(saved) = open(&changed.to_string()) {
            saved.runs.iter().for_each(|(_, trace)| assert_sound(trace));
        }
    }

    #[test]
    fn rows_in_disorder_are_refused_or_harmless(
        story in prop::collection::vec(next(), 0..20),
        moves in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
        copies in any::<bool>(),
    ) {
        let mut changed: Value = serde_json::from_str(&file(&story)).expect("JSON");
        let rows = changed["runs"][0]["events"].as_array_mut().expect("rows");
        for (from, to) in moves {
            let (from, to) = (from.index(rows.len()), to.index(rows.len()));
            let row = if copies { rows[from].clone() } else { rows.remove(from) };
            rows.insert(to.min(rows.len()), row);
        }
        if let Ok(saved) = open(&changed.to_string()) {
            assert_sound(&saved.runs[0].1);
        }
    }

    #[test]
    fn broken_bytes_do_no_harm(story in prop::collection::vec(next(), 0..10), at in any::<prop::sample::Index>(), byte in 0u8..128) {
        let mut bytes = file(&story).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(saved) = open(&String::from_utf8_lossy(&bytes)) {
            saved.runs.iter().for_each(|(_, trace)| assert_sound(trace));
        }
    }
}

#[test]
fn a_run_that_was_stopped_at_its_limit_says_so_after_it_was_opened() {
    let events = json!([
        [0, 0, "created", null, "main"],
        [0, 0, "wait", "turn", 1],
        [0, 0, "held", 0],
    ]);
    let opened = open(&file_of(&events, "limit_reached")).expect("a sound file");
    let trace = &opened.runs[0].1;
    assert_sound(trace);
    let said = limit_reached(trace);
    assert_eq!(said.as_deref(), Some("stopped after 3 events at 0.0 s"));
    assert!(unfinished(trace).is_some_and(|words| words.contains("stopped after 3 events")));
}

/// Stepping in used to be recognised by the text of a remark, so that a program's own remark with that text
/// counted as stepping in.
#[test]
fn only_files_of_revision_0_say_by_a_remark_that_the_reader_stepped_in() {
    let events = json!([
        [0, 0, "created", null, "main"],
        [0, 1, "created", 0, "a"],
        [0, 2, "created", 0, "b"],
        [1, 1, "log", "note", "failed by the reader"],
        [1, 2, "log", "note", "cancelled by the reader"],
        [1, 2, "log", "print", "failed by the reader"],
    ]);
    let old = file_of(&events, "stopped");
    let new = old.replace("\"version\":1", "\"version\":1,\"revision\":1");
    assert_ne!(old, new);
    let traces = [old, new].map(|file| open(&file).expect("a sound file").runs.remove(0).1);
    let let_fail = traces.each_ref().map(|trace| {
        let index = Index::of(trace);
        let tasks = index.tasks().filter(|(_, task)| task.let_fail);
        tasks.map(|(id, _)| id.0).collect::<Vec<_>>()
    });
    assert_eq!(let_fail, [vec![1], vec![]]);
    assert_eq!(traces.each_ref().map(stepped_in), [true, false]);
    assert_eq!(traces.each_ref().map(|trace| trace.events().len()), [8, 6]);
    // Saved again, it is the same.
    let again = with_race(&traces[0], save);
    assert!(open(&again).expect("a sound file").runs[0].1.events() == traces[0].events());
}

/// Lists used to be read to their end before they were counted: a file of 100 MB took a gigabyte of memory.
#[test]
fn lists_are_bounded_while_they_are_read() {
    let good = file_of(&json!([[0, 0, "created", null, "main"]]), "stopped");
    let many = |item: &str, count: usize| vec![item; count].join(",");
    let of_params =
        |params: String| good.replace("\"params\":null", &format!("\"params\":{params}"));
    let pending = |count: usize| {
        let pending = format!("\"at\":9,\"pending\":[{}]", many("\"\"", count));
        good.replace("\"at\":9", &pending)
    };
    let runs = |count: usize| {
        let mut file: Value = serde_json::from_str(&good).expect("JSON");
        let run = file["runs"][0].clone();
        let numbered = |number: usize| {
            let mut run = run.clone();
            run["strategy"] = json!(number.to_string());
            run
        };
        file["runs"] = (0..count).map(numbered).collect();
        file.to_string()
    };
    for good in [
        of_params(format!("[{}]", many("[]", 999_999))),
        pending(1_000_000),
        runs(100),
    ] {
        assert_eq!(open(&good).map(|_| ()), Ok(()));
    }
    for (bad, why) in [
        (
            of_params(format!("[{}]", many("[]", 1_000_000))),
            "params: there must be at most 1000000 values at line 1 column ",
        ),
        (
            of_params(format!("{{\"a\":{{\"b\":[{}", many("[0]", 500_000)) + "]}}"),
            "params: there must be at most 1000000 values at line 1 column ",
        ),
        (
            pending(1_000_001),
            "end: pending: there must be at most 1000000 texts at line 1 column ",
        ),
        (
            runs(101),
            "runs: there must be from 1 to 100 at line 1 column ",
        ),
        (
            runs(0),
            "runs: there must be from 1 to 100 at line 1 column ",
        ),
    ] {
        let said = open(&bad).map(|_| ()).expect_err(why);
        assert!(said.contains(why), "{said}");
    }
}

/// Waits and gauges used not to name the lock or queue that they belong to. Files from that time are opened as they are.
#[test]
fn resources_are_saved_and_files_without_them_are_opened() {
    let events = json!([
        [0, 0, "created", null, "main"],
        [0, 0, "resource", "lock", "A"],
        [0, 0, "resource", "queue", "jobs"],
        [0, 0, "holds", 1, true],
        [0, 0, "wait", "lock", 7, 1],
        [0, 0, "wait", "items_done", 7, 3, 2],
        [0, 0, "wait", "lock", 7],
        [0, 0, "wait", "items_done", 7, 3],
        [0, 0, "gauge", "length", 1, true, 2],
        [0, 0, "gauge", "level", 1, false],
    ]);
    let opened = open(&file_of(&events, "stopped")).expect("a sound file");
    let trace = &opened.runs[0].1;
    assert_sound(trace);
    let on = |event: &Event| match event.kind {
        Kind::Wait { on, .. } => Some(on),
        _ => None,
    };
    let waits: Vec<_> = trace.events().iter().filter_map(on).collect();
    let (unknown, lock, queue) = (ResourceId::UNKNOWN, ResourceId(1), ResourceId(2));
    assert_eq!(
        waits,
        [
            WaitFor::Lock(lock),
            WaitFor::ItemsDone(3, queue),
            WaitFor::Lock(unknown),
            WaitFor::ItemsDone(3, unknown),
        ]
    );
    let index = Index::of(trace);
    assert_eq!(index.holders(lock).collect::<Vec<_>>(), [TaskId::MAIN]);
    let of: Vec<_> = index.gauges().iter().map(|gauge| gauge.of).collect();
    assert_eq!(of, [queue, unknown]);
    assert_eq!(waits[0].phrase(trace), "for lock A");
    assert_eq!(waits[2].phrase(trace), "for a lock");
    let again = open(&with_race(trace, save)).expect("a sound file");
    assert_eq!(again.runs[0].1.events().len(), trace.events().len());
    assert_eq!(with_race(&again.runs[0].1, save), with_race(trace, save));
    for (event, why) in [
        (
            json!([0, 0, "resource", "door", ""]),
            "resource: is not known",
        ),
        (
            json!([0, 0, "holds", 1, true]),
            "resource: there is no resource 1 yet",
        ),
        (
            json!([0, 0, "wait", "permit", 1, 1]),
            "resource: there is no resource 1 yet",
        ),
        (
            json!([0, 0, "gauge", "g", 1, true, 9]),
            "resource: there is no resource 9 yet",
        ),
    ] {
        let file = file_of(&json!([[0, 0, "created", null, "main"], event]), "stopped");
        let refused = open(&file).map(|_| ()).expect_err(why);
        assert!(refused.contains(why), "{refused}");
    }
}

/// Since revision 2.
#[test]
fn lines_that_block_and_errors_that_were_never_retrieved_are_saved() {
    let events = json!([
        [0, 0, "created", null, "main"],
        [0, 1, "created", 0, "a"],
        [0, 1, "blocks", 7],
        [0, 1, "ended", "error", "lost"],
        [0, 1, "held", 0],
        [0, 1, "never_retrieved"],
        [0, 0, "ended", "ok", ""],
    ]);
    let opened = open(&file_of(&events, "completed")).expect("a sound file");
    let trace = &opened.runs[0].1;
    assert_sound(trace);
    let index = Index::of(trace);
    assert_eq!(Finding::all(&index), [Finding::NeverRetrieved(TaskId(1))]);
    let again = open(&with_race(trace, save)).expect("a sound file");
    assert_eq!(again.runs[0].1.events(), trace.events());
}
