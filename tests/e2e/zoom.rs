//! Zoom and pan by hand: mouse, wheel and fingers on the real page.

use serde_json::json;

use crate::harness::{Page, Setup, Site, is_firefox};
use crate::playground::RUN;

/// The left edge, the width of the time that is shown, and the middle of a lane, of the strategy that runs all at once.
async fn plot(page: &Page) -> (f64, f64, f64) {
    let script = "const lanes = document.querySelector('[data-mode=concurrent] .lanes');
         lanes.scrollIntoView({ block: 'center' });
         const [plot, lane] = ['.plot canvas', '.lane:nth-child(3)'].map(e => lanes.querySelector(e).getBoundingClientRect());
         return [plot.left, plot.width - 64, (lane.top + lane.bottom) / 2]";
    let place = page.eval(script, &[]).await;
    let [left, width, y] = [0, 1, 2].map(|i| place[i].as_f64().expect("a place"));
    (left, width, y)
}

/// The first and the last instant that are shown.
async fn window(page: &Page) -> (f64, f64) {
    let script =
        "return [...document.querySelectorAll('.handle')].map(e => Number(e.ariaValueNow))";
    let ends = page.eval(script, &[]).await;
    let [from, to] = [0, 1].map(|i| ends[i].as_f64().expect("an instant"));
    (from, to)
}

async fn until_window(page: &Page, what: &str, is_so: impl Fn(f64, f64) -> bool) -> (f64, f64) {
    page.wait_until(what, async || {
        let (from, to) = window(page).await;
        is_so(from, to).then_some((from, to))
    })
    .await
}

async fn finished(page: &Page) {
    page.wait_for_playground().await;
    page.click(RUN).await;
    page.wait_for_end().await;
    page.wait_until("the handles of the shown time are there", async || {
        let count = "return document.querySelectorAll('.handle').length";
        (page.eval(count, &[]).await == json!(2)).then_some(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_mouse_zooms_pans_and_still_clicks() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?pace=instant").await;
    finished(&page).await;
    let (left, width, y) = plot(&page).await;
    let at = (left + width * 0.25, y);
    let scroll = "return document.scrollingElement.scrollTop";
    let before = page.eval(scroll, &[]).await;
    page.wheel(at, -60, true).await;
    let (from, to) = until_window(&page, "it is zoomed in", |_, to| to < 37.0).await;
    assert!((from + (to - from) * 0.25 - 9.5).abs() < 0.2, "{from} {to}");
    assert_eq!(page.eval(scroll, &[]).await, before, "the page stays");
    page.wheel(at, 60, false).await;
    page.wait_until("the page scrolls", async || {
        (page.eval(scroll, &[]).await != before).then_some(())
    })
    .await;
    assert_eq!(window(&page).await, (from, to));

    // A drag pans and opens nothing; a click shows the card of the task.
    let (left, width, y) = plot(&page).await;
    let places = [0.7, 0.6, 0.5].map(|share| (left + width * share, y));
    page.drag((left + width * 0.75, y), &places).await;
    let (panned, _) = until_window(&page, "it is panned", |at, _| at > from + 0.5).await;
    assert!(
        (panned - from - (to - from) * 0.25).abs() < 0.2,
        "{panned} {from}"
    );
    let at = (left + 40.0, y);
    page.drag(at, &[]).await;
    page.wait_for_text("#tip.pinned", "video.mp4").await;
    assert!((window(&page).await.0 - panned).abs() < 1e-9);

    // The strip: its window is dragged.
    let strip = "const e = document.querySelector('.strip .shown'); e.scrollIntoView({ block: 'center' });
         const place = e.getBoundingClientRect(); return [(place.left + place.right) / 2, (place.top + place.bottom) / 2]";
    let place = page.eval(strip, &[]).await;
    let (x, y) = (place[0].as_f64().expect("x"), place[1].as_f64().expect("y"));
    page.drag((x, y), &[(x - 400.0, y)]).await;
    until_window(&page, "it begins at the beginning", |from, _| from == 0.0).await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn fingers_zoom_pan_and_scroll() {
    let site = Site::serve();
    let page = Page::blank(&site).await;
    page.viewport(390, 844);
    page.emulate_touch();
    page.goto("#/downloads?pace=instant").await;
    finished(&page).await;
    let (left, width, y) = plot(&page).await;
    let at = |x: f64| (left + x, y);
    page.fingers_down(&[at(70.0), at(100.0)]).await;
    for by in 1..=6 {
        let by = f64::from(by) * 5.0;
        page.fingers_to(&[at(70.0 - by), at(100.0 + by)]).await;
    }
    page.fingers_up(&[at(40.0), at(130.0)]).await;
    let (from, to) = until_window(&page, "it is zoomed in", |from, to| to - from < 20.0).await;
    assert_eq!(
        page.eval("return visualViewport.scale", &[]).await,
        json!(1)
    );

    page.fingers_down(&[at(120.0)]).await;
    for by in 1..=6 {
        page.fingers_to(&[at(120.0 - f64::from(by) * 8.0)]).await;
    }
    page.fingers_up(&[at(72.0)]).await;
    let (panned, _) = until_window(&page, "it is panned", |at, _| at > from + 1.0).await;
    assert!(
        (panned - from - 48.0 / width * (to - from)).abs() < 0.5,
        "{panned}"
    );

    // Vertical movements are left to the page.
    let scroll = "return document.scrollingElement.scrollTop";
    let before = page.eval(scroll, &[]).await;
    page.fingers_down(&[at(60.0)]).await;
    for by in 1..=8 {
        page.fingers_to(&[(left + 60.0, y - f64::from(by) * 15.0)])
            .await;
    }
    page.fingers_up(&[(left + 60.0, y - 120.0)]).await;
    // The fingers of Firefox's driver scroll nothing.
    if !is_firefox() {
        page.wait_until("the page scrolls", async || {
            (page.eval(scroll, &[]).await != before).then_some(())
        })
        .await;
    }
    assert!((window(&page).await.0 - panned).abs() < 1e-9);
    page.assert_quiet().await;
}

/// Where nothing can be stored, hints and switches work all the same.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn without_storage_choices_hold_until_the_page_is_left() {
    let site = Site::serve();
    let setup = Setup {
        without_storage: true,
        ..Setup::default()
    };
    let page = Page::set_up(&site, setup).await;
    page.goto("#/downloads?pace=instant").await;
    page.wait_for(".first-run").await;
    let denied = "try { return String(localStorage) } catch (error) { return error.name }";
    assert_eq!(page.eval(denied, &[]).await, json!("SecurityError"));
    finished(&page).await;
    page.go_to_playground("weather", "pace=instant").await;
    page.wait_for_none(".first-run").await;
    page.click("[data-test=help]").await;
    page.click("[data-test=shortcuts]").await;
    page.click("dialog[open] [aria-label=Close]").await;
    page.type_text("?").await;
    page.next_frame().await;
    page.wait_for_none("dialog[open]").await;
    page.assert_quiet().await;
}
