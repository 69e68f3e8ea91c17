//! The playhead: the slider, the keys, and the label that tells a run from a recording.

use crate::harness::{Page, document, press};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{PointerEvent, PointerEventInit};

const SCRUB: &str = "[data-test=scrub]";
const PLAYBACK: &str = "[data-test=playback]";
const TO_END: &str = "[data-test=back-to-end]";
/// Three tasks of 2, 1 and 3 s.
const TASKS: &str = "#/basic-tasks?pace=instant&only=sequential,gather";

/// The value of the slider in words.
fn said(page: &Page) -> String {
    page.one(SCRUB).get_attribute("aria-valuetext").unwrap()
}

/// Runs what is in the link, and waits for the end.
async fn finished(hash: &str) -> Page {
    let page = Page::open(hash).await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    page
}

/// Sends a pointer event at a share of the axis.
async fn point(page: &Page, kind: &str, device: &str, share: f64) {
    let axis = page.one(SCRUB);
    // Without a style sheet the picture is not as wide as its element.
    let place = page
        .one(&format!("{SCRUB} canvas"))
        .get_bounding_client_rect();
    let init = PointerEventInit::new();
    init.set_pointer_id(7);
    init.set_pointer_type(device);
    init.set_bubbles(true);
    init.set_client_x((place.left() + place.width() * share) as i32);
    init.set_client_y(place.top() as i32 + 5);
    let event = PointerEvent::new_with_event_init_dict(kind, &init).unwrap();
    axis.dispatch_event(&event).unwrap();
    page.settle().await;
}

#[wasm_bindgen_test]
async fn the_slider_goes_to_any_instant_by_keys() {
    let page = finished(TASKS).await;
    assert_eq!(said(&page), "6.0 s of 6.0 s, recording");
    assert!(page.text(PLAYBACK).contains("recording at its end"));
    for (key, says, totals) in [
        ("ArrowLeft", "3.0 s", ["3.0 s", "3.0 s"]),
        ("ArrowLeft", "2.0 s", ["2.0 s", "2.0 s"]),
        ("ArrowRight", "3.0 s", ["3.0 s", "3.0 s"]),
        ("PageUp", "3.6 s", ["3.6 s", "3.0 s"]),
        ("PageDown", "3.0 s", ["3.0 s", "3.0 s"]),
        ("Home", "0.0 s", ["0.0 s", "0.0 s"]),
        ("End", "6.0 s", ["6.0 s", "3.0 s"]),
    ] {
        assert!(page.press(SCRUB, key).await, "{key}");
        assert_eq!(said(&page), format!("{says} of 6.0 s, recording"), "{key}");
        assert_eq!(page.totals(), totals, "{key}");
    }
    assert_eq!(page.status(), "finished");
    let now = page.one(SCRUB).get_attribute("aria-valuenow").unwrap();
    assert_eq!(now.parse(), Ok(6.0));
}

#[wasm_bindgen_test]
async fn the_slider_follows_a_pointer_and_a_finger() {
    let page = finished(TASKS).await;
    for device in ["mouse", "touch"] {
        point(&page, "pointermove", device, 0.1).await;
        assert_eq!(said(&page), "6.0 s of 6.0 s, recording");
        point(&page, "pointerdown", device, 0.4).await;
        let first = said(&page);
        assert!(page.one(TO_END).get_attribute("disabled").is_none());
        point(&page, "pointermove", device, 0.2).await;
        let then = said(&page);
        assert_ne!(first, then);
        point(&page, "pointerup", device, 0.2).await;
        point(&page, "pointermove", device, 0.7).await;
        assert_eq!(said(&page), then);
        page.click(TO_END).await;
        assert!(page.one(TO_END).get_attribute("disabled").is_some());
    }
}

#[wasm_bindgen_test]
async fn every_view_shows_the_instant() {
    let page = finished(TASKS).await;
    page.click("#tab-tasks").await;
    let done = || page.all(".tasks .outcome.ok").len();
    let all = done();
    page.press(SCRUB, "Home").await;
    assert_eq!(done(), 0);
    page.press(SCRUB, "ArrowRight").await;
    // After 1 s, B is done where all run at once.
    assert_eq!(done(), 1);
    page.click("#tab-log").await;
    let lines = page.all(".log li").len();
    page.press(SCRUB, "ArrowRight").await;
    assert!(page.all(".log li").len() > lines);
    page.press(SCRUB, "End").await;
    page.click("#tab-tasks").await;
    assert_eq!(done(), all);
}

#[wasm_bindgen_test]
async fn it_is_plain_whether_one_sees_a_run_or_its_recording() {
    let page = Page::open("#/downloads").await;
    let seen = || page.text(PLAYBACK);
    assert_eq!(seen(), "nothing has been run yet");
    assert_eq!(said(&page), "nothing has been run yet");
    page.click("[data-test=run]").await;
    page.until("it goes on", || seen().starts_with("simulating at "))
        .await;
    page.until("3 s", || {
        said(&page).as_str() > "3" && !said(&page).starts_with("0")
    })
    .await;
    let body = document().body().unwrap();
    assert!(press(&body, "ArrowLeft"));
    page.settle().await;
    assert!(seen().starts_with("recording at "), "{}", seen());
    assert_eq!(page.status(), "paused");
    assert!(page.text(TO_END).contains("Back to now"));
    page.click(TO_END).await;
    assert!(seen().starts_with("paused at "), "{}", seen());
    page.click("[data-test=run]").await;
    page.choose("[data-test=speed]", "100").await;
    page.until_status("finished").await;
    // The recording is played from its start, at the speed that is chosen.
    assert!(press(&body, "p"));
    page.until("it plays", || seen().starts_with("recording at "))
        .await;
    page.until("it ends", || seen() == "recording at its end")
        .await;
}

#[wasm_bindgen_test]
async fn looking_back_does_not_stop_a_live_run() {
    let page = Page::open("#/basic-tasks?pace=live&only=gather&tasks=A,0.3;B,0.9").await;
    page.click("[data-test=run]").await;
    page.until("it is live", || page.text(PLAYBACK).starts_with("live at "))
        .await;
    page.until("some time passes", || said(&page).as_str() > "0.2")
        .await;
    page.press(SCRUB, "Home").await;
    assert!(page.text(PLAYBACK).starts_with("recording at 0.0 s"));
    assert_eq!(page.status(), "running");
    page.until_status("finished").await;
    assert!(page.text(PLAYBACK).starts_with("recording at 0.0 s"));
    page.click(TO_END).await;
    assert!(page.totals()[0].as_str() >= "0.9", "{:?}", page.totals());
}

#[wasm_bindgen_test]
async fn a_link_opens_at_an_instant() {
    let page = Page::open("#/downloads?at=3.2").await;
    page.until_status("finished").await;
    assert_eq!(said(&page), "3.2 s of 38.0 s, recording");
    assert_eq!(page.totals(), ["3.2 s"; 3]);
    // The next run begins at its start.
    page.choose("[data-test=speed]", "100").await;
    page.click("[data-test=run]").await;
    page.until_status("running").await;
    page.until_status("finished").await;
    assert_eq!(page.totals(), ["38.0 s", "25.0 s", "25.0 s"]);
}
