//! The handle at the end of a bar.

use super::anchor::CardAnchor;
use super::card::Card;
use super::duration_drag::DurationDrag;
use crate::ui::timeline::filter::FilteredRows;
use crate::ui::timeline::gestures::CLICK;
use crate::ui::timeline::painter::{MARGIN, ROW};
use interleave_trace::TaskId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A press on the handle.
#[derive(Clone, Copy)]
struct Press {
    /// The task of its lane.
    id: TaskId,
    /// Where, in window coordinates.
    x: f64,
    /// Seconds per pixel, where there is something to drag.
    seconds: Option<f64>,
    /// Whether it has become a drag.
    moved: bool,
}

/// The handle of the lane under the pointer or with the focus, where the task has a duration in the params. For the
/// keyboard, the lane has keys.
#[component]
pub fn Handle(
    /// Which strategy.
    mode: &'static str,
    /// The time that is shown, in seconds.
    range: Memo<(f64, f64)>,
    /// The strategy's rows.
    listing: Memo<FilteredRows>,
    /// Pixels that the lanes are scrolled by.
    scrolled: RwSignal<f64>,
    /// The width and the height of the lanes' canvas.
    size: RwSignal<(f64, f64)>,
) -> impl IntoView {
    let durations = DurationDrag::get();
    let place = Memo::new(move |_| {
        let (id, end) = durations.handle(mode)?;
        let row = listing.with(|listing| listing.rows().row(id))?;
        let ((from, to), (width, height)) = (range.get(), size.get());
        let width = (width - MARGIN).max(1.0);
        let x = (end.secs() - from) / (to - from) * width;
        let y = row as f64 * ROW - scrolled.get();
        let seen = (-0.5..=width + 0.5).contains(&x) && y > -ROW && y < height;
        seen.then_some((id, x, y))
    });
    let card = Card::get();
    let pressed = StoredValue::new(None::<Press>);
    let press = move |event: web_sys::PointerEvent| {
        let Some((id, ..)) = place.get_untracked().filter(|_| event.button() == 0) else {
            return;
        };
        let (from, to) = range.get_untracked();
        let width = (size.get_untracked().0 - MARGIN).max(1.0);
        let held = durations.take(mode, id, to - from);
        pressed.set_value(Some(Press {
            id,
            x: f64::from(event.client_x()),
            seconds: held.then_some((to - from) / width),
            moved: false,
        }));
        let target = event
            .current_target()
            .map(JsCast::dyn_into::<web_sys::Element>);
        if let Some(Ok(handle)) = target {
            // A pointer that is gone already cannot be captured; then nothing is dragged.
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
        // No text is selected, and the focus stays where it is.
        event.prevent_default();
    };
    let drag = move |event: web_sys::PointerEvent| {
        let Some(mut press) = pressed.get_value() else {
            return;
        };
        let by = f64::from(event.client_x()) - press.x;
        press.moved |= by.abs() >= CLICK;
        pressed.set_value(Some(press));
        if let Some(seconds) = press.seconds.filter(|_| press.moved) {
            durations.drag(by * seconds);
        }
    };
    let release = move |event: web_sys::PointerEvent| {
        let press = pressed.try_update_value(Option::take).flatten();
        durations.release();
        // The lane is below the handle: a press without a drag is a click on the lane.
        let press = press.filter(|press| !press.moved && event.type_() == "pointerup");
        if let Some(Press { id, .. }) = press {
            let at = (f64::from(event.client_x()), f64::from(event.client_y()));
            card.pin(CardAnchor::at(mode, id, at), false);
        }
    };
    let at = move |read: fn((TaskId, f64, f64)) -> f64| {
        move || {
            place
                .get()
                .map_or_else(String::new, |place| format!("{}px", read(place)))
        }
    };
    view! {
        <div class="grips">
            <span class="grip" data-test="grip" aria-hidden="true"
                title="Drag to change the duration; keys on the lane: , shorter, . longer"
                hidden=move || place.get().is_none()
                class:held=move || durations.is_dragging()
                style:left=at(|(_, x, _)| x)
                style:top=at(|(_, _, y)| y)
                on:pointerdown=press
                on:pointermove=drag
                on:pointerup=release
                on:pointercancel=release
                on:lostpointercapture=release
            ></span>
        </div>
    }
}

/// Keys of a lane that shorten or lengthen its task; true if the key was one of them.
pub fn key(
    drag: DurationDrag,
    event: &web_sys::KeyboardEvent,
    task: (&'static str, TaskId),
    seen: f64,
) -> bool {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return false;
    }
    let longer = match event.key().as_str() {
        "." => true,
        "," => false,
        _ => return false,
    };
    drag.nudge(task.0, task.1, seen, longer)
}
