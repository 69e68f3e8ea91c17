//! The cost of looking around in a finished run of many lanes: dragging the playhead, zooming, dragging a bar's end.

use super::{
    frames::{FRAME, Gesture, frames},
    table::{
        Bound::{Alone, Always},
        Table,
    },
    watched,
};
use crate::harness::{Page, Site};
use crate::playground::RUN;

/// The script of a frame in which the playhead moves, in milliseconds.
const SCRUB: f64 = 8.0;
/// The same for the window.
const ZOOM: f64 = 4.0;
/// The same for a bar's end: each move has all strategies run anew, to their ends, over some frames.
const LEVER: f64 = 14.0;
/// Ten times as many lanes may cost this many times as much a frame: an instant is reached from a mark, and marks are
/// farther apart in a longer trace.
const GROWTH: f64 = 4.0;

/// Forth and back over most of the axis.
const DRAG_PLAYHEAD: Gesture = Gesture {
    begin: "const axis = document.querySelector('.axis').getBoundingClientRect();
        const y = (axis.top + axis.bottom) / 2, at = n => axis.left + axis.width * (0.5 + 0.45 * Math.sin(n / 15));
        const it = document.elementFromPoint(at(0), y);
        pointer(it, 'pointerdown', at(0), y);
        const move = n => pointer(it, 'pointermove', at(n), y);",
    end: "pointer(it, 'pointerup', at(0), y);",
};

/// In for a second, and out again.
const TURN_WHEEL: Gesture = Gesture {
    begin: "const it = document.querySelector('.lanes .plot canvas'), place = it.getBoundingClientRect();
        const move = n => it.dispatchEvent(new WheelEvent('wheel', {
            bubbles: true, cancelable: true, ctrlKey: true, deltaY: n % 120 < 60 ? -10 : 10,
            clientX: place.left + place.width * 0.4, clientY: place.top + 60 }));",
    end: "",
};

/// To and fro by some pixels.
const DRAG_END: Gesture = Gesture {
    begin: "const it = document.querySelector('.grip:not([hidden])'), place = it.getBoundingClientRect();
        const x = (place.left + place.right) / 2, y = (place.top + place.bottom) / 2;
        pointer(it, 'pointerdown', x, y);
        const move = n => pointer(it, 'pointermove', x + 60 + 50 * Math.sin(n / 5), y);",
    end: "pointer(it, 'pointerup', x + 60, y);",
};

/// All three.
pub async fn measure(site: &Site, table: &mut Table) {
    let count = if table.is_full() { 240 } else { 90 };
    let page = finished(site, 10_000).await;
    let (frame, scrub) = frames(&page, &DRAG_PLAYHEAD, count).await;
    table.row(
        "10000 lanes, playhead dragged: p95 of a frame",
        frame,
        "ms",
        FRAME,
        Alone,
    );
    table.row(
        "10000 lanes, playhead dragged: script a frame",
        scrub,
        "ms",
        SCRUB,
        Alone,
    );
    let (frame, zoom) = frames(&page, &TURN_WHEEL, count).await;
    table.row(
        "10000 lanes, zoomed in and out: p95 of a frame",
        frame,
        "ms",
        FRAME,
        Alone,
    );
    table.row(
        "10000 lanes, zoomed in and out: script a frame",
        zoom,
        "ms",
        ZOOM,
        Alone,
    );
    hover(&page).await;
    let (frame, lever) = frames(&page, &DRAG_END, count).await;
    table.row(
        "10000 lanes, a bar's end dragged: p95 of a frame",
        frame,
        "ms",
        FRAME,
        Alone,
    );
    table.row(
        "10000 lanes, a bar's end dragged: script a frame",
        lever,
        "ms",
        LEVER,
        Alone,
    );
    page.wait_for_text("[data-test=upcoming]", "→").await;

    let shorter = finished(site, 1_000).await;
    let (_, less) = frames(&shorter, &DRAG_PLAYHEAD, count).await;
    // Below a millisecond there is little to compare.
    let growth = |more: f64, less: f64| more.max(1.0) / less.max(1.0);
    table.row(
        "playhead dragged, script a frame, 10000 lanes of 1000",
        growth(scrub, less),
        "x",
        GROWTH,
        Always,
    );
    let (_, less) = frames(&shorter, &TURN_WHEEL, count).await;
    table.row(
        "zoomed, script a frame, 10000 lanes of 1000",
        growth(zoom, less),
        "x",
        GROWTH,
        Always,
    );
}

/// A finished run of this many tasks, a hundred of them at a time.
async fn finished(site: &Site, tasks: u32) -> Page {
    let hash = format!("#/at-scale?only=bounded&pace=instant&tasks={tasks}&permits=100");
    let page = watched(site, &hash).await;
    page.wait_for_playground().await;
    page.click(RUN).await;
    page.wait_for_end().await;
    page
}

/// Moves the pointer to a lane whose bar ends within the window.
async fn hover(page: &Page) {
    let script = "document.querySelector('[data-test=fit]')?.click();
        document.querySelector('.lane[data-task=\"3\"]').dispatchEvent(new MouseEvent('mouseenter'))";
    page.eval(script, &[]).await;
    page.wait_for(".grip:not([hidden])").await;
}
