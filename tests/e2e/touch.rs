//! A bar's end is dragged, by mouse and by finger; a task is cancelled, or fails, while others run.

use serde_json::json;

use crate::harness::{Key, Page, Point, Site};

const GRIP: &str = "[data-mode=concurrent] [data-test=grip]:not([hidden])";

/// The middle of the one element, scrolled into view.
async fn middle(page: &Page, selector: &str) -> Point {
    let script = "const it = document.querySelector(arguments[0]);
        it.scrollIntoView({ block: 'center' });
        const box = it.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2]";
    let place = page.eval(script, &[json!(selector)]).await;
    let number = |i: usize| place[i].as_f64().unwrap();
    (number(0), number(1))
}

/// The places to the right of one, or to its left.
fn beside((x, y): Point, by: &[f64]) -> Vec<Point> {
    by.iter().map(|by| (x + by, y)).collect()
}

async fn opened(site: &Site, hash: &str) -> Page {
    let page = Page::open(site, hash).await;
    page.wait_for_playground().await;
    page
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_mouse_drags_a_bars_end_and_sees_what_would_come_of_it() {
    let site = Site::serve();
    let page = opened(&site, "#/downloads?only=sequential,concurrent&pace=instant").await;
    page.click("[data-test=run]").await;
    page.wait_for_end().await;
    let lane = middle(&page, "[data-mode=concurrent] .lane[data-task='2']").await;
    page.mouse_to(lane).await;
    page.wait_for(GRIP).await;
    let grip = middle(&page, GRIP).await;
    page.mouse_down(grip).await;
    for place in beside(grip, &[-60.0, -120.0]) {
        page.mouse_to(place).await;
    }
    page.wait_for_text("[data-mode=concurrent] [data-test=upcoming]", "→ ")
        .await;
    // Escape undoes it during the drag.
    page.press(Key::Escape).await;
    page.wait_for_none("[data-test=upcoming]").await;
    page.mouse_up().await;

    page.mouse_to(lane).await;
    page.wait_for(GRIP).await;
    page.drag(grip, &beside(grip, &[-60.0])).await;
    let told = page
        .wait_for_text("[data-test=duration-change]", "instead of 25.0 s")
        .await;
    let upcoming = page
        .text("[data-mode=concurrent] [data-test=upcoming]")
        .await;
    let upcoming = upcoming.trim_start_matches("→ ").to_owned();
    assert!(told.contains(&upcoming), "{told}: {upcoming}");
    // The run has the totals of the preview.
    page.click("[data-test=run]").await;
    page.wait_for_text("[data-mode=concurrent] [data-test=total]", &upcoming)
        .await;
    page.wait_for_none("[data-test=upcoming]").await;
    page.assert_quiet().await;
}

/// A press without a movement used to be lost there.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn tasks_that_share_a_duration_follow_the_one_that_is_dragged_and_a_click_pins_its_card() {
    let site = Site::serve();
    let page = opened(&site, "#/at-scale?only=sleeps&pace=instant").await;
    page.click("[data-test=run]").await;
    page.wait_for_end().await;
    let grip = "[data-mode=sleeps] [data-test=grip]:not([hidden])";
    let lane = middle(&page, "[data-mode=sleeps] .lane[data-task='3']").await;
    page.mouse_to(lane).await;
    page.wait_for(grip).await;
    let at = middle(&page, grip).await;
    page.drag(at, &[]).await;
    page.wait_for_text("#tip.pinned", "task 3").await;
    assert_eq!(page.texts("[data-test=duration-change]").await, [""]);

    page.drag(at, &beside(at, &[-60.0, -120.0])).await;
    let told = page
        .wait_for_text("[data-test=duration-change]", "instead of 1.0 s")
        .await;
    assert!(
        told.starts_with("task 3 and all tasks with the same duration: "),
        "{told}"
    );
    page.click("[data-test=run]").await;
    page.wait_for_none("[data-test=upcoming]").await;
    page.wait_for_end().await;
    let ends = page.shown().await.lanes;
    let (first, last) = (&ends[1], &ends[9]);
    let at = |words: &String| words.split_once(": ").map(|words| words.1.to_owned());
    assert_eq!(at(first), at(last));
    assert!(!last.ends_with("done at 1.0 s"), "{last}");
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_finger_taps_a_lane_then_drags_its_end_before_any_run() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    page.viewport(390, 844);
    page.emulate_touch();
    for (slug, mode, total, told) in [
        ("downloads", "concurrent", "25.0 s → ", "video.mp4: "),
        (
            "at-scale",
            "sleeps",
            "1.0 s → ",
            "task 2 and all tasks with the same duration: ",
        ),
    ] {
        page.goto(&format!("#/{slug}?only={mode}")).await;
        let in_mode = |selector: &str| format!("[data-mode={mode}] {selector}");
        page.wait_for(&in_mode(".lane[data-task='2']")).await;
        let lane = middle(&page, &in_mode(".lane[data-task='2']")).await;
        page.fingers_down(&[lane]).await;
        page.fingers_up(&[lane]).await;
        let grip = in_mode("[data-test=grip]:not([hidden])");
        page.wait_for(&grip).await;
        let grip = middle(&page, &grip).await;
        page.fingers_down(&[grip]).await;
        let places = beside(grip, &[-10.0, -30.0, -60.0]);
        for &place in &places {
            page.fingers_to(&[place]).await;
        }
        page.fingers_up(&places[2..]).await;
        page.wait_for_text("[data-test=upcoming]", total).await;
        page.wait_for_text("[data-test=duration-change]", told)
            .await;
    }
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_task_is_cancelled_and_another_fails_while_they_run() {
    let site = Site::serve();
    let page = opened(
        &site,
        "#/compare-strategies?only=return_exceptions&speed=0.25&tasks=a,300;b,400;c,500",
    )
    .await;
    page.click("[data-test=run]").await;
    page.wait_for_text("[data-test=status]", "running").await;
    let lane = |row| format!("[data-mode=return_exceptions] .lane[data-task='{row}']");
    page.click(&lane(1)).await;
    page.click("[data-test=cancel-task]").await;
    page.wait_for_text("[data-test=stepped-in]", "You stepped in")
        .await;
    page.wait_for(&format!("{}[aria-label*=cancelled]", lane(1)))
        .await;
    page.click(&lane(2)).await;
    page.click("[data-test=fail-task]").await;
    page.wait_for(&format!("{}[aria-label*=failed]", lane(2)))
        .await;
    page.assert_quiet().await;
}
