//! Everything by keyboard.

use serde_json::json;

use crate::harness::{Key, Page, Site};

const STATUS: &str = "[data-test=status]";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_reader_without_a_mouse_gets_everywhere() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?speed=4").await;
    page.wait_for_playground().await;

    // By Tab to Run, and there the space bar presses it.
    let focused = "return document.activeElement?.dataset.test ?? null";
    // More than the menu and the controls above the race have.
    let most = interleave_playgrounds::CARDS.len() + 40;
    let mut tabs = 0;
    while page.eval(focused, &[]).await != json!("run") {
        page.press(Key::Tab).await;
        tabs += 1;
        assert!(tabs < most, "Run is not reached by Tab");
    }
    page.type_text(" ").await;
    page.wait_for_text(STATUS, "running").await;
    page.type_text(" ").await;
    page.wait_for_text(STATUS, "paused").await;

    // Keys for the whole page, wherever the focus is.
    page.type_text("r").await;
    page.wait_for_text(STATUS, "ready").await;
    page.press(Key::Right).await;
    page.wait_for_text(STATUS, "paused at 0.0 s").await;
    page.press(Key::Right).await;
    page.wait_for_text(STATUS, "paused at 0.5 s").await;
    for (key, speed) in [("]", "8"), ("]", "16"), ("[", "8")] {
        page.type_text(key).await;
        page.wait_until(&format!("the speed is {speed}"), async || {
            let value = "return document.querySelector('[data-test=speed]').value";
            (page.eval(value, &[]).await == json!(speed)).then_some(())
        })
        .await;
    }
    page.type_text("?").await;
    page.wait_for("dialog[open]").await;
    page.press(Key::Escape).await;
    page.wait_for_none("dialog[open]").await;
    page.type_text("?").await;
    page.wait_for("dialog[open]").await;
    page.type_text("?").await;
    page.wait_for_none("dialog[open]").await;

    // Lanes: from task to task, and each shows its card.
    page.eval("document.querySelector('button.lane').focus()", &[])
        .await;
    page.press(Key::Down).await;
    page.wait_for_text("[role=tooltip]", "document.pdf").await;
    // Tabs: by arrows, which do not step the run there.
    page.wait_for("[role=tab]").await;
    page.eval(
        "document.querySelector('[role=tab][tabindex=\"0\"]').focus()",
        &[],
    )
    .await;
    page.press(Key::Right).await;
    page.wait_for("#tab-log[aria-selected=true]").await;
    page.wait_for_text(STATUS, "paused at 0.5 s").await;
    page.assert_quiet().await;
}

/// The box is opened from a menu that closes: the focus was lost with it.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_box_that_finds_playgrounds_gives_the_focus_back() {
    let site = Site::serve();
    let page = Page::blank(&site).await;
    for (width, focused) in [(1440, "[data-test=find]"), (500, ".menu-toggle")] {
        page.viewport(width, 900);
        page.goto("#/downloads").await;
        page.wait_for_playground().await;
        if width < 1000 {
            page.click(".menu-toggle").await;
        }
        page.click("[data-test=find]").await;
        page.wait_for("dialog.find[open]").await;
        page.type_text("semaphore").await;
        page.wait_for_text(".find-said", "playground").await;
        page.press(Key::Escape).await;
        page.wait_for_none("dialog.find[open]").await;
        let is_back = "return document.activeElement === document.querySelector(arguments[0])";
        let is_back = page.eval(is_back, &[json!(focused)]).await;
        assert_eq!(is_back, json!(true), "{width} pixels wide: {focused}");
    }
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_first_tab_stop_skips_the_menu() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads").await;
    page.wait_for_playground().await;
    page.press(Key::Tab).await;
    let focused = "return document.activeElement.className || document.activeElement.id";
    assert_eq!(page.eval(focused, &[]).await, json!("skip"));
    page.press(Key::Enter).await;
    page.wait_until("the focus is in the main part", async || {
        (page.eval("return document.activeElement.id", &[]).await == json!("main")).then_some(())
    })
    .await;
    assert_eq!(page.hash().await, "#/downloads");
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn arrows_go_through_all_lanes_and_back() {
    const LANES: usize = 31;
    let site = Site::serve();
    let page = Page::open(&site, "#/at-scale?only=sleeps&tasks=30").await;
    page.wait_for_playground().await;
    page.eval("document.querySelector('button.lane').focus()", &[])
        .await;
    let focused = "return Number(document.activeElement.dataset.task ?? -1)";
    for (key, last) in [(Key::Down, LANES - 1), (Key::Up, 0)] {
        // A key that comes before the list has scrolled finds no next lane yet, so there may be more keys than lanes.
        page.wait_until(&format!("lane {last} has the focus"), async || {
            page.press(key).await;
            (page.eval(focused, &[]).await == json!(last)).then_some(())
        })
        .await;
    }
    page.assert_quiet().await;
}
