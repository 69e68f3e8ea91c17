//! The memory that is left by runs that are started and stopped and by pages that are left.

use serde_json::json;

use super::{
    metric, number,
    table::{Bound::Always, Table},
    watched,
};
use crate::harness::{Page, Site};

/// The memory of the page.
struct Held {
    /// The app's own memory, in bytes.
    wasm: f64,
    /// JavaScript's heap after a collection, in bytes.
    heap: f64,
    listeners: f64,
    nodes: f64,
    timers: f64,
}

/// What may be left after all cycles, in bytes: the browser's own caches change in size.
const SLACK: f64 = 400_000.0;

/// How many runs come before those that are measured.
const WARM: usize = 100;

/// The largest number of rounds that are measured.
const ROUNDS: usize = 3;

/// Starts and stops runs, and goes from page to page.
pub async fn measure(site: &Site, table: &mut Table) {
    let (cycles, pages) = match table.is_full() {
        true => (1000, 100),
        false => (100, 20),
    };
    let page = watched(site, "#/downloads").await;
    page.wait_for_playground().await;
    // Unlike Run, this button is not there at first.
    page.wait_for("[data-test=reset]").await;
    // Some rounds first: memory that is allocated once and kept is no leak.
    start_and_stop(&page, WARM).await;
    let left = left_by(&page, || start_and_stop(&page, cycles)).await;
    rows(table, &format!("{cycles} runs started and stopped"), &left);

    change_pages(&page, pages / 2).await;
    let left = left_by(&page, || change_pages(&page, pages)).await;
    rows(table, &format!("{pages} changes of page"), &left);
    page.assert_quiet().await;
}

/// What a round of cycles leaves: the state before and after it. WebAssembly's memory grows by pieces of 64 KiB, and no two
/// rounds use it in quite the same order, so one round may need a piece more. A leak needs one in each round, so
/// the round is repeated until memory does not grow, up to [`ROUNDS`] times.
async fn left_by<Round: Future<Output = ()>>(
    page: &Page,
    round: impl Fn() -> Round,
) -> (Held, Held) {
    let mut before = held(page).await;
    for _ in 1..ROUNDS {
        round().await;
        let after = held(page).await;
        if after.wasm <= before.wasm {
            return (before, after);
        }
        before = after;
    }
    round().await;
    (before, held(page).await)
}

fn rows(table: &mut Table, what: &str, (before, after): &(Held, Held)) {
    let left = |what: &str, thing: &str| format!("{what}: {thing} left");
    table.row(
        left(what, "bytes of WebAssembly's memory"),
        after.wasm - before.wasm,
        "bytes",
        0.0,
        Always,
    );
    table.row(
        left(what, "bytes of JavaScript's heap"),
        after.heap - before.heap,
        "bytes",
        SLACK,
        Always,
    );
    table.row(
        left(what, "listeners"),
        after.listeners - before.listeners,
        "",
        0.0,
        Always,
    );
    table.row(
        left(what, "nodes"),
        after.nodes - before.nodes,
        "",
        0.0,
        Always,
    );
    table.row(
        left(what, "timers and frames"),
        after.timers - before.timers,
        "",
        0.0,
        Always,
    );
}

/// Run, one turn of the event loop, Reset, another turn.
async fn start_and_stop(page: &Page, times: usize) {
    // Several calls, none of which takes longer than a script may.
    for _ in 0..times.div_ceil(AT_ONCE) {
        start_and_stop_some(page, AT_ONCE.min(times)).await;
    }
    page.wait_for_text("[data-test=status]", "ready").await;
}

/// How many runs one script starts.
const AT_ONCE: usize = 100;

async fn start_and_stop_some(page: &Page, times: usize) {
    let script = format!(
        "(async () => {{
             const turn = () => new Promise(resolve => {{
                 const {{ port1, port2 }} = new MessageChannel();
                 port1.onmessage = () => (port1.close(), resolve());
                 port2.postMessage(0);
             }});
             for (let n = 0; n < {times}; n += 1) {{
                 for (const button of ['run', 'reset']) {{
                     document.querySelector(`[data-test=${{button}}]`).click();
                     await turn();
                 }}
             }}
         }})().then(() => done(0), error => done(String(error)))"
    );
    number(page, &script).await;
}

/// To another playground and back.
async fn change_pages(page: &Page, times: usize) {
    for n in 0..times {
        let slug = ["weather", "downloads"][n % 2];
        page.goto(&format!("#/{slug}")).await;
        page.wait_for(&format!("nav [aria-current=page][href='#/{slug}']"))
            .await;
    }
}

/// The fewest timers and frames of the next second: what is only pending then is no leak.
const AT_REST: &str = "(async () => {
    let least = Infinity;
    for (let n = 0; n < 60; n += 1) {
        await new Promise(requestAnimationFrame);
        least = Math.min(least, bench.timers.size + bench.frames.size);
    }
    done(least);
})()";

async fn held(page: &Page) -> Held {
    page.next_frame().await;
    // Once more: what the first collection frees may have held what the second one can free.
    for _ in 0..2 {
        page.devtools("HeapProfiler.collectGarbage", &json!({}));
    }
    Held {
        wasm: number(page, "done(bench.memory.buffer.byteLength)").await,
        heap: metric(page, "JSHeapUsedSize"),
        listeners: metric(page, "JSEventListeners"),
        nodes: metric(page, "Nodes"),
        timers: number(page, AT_REST).await,
    }
}
