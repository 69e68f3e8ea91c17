//! Runs made up at random: any playground and strategy, with params that its form allows.

use super::{Case, limit};
use interleave_playgrounds::{CARDS, Entry};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Params of a playground made from numbers: durations that collide, repeat and vanish.
fn params_of(entry: &Entry) -> BoxedStrategy<Value> {
    let name = || prop_oneof!["[A-C]", "\\PC{1,5}"];
    let duration = || {
        prop_oneof![
            (0..4i64).prop_map(|n| json!(n)),
            (0..30u32).prop_map(|n| json!(f64::from(n) / 10.0)),
            (0.0..3.0).prop_map(|s: f64| json!(s)),
        ]
    };
    let pairs =
        || prop::collection::vec((name(), duration()).prop_map(|p| json!([p.0, p.1])), 1..12);
    match entry.slug {
        "downloads" => (pairs(), 0.0..2.0, prop::option::of(1..5u32))
            .prop_map(|(files, rate, bound)| {
                json!({ "files": files, "seconds_per_mb": rate, "max_in_flight": bound })
            })
            .boxed(),
        "basic-tasks" | "sequential-vs-concurrent" => {
            pairs().prop_map(|tasks| json!({ "tasks": tasks })).boxed()
        }
        "weather" => prop::collection::vec((name(), duration(), any::<Option<bool>>()), 1..12)
            .prop_map(|rows| {
                let row = |(city, delay, fails)| {
                    json!({
                        "city": city, "delay": delay, "fails": fails,
                        "temp": -0.5, "description": "sunny"
                    })
                };
                json!({ "cities": rows.into_iter().map(row).collect::<Vec<_>>() })
            })
            .boxed(),
        "fetch-urls" => {
            let error = prop::option::of("(|no answer)");
            let page = (name(), duration(), 0..9000u32, error);
            (prop::collection::vec(page, 1..12), prop::option::of(duration()))
                .prop_map(|(rows, pause)| {
                    let row = |(url, latency, bytes, error)| {
                        json!({ "url": url, "latency": latency, "bytes": bytes, "error": error })
                    };
                    let urls: Vec<_> = rows.into_iter().map(row).collect();
                    json!({ "urls": urls, "extra_sleep": pause })
                })
                .boxed()
        }
        "at-scale" => (1..30u32, duration(), 1..40u32)
            .prop_map(|(tasks, seconds, permits)| {
                json!({ "tasks": tasks, "seconds": seconds, "permits": permits })
            })
            .boxed(),
        "first-completed" => pairs().prop_map(|tasks| json!({ "tasks": tasks })).boxed(),
        "gather-errors" => {
            let service = (name(), duration(), prop::option::of("(|no|not now)"));
            let services = prop::collection::vec(service, 1..9);
            (services, prop::option::of(0..12usize), prop::option::of(duration()))
                .prop_map(|(rows, single, linger)| {
                    let row = |(name, delay, error)| {
                        json!({ "name": name, "delay": delay, "error": error })
                    };
                    let services: Vec<_> = rows.into_iter().map(row).collect();
                    json!({ "services": services, "single": single, "linger": linger })
                })
                .boxed()
        }
        "task-group" => {
            let (error, cleanup) = (prop::option::of("(|no)"), prop::option::of(duration()));
            prop::collection::vec((name(), duration(), error, cleanup), 1..9)
                .prop_map(|rows| {
                    let row = |(name, delay, error, cleanup)| {
                        json!({ "name": name, "delay": delay, "error": error, "cleanup": cleanup })
                    };
                    json!({ "tasks": rows.into_iter().map(row).collect::<Vec<_>>() })
                })
                .boxed()
        }
        "timeouts" => {
            let operation = (name(), duration(), prop::option::of(duration()));
            (duration(), prop::collection::vec(operation, 1..9))
                .prop_map(|(limit, rows)| {
                    let row = |(name, duration, cleanup)| {
                        json!({ "name": name, "duration": duration, "cleanup": cleanup })
                    };
                    let operations: Vec<_> = rows.into_iter().map(row).collect();
                    json!({ "limit": limit, "operations": operations })
                })
                .boxed()
        }
        "cancellation" => (0..9u32, duration(), duration(), duration(), any::<Option<bool>>())
            .prop_map(|(steps, step_time, cancel_after, cleanup, swallow)| {
                json!({
                    "steps": steps, "step_time": step_time, "cancel_after": cancel_after,
                    "cleanup": cleanup, "swallow": swallow
                })
            })
            .boxed(),
        "background-task" => (1..30u32, duration(), 0..200u32, prop::option::of(duration()))
            .prop_map(|(interval, cleanup, main_work, tidy_up)| {
                let [interval, main_work] = [interval, main_work].map(|n| f64::from(n) / 10.0);
                json!({
                    "interval": interval, "cleanup": cleanup, "main_work": main_work,
                    "tidy_up": tidy_up,
                })
            })
            .boxed(),
        "compare-strategies" => {
            let task = (name(), duration(), any::<Option<bool>>());
            let seconds = || prop::option::of(duration());
            (prop::collection::vec(task, 1..9), seconds(), seconds())
                .prop_map(|(rows, cleanup, linger)| {
                    let row = |(name, delay, fails)| {
                        json!({ "name": name, "delay": delay, "fails": fails })
                    };
                    let tasks: Vec<_> = rows.into_iter().map(row).collect();
                    json!({ "tasks": tasks, "cleanup": cleanup, "linger": linger })
                })
                .boxed()
        }
        // A new playground is tested with its presets until it has a line here.
        slug => limit::params_of(slug).unwrap_or_else(|| {
            let presets: Vec<_> = (entry.presets)().into_iter().map(|p| p.params).collect();
            prop::sample::select(presets).boxed()
        }),
    }
}

/// Any playground and strategy, with params.
pub fn any_case() -> impl Strategy<Value = Case> {
    let entries: Vec<usize> = (0..CARDS.len()).collect();
    prop::sample::select(entries).prop_flat_map(|i| {
        let entry = Entry::all().nth(i).unwrap();
        let modes: Vec<_> = entry
            .strategies()
            .iter()
            .map(|strategy| strategy.mode)
            .collect();
        let parts = (prop::sample::select(modes), params_of(entry));
        parts.prop_map(|(mode, params)| Case {
            slug: entry.slug,
            mode,
            params,
        })
    })
}
