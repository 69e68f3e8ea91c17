//! What a first visit loads, and how soon it can be used.

use serde_json::json;

use super::{
    number,
    table::{
        Bound::{Alone, Always},
        Table,
    },
    watched,
};
use crate::{harness::Site, playground::RUN};

/// What a first visit may load at the most, in bytes as brotli sends them.
const AT_FIRST: f64 = 150_000.0;
/// How soon Run can be pressed, in milliseconds from the start of the navigation.
const USABLE: f64 = 300.0;

/// Opens a playground as a first visit does.
pub async fn measure(site: &Site, table: &mut Table) {
    let page = watched(site, "#/downloads").await;
    page.wait_for(RUN).await;
    // The names of all that was asked for before the app could be used, from the page itself.
    let names = "return performance.getEntriesByType('resource')
        .filter(entry => entry.startTime < bench.usable).map(entry => entry.name)";
    let names = page.eval(names, &[]).await;
    let names: Vec<&str> = names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str())
        .collect();
    let base = site.url();
    let mut files: Vec<&str> = names
        .iter()
        .filter_map(|name| name.strip_prefix(&base))
        .collect();
    files.push("index.html");
    let sent: usize = files.iter().map(|file| brotli_size(&site.file(file))).sum();
    table.row("first load, brotli", sent as f64, "bytes", AT_FIRST, Always);

    // What the page does not name itself could only be asked for after something else had come.
    let html = String::from_utf8(site.file("index.html")).expect("the page is UTF-8");
    let is_late = |file: &&&str| **file != "index.html" && !html.contains(**file);
    let late: Vec<_> = files.iter().filter(is_late).collect();
    println!("asked for in a chain: {late:?}");
    table.row("requests in a chain", late.len() as f64, "", 0.0, Always);

    let mut soonest = f64::INFINITY;
    for _ in 0..if table.is_full() { 5 } else { 2 } {
        page.eval("return 0", &[]).await;
        page.reload().await;
        page.wait_for(RUN).await;
        soonest = soonest.min(number(&page, "done(bench.usable)").await);
    }
    table.row(
        "navigation to Run, best of a few",
        soonest,
        "ms",
        USABLE,
        Alone,
    );
    // Nothing else would notice if the page had been another one.
    assert_eq!(
        page.eval("return location.hash", &[]).await,
        json!("#/downloads")
    );
}

/// The size after `brotli -q 11`, which is how static hosts keep files.
fn brotli_size(content: &[u8]) -> usize {
    let mut sent = Vec::new();
    let params = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &*content, &mut sent, &params).expect("memory takes all");
    sent.len()
}
