//! The app comes in two parts: what a first visit calls, and the rest, behind it.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::harness::{Page, Reply, Site, without_worker};
use crate::playground::RUN;

/// Whether a path is that of the second part.
fn is_rest(path: &str) -> bool {
    path.ends_with("-rest.wasm")
}

/// How often the second part was asked for.
fn requests_of_rest(site: &Site) -> usize {
    let requests = site.requests();
    requests.iter().filter(|path| is_rest(path)).count()
}

/// A playground of which a first visit calls nothing.
const OTHER: &str = "#/rate-limiter?speed=100";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_rest_comes_by_itself_and_draws_the_pictures() {
    let site = Site::serve_altered(without_worker);
    let page = Page::open(&site, "").await;
    page.wait_for(".card:last-child .mini canvas").await;
    page.goto(OTHER).await;
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(requests_of_rest(&site), 1);
    page.assert_quiet().await;
}

/// A site whose second part never comes.
pub fn without_rest() -> Site {
    Site::serve_altered(|path, reply| match is_rest(path) {
        true => Reply::not_found(),
        false => reply,
    })
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_first_run_needs_nothing_of_the_rest() {
    let site = without_rest();
    let page = Page::open(&site, "#/downloads?speed=100").await;
    page.wait_for_playground().await;
    page.click(RUN).await;
    page.wait_for_end().await;
    // The worker says so by itself, too, when it sees that a file is gone.
    page.eval("dispatchEvent(new Event('interleave:update'))", &[])
        .await;
    page.wait_for_text("#missing", "there is a new version")
        .await;
    page.wait_for_none("#failure").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_first_run_needs_nothing_of_the_rest_on_any_screen() {
    let site = without_rest();
    let still = ("prefers-reduced-motion", "reduce");
    let dark = ("prefers-color-scheme", "dark");
    for (width, height, media) in [
        (360, 700, &[][..]),
        (700, 1000, &[dark][..]),
        (1440, 900, &[still][..]),
        (2560, 1440, &[still, dark][..]),
    ] {
        let page = Page::blank(&site).await;
        page.viewport(width, height);
        page.emulate_media(media);
        page.goto("").await;
        page.wait_for(".hero canvas").await;
        page.goto("#/downloads").await;
        page.wait_for_playground().await;
        // Whoever waits with the press has been told that parts are missing, and can run all the same.
        page.wait_for("#missing").await;
        page.click(RUN).await;
        page.wait_for_text("[data-test=status]", "running").await;
        page.wait_for_none("#failure").await;
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_link_to_what_is_not_for_a_first_visit_loads_both_parts_side_by_side() {
    let site = Site::serve_altered(without_worker);
    let page = Page::open(&site, OTHER).await;
    page.wait_for_playground().await;
    page.wait_for("[data-test=export]").await;
    let by = "return performance.getEntriesByType('resource')
        .filter(entry => entry.name.endsWith('-rest.wasm')).map(entry => entry.initiatorType)";
    // A request that blocks the page would be an `xmlhttprequest`.
    assert_eq!(page.eval(by, &[]).await, json!(["fetch"]));
    assert_eq!(requests_of_rest(&site), 1);
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn what_is_called_before_the_rest_has_come_waits_for_it() {
    // The first request, which nobody waits for, fails.
    let asked = AtomicUsize::new(0);
    let site = Site::serve_altered(move |path, reply| {
        match is_rest(path) && asked.fetch_add(1, Ordering::SeqCst) == 0 {
            true => Reply::not_found(),
            false => without_worker(path, reply),
        }
    });
    let page = Page::open(&site, "").await;
    page.wait_until("the first request", async || {
        (requests_of_rest(&site) == 1).then_some(())
    })
    .await;
    page.goto(OTHER).await;
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(requests_of_rest(&site), 2);
    page.goto("").await;
    page.wait_for(".card:last-child .mini canvas").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn asks_for_the_rest_until_it_comes() {
    const FAILURES: usize = 2;
    let asked = AtomicUsize::new(0);
    let site = Site::serve_altered(move |path, reply| {
        match is_rest(path) && asked.fetch_add(1, Ordering::SeqCst) < FAILURES {
            true => Reply::not_found(),
            false => without_worker(path, reply),
        }
    });
    let page = Page::open(&site, "#/downloads").await;
    page.wait_for_text("#missing[role=status]", "have not arrived yet")
        .await;
    // What is not for a first visit.
    page.wait_for("[data-test=export]").await;
    page.wait_for_none("#missing").await;
    assert_eq!(requests_of_rest(&site), FAILURES + 1);
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn says_so_when_the_rest_is_needed_and_cannot_be_had() {
    let site = without_rest();
    let page = Page::open(&site, "").await;
    page.wait_for(".hero").await;
    page.goto(OTHER).await;
    page.wait_for_text(
        "#failure[role=alert] pre",
        "A part of the app could not be loaded",
    )
    .await;
}
