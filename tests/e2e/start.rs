//! The site starts under any path; and where it cannot, it says so.

use serde_json::json;

use crate::harness::{Page, Reply, Site};

/// Until the app has mounted, `#app` holds only the loading text and the static content.
const MOUNTED: &str = "#app > :not(#loading, .static)";

/// The message of the failure page.
const MESSAGE: &str = "#failure pre";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn starts_under_a_sub_path_without_a_complaint() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    page.wait_for(MOUNTED).await;
    page.wait_for_none("#loading").await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn fetches_each_file_once_and_none_from_elsewhere() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    page.wait_for(MOUNTED).await;
    page.assert_quiet().await;

    let mut requests = site.requests();
    let all = requests.len();
    requests.sort();
    requests.dedup();
    assert_eq!(
        requests.len(),
        all,
        "a file was fetched twice: {:?}",
        site.requests()
    );
    // Paths outside the site come as they are, with a slash.
    assert!(
        requests.iter().all(|path| !path.starts_with('/')),
        "{requests:?}"
    );
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn keeps_the_chosen_theme_whatever_the_system_prefers() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    page.emulate_media(&[("prefers-color-scheme", "light")]);
    page.eval("localStorage.setItem('interleave.theme', 'dark')", &[])
        .await;
    page.reload().await;
    page.wait_for("html[data-theme=dark]").await;
    page.wait_for(MOUNTED).await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn starts_from_a_host_that_does_not_know_webassembly() {
    let site = Site::serve_altered(|path, reply| match path.ends_with(".wasm") {
        true => Reply {
            media_type: "application/octet-stream",
            is_kept: false,
            ..reply
        },
        false => reply,
    });
    let page = Page::open(&site, "").await;
    page.wait_for(MOUNTED).await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn says_so_when_the_wasm_is_missing() {
    fails_without(|path| path.ends_with(".wasm"), "the server answered 404").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn says_so_when_the_wasm_is_cut_short() {
    fails(
        |path, mut reply| {
            if path.ends_with(".wasm") {
                reply.body.truncate(1000);
            }
            reply
        },
        "did not arrive whole",
    )
    .await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn says_so_when_the_server_sends_its_start_page_instead() {
    // The answer of a host that is set up for single-page apps to a request for a missing file.
    fails(
        |path, reply| match path.ends_with(".wasm") {
            true => Reply {
                status: 200,
                media_type: "text/html",
                is_kept: false,
                body: b"<!doctype html>".to_vec(),
            },
            false => reply,
        },
        "did not arrive whole",
    )
    .await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn says_so_when_the_glue_is_missing() {
    let glue = |path: &str| path.starts_with("interleave-") && path.ends_with(".js");
    fails_without(glue, "Could not load").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn says_so_when_the_starter_is_missing() {
    let starter = |path: &str| path.starts_with("start-") && path.ends_with(".js");
    fails_without(starter, "Could not load").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_panic_offers_to_start_with_the_defaults() {
    let site = Site::serve();
    let page = Page::open(&site, "#/some-state").await;
    page.wait_for(MOUNTED).await;
    // As the panic hook does. Markup in a message stays text.
    page.eval(
        "interleaveFail(arguments[0])",
        &[json!("panicked at <b>once</b>")],
    )
    .await;
    page.eval("interleaveFail('a consequence')", &[]).await;
    assert_eq!(page.text(MESSAGE).await, "panicked at <b>once</b>");
    page.wait_for_none(MOUNTED).await;

    page.click("#failure button + button").await;
    page.wait_for_none("#failure").await;
    page.wait_for(MOUNTED).await;
    let hash = page.hash().await;
    assert!(
        !hash.contains("some-state"),
        "the state is still there: {hash}"
    );
    page.assert_quiet().await;
}

/// Opens a damaged site: the failure page must show this message, and offer to reload.
async fn fails(alter: impl Fn(&str, Reply) -> Reply + Send + Sync + 'static, message: &str) {
    let site = Site::serve_altered(alter);
    let page = Page::open(&site, "").await;
    page.wait_for("#failure[role=alert] button").await;
    let said = page.text(MESSAGE).await;
    assert!(said.contains(message), "{said}");
}

/// As [`fails`], where the server lacks some files.
async fn fails_without(lacks: fn(&str) -> bool, message: &str) {
    let alter = move |path: &str, reply| match lacks(path) {
        true => Reply::not_found(),
        false => reply,
    };
    fails(alter, message).await;
}
