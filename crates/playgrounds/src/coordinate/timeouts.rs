//! Operations with a timeout, after articles 2 and 4.

use interleave_runtime::{Cx, Error, Result, gather};
use serde_json::{Value, json};

/// An operation, and how it goes.
#[derive(Clone)]
pub struct Operation {
    name: String,
    /// Seconds that it needs.
    duration: f64,
    /// How many seconds it cleans up when it is cancelled.
    cleanup: Option<f64>,
}

/// The operations, all at once, each with the same time limit.
#[derive(Clone)]
pub struct Params {
    limit: f64,
    operations: Vec<Operation>,
}

async fn slow_operation(cx: Cx, operation: Operation) -> Result<String> {
    let (own, duration) = (cx.clone(), operation.duration);
    let slept = cx.catch_cancel(async move {
        own.sleep(duration).await; // @work
        Ok(())
    });
    if let Err(cancelled) = slept.await {
        if let Some(seconds) = operation.cleanup.filter(|&seconds| seconds > 0.0) {
            cx.note("cancelled, cleaning up");
            cx.sleep(seconds).await; // @cleanup
        }
        return Err(cancelled);
    }
    Ok(format!("{} done", operation.name))
}

/// The limit cancels the operation, then waits for its clean-up.
async fn with_limit(cx: Cx, mode: Mode, limit: f64, o: Operation) -> Result<String> {
    let work = slow_operation(cx.clone(), o);
    let answer = match mode {
        // With a timeout of 0, the operation does not start.
        Mode::WaitFor => cx.wait_for(limit, work).await, // @wait_for wait_for
        // With a timeout of 0, the operation starts, but may not wait.
        Mode::Timeout => cx.timeout(limit, work).await, // @timeout timeout
    };
    match answer {
        Ok(value) => {
            cx.done(&value);
            Ok(value)
        }
        Err(Error::TimedOut) => {
            cx.timed_out("Operation timed out");
            Ok("Operation timed out".to_owned())
        }
        Err(error) => Err(error),
    }
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let start = |operation: &Operation| {
        let name = &operation.name;
        cx.spawn(name, |cx| with_limit(cx, mode, p.limit, operation.clone()))
    };
    let values = gather(p.operations.iter().map(start)).await?; // @gather
    Ok(json!({ "values": values }))
}

// The page

use crate::page::*;

params!(Operation, name, duration, cleanup);
params!(Params, limit, operations);

const ARTICLE: &str = "The articles' limit of five seconds";

playground! {
    title: "Timeouts",
    subtitle: "`wait_for` and `timeout`",
    lead: "An operation that is not done at its timeout is cancelled. Two things may surprise: an \
           operation that needs exactly the time it has is too late, and the wait ends not at the \
           timeout but when the operation has cleaned up.",
    aim: "Give an operation a time limit, and say how long the wait for it takes at most.",
    articles: [2, 4],
    strategies: {
        WaitFor: "wait_for",
        Timeout: "timeout",
    },
    messages: [
        "TimeoutError",
        "asyncio.exceptions.TimeoutError",
    ],
    result_cards: Mode::Timeout,
}

fn fields() -> Vec<Field> {
    let columns = [
        Field::name(),
        Field::seconds("duration", "Duration").varies(),
        Field::cleanup("cleanup"),
    ];
    let fresh = json!({ "name": "operation {n}", "duration": 2.0 });
    let operations = Rows::objects("operation", fresh, columns);
    vec![
        Field::seconds("limit", "Timeout"),
        Field::rows("operations", "Operations", operations),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let needs = |name: &str, duration| Operation {
        name: name.to_owned(),
        duration,
        cleanup: None,
    };
    let cleans = |name: &str, duration, cleanup| Operation {
        cleanup: Some(cleanup),
        ..needs(name, duration)
    };
    let params = |limit, operations: &[Operation]| Params {
        limit,
        operations: operations.to_vec(),
    };
    let article = [
        needs("fast", 2.0),
        needs("slow", 8.0),
        needs("exact", 5.0),
        cleans("slow to clean up", 8.0, 0.5),
    ];
    let exactly = [
        needs("a nanosecond less", 1.999_999_999),
        needs("exactly the limit", 2.0),
        needs("a nanosecond more", 2.000_000_001),
    ];
    let slow = [
        needs("no clean-up", 9.0),
        cleans("clean-up of a second", 9.0, 1.0),
        cleans("clean-up longer than the timeout", 9.0, 6.0),
    ];
    let none = [needs("needs none", 0.0), cleans("cleans up", 3.0, 1.0)];
    vec![
        (ARTICLE, params(5.0, &article)),
        ("Exactly the timeout", params(2.0, &exactly)),
        ("Clean-up takes time", params(2.0, &slow)),
        ("A timeout of zero", params(0.0, &none)),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let limit = in_turn([p.limit]);
    let late = |operation: &&Operation| in_turn([operation.duration]) >= limit;
    let count = p.operations.iter().filter(late).count();
    let claims = |mode: Mode, starts: bool, code| {
        let takes = |operation: &Operation| match late(&operation) {
            true => {
                let clean_up = operation.cleanup.filter(|_| starts).unwrap_or(0.0);
                in_turn([p.limit, clean_up])
            }
            false => in_turn([operation.duration]),
        };
        let longest = p.operations.iter().map(takes).fold(0.0, f64::max);
        let label = format!("{}: the longest operation, with its clean-up", mode.name());
        let formula = format!("at most {limit} and a clean-up: {}", seconds(longest));
        let longest = mode.takes(label, longest, formula);
        let label = format!("{}: operations that time out", mode.name());
        let formula = format!("{count} need {limit} s or more");
        let out = mode.ends(Outcome::Timeout, label, count, formula);
        [
            longest.said(preset == ARTICLE, code).but(
                "wait_for and timeout return only after the cancelled operation's clean-up: \
                 limit 5.0 + clean-up 0.5 = 5.5 s.",
            ),
            out,
        ]
    };
    let wait_for = claims(Mode::WaitFor, limit > 0.0, "timeout=5.0");
    let timeout = claims(Mode::Timeout, true, "asyncio.timeout(5.0)");
    wait_for.into_iter().chain(timeout).collect()
}
