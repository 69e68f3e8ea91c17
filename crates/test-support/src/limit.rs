//! Params of the playgrounds about limits, made from numbers that collide, repeat and vanish.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Any params of a playground; `None` if it is not one of these.
pub fn params_of(slug: &str) -> Option<BoxedStrategy<Value>> {
    Some(match slug {
        "semaphore-scraper" => semaphore_scraper(),
        "rate-limiter" => rate_limiter(),
        "producer-consumer-sentinel" => sentinel(),
        "producer-consumer-timeout" => leave_after(),
        "retry-backoff" => retry_backoff(),
        "cache" => cache(),
        _ => return None,
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[A-C]", "\\PC{1,5}"]
}

fn duration() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..4i64).prop_map(|n| json!(n)),
        (0..30u32).prop_map(|n| json!(f64::from(n) / 10.0)),
        (0.0..3.0).prop_map(|s: f64| json!(s)),
    ]
}

fn semaphore_scraper() -> BoxedStrategy<Value> {
    let error = prop::option::of("(|no answer)");
    let page = (name(), duration(), 200..600u32, error);
    (prop::collection::vec(page, 1..12), 1..6u32, duration())
        .prop_map(|(rows, permits, limit)| {
            let row = |(url, latency, status, error)| {
                json!({ "url": url, "latency": latency, "status": status, "error": error })
            };
            let pages: Vec<_> = rows.into_iter().map(row).collect();
            json!({ "pages": pages, "max_concurrent": permits, "request_timeout": limit })
        })
        .boxed()
}

fn rate_limiter() -> BoxedStrategy<Value> {
    let whole = (1..9i64).prop_map(|n| json!(n));
    let rate = prop_oneof![whole, (0.1..9.0).prop_map(|n: f64| json!(n))];
    let latency = prop_oneof![Just(json!(0)), duration()];
    let pause = prop::option::of(duration());
    (rate, 1..30u32, 1..30u32, latency, pause)
        .prop_map(|(rate, per, n, latency, pause)| {
            let per = f64::from(per) / 10.0;
            json!({ "rate": rate, "per": per, "n": n, "latency": latency, "pause": pause })
        })
        .boxed()
}

fn sentinel() -> BoxedStrategy<Value> {
    let delays = prop::collection::vec(prop::collection::vec(duration(), 0..5), 1..4);
    let times = prop::collection::vec((0..4u32, 0..5u32, duration()), 0..12);
    (delays, times, 1..5u32, 0..5u32)
        .prop_map(|(delays, times, consumers, maxsize)| {
            let time = |(i, j, time)| (format!("item-{i}-{j}"), time);
            let times: serde_json::Map<_, _> = times.into_iter().map(time).collect();
            json!({
                "produce_delays": delays, "process_times": times,
                "consumers": consumers, "maxsize": maxsize
            })
        })
        .boxed()
}

fn leave_after() -> BoxedStrategy<Value> {
    let producers = prop::collection::vec((name(), 1..9u32), 1..4);
    let consumers = prop::collection::vec(name(), 1..5);
    let times = [duration(), duration(), duration()];
    (producers, consumers, 0..5u32, times)
        .prop_map(
            |(producers, consumers, maxsize, [produce, process, timeout])| {
                json!({
                    "producers": producers, "consumers": consumers, "maxsize": maxsize,
                    "produce_time": produce, "process_time": process, "timeout": timeout
                })
            },
        )
        .boxed()
}

fn retry_backoff() -> BoxedStrategy<Value> {
    let rows = prop::collection::vec((name(), duration(), 0..9u32), 1..9);
    let luck = prop::option::of(prop::collection::vec(0.0..=1.0, 0..9));
    let times = [duration(), duration(), duration()];
    (rows, times, 1..8u32, luck)
        .prop_map(|(rows, [base, factor, max_delay], attempts, luck)| {
            let row = |(name, latency, failures)| {
                json!({ "name": name, "latency": latency, "failures": failures })
            };
            let requests: Vec<_> = rows.into_iter().map(row).collect();
            json!({
                "base": base, "factor": factor, "max_delay": max_delay,
                "attempts": attempts, "requests": requests, "luck": luck
            })
        })
        .boxed()
}

fn cache() -> BoxedStrategy<Value> {
    let key = || prop_oneof!["[a-c]", "\\PC{1,5}"];
    let map = |value: BoxedStrategy<Value>| {
        prop::collection::vec((key(), value), 0..4)
            .prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
    };
    let requests = prop::collection::vec((duration(), key()), 1..12);
    let failures = prop::option::of(map((0..4u32).prop_map(|n| json!(n)).boxed()));
    (requests, duration(), map(duration().boxed()), failures)
        .prop_map(|(rows, ttl, latency, failures)| {
            let row = |(at, key)| json!({ "at": at, "key": key });
            let requests: Vec<_> = rows.into_iter().map(row).collect();
            json!({ "requests": requests, "ttl": ttl, "latency": latency, "failures": failures })
        })
        .boxed()
}
