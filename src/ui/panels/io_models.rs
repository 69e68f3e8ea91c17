//! The same requests in four ways, measured in this browser: how long, how many at once, and what one of them costs.

use super::measuring::{Known, Measuring, measuring};
use super::own_run;
use super::sizes::{bytes, time};
use crate::web::threads::block;
use leptos::prelude::*;
use serde_json::json;

/// How many requests there are.
const REQUESTS: u32 = 10;
/// How long each waits, in seconds.
const WAIT: f64 = 0.1;

/// What one way came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    name: &'static str,
    /// What stands for it in a browser.
    here: &'static str,
    good_for: &'static str,
    total: f64,
    peak: usize,
    /// Seconds until a request has somebody to wait for it; on average.
    start: Option<f64>,
    /// The bytes that one of them holds.
    bytes: Option<f64>,
}

/// Measures all ways, one after another.
pub fn measured() -> impl IntoView {
    let work = async move |known: Known<Way>| {
        let params = json!({
            "requests": REQUESTS, "seconds": WAIT, "thread_start": 0.0, "process_start": 0.0,
        });
        let run = own_run::run("io-models", "sequential", &params).await?;
        known.add(Way {
            name: "one after another",
            here: "the page blocks",
            good_for: "a single request",
            total: run.total,
            peak: run.peak,
            start: None,
            bytes: None,
        });
        let run = own_run::run("io-models", "concurrent", &params).await?;
        let each = f64::from(REQUESTS);
        known.add(Way {
            name: "async",
            here: "tasks on one thread",
            good_for: "much waiting, by thousands",
            total: run.total,
            peak: run.peak,
            start: Some(run.started / each),
            bytes: Some(run.bytes / each),
        });
        // The script is there, so that only workers are measured.
        block(1, 0.0, false).await?;
        let names = [
            (
                "threads",
                "workers that have been started",
                "libraries that block",
                true,
            ),
            (
                "processes",
                "workers that are started for it",
                "computing on several cores",
                false,
            ),
        ];
        for (name, here, good_for, started) in names {
            let blocked = block(REQUESTS, WAIT, started).await?;
            known.add(Way {
                name,
                here,
                good_for,
                total: blocked.total,
                peak: blocked.peak,
                start: Some(blocked.start),
                bytes: None,
            });
        }
        Ok(())
    };
    let what = Measuring {
        count: 4,
        picture: |ways| table(ways).into_any(),
        summary,
    };
    measuring(what, work)
}

fn summary(ways: &[Way]) -> String {
    let total = |name: &str| {
        let way = ways.iter().find(|way| way.name == name);
        way.map_or_else(String::new, |way| time(way.total))
    };
    format!(
        "{REQUESTS} requests of {}: one after another {}, async {}, threads {}, processes {}.",
        time(WAIT),
        total("one after another"),
        total("async"),
        total("threads"),
        total("processes"),
    )
}

fn table(ways: &[Way]) -> impl IntoView + use<> {
    let or = |figure: Option<f64>, words: fn(f64) -> String| {
        figure.map_or_else(|| "–".to_owned(), words)
    };
    let rows = ways.iter().map(|way| {
        let memory = match (way.bytes, way.start) {
            (None, Some(_)) => "not told".to_owned(),
            (held, _) => or(held, bytes),
        };
        view! {
            <tr>
                <th scope="row">{way.name}</th>
                <td>{time(way.total)}</td>
                <td>{way.peak}</td>
                <td>{or(way.start, time)}</td>
                <td>{memory}</td>
                <td>{way.here}</td>
                <td>{way.good_for}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="table-scroll measurements" role="region" aria-label="Ways to wait, compared" tabindex="0">
            <table>
                <thead><tr>
                    <th scope="col">"way"</th><th scope="col">"total"</th><th scope="col">"peak in flight"</th>
                    <th scope="col">"start of one"</th><th scope="col">"memory of one"</th>
                    <th scope="col">"in this browser"</th><th scope="col">"good for"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <h3>"What a browser cannot show"</h3>
        <ul class="muted small">
            <li>"Real threads and processes: a browser has workers, each with its own memory, as a process has. Here a worker that \
                 runs already stands in for a thread, and one that has to be started for a process."</li>
            <li>"The memory of a worker: browsers do not report it. A thread of the operating system reserves a stack, and each \
                 process has its own Python interpreter. The memory of a task is counted, with its events."</li>
            <li>"A sleeping worker: here it blocks by computing until the time is over, so workers compete for cores."</li>
            <li>"Python’s GIL: only one thread of a process runs Python code at a time. That does not matter while threads wait."</li>
        </ul>
    }
}
