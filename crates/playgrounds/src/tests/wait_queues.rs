//! The order of wait queues.

use crate::Entry;
use interleave_runtime::{Ports, Runtime, Status};
use interleave_trace::*;
use serde_json::{Value, json};

/// A run to its end.
pub fn run(slug: &str, mode: &str, params: &Value) -> Trace {
    let entry = Entry::find(slug).expect("a playground");
    let strategy = entry.strategy(mode).expect("a strategy");
    let runtime = Runtime::new(Ports::simulated());
    entry
        .start(&runtime, strategy, params)
        .expect("good params");
    assert_eq!(runtime.run_until(Time::MAX, usize::MAX), Status::Ended);
    runtime.trace().clone()
}

pub fn at(trace: &Trace, seconds: f64) -> Index {
    let mut index = Index::default();
    index.advance(trace, Time::from_secs(seconds));
    index
}

/// The places at which a task joins a line and leaves it again, in the order of leaving.
fn stays(trace: &Trace, thing: Resource, of: ResourceId) -> Vec<(usize, usize)> {
    let mut lines = WaitQueues::default();
    let (mut present, mut stays) = (Vec::<(TaskId, usize)>::new(), Vec::new());
    for (place, event) in trace.events().iter().enumerate() {
        lines.apply(event.task, &event.kind);
        let now: Vec<_> = lines.iter(thing, of).collect();
        assert_eq!(now.len(), lines.len(thing, of));
        present.retain(|&(task, since)| {
            let stays_on = now.contains(&task);
            if !stays_on {
                stays.push((since, place));
            }
            stays_on
        });
        for &task in &now {
            if present.iter().all(|&(known, _)| known != task) {
                present.push((task, place));
            }
        }
        // First come, first served.
        assert_eq!(
            now,
            present.iter().map(|&(task, _)| task).collect::<Vec<_>>()
        );
    }
    stays
}

#[test]
fn permits_tokens_and_items_are_had_in_the_order_of_the_lines() {
    for (slug, mode, thing, least) in [
        ("semaphore-scraper", "concurrent", Resource::Permit, 10),
        ("downloads", "bounded", Resource::Permit, 3),
        ("rate-limiter", "fixed_concurrent", Resource::Token, 15),
        ("producer-consumer-sentinel", "fixed", Resource::Consumer, 8),
        ("producer-consumer-sentinel", "fixed", Resource::Item, 3),
        (
            "producer-consumer-timeout",
            "article",
            Resource::Consumer,
            8,
        ),
    ] {
        let entry = Entry::find(slug).expect("a playground");
        let of = match thing {
            Resource::Consumer => ResourceId::UNKNOWN,
            _ => ResourceId(1),
        };
        let stays = stays(&run(slug, mode, &entry.defaults()), thing, of);
        assert!(stays.len() >= least, "{slug} {thing:?}: {stays:?}");
        let came: Vec<_> = stays.iter().map(|&(since, _)| since).collect();
        assert!(came.is_sorted(), "{slug} {thing:?}: {stays:?}");
    }
}

#[test]
fn the_words_name_the_first_tasks_and_count_the_others() {
    let entry = Entry::find("semaphore-scraper").expect("a playground");
    let mut params = entry.defaults();
    for (i, page) in params["pages"]
        .as_array_mut()
        .expect("pages")
        .iter_mut()
        .enumerate()
    {
        page["url"] = json!(format!("p{}", i + 1));
    }
    let trace = run("semaphore-scraper", "concurrent", &params);
    let line = |seconds| waiting_list(&trace, &at(&trace, seconds), "permits_in_use");
    assert_eq!(
        line(0.1),
        "held by 1 p1, 2 p2, 3 p3 +2; waiting: 6 p6, 7 p7, 8 p8 +7"
    );
    // The third page takes 0.2 s, the fourth 0.3 s.
    let later = "held by 1 p1, 2 p2, 4 p4 +2; waiting: 7 p7, 8 p8, 9 p9 +6";
    assert_eq!(line(0.2), later);
    let later = "held by 1 p1, 2 p2, 5 p5 +2; waiting: 8 p8, 9 p9, 10 p10 +5";
    assert_eq!(line(0.3), later);
    assert_eq!(line(100.0), "");
}

#[test]
fn a_queue_lists_waiting_consumers_waiting_producers_and_items() {
    let entry = Entry::find("producer-consumer-sentinel").expect("a playground");
    let mut params = entry.defaults();
    let hungry = run("producer-consumer-sentinel", "fixed", &params);
    let line = |trace: &Trace, seconds| waiting_list(trace, &at(trace, seconds), "queue_length");
    let before = line(&hungry, 0.05);
    assert!(
        before.starts_with("waiting for an item: Consumer "),
        "{before}"
    );
    // Nobody takes anything out for a while: the queue fills up, and who puts has to wait.
    params["maxsize"] = json!(2);
    params["consumers"] = json!(1);
    for time in params["process_times"]
        .as_object_mut()
        .expect("times")
        .values_mut()
    {
        *time = json!(100.0);
    }
    let full = run("producer-consumer-sentinel", "fixed", &params);
    let during = line(&full, 50.0);
    assert!(
        during.starts_with("waiting for a place: Producer "),
        "{during}"
    );
    assert!(during.contains("; in line: item-"), "{during}");
    // Two places, so two items in line: what producers still hold is not in the queue.
    assert_eq!(during.matches("item-").count(), 2, "{during}");
}

#[test]
fn a_hanging_task_keeps_waiting() {
    let entry = Entry::find("producer-consumer-timeout").expect("a playground");
    let slow = (entry.presets)().into_iter().find(|preset| {
        let trace = run("producer-consumer-timeout", "article", &preset.params);
        matches!(
            trace.end().map(|end| &end.verdict),
            Some(Verdict::Deadlocked(_))
        )
    });
    let trace = run(
        "producer-consumer-timeout",
        "article",
        &slow.expect("one that hangs").params,
    );
    let line = waiting_list(&trace, &Index::of(&trace), "queue_length");
    assert!(line.starts_with("waiting for a place: "), "{line}");
}

#[test]
fn one_that_leaves_from_the_middle_closes_the_gap() {
    let mut trace = Recorder::default();
    trace.create(Time::ZERO, None, "main");
    let ids: Vec<_> = ["a", "b", "c"]
        .map(|name| trace.create(Time::ZERO, Some(TaskId::MAIN), name))
        .into();
    let wait = Kind::Wait {
        on: WaitFor::Permit(ResourceId::UNKNOWN),
        line: 1,
    };
    for &id in &ids {
        trace.push(Time::ZERO, id, wait);
        trace.push(Time::ZERO, id, Kind::Polled { nanos: 0 });
    }
    let row = |trace: &Trace| {
        Index::of(trace)
            .wait_queues()
            .iter(Resource::Permit, ResourceId::UNKNOWN)
            .collect::<Vec<_>>()
    };
    assert_eq!(row(&trace), ids);
    let (outcome, detail) = (Outcome::Cancelled, Text::default());
    trace.push(Time::ZERO, ids[1], Kind::Ended { outcome, detail });
    assert_eq!(row(&trace), [ids[0], ids[2]]);
    trace.push(
        Time::ZERO,
        ids[0],
        Kind::Wait {
            on: WaitFor::Turn,
            line: 1,
        },
    );
    trace.push(
        Time::ZERO,
        ids[2],
        Kind::Wait {
            on: WaitFor::Turn,
            line: 1,
        },
    );
    assert_eq!(row(&trace), []);
    trace.push(Time::ZERO, ids[2], wait);
    trace.push(Time::ZERO, ids[0], wait);
    assert_eq!(row(&trace), [ids[2], ids[0]]);
}
