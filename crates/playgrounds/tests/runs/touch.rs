//! What a reader can do to a run by hand: to change how long a task takes, to cancel it, to let it fail.
use interleave_playgrounds::{Entry, step};
use interleave_runtime::{Ports, Reach, Runtime, Status, StepIn};
use interleave_test_support::any::any_case;
use interleave_test_support::{check_recording, story_of};
use interleave_trace::Time;
use interleave_trace::{Event, Index, Kind, Outcome, Path, TaskId, Trace, Verdict};
use interleave_trace::{stepped_in, why};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

fn ran(entry: &Entry, mode: &'static str, params: &Value) -> (Trace, Index) {
    let runtime = Runtime::new(Ports::simulated());
    let strategy = entry.strategy(mode).unwrap();
    entry.start(&runtime, strategy, params).unwrap();
    runtime.run();
    let trace = runtime.trace().clone();
    let index = Index::of(&trace);
    (trace, index)
}

/// How long a task takes, and how it ends.
fn took(trace: &Trace, index: &Index, name: &str) -> Option<(f64, Outcome)> {
    let named = |(id, _): &(TaskId, _)| trace.name(*id) == name;
    let task = index.tasks().find(named)?.1;
    let end = task.end?;
    Some((end.at - task.started?, end.outcome))
}

/// Larger runs say nothing that a smaller one of the same program does not.
const MOST_TASKS: usize = 2_000;

/// Every task that seems to have a duration of its own has one, and it can be set: the task then
/// takes as long, unless something cuts it short, and the form allows it.
#[test]
fn a_duration_that_is_set_is_the_one_that_the_task_takes() {
    for entry in Entry::all() {
        let mut levers = 0;
        let shares = |pointer: &str| pointer.matches('/').count() == 1;
        for preset in (entry.presets)() {
            for strategy in entry.strategies() {
                let (trace, index) = ran(entry, strategy.mode, &preset.params);
                let seen = trace.end().unwrap().at.secs();
                if index.task_count() > MOST_TASKS {
                    continue;
                }
                let mut shared = BTreeSet::new();
                // Of very many alike, the first say what the others would.
                for (id, task) in index.tasks().take(14) {
                    let name = trace.name(id);
                    let place = entry.duration_of(&preset.params, name);
                    let (Some(place), Some(_)) = (place, task.started) else {
                        continue;
                    };
                    if shares(&place) && !shared.insert(place.clone()) {
                        continue;
                    }
                    let what = format!("{} {} {name}: {place}", entry.slug, strategy.mode);
                    let lever = entry.lever(strategy, &preset.params, name);
                    let Some(lever) = lever else {
                        panic!("{what}: nothing comes of it");
                    };
                    levers += 1;
                    let step = step(seen);
                    for factor in [0.0, 0.3, 0.9, 1.3, 1000.0] {
                        let wanted = lever.seconds(&preset.params) * factor;
                        let params = lever.set(&preset.params, wanted, step);
                        assert_eq!(entry.check(&params), [], "{what}: {wanted}");
                        let expected = lever.seconds(&params);
                        let (trace, index) = ran(entry, strategy.mode, &params);
                        let Some((took, outcome)) = took(&trace, &index, name) else {
                            continue;
                        };
                        let asked = |event: &Event| {
                            let asked = matches!(event.kind, Kind::Woken { asked: true, .. });
                            asked && trace.name(event.task) == name
                        };
                        let cut = matches!(outcome, Outcome::Cancelled | Outcome::Timeout)
                            || trace.events().iter().any(asked);
                        let off = took - expected;
                        // A task that waits for ever takes no time that could be set.
                        let cut = cut || outcome == Outcome::Hung;
                        // What is cut short may still clean up.
                        let same = cut || off.abs() <= step + 1e-6;
                        // A limit that turns into an error is the program's own.
                        let limited = off < 0.0 && outcome == Outcome::Error;
                        assert!(
                            same || limited,
                            "{what}: {took} for {expected}, {outcome:?}"
                        );
                        let in_bounds = factor < 100.0 && factor > 0.0;
                        assert!(
                            !in_bounds
                                || (expected - wanted).abs() <= step + 1e-6
                                || wanted < expected,
                            "{what}: {expected} for {wanted}"
                        );
                    }
                }
            }
        }
        assert!(
            levers > 0,
            "{}: no task's duration can be dragged: say where the params have it, by `own_duration` in `playground!`",
            entry.slug
        );
    }
}

/// Who drags one of many that take equally long drags them all.
#[test]
fn tasks_that_share_a_duration_share_its_lever() {
    for (slug, tasks, pointer) in [
        ("at-scale", ["task 1", "task 24"], "/seconds"),
        ("rate-limiter", ["request 1", "request 20"], "/latency"),
        (
            "producer-consumer-timeout",
            ["Producer-1-Item-1", "Producer-1-Item-10"],
            "/process_time",
        ),
        ("cache", ["fetch a/1", "fetch a/2"], "/latency/a"),
    ] {
        let entry = Entry::find(slug).unwrap();
        let strategy = &entry.strategies()[0];
        let levers = tasks.map(|task| entry.lever(strategy, &entry.defaults(), task).unwrap());
        assert!(
            levers.iter().all(|lever| lever.pointer == pointer),
            "{levers:?}"
        );
        let params = levers[0].set(&entry.defaults(), 0.75, 0.05);
        for (task, lever) in tasks.iter().zip(&levers) {
            assert!(
                (lever.seconds(&params) - 0.75).abs() < 1e-9,
                "{slug} {task}: {lever:?}"
            );
        }
        for other in ["main", "Producer-1", "Consumer-1"] {
            assert_eq!(
                entry.duration_of(&entry.defaults(), other),
                None,
                "{slug} {other}"
            );
        }
    }
}

#[test]
fn a_step_is_a_step_and_there_and_back_is_nothing() {
    for slug in [
        "downloads",
        "weather",
        "timeouts",
        "sequential-vs-concurrent",
    ] {
        let entry = Entry::find(slug).unwrap();
        let strategy = entry.strategies().last().unwrap();
        let (trace, _) = ran(entry, strategy.mode, &entry.defaults());
        let name = trace.name(TaskId(1));
        let lever = entry.lever(strategy, &entry.defaults(), name).unwrap();
        let step = step(trace.end().unwrap().at.secs());
        let even = lever.nudge(&entry.defaults(), true, step);
        let longer = lever.nudge(&even, true, step);
        let by = lever.seconds(&longer) - lever.seconds(&even);
        assert!(
            by > step * 0.3 && by <= step * 1.001,
            "{slug}: {by} of {step}"
        );
        assert_eq!(lever.nudge(&longer, false, step), even, "{slug}");
        // There is nothing below nothing.
        let none = lever.set(&even, -5.0, step);
        assert_eq!(lever.nudge(&none, false, step), none, "{slug}");
    }
}

/// It used to be taken for a time limit.
#[test]
fn a_task_that_the_reader_let_fail_did_not_run_into_a_time_limit() {
    let entry = Entry::find("downloads").unwrap();
    let runtime = Runtime::new(Ports::simulated());
    let strategy = entry.strategy("concurrent").unwrap();
    entry.start(&runtime, strategy, &entry.defaults()).unwrap();
    let (at, video) = (Time::from_secs(6.0), TaskId(2));
    let _ = runtime.run_until(at, usize::MAX);
    assert!(runtime.step_in(video, StepIn::Fail("no".to_owned()), at));
    runtime.run();
    let trace = runtime.trace();
    let reasons = why(&trace, &Index::of(&trace), video);
    assert_eq!(reasons[1].text(&trace), "6.0 s; you let it fail");
}

/// Each task is created once and ends at most once, and all have ended when the run has. But an item of a queue is no
/// task, nor is a function that is to be called: nothing ends these when the run is over before their turn.
fn check_ends(trace: &Trace) -> Result<(), TestCaseError> {
    let (mut open, mut items) = (BTreeSet::new(), BTreeSet::new());
    let mut known = BTreeSet::new();
    for event in trace.events() {
        match event.kind {
            Kind::Created { .. } => {
                prop_assert!(known.insert(event.task) && open.insert(event.task));
            }
            Kind::Ended { .. } => prop_assert!(open.remove(&event.task)),
            Kind::State { .. } => prop_assert!(open.contains(&event.task)),
            Kind::Wait { on, .. } if on.is_passive() => drop(items.insert(event.task)),
            _ => {}
        }
    }
    let mut left = open.difference(&items);
    prop_assert!(left.next().is_none(), "{left:?} and more have no end");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whoever is cancelled or fails, and whenever: the run ends, every span ends once, permits
    /// are given back, and nothing panics.
    #[test]
    fn a_run_that_the_reader_stepped_into_is_as_sound_as_any(
        case in any_case(),
        at in 0.0..1.0,
        steps in prop::collection::vec((0usize..12, any::<bool>(), 0.0..1.0), 1..4),
    ) {
        let whole = case.start();
        whole.run();
        let length = whole.trace().end().map_or(0.0, |end| end.at.secs());
        let runtime = case.start();
        let mut now = at * length;
        let mut done = Vec::new();
        for (pick, fails, pause) in steps {
            let instant = Time::from_secs(now);
            if runtime.run_until(instant, 200_000) == Status::Ended {
                break;
            }
            let reachable: Vec<_> = (0..runtime.trace().task_count() as u32)
                .map(TaskId)
                .filter(|&task| runtime.reach(task) != Reach::Nothing)
                .collect();
            if reachable.is_empty() {
                break;
            }
            let task = reachable[pick % reachable.len()];
            let whole = runtime.reach(task) == Reach::Whole;
            let what = if fails { StepIn::Fail("no".to_owned()) } else { StepIn::Cancel };
            let reached = runtime.step_in(task, what, instant);
            prop_assert_eq!(reached, whole || fails);
            // It takes place at once, but for tasks that block the loop: those whose turn comes first pass time.
            let tasks = runtime.trace().task_count();
            for _ in 0..=tasks {
                let _ = runtime.run_until(instant.max(runtime.now()), 200_000);
            }
            if fails {
                prop_assert_eq!(runtime.reach(task), Reach::Nothing);
                let trace = runtime.trace();
                let index = Index::of(&trace);
                prop_assert!(index.task(task).is_some_and(|task| task.end.is_some()));
            }
            done.push(reached);
            now += pause * length * 0.3;
        }
        runtime.run();
        let trace = runtime.trace();
        let end = trace.end().map(|end| end.verdict.clone());
        prop_assert!(matches!(&end, Some(Verdict::Completed | Verdict::Deadlocked(_))), "{:?}", end);
        check_ends(&trace)?;
        prop_assert_eq!(stepped_in(&trace), done.contains(&true));
        prop_assert_eq!(check_recording(&case, &trace), Ok(()));
        let index = Index::of(&trace);
        if end == Some(Verdict::Completed)
            && let Some(permits) = index.gauge(&trace, "permits_in_use")
        {
            prop_assert_eq!(permits.samples.last().map(|sample| sample.1), Some(0.0));
        }
        // Whatever was done, it can be told and explained.
        for (id, _) in index.tasks() {
            let reasons = why(&trace, &index, id);
            prop_assert!(reasons.iter().all(|reason| !reason.text(&trace).is_empty()));
        }
        let path = Path::of(&trace).ok_or_else(|| TestCaseError::fail("no path"))?;
        let mut at = Time::ZERO;
        for leg in path.legs() {
            prop_assert!(leg.from == at && leg.from < leg.to, "{leg:?} after {at:?}");
            at = leg.to;
        }
        prop_assert_eq!(Some(at), trace.end().map(|end| end.at));
        prop_assert!(!story_of(&trace).until(Time::MAX).is_empty());
    }
}
