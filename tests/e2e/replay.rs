//! Moving the playhead by hand, and the links between code and time, on the built site.

use crate::harness::{Page, Point, Site};
use fantoccini::key::Key;
use serde_json::json;

const SCRUB: &str = "[data-test=scrub]";
const PLAYBACK: &str = "[data-test=playback]";

/// The value of the slider in words.
async fn said(page: &Page) -> String {
    let said = "return document.querySelector(arguments[0]).getAttribute('aria-valuetext')";
    let said = page.eval(said, &[json!(SCRUB)]).await;
    said.as_str().expect("words").to_owned()
}

/// A point of the axis, in pixels of the window.
async fn point(page: &Page, share: f64) -> Point {
    let place = "const axis = document.querySelector(arguments[0]); axis.scrollIntoView({ block: 'center' });
        const box = axis.getBoundingClientRect();
        return [box.left + box.width * arguments[1], box.top + box.height / 2];";
    let place = page.eval(place, &[json!(SCRUB), json!(share)]).await;
    let number = |at: usize| place[at].as_f64().expect("a number");
    (number(0), number(1))
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_playhead_is_dragged_by_mouse_and_by_finger() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?at=20").await;
    page.wait_for_text(PLAYBACK, "at 20.0 s").await;
    let (x, y) = point(&page, 0.5).await;
    let (to, _) = point(&page, 0.25).await;
    page.mouse_down((x, y)).await;
    page.wait_until("it follows", async || {
        (!said(&page).await.starts_with("20.0")).then_some(())
    })
    .await;
    let pressed = said(&page).await;
    // The pointer is captured: the slider follows wherever the mouse is.
    page.mouse_to((to, y + 300.0)).await;
    page.wait_until("it goes on", async || {
        (said(&page).await != pressed).then_some(())
    })
    .await;
    page.mouse_up().await;
    let mouse_at = said(&page).await;

    page.fingers_down(&[(x, y)]).await;
    page.wait_until("it follows", async || {
        (said(&page).await != mouse_at).then_some(())
    })
    .await;
    for step in 1..=10 {
        let x = x + (to - x) * f64::from(step) / 10.0;
        page.fingers_to(&[(x, y)]).await;
    }
    page.wait_until("the finger is where the mouse was", async || {
        (said(&page).await == mouse_at).then_some(())
    })
    .await;
    page.fingers_up(&[(to, y)]).await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_instant_is_shared_and_opened() {
    let site = Site::serve();
    let page = Page::open(&site, "#/basic-tasks?pace=instant").await;
    page.click("[data-test=run]").await;
    page.wait_for_end().await;
    page.client()
        .find(fantoccini::Locator::Css(SCRUB))
        .await
        .expect("a slider")
        .click()
        .await
        .expect("a click");
    page.press(Key::Home).await;
    page.press(Key::Right).await;
    page.wait_for_text(PLAYBACK, "at 1.0 s").await;
    page.click("[data-test=share]").await;
    page.click("[data-test=share-link]").await;
    page.wait_for_hash("at=1").await;
    page.reload().await;
    page.wait_for_text(PLAYBACK, "at 1.0 s").await;
    // After a change it is another run, of which nothing is known.
    page.press(Key::End).await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn lines_name_the_tasks_that_wait_there_and_light_their_lanes() {
    let site = Site::serve();
    let page = Page::open(&site, "#/basic-tasks?at=0.5&only=gather").await;
    page.wait_for_text(PLAYBACK, "at 0.5 s").await;
    let lit = async || {
        let lines = "return [...document.querySelectorAll('.line.lit')].map(line =>
            line.textContent.trim() + ' ' + line.querySelector('.waiters').dataset.count)";
        page.eval(lines, &[]).await
    };
    let both = json!([
        "cx.sleep(duration.get()).await; ×3",
        "gather(tasks).await ×1",
        "await asyncio.sleep(duration) ×3",
        "values = await asyncio.gather(*start_all(p)) ×1",
    ]);
    page.wait_until("lines are lit", async || {
        (lit().await == both).then_some(())
    })
    .await;
    // The task that has the focus, alone.
    page.eval("document.querySelector('.lane').focus()", &[])
        .await;
    let main = json!([both[1], both[3]]);
    page.wait_until("main's lines", async || (lit().await == main).then_some(()))
        .await;
    page.eval("document.activeElement.blur()", &[]).await;
    page.wait_until("all lines", async || (lit().await == both).then_some(()))
        .await;

    // The lanes' picture changes while the Python line is pointed at, by keyboard.
    let picture = async || {
        page.next_frame().await;
        page.eval(
            "return document.querySelector('.plot canvas').toDataURL()",
            &[],
        )
        .await
    };
    let before = picture().await;
    let focus = "document.querySelectorAll('.source')[1].querySelector('.lit .waiters').focus();
        return document.activeElement.getAttribute('aria-label')";
    let label = page.eval(focus, &[]).await;
    let label = label.as_str().expect("a label");
    assert!(label.contains("3 tasks wait here: 3 in"), "{label}");
    page.wait_until("lanes light up", async || {
        (picture().await != before).then_some(())
    })
    .await;
    // A line that is pressed stays marked.
    page.press(Key::Enter).await;
    let lit_up = picture().await;
    page.eval("document.activeElement.blur()", &[]).await;
    assert_eq!(picture().await, lit_up);
    // As the playhead moves, so do the lines.
    page.eval(
        "document.querySelector(arguments[0]).focus()",
        &[json!(SCRUB)],
    )
    .await;
    page.press(Key::End).await;
    page.wait_until("nobody waits", async || {
        (lit().await == json!([])).then_some(())
    })
    .await;
    page.assert_quiet().await;
}
