//! `cargo xtask bench`: how fast and how small the release build is, as a table and as JSON. No test of what it does.
//!
//! Machines differ, and a shared one differs from itself a minute later. So, where possible, figures are compared with
//! something else in the same page: the browser's own `Promise.all`, or the same work on a shorter trace. Those ratios, the
//! bytes and the leaks must hold anywhere ([`Bound::Always`]); seconds and milliseconds only where a person looks at them,
//! on a machine that does nothing else ([`Bound::Alone`]).

mod bytes;
mod cycles;
mod drawing;
mod exporting;
mod frames;
mod lab;
mod lighthouse;
mod looking;
mod sleeps;
mod table;

use table::Table;

use crate::harness::{Page, Site};

/// Runs before the app, and records what cannot be measured later.
const WATCH: &str = include_str!("watch.js");

/// How much to measure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// All of it, for the table.
    Full,
    /// The figures of Lighthouse, and nothing else.
    Lighthouse,
    /// Enough to notice that nothing got worse.
    Short,
}

#[tokio::test]
#[ignore = "takes measurements: cargo xtask bench"]
async fn bench() {
    let form = match std::env::var("INTERLEAVE_BENCH").as_deref() {
        Ok("short") => Form::Short,
        Ok("lighthouse") => Form::Lighthouse,
        _ => Form::Full,
    };
    let mut table = Table::new(form);
    if form != Form::Short {
        lighthouse::measure(&mut table).await;
    }
    if form == Form::Lighthouse {
        return table.finish();
    }
    // The worker fetches all files once more in the background.
    let site = Site::serve();
    bytes::measure(&site, &mut table).await;
    sleeps::measure(&site, &mut table).await;
    drawing::measure(&site, &mut table).await;
    looking::measure(&site, &mut table).await;
    exporting::measure(&site, &mut table).await;
    cycles::measure(&site, &mut table).await;
    lab::measure(&mut table).await;
    table.finish();
}

/// A page that records what the app does from its first moment.
async fn watched(site: &Site, hash: &str) -> Page {
    let page = Page::blank(site).await;
    page.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        &serde_json::json!({ "source": WATCH }),
    );
    page.devtools("Performance.enable", &serde_json::json!({}));
    page.goto(hash).await;
    page
}

/// A figure of the browser's own, such as `ScriptDuration`, in its own unit.
fn metric(page: &Page, name: &str) -> f64 {
    let metrics = page.devtools("Performance.getMetrics", &serde_json::json!({}));
    let mut metrics = metrics["metrics"].as_array().into_iter().flatten();
    let found = metrics.rfind(|metric| metric["name"] == name);
    found
        .and_then(|metric| metric["value"].as_f64())
        .unwrap_or_else(|| panic!("the browser has no metric {name}"))
}

/// The result of a script of the page, a number, which it passes to `done`.
async fn number(page: &Page, script: &str) -> f64 {
    let script = format!("const done = arguments[arguments.length - 1]; {script}");
    let result = page.client().execute_async(&script, vec![]).await;
    let result = result.unwrap_or_else(|error| panic!("{script}: {error}"));
    result
        .as_f64()
        .unwrap_or_else(|| panic!("{script}: {result} is no number"))
}
