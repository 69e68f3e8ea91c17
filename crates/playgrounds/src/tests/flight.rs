//! What is in flight.

use super::wait_queues::{at, run};
use crate::Entry;
use interleave_trace::*;
use serde_json::json;

/// The instants at which the number changes, in seconds, each with the new one.
fn series(trace: &Trace) -> Vec<(f64, f64)> {
    let index = Index::of(trace);
    let samples = index.in_flight().iter();
    samples.map(|&(at, value)| (at.secs(), value)).collect()
}

fn trace_of_defaults(slug: &str, mode: &str) -> Trace {
    run(
        slug,
        mode,
        &Entry::find(slug).expect("a playground").defaults(),
    )
}

#[test]
fn queued_and_backing_off_tasks_are_not_in_flight() {
    let params = json!({
        "base": 0.5, "factor": 2.0, "max_delay": 4.0, "attempts": 2,
        "requests": [
            { "name": "a", "latency": 0.3, "failures": 1 },
            { "name": "b", "latency": 1.0, "failures": 0 },
        ],
    });
    assert_eq!(
        series(&run("retry-backoff", "concurrent", &params)),
        [(0.0, 2.0), (0.3, 1.0), (0.8, 2.0), (1.0, 1.0), (1.1, 0.0)]
    );
    let params = json!({ "rate": 1, "per": 1.0, "n": 3, "latency": 1.5 });
    assert_eq!(
        series(&run("rate-limiter", "fixed_concurrent", &params)),
        [
            (0.0, 1.0),
            (1.0, 2.0),
            (1.5, 1.0),
            (2.0, 2.0),
            (2.5, 1.0),
            (3.5, 0.0)
        ]
    );
}

#[test]
fn of_tasks_that_await_each_other_only_the_innermost_is_in_flight() {
    // Two requests for a key: two fetches, or one that both wait for.
    let params = json!({
        "ttl": 5.0, "latency": { "a": 1.0 },
        "requests": [{ "at": 0.0, "key": "a" }, { "at": 0.5, "key": "a" }],
    });
    assert_eq!(
        series(&run("cache", "naive", &params)),
        [(0.0, 1.0), (0.5, 2.0), (1.0, 1.0), (1.5, 0.0)]
    );
    let trace = run("cache", "single_flight", &params);
    assert_eq!(series(&trace), [(0.0, 1.0), (1.0, 0.0)]);
    assert_eq!(Index::of(&trace).flight().peak(), 1);
    // One item, one consumer: an item is no operation of its own.
    let params = json!({
        "maxsize": 1, "consumers": 1, "produce_delays": [[1.0]], "process_times": { "item-0-0": 3.0 },
    });
    assert_eq!(
        series(&run("producer-consumer-sentinel", "fixed", &params)),
        [(0.0, 2.0), (1.0, 1.0), (3.0, 0.0)]
    );
}

#[test]
fn permits_are_what_is_in_flight() {
    let trace = trace_of_defaults("semaphore-scraper", "concurrent");
    let index = Index::of(&trace);
    let permits = index.series(&trace, PERMITS).expect("permits");
    let flight = index.series(&trace, IN_FLIGHT).expect("what is in flight");
    let at = |samples: &[(Time, f64)], time| {
        let place = samples.partition_point(|&(at, _)| at <= time);
        place.checked_sub(1).map(|place| samples[place].1)
    };
    for &(time, _) in permits.samples {
        let both = [permits, flight].map(|series| at(series.samples, time));
        assert_eq!(both[0], both[1], "{time:?}");
    }
    assert_eq!(
        (permits.peak, flight.peak, index.flight().peak()),
        (5.0, 5.0, 5)
    );
    assert_eq!(
        waiting_list(&trace, &index, IN_FLIGHT),
        "at most 5 at once",
        "nobody waits to be in flight"
    );
}

#[test]
fn nothing_is_in_flight_in_an_idle_run() {
    let trace = trace_of_defaults("producer-consumer-sentinel", "article");
    assert!(matches!(
        trace.end().map(|end| &end.verdict),
        Some(Verdict::Deadlocked(_))
    ));
    let index = Index::of(&trace);
    assert_eq!(index.flight().now(), 0);
    assert!(index.flight().peak() >= 3);
}

#[test]
fn what_takes_no_time_is_in_flight_for_an_instant() {
    let trace = trace_of_defaults("rate-limiter", "concurrent");
    assert_eq!(series(&trace), [(0.0, 0.0)]);
    assert_eq!(Index::of(&trace).flight().peak(), 1);
}

#[test]
fn a_mean_changes_between_two_events() {
    let params = json!({ "tasks": [["a", 1.0], ["b", 3.0]] });
    let trace = run("basic-tasks", "gather", &params);
    for (seconds, mean) in [(0.5, 2.0), (1.0, 2.0), (2.0, 1.5), (3.0, 4.0 / 3.0)] {
        let index = at(&trace, seconds);
        assert_eq!(index.flight().mean(Time::from_secs(seconds)), mean);
    }
    assert_eq!(Flight::default().mean(Time::ZERO), 0.0);
}

#[test]
fn of_an_instant_the_last_value_is_kept() {
    let trace = trace_of_defaults("at-scale", "sleeps");
    let index = Index::of(&trace);
    assert!(index.task_count() > 20, "{}", index.task_count());
    assert!(index.in_flight().len() < trace.events().len() / 2);
    let times = index.in_flight().iter().map(|&(at, _)| at);
    assert!(
        times
            .collect::<Vec<_>>()
            .windows(2)
            .all(|pair| pair[0] < pair[1])
    );
}
