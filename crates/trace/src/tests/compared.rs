//! Two recordings of a program side by side, before and after a change.

use crate::recorded::{
    Change, Compared, Difference, Finding, Recorded, differences, divergence, findings, open,
    pair_loops,
};
use crate::{Index, Kind, TaskId, Time};
use serde_json::{Value, json};
use std::sync::Arc;

const MS: u64 = 1_000_000;

/// A recording of these lines after a header, all of the run 1.
fn recording(lines: &[Value]) -> Recorded {
    let head = json!({
        "format": "interleave recording", "version": 2, "program": "app.py", "started": "2026-11-29T20:06:18Z",
    });
    let run = json!({"define": "run", "id": 1, "loop": "asyncio.SelectorEventLoop"});
    let file = json!({"define": "file", "id": 1, "name": "app.py", "user": true});
    let site = json!({"define": "site", "id": 1, "file": 1, "line": 7, "function": "fetch"});
    let lock = json!({"define": "object", "id": 1, "kind": "lock", "name": "db"});
    let all = [head, run, file, site, lock].into_iter();
    let text: String = all
        .chain(lines.iter().cloned())
        .map(|line| format!("{line}\n"))
        .collect();
    open(&text).expect("a recording")
}

/// `main` creates tasks with these names, milliseconds of waiting for the lock, and ends.
fn of_tasks(tasks: &[(&str, u64, &str)]) -> Recorded {
    let mut lines = vec![
        json!([0, 1, "created", 1, null, "main", 1]),
        json!([0, 1, "start"]),
    ];
    for (number, (name, ..)) in (2..).zip(tasks) {
        lines.push(json!([MS, number, "created", 1, 1, name, 1]));
    }
    lines.push(json!([
        MS,
        1,
        "step",
        MS,
        "tasks",
        1,
        0,
        "gather",
        tasks.len(),
        []
    ]));
    for number in 2..2 + tasks.len() {
        lines.push(json!([MS, number, "start"]));
        lines.push(json!([MS, number, "step", 1, "lock", 1, 0, 1]));
    }
    let mut ends: Vec<_> = (2..).zip(tasks).collect();
    ends.sort_by_key(|(_, (_, took, _))| *took);
    let mut at = MS;
    for (number, (_, took, outcome)) in ends {
        at = at.max(MS + took * MS);
        lines.push(match *outcome {
            "ok" => json!([at, number, "end", "ok"]),
            why => json!([at, number, "end", "error", why, []]),
        });
        lines.push(json!([at, number, "step", 0]));
    }
    lines.push(json!([at, 1, "end", "ok"]));
    lines.push(json!([at, 1, "step", 0]));
    lines.push(json!([at, null, "closed", 1]));
    recording(&lines)
}

/// The first loop of a recording: its index and its findings.
fn prepared(recorded: &Recorded) -> (Index, Vec<Finding>) {
    let run = &recorded.runs[0];
    let index = Index::of(&run.trace);
    let found = findings(recorded, run, &index);
    (index, found)
}

fn compare(before: &Recorded, after: &Recorded) -> Vec<Difference> {
    let (one, other) = (prepared(before), prepared(after));
    let compared = |recorded, (index, findings)| Compared {
        trace: recorded,
        index,
        findings,
    };
    differences(
        compared(&before.runs[0].trace, (&one.0, &one.1)),
        compared(&after.runs[0].trace, (&other.0, &other.1)),
    )
}

/// A difference in words: title, task or object, by how much, before, after.
fn words(difference: &Difference) -> [&str; 5] {
    let [before, after] = difference
        .sides
        .each_ref()
        .map(|side| side.as_ref().map_or("-", |sight| &*sight.words));
    let (title, what) = (difference.title, &*difference.what);
    [title, what, &difference.by, before, after]
}

fn told<'a>(all: &'a [Difference], title: &str) -> Vec<[&'a str; 5]> {
    let of_title = all.iter().filter(|one| one.title == title);
    of_title.map(words).collect()
}

#[test]
fn a_run_compared_with_itself_differs_in_nothing() {
    let tasks = [("fetch", 10, "ok"), ("fetch", 20, "ValueError: no")];
    let (one, other) = (of_tasks(&tasks), of_tasks(&tasks));
    let found = compare(&one, &other);
    let all: Vec<_> = found.iter().map(words).collect();
    assert_eq!(all, [["Total time", "", "the same", "0.021 s", "0.021 s"]]);
    assert_eq!(found[0].change, Change::Neutral);
}

#[test]
fn what_takes_longer_ends_otherwise_or_is_in_one_alone() {
    let before = of_tasks(&[
        ("fetch a", 10, "ok"),
        ("fetch b", 10, "ok"),
        ("log", 5, "ok"),
    ]);
    let after = of_tasks(&[
        ("fetch a", 40, "ok"),
        ("fetch b", 10, "ValueError: no"),
        ("retry", 1, "ok"),
        ("retry", 1, "ok"),
    ]);
    let found = compare(&before, &after);
    assert_eq!(
        words(&found[0]),
        ["Total time", "", "+273 %", "0.011 s", "0.041 s"]
    );
    assert_eq!(found[0].change, Change::Worse);
    let outcome = ["Outcome", "fetch b", "", "done", "failed: ValueError: no"];
    assert_eq!(told(&found, "Outcome"), [outcome]);
    let alone = told(&found, "Only in one");
    let expected = [
        ["Only in one", "log, of main", "", "1 task", "-"],
        ["Only in one", "retry, of main", "", "-", "2 tasks"],
    ];
    assert_eq!(alone, expected);
    let waits = [
        "Waits for",
        "lock db",
        "+108 %",
        "0.025 s, 3 waits",
        "0.052 s, 4 waits",
    ];
    assert_eq!(told(&found, "Waits for"), [waits]);
    let took = ["Task took", "fetch a", "+300 %", "0.01 s", "0.04 s"];
    assert_eq!(told(&found, "Task took"), [took]);
    // Each leads to the task in its own run.
    let wait = found
        .iter()
        .find(|one| one.title == "Waits for")
        .expect("it");
    let tasks = wait
        .sides
        .each_ref()
        .map(|side| side.as_ref().map(|it| it.task));
    assert_eq!(tasks, [Some(TaskId(1)), Some(TaskId(1))]);
    let back = compare(&after, &before);
    assert_eq!(back[0].change, Change::Better);
}

/// Tasks of one name are distinguished by their parents first, then by their order.
#[test]
fn tasks_are_the_same_by_name_and_parent() {
    let nested = |order: [&str; 2]| {
        let mut lines = vec![json!([0, 1, "created", 1, null, "main", 1])];
        for (number, name) in (2..).zip(order) {
            lines.push(json!([0, number, "created", 1, 1, name, 1]));
        }
        // Each creates a task `job`: that of `slow` takes 50 ms, the other one 10 ms.
        for (number, name) in (2..).zip(order) {
            let child = number + 2;
            let to = if name == "slow" { 50 } else { 10 };
            lines.push(json!([to, child, "created", 1, number, "job", 1]));
        }
        for (number, name) in (2..).zip(order) {
            let child = number + 2;
            lines.push(json!([
                if name == "slow" { 50 * MS } else { 10 * MS },
                child,
                "end",
                "ok"
            ]));
        }
        let mut end = lines.split_off(5);
        end.sort_by_key(|line| line[0].as_u64());
        lines.extend(end);
        lines.push(json!([60 * MS, 1, "end", "ok"]));
        recording(&lines)
    };
    // The order of creation has changed, so the numbers after their names have, too.
    let found = compare(&nested(["slow", "fast"]), &nested(["fast", "slow"]));
    assert_eq!(told(&found, "Task took"), Vec::<[&str; 5]>::new());
    assert_eq!(told(&found, "Only in one"), Vec::<[&str; 5]>::new());
}

/// A task that another one creates now is still the same task.
#[test]
fn a_task_with_another_parent_is_found_by_its_name() {
    let lines = |parent: u64| {
        vec![
            json!([0, 1, "created", 1, null, "main", 1]),
            json!([0, 2, "created", 1, 1, "group", 1]),
            json!([0, 3, "created", 1, parent, "fetch", 1]),
            json!([MS, 3, "end", "ok"]),
            json!([MS, 2, "end", "ok"]),
            json!([MS, 1, "end", "ok"]),
        ]
    };
    let found = compare(&recording(&lines(1)), &recording(&lines(2)));
    assert_eq!(told(&found, "Only in one"), Vec::<[&str; 5]>::new());
}

#[test]
fn a_deadlock_that_is_gone_is_said() {
    let hung = [
        json!([0, 1, "created", 1, null, "main", 1]),
        json!([1, 1, "step", 1, "event", 1, 0, 1]),
        json!([900 * MS, null, "exit", null, "killed"]),
    ];
    let well = of_tasks(&[("fetch", 10, "ok")]);
    let found = compare(&recording(&hung), &well);
    let end = ["End", "", "", "did not finish", "finished"];
    assert_eq!(told(&found, "End"), [end]);
    let gone = &told(&found, "Never ended")[0];
    assert!(gone[3].contains("waits"), "{gone:?}");
    assert_eq!(gone[4], "-");
    let better = found.iter().filter(|one| one.change == Change::Better);
    assert!(better.count() >= 3, "{found:?}");
}

/// Very many differences of a kind are counted.
#[test]
fn of_many_differences_the_first_are_told() {
    let many = |outcome: &'static str| {
        let names: Vec<_> = (0..50).map(|number| format!("fetch {number}")).collect();
        let tasks: Vec<_> = names.iter().map(|name| (&**name, 10, outcome)).collect();
        of_tasks(&tasks)
    };
    let found = compare(&many("ok"), &many("ValueError: no"));
    let outcomes = told(&found, "Outcome");
    assert_eq!(outcomes.len(), 21);
    assert_eq!(outcomes[20][1], "and 30 more tasks");
}

#[test]
fn loops_are_the_same_by_the_names_of_their_first_tasks() {
    let runs = |titles: &[&str]| {
        let mut recorded = of_tasks(&[("fetch", 1, "ok")]);
        let first = recorded.runs.pop().expect("a run");
        let named = |title: &&str| crate::recorded::RecordedRun {
            title: (*title).to_owned(),
            event_loop: String::new(),
            began: 0,
            trace: Arc::clone(&first.trace),
            remarks: Vec::new(),
            hang: None,
        };
        titles.iter().map(named).collect::<Vec<_>>()
    };
    let pairs = |before: &[&str], after: &[&str]| pair_loops(&runs(before), &runs(after));
    assert_eq!(pairs(&["main"], &["start"]), [(Some(0), Some(0))]);
    let found = pairs(&["setup", "main"], &["main"]);
    assert_eq!(found, [(Some(0), None), (Some(1), Some(0))]);
    let found = pairs(&["a", "b"], &["b", "c", "d"]);
    assert_eq!(
        found,
        [(Some(0), Some(1)), (Some(1), Some(0)), (None, Some(2))]
    );
}

/// Both have a place 1, and each trace still refers to its own.
#[test]
fn places_of_two_recordings_get_numbers_of_their_own() {
    let (one, mut other) = (
        of_tasks(&[("fetch", 1, "ok")]),
        of_tasks(&[("fetch", 1, "ok")]),
    );
    other.number_apart(&one);
    assert!(one.sites.keys().all(|site| !other.sites.contains_key(site)));
    assert!(one.files.keys().all(|file| !other.files.contains_key(file)));
    let lines = other.runs[0]
        .trace
        .events()
        .iter()
        .filter_map(|event| match event.kind {
            Kind::Wait { line, .. } => Some(line),
            _ => None,
        });
    let places: Vec<_> = lines.map(|line| other.place(line)).collect();
    assert!(!places.is_empty());
    for place in places {
        assert_eq!(place.as_deref(), Some("app.py:7 in fetch"));
    }
}

#[test]
fn two_runs_are_alike_up_to_their_first_different_event() {
    let [one, same, other] = [20, 20, 30].map(|ms| of_tasks(&[("a", 10, "ok"), ("b", ms, "ok")]));
    let trace = |recorded: &Recorded| Arc::clone(&recorded.runs[0].trace);
    assert_eq!(divergence(&trace(&one), &trace(&same)), None);
    let found = divergence(&trace(&one), &trace(&other)).expect("another run");
    assert!(found.at > Time::ZERO);
    assert_eq!(found.next[0], "b ends: done");
    let back = divergence(&trace(&other), &trace(&one)).expect("another run");
    assert_eq!(back.at, found.at);
    assert_eq!(back.next[1], found.next[0]);

    let [one, other] = ["ok", "error"].map(|how| of_tasks(&[("a", 10, how)]));
    let found = divergence(&trace(&one), &trace(&other)).expect("another end");
    assert_eq!(found.next[0], "a ends: done");
    assert!(found.next[1].starts_with("a ends: failed"), "{found:?}");
}
