//! Keys, the list of them, and the theme.

use crate::harness::{Page, document, press};
use interleave::web;
use wasm_bindgen_test::wasm_bindgen_test;

const DIALOG: &str = "dialog[open]";

#[wasm_bindgen_test]
async fn keys_run_step_and_reset() {
    let page = Page::open("#/downloads").await;
    let body = document().body().unwrap();
    assert!(press(&body, " "));
    page.until_status("running").await;
    assert!(press(&body, " "));
    page.until_status("paused").await;
    // To the last digit: totals are rounded, and a pause may come just before an event.
    let at = page.text("[data-test=status]");
    assert!(press(&body, "ArrowRight"));
    page.until("a step", || page.text("[data-test=status]") != at)
        .await;
    assert!(press(&body, "r"));
    page.until_status("ready").await;
    for (key, speed) in [("]", "16"), ("[", "8"), ("[", "4")] {
        assert!(press(&body, key));
        page.settle().await;
        assert_eq!(page.value("[data-test=speed]"), speed);
    }
    assert!(!press(&body, "x"));
}

#[wasm_bindgen_test]
async fn keys_mean_themselves_where_one_writes() {
    let page = Page::open("#/downloads").await;
    for key in [" ", "r", "?", "ArrowRight", "t"] {
        assert!(!page.press("#field-files-0-name", key).await, "{key:?}");
    }
    assert_eq!(page.status(), "ready");
    // The space bar presses the button that has the focus, not Run.
    assert!(!page.press("[data-test=share]", " ").await);
    assert_eq!(page.status(), "ready");
}

/// `?` did not close the list: the focus is within it, and keys within dialogs were left alone.
#[wasm_bindgen_test]
async fn the_list_of_keys_opens_and_closes() {
    let page = Page::open("#/downloads").await;
    page.click("[data-test=help]").await;
    assert!(page.text(DIALOG).contains("Step to the next event"));
    assert!(!page.press(&format!("{DIALOG} button"), "r").await);
    page.click(&format!("{DIALOG} [aria-label=Close]")).await;
    assert!(page.all(DIALOG).is_empty());

    let body = document().body().unwrap();
    assert!(press(&body, "?"));
    page.settle().await;
    assert!(page.press(&format!("{DIALOG} button"), "?").await);
    page.until("it closes", || page.all(DIALOG).is_empty())
        .await;
}

#[wasm_bindgen_test]
async fn nothing_moves_under_a_dialog() {
    let page = Page::open("#/downloads?pace=instant").await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    page.click("[data-test=share]").await;
    page.click("[data-test=share-embed]").await;
    assert_eq!(page.all(DIALOG).len(), 1);
    // After a click on plain text of the dialog no element has the focus.
    for key in ["r", " ", "ArrowLeft"] {
        assert!(!press(&document().body().unwrap(), key), "{key:?}");
    }
    page.settle().await;
    assert_eq!(page.status(), "finished");
}

/// Each component had a theme of its own: the key did not move the switch, nor did either repaint a canvas.
#[wasm_bindgen_test]
async fn switch_and_key_change_one_theme() {
    const PRESSED: &str = "[aria-label=Theme] [aria-pressed=true]";
    web::save("interleave.theme", None);
    let page = Page::open("#/downloads").await;
    let root = document().document_element().unwrap();
    let pressed = || page.one(PRESSED).get_attribute("aria-label").unwrap();
    assert_eq!(pressed(), "System");
    page.click("[aria-label=Dark]").await;
    assert_eq!(root.get_attribute("data-theme").as_deref(), Some("dark"));
    assert_eq!(web::load("interleave.theme").as_deref(), Some("dark"));
    assert_eq!(pressed(), "Dark");
    for (chosen, attribute) in [("System", None), ("Light", Some("light"))] {
        assert!(press(&document().body().unwrap(), "t"));
        page.settle().await;
        assert_eq!(pressed(), chosen);
        assert_eq!(root.get_attribute("data-theme").as_deref(), attribute);
    }
    drop(page);
    // It is kept.
    let page = Page::open("#/downloads").await;
    assert_eq!(
        page.one(PRESSED).get_attribute("aria-label").as_deref(),
        Some("Light")
    );
    page.click("[aria-label='System']").await;
    assert_eq!(web::load("interleave.theme"), None);
}
