//! Bars whose ends are moved, and tasks that are cancelled or fail by hand.

use crate::harness::Page;
use wasm_bindgen_test::wasm_bindgen_test;

fn lane(mode: &str, row: usize) -> String {
    format!("[data-mode={mode}] .lane[data-task='{row}']")
}

/// The totals that the values in the form would give, strategy by strategy.
fn upcoming(page: &Page) -> Vec<String> {
    page.texts("[data-test=upcoming]")
}

/// In a slow browser they are known some frames after the form has changed.
async fn until_upcoming(page: &Page, totals: &[&str]) {
    let what = format!("{totals:?} is to come");
    page.until(&what, || upcoming(page) == totals).await;
}

#[wasm_bindgen_test]
async fn keys_on_a_lane_change_its_duration_and_escape_takes_it_back() {
    let page = Page::open("#/downloads?only=sequential,concurrent&pace=instant").await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    let video = lane("concurrent", 2);
    assert!(page.press(&video, ".").await);
    // A step is a hundredth of the visible time, rounded.
    until_upcoming(&page, &["→ 38.25 s", "→ 25.25 s"]).await;
    assert_eq!(page.totals(), ["38.0 s", "25.0 s"]);
    assert!(page.press(&video, ",").await);
    assert!(page.press(&video, ",").await);
    until_upcoming(&page, &["→ 37.75 s", "→ 24.75 s"]).await;
    page.until("it is announced", || {
        page.text("[data-test=duration-change]")
            == "video.mp4: 24.75 s; One after another: 37.75 s instead of 38.0 s; \
                gather: 24.75 s instead of 25.0 s."
    })
    .await;
    assert!(page.press(&video, "Escape").await);
    until_upcoming(&page, &[]).await;
    // main has no duration of its own.
    assert!(!page.press(&lane("concurrent", 0), ".").await);
}

#[wasm_bindgen_test]
async fn what_was_changed_by_hand_is_what_runs_next() {
    let page = Page::open("#/weather?only=concurrent&pace=instant").await;
    let paris = lane("concurrent", 4);
    for _ in 0..3 {
        let _ = page.press(&paris, ".").await;
    }
    page.until("what is to come is shown", || upcoming(&page).len() == 1)
        .await;
    let announced = upcoming(&page);
    let (old, new) = announced[0].split_once(" → ").unwrap();
    assert_ne!(old, new);
    let new = new.to_owned();
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    assert_eq!(page.totals(), [new]);
    assert!(upcoming(&page).is_empty());
}

#[wasm_bindgen_test]
async fn the_handle_is_where_the_bar_ends_and_only_where_there_is_a_duration() {
    let page = Page::open("#/downloads?only=concurrent&pace=instant").await;
    page.one(&lane("concurrent", 2)).focus().unwrap();
    page.until("there is a handle", || {
        page.all("[data-test=grip]:not([hidden])").len() == 1
    })
    .await;
    page.one(&lane("concurrent", 0)).focus().unwrap();
    page.until("main has none", || {
        page.all("[data-test=grip]:not([hidden])").is_empty()
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_large_preview_comes_later_but_not_later_than_a_run() {
    let page = Page::open("#/at-scale?only=bounded&pace=instant&tasks=3000&permits=100").await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    assert_eq!(page.totals(), ["30.0 s"]);
    let task = lane("bounded", 1);
    assert!(page.press(&task, ".").await);
    assert!(upcoming(&page).is_empty(), "it takes some frames");
    until_upcoming(&page, &["→ 36.0 s"]).await;

    // The axis of a run is as long as its preview: that of a longer one would leave room.
    assert!(page.press(&task, ",").await);
    assert!(page.press(&task, ",").await);
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    assert_eq!(page.totals(), ["24.0 s"]);
    let end = page.one("[data-end=to]").get_attribute("aria-valuemax");
    assert_eq!(end.as_deref(), Some("24"));
}

/// A run that is paused at its beginning, with the card of a task pinned.
async fn paused_at(hash: &str, lane: &str) -> Page {
    let page = Page::open(hash).await;
    page.click("[data-test=step]").await;
    page.until("it is paused", || page.status().starts_with("paused"))
        .await;
    page.click(lane).await;
    page.until("the card is pinned", || page.all("#tip.pinned").len() == 1)
        .await;
    page
}

#[wasm_bindgen_test]
async fn a_task_is_cancelled_from_its_card_and_the_others_feel_it() {
    let hash = "#/downloads?only=sequential,concurrent";
    let page = paused_at(hash, &lane("concurrent", 2)).await;
    assert!(page.all("[data-test=stepped-in]").is_empty());
    page.click("[data-test=cancel-task]").await;
    let label = |row| {
        let label = page
            .one(&lane("concurrent", row))
            .get_attribute("aria-label");
        label.unwrap_or_default()
    };
    page.until("it is cancelled", || label(2).contains("cancelled at"))
        .await;
    // gather passes it on to main, and main takes the others with it.
    assert!(label(0).contains("cancelled at"), "{}", label(0));
    assert!(
        page.text("[data-test=stepped-in]")
            .contains("a link replays the run without your changes")
    );
    page.until("there is nothing more to do to it", || {
        page.all("[data-test=cancel-task]").is_empty()
    })
    .await;
    let claims = page.texts("[data-test=claim]");
    let stepped = |claim: &&String| claim.contains("not comparable: you stepped in");
    assert_eq!(claims.iter().filter(stepped).count(), 1, "{claims:?}");
}

#[wasm_bindgen_test]
async fn what_is_awaited_in_place_can_only_fail() {
    let hash = "#/downloads?only=sequential";
    let page = paused_at(hash, &lane("sequential", 1)).await;
    assert!(page.all("[data-test=cancel-task]").is_empty());
    assert!(page.text("#tip").contains("as part of main"));
    page.click("[data-test=fail-task]").await;
    let label = || {
        let label = page.one(&lane("sequential", 1)).get_attribute("aria-label");
        label.unwrap_or_default()
    };
    page.until("it has failed", || label().contains("failed at"))
        .await;
    assert!(page.text("#tip").contains("you let it fail"));
}

#[wasm_bindgen_test]
async fn escape_closes_a_menu_and_takes_nothing_else_back() {
    let page = Page::open("#/downloads?only=concurrent").await;
    assert!(page.press(&lane("concurrent", 2), ".").await);
    let changed = page.value("#field-files-1-size");
    page.click("[data-test=share]").await;
    assert!(page.press("[data-test=share]", "Escape").await);
    assert!(page.one("#share-menu").hidden());
    assert_eq!(page.value("#field-files-1-size"), changed);
    assert!(page.press("[data-test=share]", "Escape").await);
    assert_ne!(page.value("#field-files-1-size"), changed);
}
