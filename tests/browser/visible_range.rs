//! The visible part of a race: zoom, pan, the strip with its window, the filter, compact lanes.

use crate::harness::{Page, document, js, press};
use interleave::web;
use wasm_bindgen_test::wasm_bindgen_test;

const RUN: &str = "[data-test=run]";
const FROM: &str = "[role=slider][data-end=from]";
const TO: &str = "[role=slider][data-end=to]";

/// The number in an attribute of the one element.
fn number(page: &Page, selector: &str, attribute: &str) -> f64 {
    let value = page.one(selector).get_attribute(attribute);
    value.unwrap_or_default().parse().unwrap()
}

/// The first and the last instant that are shown.
fn window(page: &Page) -> (f64, f64) {
    let now = |handle| number(page, handle, "aria-valuenow");
    (now(FROM), now(TO))
}

fn is_near((a, b): (f64, f64), (c, d): (f64, f64)) -> bool {
    (a - c).abs() < 1e-6 && (b - d).abs() < 1e-6
}

/// Waits until the window has stopped moving there.
async fn until_window(page: &Page, wanted: (f64, f64)) {
    page.until(&format!("{wanted:?}"), || is_near(window(page), wanted))
        .await;
}

/// Turns the wheel over the lanes, at this share of the plot's width; true if the page handled it.
async fn turn(page: &Page, share: f64, init: &str) -> bool {
    let used = js(&format!(
        "const plot = document.querySelector('.overview canvas').getBoundingClientRect();
         const clientX = plot.left + (plot.width - 64) * {share};
         const event = new WheelEvent('wheel', {{ clientX, bubbles: true, cancelable: true, {init} }});
         return !document.querySelector('.lanes').dispatchEvent(event);"
    ));
    page.settle().await;
    used.as_bool().unwrap()
}

/// Presses, moves or releases a pointer on an element, `x` pixels from the plot's left edge.
async fn point(page: &Page, event: &str, selector: &str, x: f64, id: u32) {
    let buttons = u32::from(event != "pointerup");
    point_with(page, event, selector, x, id, buttons).await;
}

async fn point_with(page: &Page, event: &str, selector: &str, x: f64, id: u32, buttons: u32) {
    js(&format!(
        "const left = document.querySelector('.overview canvas').getBoundingClientRect().left;
         const init = {{ bubbles: true, pointerId: {id}, isPrimary: {id} === 1, clientX: left + {x}, buttons: {buttons} }};
         document.querySelector(\"{selector}\").dispatchEvent(new PointerEvent('{event}', init));"
    ));
    page.settle().await;
}

async fn finished(hash: &str) -> Page {
    let page = Page::open(hash).await;
    page.click(RUN).await;
    page.until_status("finished").await;
    page
}

#[wasm_bindgen_test]
async fn the_wheel_zooms_with_ctrl_and_pans_sideways_only() {
    let page = finished("#/downloads?pace=instant").await;
    assert!(is_near(window(&page), (0.0, 38.0)));
    // These are left to the browser: up and down, and sideways as long as there is nothing to pan.
    assert!(!turn(&page, 0.5, "deltaY: 100").await);
    assert!(!turn(&page, 0.5, "deltaX: 100").await);
    assert!(is_near(window(&page), (0.0, 38.0)));

    assert!(turn(&page, 0.25, "deltaY: -100, ctrlKey: true").await);
    let (from, to) = window(&page);
    assert!(from > 1.0 && to < 37.0, "{from} {to}");
    assert!(
        (from + (to - from) * 0.25 - 9.5).abs() < 1e-6,
        "the point under the pointer moved"
    );
    assert!(turn(&page, 0.5, "deltaX: 10").await);
    assert!(turn(&page, 0.5, "deltaY: 10, shiftKey: true").await);
    let panned = window(&page);
    assert!(panned.0 > from && (panned.1 - panned.0 - (to - from)).abs() < 1e-6);
    assert!(!turn(&page, 0.5, "deltaY: 100").await);
    assert!(is_near(window(&page), panned));
    for _ in 0..8 {
        turn(&page, 0.5, "deltaY: 100, ctrlKey: true").await;
    }
    assert!(is_near(window(&page), (0.0, 38.0)));
}

#[wasm_bindgen_test]
async fn keys_and_buttons_zoom_pan_and_fit() {
    let page = finished("#/downloads?pace=instant&only=concurrent").await;
    let body = document().body().unwrap();
    assert!(page.one("[data-test=fit]").has_attribute("disabled"));
    press(&body, "+");
    until_window(&page, (6.25, 18.75)).await;
    page.click("[data-test=zoom-in]").await;
    until_window(&page, (9.375, 15.625)).await;
    js(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', shiftKey: true, bubbles: true }))",
    );
    until_window(&page, (10.9375, 17.1875)).await;
    press(&body, "-");
    until_window(&page, (7.8125, 20.3125)).await;
    press(&body, "0");
    until_window(&page, (0.0, 25.0)).await;
    page.click("[data-test=zoom-in]").await;
    until_window(&page, (6.25, 18.75)).await;
    // All of another playground is shown.
    drop(page);
    let page = finished("#/weather?pace=instant").await;
    assert_eq!(number(&page, FROM, "aria-valuenow"), 0.0);
}

#[wasm_bindgen_test]
async fn the_window_has_two_ends_to_move_by_keys() {
    let page = finished("#/downloads?pace=instant&only=concurrent").await;
    assert!(page.press(FROM, "ArrowRight").await);
    until_window(&page, (1.25, 25.0)).await;
    assert!(page.press(TO, "Home").await);
    let (from, to) = window(&page);
    assert!(from == 1.25 && to > from && to < 3.0, "{from} {to}");
    assert!(page.press(TO, "End").await);
    until_window(&page, (1.25, 25.0)).await;
    assert!(page.press(FROM, "End").await);
    let (from, to) = window(&page);
    assert!(from < to && to == 25.0, "{from} {to}");
    assert!(
        number(&page, FROM, "aria-valuemax") == to && number(&page, TO, "aria-valuemin") == from
    );
    assert!(page.press(FROM, "Home").await);
    until_window(&page, (0.0, 25.0)).await;
    assert!(!page.press(FROM, "x").await);
    let words = page.one(TO).get_attribute("aria-valuetext").unwrap();
    assert_eq!(words, "25 s");
}

#[wasm_bindgen_test]
async fn a_drag_pans_and_a_press_without_one_does_not() {
    let page = finished("#/downloads?pace=instant&only=concurrent").await;
    let lane = "button.lane";
    // There is nothing to pan.
    for (event, x) in [
        ("pointerdown", 50.0),
        ("pointermove", 20.0),
        ("pointerup", 20.0),
    ] {
        point(&page, event, lane, x, 1).await;
    }
    assert!(is_near(window(&page), (0.0, 25.0)));
    page.click("[data-test=zoom-in]").await;
    until_window(&page, (6.25, 18.75)).await;
    for (event, x) in [
        ("pointerdown", 50.0),
        ("pointermove", 52.0),
        ("pointerup", 52.0),
    ] {
        point(&page, event, lane, x, 1).await;
    }
    assert!(is_near(window(&page), (6.25, 18.75)), "it only trembled");
    for (event, x) in [
        ("pointerdown", 50.0),
        ("pointermove", 20.0),
        ("pointermove", 10.0),
    ] {
        point(&page, event, lane, x, 1).await;
    }
    let (from, to) = window(&page);
    assert!(from > 6.5 && (to - from - 12.5).abs() < 1e-6, "{from} {to}");
    point(&page, "pointerup", lane, 10.0, 1).await;
    point(&page, "pointermove", lane, 90.0, 1).await;
    assert!(
        is_near(window(&page), (from, to)),
        "nothing is held any more"
    );
    // A button that goes up beside the race is not noticed.
    point(&page, "pointerdown", lane, 10.0, 1).await;
    point_with(&page, "pointermove", lane, 50.0, 1, 0).await;
    point_with(&page, "pointermove", lane, 90.0, 1, 0).await;
    assert!(is_near(window(&page), (from, to)), "nor is it held");
    // A new window, drawn on the strip.
    for (event, x) in [
        ("pointerdown", 0.0),
        ("pointermove", 40.0),
        ("pointerup", 40.0),
    ] {
        point(&page, event, ".strip", x, 1).await;
    }
    let (from, to) = window(&page);
    assert!(from == 0.0 && to < 12.0, "{from} {to}");
}

#[wasm_bindgen_test]
async fn two_fingers_zoom() {
    let page = finished("#/downloads?pace=instant&only=concurrent").await;
    let lane = "button.lane";
    point(&page, "pointerdown", lane, 80.0, 1).await;
    point(&page, "pointerdown", lane, 120.0, 2).await;
    point(&page, "pointermove", lane, 60.0, 1).await;
    point(&page, "pointermove", lane, 140.0, 2).await;
    let (from, to) = window(&page);
    assert!(
        (to - from - 12.5).abs() < 1e-6,
        "twice as near: {from} {to}"
    );
    point(&page, "pointerup", lane, 140.0, 2).await;
    point(&page, "pointermove", lane, 50.0, 1).await;
    let panned = window(&page);
    assert!(panned.0 > from && (panned.1 - panned.0 - 12.5).abs() < 1e-6);
    point(&page, "pointercancel", lane, 50.0, 1).await;
}

#[wasm_bindgen_test]
async fn the_present_is_followed_until_the_reader_looks_elsewhere() {
    let page = Page::open("#/downloads?speed=16&only=sequential").await;
    page.click(RUN).await;
    page.until_status("running").await;
    js("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true }))");
    page.until("it is zoomed in", || window(&page).1 < 37.0)
        .await;
    let before = window(&page).1;
    page.until("it moves on", || window(&page).1 > before + 1.0)
        .await;
    assert!(page.all("[data-test=follow]").is_empty());
    assert!(turn(&page, 0.5, "deltaX: -500").await);
    let past = window(&page);
    assert_eq!(past.0, 0.0);
    page.until("it can be followed again", || {
        !page.all("[data-test=follow]").is_empty()
    })
    .await;
    assert!(is_near(window(&page), past));
    page.click("[data-test=follow]").await;
    page.until("the present is back", || window(&page).0 > past.0)
        .await;
}

#[wasm_bindgen_test]
async fn tasks_are_filtered_by_name_and_by_state() {
    let page = finished("#/weather?pace=instant&only=concurrent").await;
    let lanes = || -> Vec<String> {
        let lanes = page.all("button.lane");
        lanes
            .iter()
            .filter_map(|lane| lane.get_attribute("aria-label"))
            .collect()
    };
    let count = || page.text("[data-test=count]");
    assert_eq!((lanes().len(), count()), (6, String::new()));
    assert!(press(&document().body().unwrap(), "/"));
    page.settle().await;
    page.enter("[data-test=filter-name]", "ON").await;
    assert_eq!(lanes(), ["London: done at 1.5 s"]);
    assert_eq!(count(), "1 of 6 tasks");
    page.enter("[data-test=filter-name]", "o").await;
    let failed = ".filter .chip:nth-child(6)";
    assert_eq!(page.text(failed), "failed");
    page.click(failed).await;
    assert_eq!(lanes(), ["Tokyo: failed at 1.1 s"]);
    page.enter("[data-test=filter-name]", "London").await;
    assert!(lanes().is_empty());
    assert!(count().starts_with("None of 6 tasks"));
    page.click("[data-test=count] button").await;
    assert_eq!((lanes().len(), count()), (6, String::new()));
    assert_eq!(page.value("[data-test=filter-name]"), "");
    // When it is closed, no lane is hidden.
    page.enter("[data-test=filter-name]", "London").await;
    assert!(press(&page.one("[data-test=filter-name]"), "Escape"));
    page.settle().await;
    assert!(page.all(".filter").is_empty());
    assert_eq!(lanes().len(), 6);
    let focused = document().active_element().unwrap();
    assert_eq!(focused.id(), "filter-button");
}

/// During a run, lanes are added to the list and removed.
#[wasm_bindgen_test]
async fn a_filter_by_state_follows_the_run() {
    let page = Page::open("#/downloads?only=concurrent").await;
    page.click("[data-test=filter]").await;
    page.click(".filter .chip:nth-child(3)").await;
    let lanes = || page.all("button.lane").len();
    assert_eq!(page.text(".filter .chip:nth-child(3)"), "waiting");
    assert_eq!(lanes(), 0);
    let mut seen = vec![0];
    while page.status() != "finished" {
        page.click("[data-test=step]").await;
        if seen.last() != Some(&lanes()) {
            seen.push(lanes());
        }
    }
    assert_eq!(seen, [0, 6, 5, 4, 3, 2, 0]);
}

#[wasm_bindgen_test]
async fn lanes_become_compact_and_unfold_again() {
    let page = finished("#/rate-limiter?pace=instant&n=3000&rate=100&only=fixed_concurrent").await;
    assert!(page.all("button.lane").len() < 100);
    assert!(press(&document().body().unwrap(), "z"));
    page.settle().await;
    let picture = page.one(".compact");
    let label = picture.get_attribute("aria-label");
    assert_eq!(label.as_deref(), Some("3,001 tasks, compact"));
    assert!(page.all("button.lane").is_empty());
    // Lanes that fit stay as they are.
    page.click("[data-test=filter]").await;
    page.enter("[data-test=filter-name]", "request 2999").await;
    assert_eq!(page.all("button.lane").len(), 1);
    page.enter("[data-test=filter-name]", "").await;
    assert!(page.all("button.lane").is_empty());
    page.click("[data-test=compact]").await;
    assert!(!page.all("button.lane").is_empty());
}

#[wasm_bindgen_test]
async fn single_characters_can_be_told_to_be_no_shortcuts() {
    web::save("interleave.shortcuts", None);
    let page = Page::open("#/downloads?pace=instant").await;
    let body = document().body().unwrap();
    page.click("[data-test=help]").await;
    page.click("[data-test=shortcuts]").await;
    page.click("dialog[open] [aria-label=Close]").await;
    assert_eq!(web::load("interleave.shortcuts").as_deref(), Some("off"));
    for key in [" ", "+", "z", "t", "?"] {
        assert!(!press(&body, key), "{key:?}");
    }
    assert_eq!(page.status(), "ready");
    drop(page);
    // The choice is kept. Keys that write nothing still work, and so does the button that opens the list.
    let page = Page::open("#/downloads").await;
    assert!(!press(&body, " "));
    assert!(press(&body, "ArrowRight"));
    page.until_status("paused").await;
    page.click("[data-test=help]").await;
    page.click("[data-test=shortcuts]").await;
    assert_eq!(web::load("interleave.shortcuts"), None);
    page.click("dialog[open] [aria-label=Close]").await;
    assert!(press(&body, "r"));
    page.until_status("ready").await;
}

#[wasm_bindgen_test]
async fn the_hint_stays_for_the_first_run_and_never_comes_back() {
    web::save("interleave.hint", None);
    let page = Page::open("#/downloads?pace=instant").await;
    assert!(page.text(".first-run").contains("Press Run"));
    page.click(RUN).await;
    page.until_status("finished").await;
    assert!(page.text(".first-run").contains("Zoom with"));
    drop(page);
    let page = Page::open("#/downloads").await;
    assert!(page.all(".first-run").is_empty());
    drop(page);
    web::save("interleave.hint", None);
    let page = Page::open("#/downloads").await;
    page.click(".first-run button").await;
    assert!(page.all(".first-run").is_empty());
    assert!(web::load("interleave.hint").is_some());
}
