//! The app comes in two parts: what a first visit calls, and the rest, behind it.

use std::sync::atomic::{AtomicUsize, Ordering};

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

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_first_run_needs_nothing_of_the_rest() {
    let site = Site::serve_altered(|path, reply| match is_rest(path) {
        true => Reply::not_found(),
        false => reply,
    });
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
    let site = Site::serve_altered(|path, reply| match is_rest(path) {
        true => Reply::not_found(),
        false => reply,
    });
    let page = Page::open(&site, "").await;
    page.wait_for(".hero").await;
    page.goto(OTHER).await;
    page.wait_for_text(
        "#failure[role=alert] pre",
        "A part of the app could not be loaded",
    )
    .await;
}
