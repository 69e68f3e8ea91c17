//! What could happen: a thousand seeds, run by the app in a worker, or by the page if there is none.

use interleave_player::spread::{SEEDS, Spread};
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::seconds;
use serde_json::json;

use crate::harness::{Page, Site};
use crate::playground::RUN;

const OFFER: &str = "[data-test=spread]";
const STATE: &str = ".spread [role=status]";
const DONE: &str = "1,000 seeds have been run";

/// Counts workers of the app, those that have been ended, and the totals that they have posted.
const WATCH: &str = "
    window.seen = { made: 0, ended: 0, totals: 0, failed: 0 };
    window.PlainWorker ??= Worker;
    window.Worker = class extends PlainWorker {
      constructor(url, options) {
        super(url, options);
        if (options?.type !== 'module') return;
        seen.made += 1;
        this.addEventListener('message', ({ data }) => (data ? (seen.totals += data.length) : (seen.failed += 1)));
        this.addEventListener('error', () => (seen.failed += 1));
      }
      terminate() {
        seen.ended += 1;
        super.terminate();
      }
    };";

/// The expected text for each strategy: from the same runs, outside of a browser.
fn expected(slug: &str) -> Vec<String> {
    let entry = Entry::find(slug).expect("a playground");
    let shown: Vec<&'static Strategy> = entry.strategies().iter().filter(|one| one.shown).collect();
    let mut spread = Spread::new(entry, &shown, &entry.defaults(), 0.2).expect("it varies");
    while spread.advance(usize::MAX) {}
    let words = |total: Option<f64>| seconds(total.expect("a run that ends"));
    let of = spread.distributions().into_iter().map(|of| {
        format!(
            "median {} · 95th percentile {} · 99th {}",
            words(of.median),
            words(of.p95),
            words(of.p99)
        )
    });
    of.collect()
}

async fn figures(page: &Page) -> Vec<String> {
    let figures = "return [...document.querySelectorAll('.histogram > p:first-of-type')].map(it => it.textContent)";
    serde_json::from_value(page.eval(figures, &[]).await).expect("texts")
}

/// Of a playground that draws params, and of one whose latencies vary.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn all_seeds_are_run_in_a_worker_which_then_ends() {
    let site = Site::serve();
    let page = Page::open(&site, "#/weather").await;
    for slug in ["weather", "cache"] {
        page.go_to_playground(slug, "").await;
        page.wait_for(RUN).await;
        page.eval(WATCH, &[]).await;
        page.wait_for(OFFER).await;
        page.click(OFFER).await;
        page.wait_for_text(STATE, DONE).await;
        let expected = expected(slug);
        assert_eq!(figures(&page).await, expected, "{slug}");
        // The page has run none of them itself.
        page.wait_until("the worker to be ended", async || {
            let seen = page.eval("return seen", &[]).await;
            (seen["ended"] == json!(1)).then_some(())
        })
        .await;
        let seen = page.eval("return seen", &[]).await;
        let totals = SEEDS as usize * expected.len();
        assert_eq!(
            seen,
            json!({ "made": 1, "ended": 1, "totals": totals, "failed": 0 }),
            "{slug}"
        );
    }
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn cancelling_and_leaving_end_the_worker() {
    let site = Site::serve();
    let page = Page::open(&site, "#/web-scraper").await;
    page.wait_for(RUN).await;
    // The worker does not even start, so it is never done before it is cancelled.
    let script = format!("{WATCH} Worker.prototype.postMessage = () => {{}};");
    page.eval(&script, &[]).await;
    let counted = async |made: u64| {
        page.wait_until("the worker to be made", async || {
            let seen = page.eval("return seen.made", &[]).await;
            (seen == json!(made)).then_some(())
        })
        .await;
    };
    let ended = async |ended: u64| {
        page.wait_until("the worker to be ended", async || {
            let seen = page.eval("return seen.ended", &[]).await;
            (seen == json!(ended)).then_some(())
        })
        .await;
    };
    page.wait_for(OFFER).await;
    page.click(OFFER).await;
    counted(1).await;
    page.click("[data-test=spread-cancel]").await;
    page.wait_for_text(STATE, "Cancelled after 0 of 1,000 seeds")
        .await;
    ended(1).await;

    page.click(OFFER).await;
    counted(2).await;
    page.goto_ready("#/downloads").await;
    ended(2).await;
    page.assert_quiet().await;
}

/// An old browser, or a policy that blocks workers; or a worker that stops half way.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn without_a_worker_the_page_runs_all_seeds_itself() {
    let site = Site::serve();
    let page = Page::open(&site, "#/weather").await;
    page.wait_for(RUN).await;
    let blocked = "window.Worker = class { constructor() { throw new Error('blocked'); } }";
    let stops = "window.Worker = class {
        postMessage() { setTimeout(() => this.onmessage(new MessageEvent('message', { data: null }))); }
        terminate() {}
      }";
    for script in [blocked, stops] {
        page.reload().await;
        page.wait_for(RUN).await;
        page.eval(script, &[]).await;
        page.wait_for(OFFER).await;
        page.click(OFFER).await;
        page.wait_for_text(STATE, DONE).await;
        assert_eq!(figures(&page).await, expected("weather"));
    }
    page.assert_quiet().await;
}
