//! A live run of a playground's program that is only measured: nothing of it is drawn.

use crate::web;
use interleave_playgrounds::Entry;
use interleave_runtime::{Clock, Ports, Runtime, Status};
use interleave_trace::{Index, Time};
use serde_json::Value;
use std::rc::Rc;

/// Steps of the run before the page gets a turn.
const BUDGET: usize = 20_000;
/// A timer of the browser fires late: shorter waits than this, in seconds, are spent in turns.
const NEAR: f64 = 0.001;

/// The measurements of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnRun {
    /// Seconds until the run first had to wait: all its tasks had begun.
    pub started: f64,
    /// Seconds until its end.
    pub total: f64,
    /// The bytes that it held when all its tasks had begun. Unknown if it never had to wait.
    pub bytes: Option<f64>,
    /// The most operations in flight at once.
    pub peak: usize,
}

/// Runs a strategy of a playground whose code has loaded.
///
/// # Errors
///
/// There is no such strategy, or the params are wrong.
pub async fn run(slug: &str, mode: &str, params: &Value) -> Result<OwnRun, String> {
    let entry = Entry::find(slug).ok_or("this playground is not there")?;
    let strategy = entry.strategy(mode).ok_or("it has no such strategy")?;
    let start = web::now();
    let runtime = Runtime::new(Ports {
        clock: Clock::Wall(Rc::new(move || Time::from_secs(web::now() - start))),
        ..Ports::simulated()
    });
    let begun = entry.start(&runtime, strategy, params);
    begun.map_err(|problem| problem.to_string())?;
    let mut first = None;
    loop {
        match runtime.run_until(Time::MAX, BUDGET) {
            Status::Ended => break,
            Status::Busy | Status::AwaitingIo => web::turn().await,
            Status::Sleeping(until) => {
                first.get_or_insert_with(|| (web::now() - start, runtime.bytes()));
                match until - runtime.read_now() {
                    near if near < NEAR => web::turn().await,
                    left => web::sleep((left * 1e3) as u32).await,
                }
            }
        }
    }
    let total = web::now() - start;
    let (started, bytes) = match first {
        Some((started, bytes)) => (started, Some(bytes as f64)),
        None => (total, None),
    };
    let peak = Index::of(&runtime.trace()).flight().peak();
    Ok(OwnRun {
        started,
        total,
        bytes,
        peak,
    })
}
