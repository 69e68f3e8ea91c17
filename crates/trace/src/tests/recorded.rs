//! Recordings of real programs, made by `python/tests/make_fixtures.py`: the content of their traces, and that files
//! that are cut off or changed do no harm.

use super::saved::assert_sound;
use super::*;
use crate::recorded::{Opening, Recorded, RecordedRun, Severity, findings, open};
use crate::{IN_FLIGHT, gauge_words, waiting_list};
use std::collections::BTreeSet;

macro_rules! recordings {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("recorded/", $name, ".jsonl")))),*]
    };
}

const ALL: [(&str, &str); 15] = recordings![
    "barrier",
    "basics",
    "cancels",
    "deadlock_interrupted",
    "deadlock_killed",
    "eager",
    "groups",
    "lab_deadlock",
    "lab_first_steps",
    "locks",
    "outside",
    "output",
    "problems",
    "queues",
    "threads",
];

fn text(name: &str) -> &'static str {
    let found = ALL.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("{name} is recorded")).1
}

fn recorded(name: &str) -> Recorded {
    let recorded = open(text(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert_eq!(recorded.problem, None, "{name}");
    recorded
}

/// The only run of a recording, and its index.
fn only(recorded: &Recorded) -> (&RecordedRun, Index) {
    let [run] = &recorded.runs[..] else {
        panic!("{} runs", recorded.runs.len());
    };
    (run, Index::of(&run.trace))
}

/// The first task of this name.
fn task(trace: &Trace, name: &str) -> TaskId {
    let ids = (0..trace.task_count() as u32).map(TaskId);
    let found = ids.into_iter().find(|&id| trace.name(id) == name);
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

/// The waits of tasks in words, each with its task's name.
fn waits(trace: &Trace) -> BTreeSet<(String, String)> {
    let wait = |event: &Event| match event.kind {
        Kind::Wait { on, .. } => Some((trace.name(event.task).to_owned(), on.phrase(trace))),
        _ => None,
    };
    trace.events().iter().filter_map(wait).collect()
}

fn has(waits: &BTreeSet<(String, String)>, task: &str, on: &str) -> bool {
    waits.contains(&(task.to_owned(), on.to_owned()))
}

#[test]
fn all_become_sound_traces() {
    for (name, _) in ALL {
        for run in recorded(name).runs {
            assert_sound(&run.trace);
        }
    }
}

#[test]
fn tasks_waits_and_outcomes() {
    let recorded = recorded("basics");
    let (run, index) = only(&recorded);
    let trace = &run.trace;
    assert_eq!(recorded.program, "basics.py");
    assert_eq!(run.title, "main");
    assert_eq!(
        trace.end().map(|end| &end.verdict),
        Some(&Verdict::Completed)
    );
    let names = (0..4).map(|id| trace.name(TaskId(id)));
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["main", "red kettle", "boil", "boil #2"]
    );
    let red = task(trace, "red kettle");
    let created = index.task(red).expect("it is there");
    assert_eq!(created.parent, Some(TaskId::MAIN));
    assert_eq!(created.end.map(|end| end.outcome), Some(Outcome::Ok));
    // It sleeps for 0.02 s, at this line of the program.
    let wait = trace.events().iter().find_map(|event| match event.kind {
        Kind::Wait {
            on: WaitFor::Timer { until },
            line,
        } if event.task == red => Some((until - event.at, line)),
        _ => None,
    });
    let (seconds, line) = wait.expect("a sleep");
    assert!((0.015..0.021).contains(&seconds), "{seconds}");
    assert_eq!(recorded.place(line).as_deref(), Some("basics.py:6 in boil"));
    assert!(has(&waits(trace), "main", "for 2 tasks"));
    // The slower of the two gathered tasks is the last to wake `main`, except for the task that it awaits by itself.
    let mut woken = trace.events().iter().filter_map(|event| match event.kind {
        Kind::Woken { by: Some(by), .. } if event.task == TaskId::MAIN => Some(trace.name(by)),
        _ => None,
    });
    assert_eq!(woken.next_back(), Some("boil #2"));
    let source = recorded
        .files
        .values()
        .find(|file| file.name == "basics.py");
    let source = source.and_then(|file| file.source.as_deref());
    assert!(source.is_some_and(|source| source.starts_with("import asyncio\n")));
}

#[test]
fn locks_and_the_like_by_name() {
    let recorded = recorded("locks");
    let trace = &only(&recorded).0.trace;
    let waits = waits(trace);
    for on in [
        "for a permit of semaphore tills",
        "for event opened",
        "for lock gate",
        "to be notified by condition news",
    ] {
        let customer =
            |(task, words): &(String, String)| task.starts_with("Shop.customer") && words == on;
        assert!(waits.iter().any(customer), "{on}: {waits:?}");
    }
    let gauges: Vec<_> = trace
        .gauges
        .iter()
        .map(|&gauge| trace.text(gauge).to_owned())
        .collect();
    assert_eq!(gauges, ["tills: permits in use of 2"]);
}

#[test]
fn queues_barriers_and_what_lies_outside_of_the_loop() {
    let queues = recorded("queues");
    let waits_of_queues = waits(&only(&queues).0.trace);
    assert!(has(
        &waits_of_queues,
        "main",
        "for a free place in queue jobs"
    ));
    assert!(has(
        &waits_of_queues,
        "consumer",
        "for an item of queue jobs"
    ));
    let barrier = recorded("barrier");
    assert!(has(
        &waits(&only(&barrier).0.trace),
        "runner",
        "for the others at barrier start_line"
    ));
    let outside = recorded("outside");
    let waits_of_outside = waits(&only(&outside).0.trace);
    for on in [
        "for a future",
        "for another thread",
        "for the network",
        "for a process",
    ] {
        assert!(
            has(&waits_of_outside, "main", on),
            "{on}: {waits_of_outside:?}"
        );
    }
    for (name, _) in ALL {
        for run in recorded(name).runs {
            let answer = |(_, on): &(String, String)| on.contains("answer");
            assert!(!waits(&run.trace).iter().any(answer), "{name}");
        }
    }
}

#[test]
fn a_deadlock_is_named() {
    let recorded = recorded_with_problem("deadlock_killed");
    let (run, index) = only(&recorded);
    let trace = &run.trace;
    let Some(Verdict::Deadlocked(pending)) = trace.end().map(|end| &end.verdict) else {
        panic!("{:?}", trace.end());
    };
    assert_eq!(pending.len(), 3);
    let words = describe(trace, &index, task(trace, "out"));
    assert_eq!(words, "out waits for lock current, held by back");
    assert!(
        index
            .tasks()
            .all(|(_, task)| task.end.is_some_and(|end| end.outcome == Outcome::Hung))
    );
}

/// A recording whose last line may be cut off, since the program was killed.
fn recorded_with_problem(name: &str) -> Recorded {
    open(text(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

#[test]
fn each_cancellation_names_its_source() {
    let recorded = recorded("cancels");
    let trace = &only(&recorded).0.trace;
    let asked: BTreeSet<_> = trace
        .events()
        .iter()
        .filter_map(|event| match event.kind {
            Kind::Woken {
                by: Some(by),
                asked: true,
            } => Some((trace.name(event.task), trace.name(by))),
            _ => None,
        })
        .collect();
    for pair in [
        ("stubborn", "main"),
        ("awaited", "chain"),
        ("left behind", "main"),
    ] {
        assert!(asked.contains(&pair), "{pair:?}: {asked:?}");
    }
    let interrupted = recorded_with_problem("deadlock_interrupted");
    let (run, index) = only(&interrupted);
    assert_eq!(
        run.trace.end().map(|end| &end.verdict),
        Some(&Verdict::Completed)
    );
    let cancelled = |task: &crate::Task| {
        task.end
            .is_some_and(|end| end.outcome == Outcome::Cancelled)
    };
    assert!(index.tasks().all(|(_, task)| cancelled(task)));
}

#[test]
fn each_loop_is_a_trace_of_its_own() {
    let recorded = recorded("threads");
    let titles: Vec<_> = recorded.runs.iter().map(|run| run.title.as_str()).collect();
    assert_eq!(titles, ["sleep", "main", "work"]);
    for run in &recorded.runs {
        let first = run.trace.events().first().expect("an event");
        assert_eq!(
            first.at,
            Time::ZERO,
            "times count from the loop's beginning"
        );
    }
}

#[test]
fn prints_problems_and_log_records_are_log_lines() {
    let lines = |name| -> BTreeSet<String> {
        let recorded = recorded(name);
        let trace = &only(&recorded).0.trace;
        let line = |event: &Event| match event.kind {
            Kind::Log { text, .. } => {
                Some(format!("{}: {}", trace.name(event.task), trace.text(text)))
            }
            _ => None,
        };
        trace.events().iter().filter_map(line).collect()
    };
    let output = lines("output");
    for line in ["a: a!", "b: b is done", "a: info app: a has spoken"] {
        assert!(output.contains(line), "{output:?}");
    }
    let problems = lines("problems");
    assert!(
        problems.contains("main: Coroutine forgotten was never awaited"),
        "{problems:?}"
    );
}

const HEAD: &str = r#"{"format": "interleave recording", "version": 2, "program": "p.py"}
{"define": "run", "id": 1, "loop": "asyncio.Loop"}
{"define": "something new", "id": 1}
"#;

#[test]
fn one_that_begins_in_the_middle() {
    let rows = r#"[1000, 7, "known", 1, 3, "late", 0]
[1000, 9, "known", 1, 7, "other", 0]
[1000, 7, "step", 0, "sleep", 0, 0, 5000]
[1000, 9, "step", 0, "task", 0, 0, 7]
[1500, 7, "a kind of tomorrow", {}]
[2000, 7, "step", 10, "sleep", 0, 0, 9000, "more"]
[2500, 7, "known", 1, 3, "late", 0]
[2500, 7, "step", 0, "sleep", 0, 0, 9000]
[9000, 7, "end", "error", "TimeoutError: too late", []]
[9000, 7, "step", 20]
"#;
    let recorded = open(&format!("{HEAD}{rows}")).expect("a recording");
    let (run, index) = only(&recorded);
    assert_sound(&run.trace);
    assert_eq!(
        (recorded.problem.as_deref(), run.trace.task_count()),
        (None, 2)
    );
    let waits = run
        .trace
        .events()
        .iter()
        .filter(|event| matches!(event.kind, Kind::Wait { .. }));
    assert_eq!(waits.count(), 3);
    let end = index.task(TaskId::MAIN).and_then(|task| task.end);
    assert_eq!(end.map(|end| end.outcome), Some(Outcome::Timeout));
    assert_eq!(
        run.trace.end().map(|end| &end.verdict),
        Some(&Verdict::Stopped)
    );
}

#[test]
fn what_is_no_recording_is_refused_and_what_is_wrong_is_named_with_its_line() {
    let refused = |text: &str| open(text).expect_err("it is refused");
    assert!(refused("").contains("another kind of file"));
    assert!(refused("{}\n").contains("format: must be"));
    assert!(
        refused(r#"{"format": "interleave recording", "version": 3}"#)
            .contains("version: must be 2, not 3")
    );
    assert_eq!(refused(HEAD), "no task has run in it");
    let problem = |rows: &str| {
        open(&format!(
            "{HEAD}[5, 1, \"created\", 1, null, \"main\", 0]\n{rows}"
        ))
        .expect("main")
        .problem
    };
    assert_eq!(problem(""), None);
    assert_eq!(problem("[6, 1").as_deref(), Some("line 5: it is cut off"));
    for (row, why) in [
        ("[6, 2, \"start\"]\n", "line 5: task: there is no task 2"),
        (
            "[6, 1, \"created\", 1, null, \"again\", 0]\n",
            "line 5: created: task 1 is there",
        ),
        (
            "[6, 1, \"holds\", 4, true]\n",
            "line 5: object: there is no object 4",
        ),
        ("[6]\n", "line 5: an event: must be [time, task, kind, ...]"),
        (
            "[6, 1, \"end\", \"ok\"]\n[7, 1, \"end\", \"ok\"]\n",
            "line 6: task: number 0 has ended already",
        ),
    ] {
        assert_eq!(problem(row).as_deref(), Some(why));
    }
    let other_run = open(&format!(
        "{HEAD}[5, 1, \"created\", 2, null, \"main\", 0]\n"
    ));
    assert!(
        other_run
            .expect_err("there is no such run")
            .contains("there is no run 2")
    );
}

#[test]
fn a_recording_cut_off_anywhere_is_sound() {
    for (name, text) in ALL {
        for cut in (0..text.len())
            .step_by(41)
            .filter(|&cut| text.is_char_boundary(cut))
        {
            if let Ok(recorded) = open(&text[..cut]) {
                let is_whole = text[..cut].ends_with('\n');
                assert_eq!(recorded.problem.is_none(), is_whole, "{name} at {cut}");
                recorded
                    .runs
                    .iter()
                    .for_each(|run| assert_sound(&run.trace));
            }
        }
    }
}

#[test]
fn changed_values_do_no_harm() {
    let values = [
        "0",
        "1",
        "2",
        "18446744073709551615",
        "-1",
        "1e300",
        "null",
        "true",
        "\"x\"",
        "[]",
        "{}",
    ];
    for (_, text) in ALL {
        let lines: Vec<&str> = text.lines().collect();
        for (place, line) in lines.iter().enumerate().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let field = place % fields.len();
            let value = values[place % values.len()];
            let mut changed = fields.clone();
            changed[field] = value;
            let changed = changed.join(",");
            let mut all = lines.clone();
            all[place] = &changed;
            if let Ok(recorded) = open(&(all.join("\n") + "\n")) {
                recorded
                    .runs
                    .iter()
                    .for_each(|run| assert_sound(&run.trace));
            }
        }
    }
}

/// The findings in the only run of a recording, by title.
fn found(text: &str) -> Vec<(&'static str, String)> {
    let recorded = open(text).expect("a recording");
    let (run, index) = only(&recorded);
    let found = findings(&recorded, run, &index);
    let last = run.trace.end().map_or(Time::ZERO, |end| end.at);
    for finding in &found {
        assert!(finding.at <= last && index.task(finding.task).is_some());
    }
    found.into_iter().map(|it| (it.title, it.words)).collect()
}

fn of_title<'a>(found: &'a [(&str, String)], title: &str) -> Vec<&'a str> {
    let of_title = found.iter().filter(|(known, _)| *known == title);
    of_title.map(|(_, words)| words.as_str()).collect()
}

#[test]
fn a_deadlock_is_the_first_finding_in_one_line() {
    for name in ["deadlock_interrupted", "deadlock_killed"] {
        let found = found(text(name));
        assert_eq!(
            found[0],
            (
                "Deadlock",
                "out waits for lock current, which back holds; back waits for lock savings, which out holds."
                    .to_owned()
            ),
            "{name}"
        );
        let endless = of_title(&found, "Never ended");
        assert_eq!(endless.len(), 3, "{name}: {found:?}");
        assert!(
            endless[0].starts_with("out waits for lock current, held by back, since ")
                && endless[0].ends_with(", at deadlock.py:7 in transfer."),
            "{name}: {endless:?}"
        );
        // A wait for tasks comes last.
        assert!(endless[2].starts_with("main waits for 2 tasks"), "{name}");
    }
}

#[test]
fn programs_that_end_well_hang_nowhere() {
    for name in ["basics", "barrier", "groups", "locks", "queues", "threads"] {
        let recorded = recorded(name);
        for run in &recorded.runs {
            let found = findings(&recorded, run, &Index::of(&run.trace));
            let wrong = found.iter().find(|it| it.severity == Severity::Wrong);
            assert_eq!(wrong, None, "{name}");
        }
    }
}

#[test]
fn what_was_forgotten_is_found() {
    let found = found(text("problems"));
    let of_title = |title| of_title(&found, title);
    assert!(of_title("Never awaited")[0].starts_with("Coroutine forgotten was never awaited, at "));
    let retrieved = of_title("Exception never retrieved");
    assert!(
        retrieved[0].contains("ValueError: nobody looks"),
        "{found:?}"
    );
    assert_eq!(of_title("Destroyed while it waited").len(), 1);
    assert!(of_title("Unhandled")[0].contains("ZeroDivisionError"));
}

#[test]
fn slow_steps_long_waits_and_the_most_at_once() {
    let rows = r#"{"define": "file", "id": 1, "name": "p.py", "user": true}
{"define": "site", "id": 1, "file": 1, "line": 7, "function": "parse"}
{"define": "site", "id": 2, "file": 1, "line": 9, "function": "fetch"}
{"define": "object", "id": 1, "kind": "queue", "name": "orders"}
[0, 1, "created", 1, null, "main", 0]
[0, 2, "created", 1, 1, "fetch", 0]
[0, 1, "step", 0, "task", 2, 0, 2]
[110000000, 2, "blocked", 100000000, [1]]
[200000000, 2, "step", 200000000, "get", 2, 0, 1]
[260000000, 1, "step", 55000000, "task", 2, 0, 2]
[900000000, 2, "end", "ok"]
[900000000, 2, "step", 1000]
[950000000, 1, "end", "ok"]
[950000000, 1, "step", 1000]
[950000000, null, "callback", 1, 70000000, "poll", 1]
"#;
    let found = found(&format!("{HEAD}{rows}"));
    let expected = [
        (
            "Blocked loop",
            "The callback poll held the loop for 0.07 s, at p.py:7 in parse.",
        ),
        (
            "Blocked loop",
            "fetch held the loop for 0.2 s, at p.py:7 in parse: nothing else could run.",
        ),
        (
            "Blocked loop",
            "main held the loop for 0.055 s, around the await at p.py:9 in fetch: nothing else could run.",
        ),
        (
            "Longest wait",
            "for queue orders: 0.7 s by fetch, at p.py:9 in fetch.",
        ),
        (
            "Most at once",
            "2 tasks at 0.0 s; of all, at most 1 in flight.",
        ),
    ];
    let found: Vec<_> = found
        .iter()
        .map(|(title, words)| (*title, words.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn pieces_of_any_size_are_the_same_recording() {
    let told = |recorded: Recorded| {
        let Recorded {
            program,
            files,
            sites,
            outside,
            problem,
            runs,
            ..
        } = recorded;
        let runs: Vec<_> = runs
            .into_iter()
            .map(|run| (run.title, run.trace.events().to_vec()))
            .collect();
        (program, files, sites, outside, problem, runs)
    };
    for (name, text) in ALL {
        for size in [1, 7, 1000] {
            let mut opening = Opening::default();
            for piece in text.as_bytes().chunks(size) {
                opening.push(piece).expect("a recording");
            }
            assert!(!opening.is_broken());
            let pieces = opening.finish().expect("a recording");
            assert_eq!(told(pieces), told(recorded(name)), "{name} by {size} bytes");
        }
    }
    // Bytes that are not text end the reading at their line.
    let mut opening = Opening::default();
    opening
        .push(text("basics").as_bytes())
        .expect("a recording");
    opening.push(b"[1, \xff]\n[2]\n").expect("a recording");
    assert!(opening.is_broken());
    let problem = opening.finish().expect("a recording").problem;
    let line = text("basics").lines().count() + 1;
    assert_eq!(problem, Some(format!("line {line}: it is not UTF-8")));
}

/// In virtual time a hang is certain to last for ever: no cycle is needed.
#[test]
fn a_run_of_the_lab_that_waits_for_ever_is_a_deadlock() {
    let stuck = recorded("lab_deadlock");
    let end = stuck
        .runs
        .last()
        .and_then(|run| run.trace.end())
        .expect("an end");
    assert!(
        matches!(&end.verdict, Verdict::Deadlocked(lines) if !lines.is_empty()),
        "{end:?}"
    );
    let index = Index::of(&stuck.runs[0].trace);
    assert!(
        index
            .tasks()
            .any(|(_, task)| matches!(&task.end, Some(end) if end.outcome == Outcome::Hung))
    );

    let well = recorded("lab_first_steps");
    let totals: Vec<_> = well
        .runs
        .iter()
        .map(|run| run.trace.end().map(|end| end.at.secs()))
        .collect();
    assert_eq!(totals, [Some(6.0), Some(3.0)]);
    assert_eq!(well.python.split('.').next(), Some("3"));
}

/// In virtual time steps have no duration, but each records the next wait of its task.
#[test]
fn steps_of_no_duration_say_what_their_tasks_wait_for() {
    for name in ["lab_deadlock", "lab_first_steps"] {
        let rows = text(name);
        let steps: Vec<_> = rows
            .lines()
            .filter(|line| line.contains(r#","step","#))
            .collect();
        let told = steps.iter().filter(|line| line.matches(',').count() > 3);
        assert!(steps.iter().any(|line| line.contains(r#""step",0,"#)));
        let runs = recorded(name).runs;
        let waits = runs.iter().flat_map(|run| run.trace.events());
        let waits = waits.filter(|event| matches!(event.kind, Kind::Wait { .. }));
        assert_eq!(waits.count(), told.count(), "{name}");
    }
}

/// The gauge of a recorded semaphore has the program's name, not the runtime's.
#[test]
fn the_gauge_of_a_semaphore_tells_holders_and_waiting_tasks() {
    let rows = r#"{"define": "object", "id": 1, "kind": "semaphore", "name": "db_slots", "limit": 1}
[0, 1, "created", 1, null, "main", 0]
[0, 2, "created", 1, 1, "a", 0]
[0, 3, "created", 1, 1, "b", 0]
[0, 1, "step", 0, "tasks", 0, 0, "gather", 2, [2, 3]]
[0, 2, "start"]
[0, 2, "gauge", 1, 1]
[0, 2, "step", 0, "sleep", 0, 0, 5000000]
[0, 3, "start"]
[0, 3, "step", 0, "semaphore", 0, 0, 1]
"#;
    let recorded = open(&format!("{HEAD}{rows}")).expect("a recording");
    let (run, index) = only(&recorded);
    let gauge = "db_slots: permits in use of 1";
    assert_eq!(gauge_words(&run.trace, &index, gauge), gauge);
    assert_eq!(gauge_words(&run.trace, &index, IN_FLIGHT), "in flight");
    assert_eq!(
        waiting_list(&run.trace, &index, gauge),
        "held by a; waiting: b"
    );
}
