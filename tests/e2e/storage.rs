//! What live runs store in the browser: rows and files, whole or not at all.

use std::collections::BTreeSet;

use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use crate::harness::{Page, Site};
use crate::live::{assert_ends, run};
use crate::playground::RUN;

/// The names of the users in the database, as the browser has them.
async fn names(page: &Page) -> Value {
    let script = "return new Promise((resolve, reject) => {
        const opened = indexedDB.open('interleave-user-database');
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
            const all = opened.result.transaction('rows').objectStore('rows').getAll();
            all.onsuccess = () => { opened.result.close(); resolve(all.result.map((row) => row.username)); };
        };
    })";
    page.eval(script, &[]).await
}

/// The sizes of the files in a playground's folder, by name.
async fn files(page: &Page) -> Value {
    let script = "return (async () => {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle('files', { create: true });
        const sizes = {};
        try {
            for await (const [name, file] of folder.entries()) sizes[name] = (await file.getFile()).size;
        } catch (error) {
            // The run has removed a file meanwhile.
            if (error.name !== 'NotFoundError') throw error;
        }
        return sizes;
    })()";
    page.eval(script, &[]).await
}

const USERS: &str = "#/user-database?pace=live&only=concurrent";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn rows_are_shown_outlive_a_reload_and_can_be_removed() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let lanes = run(&page, USERS).await;
    assert!(lanes[1].starts_with("create alice: done"), "{lanes:?}");
    page.wait_for_text(".stored", "alice@example.com").await;
    page.reload().await;
    assert_eq!(names(&page).await, json!(["alice", "bob", "charlie"]));
    // A run that is left in the middle has written some of its rows: each of them completely.
    let many: Vec<_> = (1..=40).map(|n| format!("user{n},u{n}@a.org")).collect();
    page.goto(&format!("{USERS}&users={}", many.join(";")))
        .await;
    page.wait_for_text("[data-test=status]", "ready").await;
    page.click(RUN).await;
    page.reload().await;
    let found = names(&page).await;
    let found: Vec<_> = found.as_array().unwrap().iter().collect();
    let is_old = found == ["alice", "bob", "charlie"];
    let first: Vec<_> = (1..=found.len())
        .map(|n| json!(format!("user{n}")))
        .collect();
    assert!(
        is_old || found == first.iter().collect::<Vec<_>>(),
        "{found:?}"
    );

    run(&page, USERS).await;
    page.wait_for_text(".stored", "alice@example.com").await;
    page.click(".stored button").await;
    page.wait_for_text(".stored", "It has no rows.").await;
    assert_eq!(names(&page).await, json!([]));
    page.assert_quiet().await;
}

const FILES: &str = "#/files?pace=live&only=concurrent&kilobytes=300&download=0.4";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_download_on_disk_is_verified_and_removed() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let lanes = run(&page, FILES).await;
    let done = lanes.iter().filter(|lane| lane.contains(": done at "));
    assert_eq!(done.count(), 5, "{lanes:?}");
    assert_ends(&lanes[4..], &[("download.bin: done at ", 0.4)]);
    let results = page.results().await.join("\n");
    assert!(
        results.contains("download.bin: 300000 bytes, checksum "),
        "{results}"
    );
    assert!(results.contains("25 bytes, 20 characters"), "{results}");
    assert_eq!(files(&page).await, json!({}));

    let lanes = run(&page, &format!("{FILES}&damaged=true")).await;
    assert!(
        lanes[4].starts_with("download.bin: failed at "),
        "{lanes:?}"
    );
    assert_eq!(files(&page).await, json!({}));
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_download_that_is_stopped_leaves_no_part_of_it() {
    let site = Site::serve();
    let page = Page::open(&site, &FILES.replace("0.4", "60")).await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "running").await;
    // The file exists as soon as its first bytes are received; they are not in it.
    page.wait_until("the download has begun", async || {
        (files(&page).await["download.bin"] == 0).then_some(())
    })
    .await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "stopped").await;
    page.wait_until("the file is gone", async || {
        files(&page).await["download.bin"].is_null().then_some(())
    })
    .await;
    page.assert_quiet().await;
}

/// A second tab of the site, at the start page; gives both, and leaves the second one in front.
async fn second_tab(page: &Page) -> [WindowHandle; 2] {
    let first = page.client().window().await.expect("a tab");
    let second = page.client().new_window(true).await.expect("a second tab");
    page.client()
        .switch_to_window(second.handle.clone())
        .await
        .expect("the second tab");
    page.viewport(1280, 800);
    page.goto("").await;
    [first, second.handle]
}

async fn to(page: &Page, tab: &WindowHandle) {
    let shown = page.client().switch_to_window(tab.clone()).await;
    shown.expect("a tab that is open");
}

/// Transactions of two tabs take turns: no name is there twice, no row is cut off, and neither tab fails.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn two_tabs_share_one_database() {
    let many: Vec<_> = (1..=30).map(|n| format!("user{n},u{n}@a.org")).collect();
    let hash = format!("{USERS}&users={}", many.join(";"));
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    page.goto_ready(&hash).await;
    let tabs = second_tab(&page).await;
    page.goto_ready(&hash).await;
    for tab in &tabs {
        to(&page, tab).await;
        page.click(RUN).await;
    }
    for tab in &tabs {
        to(&page, tab).await;
        page.wait_for_end().await;
        page.wait_for_none(".notice.error").await;
    }
    let found: Vec<String> = serde_json::from_value(names(&page).await).expect("names");
    let once: BTreeSet<_> = found.iter().collect();
    assert_eq!(once.len(), found.len(), "{found:?}");
    assert_eq!(once.len(), many.len(), "{found:?}");
    page.assert_quiet().await;
}

/// A run that would remove a file which another tab is writing does not begin, and gives the reason.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_file_that_another_tab_holds_is_said_so() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let [_, second] = second_tab(&page).await;
    let hold = "const done = arguments[0]; (async () => {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle('files', { create: true });
        const file = await folder.getFileHandle('data.txt', { create: true });
        window.held = await file.createWritable({ mode: 'exclusive' });
        done(true);
    })().catch((error) => done(String(error)))";
    let held = page.client().execute_async(hold, vec![]).await;
    assert_eq!(held.expect("a script that ends"), json!(true));
    let tabs = page.client().windows().await.expect("tabs");
    let first = tabs
        .iter()
        .find(|tab| **tab != second)
        .expect("a first tab");
    to(&page, first).await;
    page.goto_ready(FILES).await;
    page.click(RUN).await;
    page.wait_for_text(".notice.error", "held by another tab")
        .await;
    // As soon as the other tab closes it, the run can begin.
    to(&page, &second).await;
    let release = "const done = arguments[0]; held.close().then(() => done(true))";
    let released = page.client().execute_async(release, vec![]).await;
    assert_eq!(released.expect("a script that ends"), json!(true));
    to(&page, first).await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let lanes = page.shown().await.lanes;
    let done = lanes.iter().filter(|lane| lane.contains(": done at "));
    assert_eq!(done.count(), 5, "{lanes:?}");
}
