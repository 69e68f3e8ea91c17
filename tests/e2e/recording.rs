//! Recordings of real programs, opened on a page of their own: what hangs is said first, and each finding leads to its place.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::exports::{drop_onto, folder, open};
use crate::harness::{Page, Site, is_firefox};
use crate::playground::RUN;

/// Where a recording lies that the recorder has made of a program.
pub fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/trace/src/tests/recorded");
    folder.join(format!("{name}.jsonl"))
}

/// The deadlock of the fixtures, in one line.
const DEADLOCK: &str =
    "out waits for lock current, which back holds; back waits for lock savings, which out holds.";

/// What stands on the page where a playground would be run, set or compared with an article.
const OF_PLAYGROUNDS: [&str; 5] = [
    RUN,
    "[data-test=reset]",
    "[data-test=share]",
    ".params",
    ".claims",
];

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_deadlock_is_said_in_one_line_that_leads_to_its_task() {
    let site = Site::serve();
    let page = Page::open(&site, "#/recording").await;
    page.wait_for("[data-test=choose-recording]").await;
    open(&page, &fixture("deadlock_killed")).await;
    let first = page.wait_for_text(".found .wrong button", "Deadlock").await;
    assert!(first.contains(DEADLOCK), "{first}");
    assert_eq!(page.text("h1").await, "deadlock.py");
    assert_eq!(page.hash().await, "#/recording");
    page.wait_for("#tab-code").await;
    for selector in OF_PLAYGROUNDS {
        page.wait_for_none(selector).await;
    }
    // Two tasks wait at one line, which is marked.
    page.wait_for_text(".line.lit", "async with target").await;
    page.wait_for(".line.lit > .waiters[data-count='×2']").await;

    page.click(".found .wrong button").await;
    page.wait_until("the lane of the task has the focus", async || {
        let focused = "return document.activeElement?.closest('.lanes') ? document.activeElement.textContent : ''";
        let focused = page.eval(focused, &[]).await;
        focused.as_str().filter(|name| name.contains("out")).map(drop)
    })
    .await;
    let card = page
        .wait_for_text("#tip", "deadlock.py:7 in transfer")
        .await;
    assert!(card.contains("lock current"), "{card}");

    // What was recorded can be gone through, event by event.
    page.click("[data-test=back]").await;
    page.wait_for("[data-test=back-to-end]:enabled").await;
    page.open_tab("tasks").await;
    page.wait_for_text("#panel-body", "back").await;
    // Another one takes its place.
    open(&page, &fixture("basics")).await;
    page.wait_for_text("h1", "basics.py").await;
    page.wait_for_text(".found .well", "Nothing hangs").await;
    page.wait_for_none(".found .wrong").await;
    page.assert_quiet().await;
}

/// A file that was cut off, or made by somebody who means harm.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn of_a_broken_recording_what_is_whole_is_shown() {
    let site = Site::serve();
    let page = Page::open(&site, "#/recording").await;
    page.wait_for("[data-test=choose-recording]").await;
    let folder = folder("recordings");
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path
    };
    let whole = fs::read_to_string(fixture("basics")).expect("the fixture");
    let lines = whole.lines().count();
    let cut = write("cut.jsonl", &whole[..whole.len() - 5]);
    open(&page, &cut).await;
    let said = page.wait_for_text("[data-test=problem]", "not whole").await;
    assert!(
        said.contains(&format!("line {lines}: it is cut off")),
        "{said}"
    );
    page.wait_for_text("h1", "basics.py").await;

    // Names are text, whatever is in them.
    let markup = "<img src=x onerror=document.title=1>";
    let hostile = whole
        .replace("red kettle", markup)
        .replace("basics.py", markup);
    open(&page, &write("hostile.jsonl", &hostile)).await;
    page.wait_for_text("h1", markup).await;
    page.open_tab("tasks").await;
    page.wait_for_text("#panel-body", markup).await;
    page.wait_for_none("main img").await;

    // What has no whole beginning changes nothing.
    let nothing = write("nothing.jsonl", whole.lines().next().expect("a header"));
    open(&page, &nothing).await;
    page.wait_for_text(".notice.error", "no task has run in it")
        .await;
    assert_eq!(page.text("h1").await, markup);
    page.assert_quiet().await;
}

/// From any page, by drop or paste; and away again.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_recording_is_opened_from_any_page() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?pace=instant").await;
    page.wait_for_playground().await;
    // It comes with what opens files.
    page.wait_for("[data-test=export]").await;
    if is_firefox() {
        open(&page, &fixture("queues")).await;
    } else {
        drop_onto(&page, &[&fixture("queues")]);
    }
    page.wait_for_text("h1", "queues.py").await;
    page.wait_for_hash("#/recording").await;
    // A playground is as ever afterwards.
    page.goto("#/downloads?pace=instant").await;
    page.wait_for_playground().await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let text = fs::read_to_string(fixture("locks")).expect("the fixture");
    let paste = "const data = new DataTransfer();
        data.setData('text/plain', arguments[0]);
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    page.eval(paste, &[json!(text)]).await;
    page.wait_for_text("h1", "locks.py").await;
    // The page without a recording says how one is made.
    page.goto("#/").await;
    page.wait_for(".hero").await;
    page.goto("#/recording").await;
    page.wait_for_text(".how-to", "python -m interleave_recorder script.py")
        .await;
    page.assert_quiet().await;
}
