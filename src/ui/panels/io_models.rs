//! The same requests in four ways, measured in this browser: how long, how many at once, and what one of them costs.

use super::measured_table::{Column, measured_table};
use super::measuring::{Known, Measuring, measuring, pause};
use super::own_run;
use super::sizes::{bytes, time};
use crate::web::threads::block;
use leptos::prelude::*;
use serde_json::json;

/// How many requests there are.
const REQUESTS: u32 = 10;
/// How long each waits, in seconds.
const WAIT: f64 = 0.1;

/// The measurements of one way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    name: &'static str,
    /// Its counterpart in a browser.
    here: &'static str,
    good_for: &'static str,
    total: f64,
    peak: usize,
    /// Seconds until a request has its task or worker, on average.
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
        // The first way has blocked the page.
        pause().await;
        let run = own_run::run("io-models", "concurrent", &params).await?;
        let each = f64::from(REQUESTS);
        known.add(Way {
            name: "async",
            here: "tasks on one thread",
            good_for: "much waiting, by thousands",
            total: run.total,
            peak: run.peak,
            start: Some(run.started / each),
            bytes: run.bytes.map(|bytes| bytes / each),
        });
        // Loads the script, so that only workers are measured.
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
            pause().await;
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
    let row = |way: &Way| {
        let memory = match (way.bytes, way.start) {
            (None, Some(_)) => "not told".to_owned(),
            (held, _) => or(held, bytes),
        };
        vec![
            way.name.to_owned(),
            time(way.total),
            way.peak.to_string(),
            or(way.start, time),
            memory,
            way.here.to_owned(),
            way.good_for.to_owned(),
        ]
    };
    let columns = [
        Column::Figure("way"),
        Column::Figure("total"),
        Column::Figure("peak in flight"),
        Column::Figure("start of one"),
        Column::Figure("memory of one"),
        Column::Words("in this browser"),
        Column::Words("good for"),
    ];
    measured_table(
        "Ways to wait, compared",
        &columns,
        ways.iter().map(row).collect(),
    )
}
