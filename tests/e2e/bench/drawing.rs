//! The timeline with many lanes: how soon it is there, and what a frame costs while it grows.

use super::{
    frames::{FRAME, NOTHING, frames},
    number,
    table::{
        Bound::{Alone, Always},
        Table,
    },
    watched,
};
use crate::harness::Site;

/// The first picture, in milliseconds.
const FIRST: f64 = 50.0;
/// The script of one frame, in milliseconds.
const SCRIPT: f64 = 2.0;
/// A trace ten times as long may cost this many times as much a frame: noise, not growth.
const GROWTH: f64 = 1.5;

/// Ten thousand lanes.
pub async fn measure(site: &Site, table: &mut Table) {
    let page = watched(site, "#/at-scale?only=sleeps&pace=instant&tasks=10000").await;
    page.wait_for_playground().await;
    let mut first = f64::INFINITY;
    for _ in 0..if table.is_full() { 20 } else { 5 } {
        // From the press of Run to the frame after the one in which it was drawn.
        first = first.min(
            number(
                &page,
                "bench.run().then(took => {
            const drawn = performance.now();
            requestAnimationFrame(() => setTimeout(() => done(took + performance.now() - drawn)));
        })",
            )
            .await,
        );
    }
    table.row(
        "10000 lanes, run at once and drawn",
        first,
        "ms",
        FIRST,
        Alone,
    );

    let (frame, script) = growing(site, 10_000, table).await;
    table.row(
        "10000 lanes, 100 growing: p95 of a frame",
        frame,
        "ms",
        FRAME,
        Alone,
    );
    table.row(
        "10000 lanes, 100 growing: script a frame",
        script,
        "ms",
        SCRIPT,
        Alone,
    );
    // The best of three, taken in turns, so that a busy moment of the machine affects one of each.
    let (_, mut shorter) = growing(site, 1_000, table).await;
    let mut longer = script;
    for _ in 1..3 {
        longer = longer.min(growing(site, 10_000, table).await.1);
        shorter = shorter.min(growing(site, 1_000, table).await.1);
    }
    // Below a tenth of a millisecond there is nothing to compare.
    let growth = longer.max(0.1) / shorter.max(0.1);
    table.row(
        "script a frame, 10000 lanes of 1000",
        growth,
        "x",
        GROWTH,
        Always,
    );
}

/// With this many lanes, a hundred of which grow: the p95 of the time between frames, and the script of one, both in
/// milliseconds.
async fn growing(site: &Site, tasks: u32, table: &Table) -> (f64, f64) {
    // A hundred at a time, each for twenty seconds: the run stays in its first round.
    let hash = format!("#/at-scale?only=bounded&speed=1&tasks={tasks}&permits=100&seconds=20");
    let page = watched(site, &hash).await;
    page.wait_for_playground().await;
    page.click(crate::playground::RUN).await;
    page.wait_for_text("[data-test=status]", "running").await;
    let count = if table.is_full() { 240 } else { 90 };
    // Waits until the work of the start is over.
    frames(&page, &NOTHING, 30).await;
    frames(&page, &NOTHING, count).await
}
