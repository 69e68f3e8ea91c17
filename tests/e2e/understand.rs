//! Why a task waited, which task woke it, and which waits made the total: by keyboard and by touch.

use serde_json::json;

use crate::harness::{Key, Page, Site};

/// The name of the element with the focus.
const FOCUSED: &str = "const it = document.activeElement; return it.ariaLabel ?? it.textContent";

async fn wait_for_focus(page: &Page, name: &str) {
    page.wait_until(&format!("the focus is on `{name}`"), async || {
        let focused = page.eval(FOCUSED, &[]).await;
        let focused = focused.as_str().unwrap_or_default();
        focused.starts_with(name).then_some(())
    })
    .await;
}

/// Clicks an element that has been scrolled away from the bars at the window's edges.
async fn tap(page: &Page, selector: &str) {
    let centred = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    page.eval(centred, &[json!(selector)]).await;
    page.click(selector).await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_card_is_pinned_followed_and_let_go_by_keyboard() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?pace=instant").await;
    page.wait_for_playground().await;
    page.click("[data-test=run]").await;
    page.wait_for_text("[data-test=status]", "finished").await;
    page.wait_for_text("[data-test=announcement]", "Finished. ")
        .await;

    let lane = "document.querySelector('[data-mode=concurrent] .lane').focus()";
    page.eval(lane, &[]).await;
    page.wait_for_text("[role=tooltip]", "woken by").await;
    page.press(Key::Enter).await;
    page.wait_for("#tip[role=dialog]").await;
    wait_for_focus(&page, "Close").await;
    // The next stop is the task that woke it.
    page.press(Key::Tab).await;
    wait_for_focus(&page, "video.mp4").await;
    page.press(Key::Enter).await;
    wait_for_focus(&page, "video.mp4: done").await;
    page.wait_for_text("#tip[role=dialog]", "slept").await;
    page.press(Key::Escape).await;
    page.wait_for_none("#tip[role=dialog]").await;

    // The critical path: a key shows it, and its parts lead to their lanes.
    page.type_text("c").await;
    page.wait_for_text(
        "[data-mode=concurrent] .path",
        "video.mp4 sleeps for 25.0 s",
    )
    .await;
    page.type_text("c").await;
    page.wait_for_none(".path").await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn on_a_phone_a_tap_pins_the_card_and_nothing_is_wider_than_the_screen() {
    let site = Site::serve();
    let page = Page::open(&site, "#/semaphore-scraper?pace=instant").await;
    page.viewport(390, 844);
    page.wait_for_playground().await;
    page.click("[data-test=run]").await;
    page.wait_for_text("[data-test=status]", "finished").await;
    tap(&page, "[data-mode=concurrent] .lane[data-task='7']").await;
    page.wait_for_text("#tip[role=dialog]", "which gave its permit back")
        .await;
    tap(&page, "#tip [aria-label=Close]").await;
    tap(&page, "[data-test=critical]").await;
    page.wait_for_text("[data-mode=concurrent] .path", "sleeps for 2.0 s")
        .await;
    let surplus = "return document.documentElement.scrollWidth - innerWidth";
    let surplus = page.eval(surplus, &[]).await;
    assert!(
        surplus.as_i64().is_some_and(|pixels| pixels <= 0),
        "{surplus}"
    );
    page.assert_quiet().await;
}
