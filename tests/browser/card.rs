//! The card of a task, the critical path, the story: by mouse and by keyboard.

use crate::harness::{Page, document};
use wasm_bindgen_test::wasm_bindgen_test;

/// The lane of a task, by its place in the order of creation.
fn lane(mode: &str, row: usize) -> String {
    format!("[data-mode={mode}] .lane[data-task='{row}']")
}

fn focused() -> String {
    let element = document().active_element();
    element.map_or_else(String::new, |element| {
        let label = element.get_attribute("aria-label");
        label.or(element.text_content()).unwrap_or_default()
    })
}

async fn finished(hash: &str) -> Page {
    let page = Page::open(&format!("{hash}?only=sequential,concurrent&pace=instant")).await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    page
}

#[wasm_bindgen_test]
async fn a_card_follows_the_focus_and_says_why() {
    let page = finished("#/downloads").await;
    page.one(&lane("sequential", 2)).focus().unwrap();
    page.until("the card is there", || {
        page.text("[role=tooltip]").contains("video.mp4")
    })
    .await;
    let card = page.text("#tip");
    for fact in [
        "outcomedone",
        "total25.0 s, from 1.0 s",
        "waiting25.0 s",
        "started bymain",
        "slept25.0 s",
    ] {
        assert!(card.contains(fact), "{fact}: {card}");
    }
    // A card that only follows the pointer has no buttons.
    assert!(page.all("#tip button").is_empty());
    let described = page
        .one(&lane("sequential", 2))
        .get_attribute("aria-describedby");
    assert_eq!(described.as_deref(), Some("tip"));
}

#[wasm_bindgen_test]
async fn a_pinned_card_leads_from_task_to_task_and_back() {
    let page = finished("#/downloads").await;
    let main = lane("concurrent", 0);
    page.one(&main).focus().unwrap();
    // Pressing Enter on a button makes a click without a pointer.
    page.click(&main).await;
    page.until("the card is pinned", || {
        page.all("#tip[role=dialog].pinned").len() == 1
    })
    .await;
    page.until("the focus is in it", || focused() == "Close")
        .await;
    assert!(
        page.text("#tip")
            .contains("waitedfor 5 tasks, 25.0 s; woken by video.mp4, which ended")
    );

    // To the task that woke it.
    page.click("#tip .task-link").await;
    page.until("the lane of the other has the focus", || {
        focused().starts_with("video.mp4: done")
    })
    .await;
    page.until("the card goes with it", || {
        page.text("#tip b").contains("video.mp4")
    })
    .await;
    assert_eq!(
        page.one(&lane("concurrent", 2))
            .get_attribute("aria-expanded")
            .as_deref(),
        Some("true")
    );

    let _ = page.press(&lane("concurrent", 2), "Escape").await;
    assert!(page.all("#tip.pinned").is_empty());
}

#[wasm_bindgen_test]
async fn escape_in_a_pinned_card_gives_the_focus_back_to_its_lane() {
    let page = finished("#/downloads").await;
    page.click(&lane("sequential", 1)).await;
    page.until("the focus is in the card", || focused() == "Close")
        .await;
    let _ = page.press("#tip .icon-button", "Escape").await;
    page.until("the focus is back", || {
        focused().starts_with("document.pdf")
    })
    .await;
    assert!(page.all("#tip.pinned").is_empty());
}

#[wasm_bindgen_test]
async fn the_critical_path_is_a_key_away_and_stands_there_in_words() {
    let page = finished("#/downloads").await;
    assert!(page.all(".path").is_empty());
    let _ = page.press("main", "c").await;
    page.until("the paths are there", || page.all(".path li").len() == 6)
        .await;
    let toggle = page.one("[data-test=critical]");
    assert_eq!(
        toggle.get_attribute("aria-pressed").as_deref(),
        Some("true")
    );
    assert_eq!(
        page.texts("[data-mode=concurrent] .path li"),
        ["0.0 – 25.0 svideo.mp4 sleeps for 25.0 s"]
    );
    // Each part leads to its lane.
    page.click("[data-mode=concurrent] .path .task-link").await;
    page.until("its lane has the focus", || {
        focused().starts_with("video.mp4")
    })
    .await;
    page.click("[data-test=critical]").await;
    assert!(page.all(".path").is_empty());
    // Without a run there is no path, and a message says so.
    page.click("[data-test=reset]").await;
    page.click("[data-test=critical]").await;
    assert!(
        page.texts(".path")
            .iter()
            .all(|text| text.contains("when the run is over"))
    );
}

#[wasm_bindgen_test]
async fn the_story_is_told_as_text_and_read_out_in_short() {
    let page = finished("#/downloads").await;
    let told = page.text("[data-test=announcement]");
    assert_eq!(
        told,
        "Finished. One after another: 38.0 s, 5 of 5 done. gather: 25.0 s, 5 of 5 done."
    );
    assert!(
        page.one("[data-test=announcement]")
            .matches("[aria-live=polite]")
            .unwrap()
    );
    page.click("#tab-story").await;
    let lines = page.texts(".story .text");
    for line in [
        "main starts document.pdf.",
        "video.mp4 is done after 25.0 s.",
        "main continues: video.mp4 has ended.",
        "The run is over after 38.0 s.",
    ] {
        assert!(lines.iter().any(|told| told == line), "{line}: {lines:?}");
    }
    // The table shows what the picture shows.
    page.click("#tab-tasks").await;
    let why = page.texts("table.tasks td.why");
    assert!(
        why.contains(&"waited for 5 tasks, 25.0 s; woken by video.mp4, which ended".to_owned()),
        "{why:?}"
    );
}

#[wasm_bindgen_test]
async fn steps_are_told_as_they_are_taken() {
    let page = Page::open("#/downloads?only=concurrent").await;
    let told = || page.text("[data-test=announcement]");
    page.click("[data-test=step]").await;
    page.until("the start is told", || told().starts_with("Paused."))
        .await;
    page.click("[data-test=step]").await;
    page.until("what has ended is told", || {
        told().contains("image.jpg is done after 0.5 s.")
    })
    .await;
}
