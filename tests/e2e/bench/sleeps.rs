//! The runtime under load, against the browser's own promises.

use super::{
    number,
    table::{
        Bound::{Alone, Always},
        Table,
    },
    watched,
};
use crate::harness::{Page, Site};

/// The largest share of JavaScript's time beyond the second that all sleep.
const OF_JAVASCRIPT: f64 = 0.5;
/// The same for the short form, which has less time to find a quiet moment in.
const OF_JAVASCRIPT_SHORT: f64 = 0.8;
/// Below this, in milliseconds, both are within the timer's own resolution.
const GRAIN: f64 = 4.0;

/// Live sleeps against `Promise.all` over `setTimeout`, and downloads at once against the latter's overhead.
pub async fn measure(site: &Site, table: &mut Table) {
    // The less there is to do, the more a frame weighs that comes just then, and the more rounds it takes.
    let sizes: &[(u32, u32)] = match table.is_full() {
        true => &[(1_000, 10), (10_000, 5), (100_000, 3)],
        false => &[(10_000, 5), (100_000, 3)],
    };
    let mut most = 0.0;
    for &(tasks, times) in sizes {
        let hash = format!("#/at-scale?only=sleeps&pace=live&tasks={tasks}");
        let page = watched(site, &hash).await;
        page.wait_for_playground().await;
        // The best of some, taken in turns, so that a busy moment of the machine affects one of each.
        let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..times {
            theirs = theirs.min(javascript(&page, tasks).await);
            number(&page, "bench.run().then(done)").await;
            ours = ours.min(beyond_a_second(&page).await);
        }
        println!("{tasks} sleeps: {ours:.1} ms, JavaScript {theirs:.1} ms");
        let figure = ours.max(GRAIN) / theirs.max(GRAIN / OF_JAVASCRIPT);
        table.row(
            format!("{tasks} live sleeps, time beyond 1 s, of Promise.all's"),
            figure,
            "x",
            if table.is_full() {
                OF_JAVASCRIPT
            } else {
                OF_JAVASCRIPT_SHORT
            },
            Always,
        );
        most = theirs;
    }

    let hash = "#/at-scale?only=downloads&pace=instant&tasks=100000";
    let page = watched(site, hash).await;
    page.wait_for_playground().await;
    let mut took = f64::INFINITY;
    for _ in 0..if table.is_full() { 5 } else { 2 } {
        took = took.min(number(&page, "bench.run().then(done)").await);
    }
    println!("100000 downloads at once: {took:.0} ms");
    let what = "100000 instant downloads, run and drawn, of Promise.all's time beyond 1 s";
    table.row(what, took / most, "x", 1.0, Alone);
}

/// How long this many sleeps of a second take in JavaScript, beyond that second, in milliseconds.
async fn javascript(page: &Page, tasks: u32) -> f64 {
    let script = format!(
        "const start = performance.now();
         const sleep = () => new Promise(resolve => setTimeout(resolve, 1000));
         Promise.all(Array.from({{ length: {tasks} }}, sleep)).then(() => done(performance.now() - start - 1000))"
    );
    number(page, &script).await
}

/// How long the last run took beyond a second, in milliseconds, as the page shows it.
async fn beyond_a_second(page: &Page) -> f64 {
    page.next_frame().await;
    let checks = page.texts("[data-test=claim] .check").await;
    let check = checks
        .first()
        .expect("the first claim is about all at once");
    if check.starts_with("as predicted") {
        return 0.0;
    }
    let seconds = check
        .rsplit(' ')
        .find_map(|word| word.strip_prefix('+')?.parse::<f64>().ok());
    seconds.unwrap_or_else(|| panic!("{check:?} says not by how much")) * 1e3
}
