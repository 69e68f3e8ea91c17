//! Operations that have so much time and no more, after articles 2 and 4.

use interleave_runtime::{Cx, Error, Result, gather};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An operation, and how it goes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Operation {
    name: String,
    /// Seconds that it needs.
    duration: f64,
    /// How many seconds it cleans up when it is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cleanup: Option<f64>,
}

/// The operations, all at once, each with the same time limit.
#[derive(Clone, Serialize, Deserialize)]
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
async fn with_limit(cx: Cx, mode: &str, limit: f64, o: Operation) -> Result<String> {
    let work = slow_operation(cx.clone(), o);
    let answer = match mode {
        // The operation becomes a task of its own, and without any time it does not start.
        "wait_for" => cx.wait_for(limit, work).await, // @wait_for
        // The operation stays part of this task.
        _ => cx.timeout(limit, work).await, // @timeout
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

async fn program(cx: Cx, mode: &'static str, p: Params) -> Result<Value> {
    let start = |operation: &Operation| {
        let name = &operation.name;
        cx.spawn(name, |cx| with_limit(cx, mode, p.limit, operation.clone()))
    };
    let values = gather(p.operations.iter().map(start)).await?; // @gather
    Ok(json!({ "values": values }))
}

// The page

use crate::{Card, Claim, Field, Measure, Playground, Rows, Section, Strategy, in_turn};
use interleave_trace::{Outcome, seconds};

/// The playground.
pub struct Timeouts;

const ARTICLE: &str = "The articles' limit of five seconds";

/// What the menu says of it.
pub const CARD: crate::Card = Timeouts::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<Timeouts>()
}

impl Playground for Timeouts {
    type Params = Params;

    const CARD: Card = Card {
        slug: "timeouts",
        title: "So much time and no more",
        lead: "An operation that is not done at its limit is cancelled. Two things may \
               surprise: whoever needs exactly the time it has is too late, and the wait \
               ends not at the limit but when the operation has cleaned up.",
        section: Section::Coordinate,
        articles: &[2, 4],
        cards: Some("timeout"),
        rust: include_str!("timeouts.rs"),
        python: include_str!("timeouts.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "wait_for",
            "wait_for: a task with a limit",
            "cx.wait_for(limit, work).await",
        ),
        Strategy::shown(
            "timeout",
            "timeout: a block with a limit",
            "cx.timeout(limit, work).await",
        ),
    ];

    fn fields() -> Vec<Field> {
        let operations = Rows::objects(
            "operation",
            vec![
                Field::text("name", "Name"),
                Field::seconds("duration", "Needs"),
                Field::seconds("cleanup", "Cleans up for").optional(),
            ],
            json!({ "name": "operation {n}", "duration": 2.0 }),
        );
        vec![
            Field::seconds("limit", "Time limit"),
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
            needs("gives up at once", 9.0),
            cleans("cleans up for a second", 9.0, 1.0),
            cleans("cleans up longer than it had", 9.0, 6.0),
        ];
        let none = [needs("needs none", 0.0), cleans("cleans up", 3.0, 1.0)];
        vec![
            (ARTICLE, params(5.0, &article)),
            ("Exactly the limit", params(2.0, &exactly)),
            ("Clean-up takes time, too", params(2.0, &slow)),
            ("No time at all", params(0.0, &none)),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let limit = in_turn([p.limit]);
        let late = |operation: &&Operation| in_turn([operation.duration]) >= limit;
        let mut claims = Vec::new();
        for (mode, starts, code) in [
            ("wait_for", limit > 0.0, "timeout=5.0"),
            ("timeout", true, "asyncio.timeout(5.0)"),
        ] {
            let takes = |operation: &Operation| match late(&operation) {
                true => {
                    let clean_up = operation.cleanup.filter(|_| starts).unwrap_or(0.0);
                    in_turn([p.limit, clean_up])
                }
                false => in_turn([operation.duration]),
            };
            let longest = p.operations.iter().map(takes).fold(0.0, f64::max);
            let count = p.operations.iter().filter(late).count();
            let article = preset == Some(ARTICLE);
            claims.push(
                Claim::new(
                    &format!("{mode}: the longest, with its clean-up"),
                    Measure::Makespan(mode),
                    longest,
                    format!("at most {limit} and a clean-up: {}", seconds(longest)),
                )
                .said(article.then_some(code))
                .but(
                    "wait_for and timeout return only after the cancelled operation's \
                     clean-up: limit 5.0 + clean-up 0.5 = 5.5 s.",
                ),
            );
            claims.push(Claim::new(
                &format!("{mode}: operations that time out"),
                Measure::Ended(mode, Outcome::Timeout),
                count as f64,
                format!("{count} need {limit} s or more"),
            ));
        }
        claims
    }
}
