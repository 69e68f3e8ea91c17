//! What is told of whole runs: why a task waited, what made the run as long as it is, its story.
use interleave_playgrounds::Entry;
use interleave_runtime::{Clock, Ports, Runtime, Status};
use interleave_test_support::any::any_case;
use interleave_test_support::{Case, story_of};
use interleave_trace::Time;
use interleave_trace::{Index, Kind, Path, Story, TaskId, Trace};
use interleave_trace::{unfinished, why};
use proptest::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// The trace of a playground's preset.
fn ran(slug: &str, mode: &str, preset: usize) -> Trace {
    let entry = Entry::find(slug).unwrap();
    let case = Case {
        slug: entry.slug,
        mode: entry.strategy(mode).unwrap().mode,
        params: (entry.presets)().remove(preset).params,
    };
    trace_of(&case)
}

fn trace_of(case: &Case) -> Trace {
    let runtime = case.start();
    runtime.run();
    runtime.trace().clone()
}

fn sentences(trace: &Trace) -> Vec<String> {
    let story = story_of(trace);
    let words = |line: &interleave_trace::Line| format!("{} {}", line.at.secs(), line.words(trace));
    story.until(Time::MAX).iter().map(words).collect()
}

fn path(trace: &Trace) -> Vec<String> {
    let path = Path::of(trace).unwrap();
    let words = |leg: &interleave_trace::Leg| {
        let (from, to) = (leg.from.secs(), leg.to.secs());
        format!("{from}-{to} {} {}", trace.name(leg.task), leg.does(trace))
    };
    path.legs().iter().map(words).collect()
}

/// What is told of a task at an instant.
fn reasons(trace: &Trace, name: &str, at: f64) -> Vec<String> {
    let mut index = Index::default();
    index.advance(trace, Time::from_secs(at));
    let id = index.tasks().find(|(id, _)| trace.name(*id) == name);
    let reasons = why(trace, &index, id.unwrap().0);
    let words = reasons
        .iter()
        .map(|reason| format!("{}: {}", reason.about, reason.text(trace)));
    words.collect()
}

#[test]
fn one_after_another_the_path_is_every_task_and_together_it_is_the_longest() {
    assert_eq!(
        path(&ran("downloads", "sequential", 0)),
        [
            "0-1 document.pdf sleeps for 1.0 s",
            "1-26 video.mp4 sleeps for 25.0 s",
            "26-26.5 image.jpg sleeps for 0.5 s",
            "26.5-34 archive.zip sleeps for 7.5 s",
            "34-38 music.mp3 sleeps for 4.0 s",
        ]
    );
    assert_eq!(
        path(&ran("downloads", "concurrent", 0)),
        ["0-25 video.mp4 sleeps for 25.0 s"]
    );
}

#[test]
fn a_wait_for_a_permit_names_the_holder_and_then_the_task_that_released_it() {
    let trace = ran("semaphore-scraper", "concurrent", 1);
    let third = "3 http://httpbin.org/status/200";
    assert_eq!(
        reasons(&trace, third, 0.5),
        [
            "started by: main",
            "waits: for a permit, since 0.0 s",
            "held by: 1 http://httpbin.org/delay/1 and 2 http://httpbin.org/delay/2",
        ]
    );
    assert_eq!(
        reasons(&trace, "1 http://httpbin.org/delay/1", 1.1)[1..],
        ["slept: 1.0 s".to_owned(), format!("woke: {third}")]
    );
    assert_eq!(
        reasons(&trace, third, 9.0)[1..],
        [
            "waited: for a permit, 1.0 s; woken by 1 http://httpbin.org/delay/1, which gave its permit back",
            "slept: 0.2 s",
            "woke: 4 http://httpbin.org/status/404",
        ]
    );
    let told = sentences(&trace);
    assert_eq!(
        told[4..6],
        [
            "1 1 http://httpbin.org/delay/1 is done after 1.0 s.".to_owned(),
            format!("1 1 http://httpbin.org/delay/1 releases its permit; {third} continues."),
        ]
    );
    assert!(told[3].ends_with(
        "and 10 more wait for a permit; 1 http://httpbin.org/delay/1 and 2 http://httpbin.org/delay/2 hold them."
    ));
    // The path goes from each holder to whom it let in.
    let hops = [2, 7, 12].map(|n| format!("{n} http://httpbin.org/delay/2 sleeps for 2.0 s"));
    assert_eq!(
        path(&trace),
        [
            format!("0-2 {}", hops[0]),
            format!("2-4 {}", hops[1]),
            format!("4-6 {}", hops[2])
        ]
    );
}

#[test]
fn a_time_limit_is_named_as_what_ended_the_wait() {
    for mode in ["timeout", "wait_for"] {
        let trace = ran("timeouts", mode, 0);
        assert_eq!(
            reasons(&trace, "slow", 6.0),
            ["started by: main", "slept: 5.0 s; ended by its time limit"]
        );
        assert_eq!(
            path(&trace),
            [
                "0-5 slow to clean up sleeps until its time limit, for 5.0 s",
                "5-5.5 slow to clean up sleeps for 0.5 s",
            ]
        );
        let told = sentences(&trace);
        assert!(
            told.contains(
                &"5 The time limit of slow, exact and slow to clean up expires.".to_owned()
            ),
            "{told:?}"
        );
    }
}

#[test]
fn a_group_that_fails_names_the_source_of_each_cancellation() {
    let trace = ran("task-group", "article", 1);
    assert_eq!(
        sentences(&trace)[3..7],
        [
            "0.5 Task-2 fails after 0.5 s: Task-2 failed.",
            "0.5 main continues: Task-2 has ended.",
            "0.5 main cancels Task-1 and Task-3.",
            "0.5 Task-1 and Task-3 are cancelled after 0.5 s.",
        ]
    );
    assert_eq!(
        reasons(&trace, "Task-3", 1.0),
        [
            "started by: main",
            "slept: 0.5 s; cancelled by main",
            // It is the last one that the group waits for.
            "woke: main"
        ]
    );
    // The group waits on after it was woken by the failure: the path leads to what failed.
    assert_eq!(path(&trace), ["0-0.5 Task-2 sleeps for 0.5 s"]);
}

#[test]
fn a_queue_names_producer_and_consumer_and_a_deadlock_the_waiting_tasks() {
    let trace = ran("producer-consumer-sentinel", "article", 0);
    let told = sentences(&trace);
    for expected in [
        "0 Consumer 2 waits for an item.",
        "0.12 Producer 1 puts an item for Consumer 2.",
        "0.12 Consumer 2 takes item-1-1.",
        "0.31 item-0-1 waits for a consumer.",
        "1.74 main waits for ever.",
        "1.74 Deadlock at 1.74 s: no task can continue.",
    ] {
        assert!(
            told.iter().any(|line| line == expected),
            "{expected}: {told:#?}"
        );
    }
    assert_eq!(
        reasons(&trace, "Consumer 2", 0.2)[1..],
        [
            "waited: for an item, 0.12 s; woken by Producer 1, which put an item",
            "sleeps: until 0.41 s, since 0.12 s",
        ]
    );
    assert_eq!(
        reasons(&trace, "main", 2.0)[1],
        "waits: for the queue: 5 items have not been marked as done, since 1.44 s"
    );
}

#[test]
fn what_a_task_awaits_in_several_places_at_once_is_told_apart_by_its_instant() {
    // `main` sleeps and awaits many requests at the same time.
    for mode in ["naive", "single_flight"] {
        let path = path(&ran("cache", mode, 0));
        assert_eq!(path[0], "0-6.7 main sleeps for 6.7 s");
        assert_eq!(path.len(), 2, "{path:?}");
    }
}

/// The parts of the path follow each other from the start of the run to its end.
fn check_path(trace: &Trace) -> Result<(), TestCaseError> {
    let path = Path::of(trace).ok_or_else(|| TestCaseError::fail("no path"))?;
    let mut at = Time::ZERO;
    for leg in path.legs() {
        prop_assert!(leg.from == at && leg.from < leg.to, "{leg:?} after {at:?}");
        prop_assert!(leg.task.index() < trace.task_count());
        prop_assert!(!leg.does(trace).is_empty());
        at = leg.to;
    }
    prop_assert_eq!(Some(at), trace.end().map(|end| end.at));
    Ok(())
}

/// A run that was stopped at an instant, or could not go on, and what is told of its end.
fn cut_short(slug: &str, mode: &str, at: Option<f64>) -> (Vec<String>, Option<String>) {
    let clock = Rc::new(Cell::new(Time::ZERO));
    let entry = Entry::find(slug).unwrap();
    let runtime = match at {
        None => Runtime::new(Ports::simulated()),
        // Only in real time can a run be stopped between two events.
        Some(_) => {
            let clock = Rc::clone(&clock);
            let clock = Clock::Wall(Rc::new(move || clock.get()));
            Runtime::new(Ports {
                clock,
                ..Ports::simulated()
            })
        }
    };
    entry
        .start(&runtime, entry.strategy(mode).unwrap(), &entry.defaults())
        .unwrap();
    match at {
        None => runtime.run(),
        Some(at) => {
            let stop = Time::from_secs(at);
            while let Status::Sleeping(until) = runtime.run_until(Time::MAX, usize::MAX) {
                clock.set(until.min(stop));
                if until > stop {
                    break;
                }
            }
            runtime.stop();
        }
    }
    let trace = runtime.trace();
    check_path(&trace).unwrap();
    (path(&trace), unfinished(&trace))
}

#[test]
fn a_run_that_did_not_end_by_itself_says_what_it_was_waiting_for() {
    let (path, rest) = cut_short("downloads", "concurrent", Some(6.0));
    assert_eq!(
        path,
        ["0-6 video.mp4 has slept for 6.0 s when the run is stopped"]
    );
    assert_eq!(
        rest.as_deref(),
        Some(
            "Then the run was stopped: video.mp4 sleeps until 25.0 s; archive.zip sleeps until 7.5 s."
        )
    );
    let (path, _) = cut_short("downloads", "sequential", Some(30.0));
    assert_eq!(
        path[1..],
        [
            "1-26 video.mp4 sleeps for 25.0 s",
            "26-26.5 image.jpg sleeps for 0.5 s",
            "26.5-30 archive.zip has slept for 3.5 s when the run is stopped",
        ]
    );
    // Where the first is enough, that is the nearest.
    let (path, _) = cut_short("compare-strategies", "first_completed", Some(0.5));
    assert_eq!(
        path,
        ["0-0.5 quick has slept for 0.5 s when the run is stopped"]
    );
    // Who holds a permit is nearer to what is waited for than who waits for one.
    let (path, rest) = cut_short("at-scale", "bounded", Some(2.5));
    assert_eq!(
        path,
        [
            "0-1 task 1 sleeps for 1.0 s",
            "1-2 task 7 sleeps for 1.0 s",
            "2-2.5 task 13 has slept for 0.5 s when the run is stopped",
        ]
    );
    assert!(
        rest.unwrap()
            .ends_with("task 15 sleeps until 3.0 s; and 9 more.")
    );
    let (_, rest) = cut_short("producer-consumer-sentinel", "article", None);
    assert_eq!(rest.as_deref(), Some("Then no task could continue."));
    assert_eq!(cut_short("downloads", "concurrent", None).1, None);
}

/// Whoever is woken was woken by somebody else who held the loop just then, or was asked to end.
fn check_wakes(trace: &Trace) -> Result<(), TestCaseError> {
    let index = Index::of(trace);
    for event in trace.events() {
        if let Kind::Woken { by, asked } = event.kind {
            let by = by.ok_or_else(|| TestCaseError::fail("nobody outside takes part"))?;
            prop_assert!(asked || by != event.task, "{:?}", event);
            let held = |id: TaskId| {
                let polls = index.task(id).unwrap().polls().iter();
                let mut polls = polls.map(|&place| index.polls()[place as usize].times());
                polls.any(|(from, to)| (from..=to).contains(&event.at))
            };
            // What a task awaits in place takes its steps within those of the task, of which nothing may be left.
            let parent = |id: TaskId| index.task(id).and_then(|task| task.parent);
            let is_of_it =
                |id| std::iter::successors(parent(id), |&id| parent(id)).any(|id| id == by);
            let within = || index.tasks().any(|(id, _)| is_of_it(id) && held(id));
            let holds = held(by) || within();
            // What `main` has left behind is cancelled when it has returned.
            prop_assert!(holds || by == TaskId::MAIN, "{:?}", event);
        }
    }
    Ok(())
}

/// Sentences are in order and whole, and the same however the run was read.
fn check_story(case: &Case, trace: &Trace) -> Result<(), TestCaseError> {
    let whole = story_of(trace);
    let lines = whole.until(Time::MAX);
    prop_assert!(lines.is_sorted_by_key(|line| line.at));
    for line in lines {
        let words = line.words(trace);
        prop_assert!(words.ends_with('.') && words.len() > 5, "{words}");
    }
    let (runtime, mut story) = (case.start(), Story::default());
    let mut limit = Time::ZERO;
    while runtime.trace().end().is_none() {
        let _ = runtime.run_until(limit, usize::MAX);
        story.advance(&runtime.trace());
        limit = Time(limit.0 + 250_000_000);
    }
    prop_assert_eq!(story.until(Time::MAX), lines);
    Ok(())
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let trace = trace_of(case);
    check_path(&trace)?;
    check_wakes(&trace)?;
    let index = Index::of(&trace);
    for (id, _) in index.tasks() {
        for reason in why(&trace, &index, id) {
            prop_assert!(!reason.text(&trace).is_empty(), "{:?}", reason);
        }
    }
    check_story(case, &trace)
}

#[test]
fn every_preset_has_its_path_its_reasons_and_its_story() {
    for entry in Entry::all() {
        for preset in (entry.presets)() {
            for strategy in entry.strategies() {
                let case = Case {
                    slug: entry.slug,
                    mode: strategy.mode,
                    params: preset.params.clone(),
                };
                let checked = check(&case);
                assert!(
                    checked.is_ok(),
                    "{} {}: {checked:?}",
                    case.slug,
                    preset.name
                );
            }
        }
    }
}

/// A step that blocks ends in the middle of an instant. Waits that begin and end within it used to be told, or not, by how far
/// the story had been read.
#[test]
fn a_story_is_the_same_in_pieces_where_a_step_takes_time() {
    for callback_after in [0.0, 0.5, 1.0, 2.0] {
        for sleep in [0.0, 0.25, 1.0] {
            let params = serde_json::json!({
                "callback_after": callback_after,
                "blocking": 1.0,
                "sleep": sleep,
            });
            let case = Case {
                slug: "event-loop",
                mode: "blocking",
                params,
            };
            let checked = check(&case);
            assert!(checked.is_ok(), "{callback_after} {sleep}: {checked:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_run_has_its_path_its_reasons_and_its_story(case in any_case()) {
        check(&case)?;
    }
}
