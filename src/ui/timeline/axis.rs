//! The time axis, which is also the slider for the instant that is shown.

use super::lanes::viewport;
use super::painter;
use crate::ui::kit::paper::Paper;
use crate::ui::kit::surface::Surface;
use crate::ui::state::app::App;
use crate::ui::state::runs::Playback;
use interleave_geometry::layout::Viewport;
use interleave_player::Session;
use interleave_trace::Time;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The time axis of the race.
#[component]
pub fn TimeAxis(
    /// The time that is shown, in seconds.
    range: Memo<(f64, f64)>,
) -> impl IntoView {
    let app = App::get();
    // The viewport painted last, which maps the pointer's position to an instant.
    let painted = StoredValue::new(None::<Viewport>);
    let dragging = RwSignal::new(false);
    let any = move || app.runs.session(|session| session.is_some());
    let now = move || {
        app.runs.track_time();
        app.runs.session(|session| session.map(Session::now))
    };
    let paint = move |paper: &Paper| {
        let view = viewport(paper, range.get(), Time::ZERO);
        painted.set_value(Some(view));
        painter::axis(paper, &view);
        if let Some(x) = now().map(|now| view.x(now)).filter(|&x| view.shows(x)) {
            painter::thumb(paper, x, dragging.get());
        }
    };
    let seek = move |event: &web_sys::PointerEvent| {
        let axis = event
            .current_target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let (Some(axis), Some(view)) = (axis, painted.get_value()) {
            let x = f64::from(event.client_x()) - axis.get_bounding_client_rect().left();
            app.runs.seek(Time::from_secs(view.time_at(x)));
        }
    };
    let take = move |event: web_sys::PointerEvent| {
        if event.button() != 0 || untrack(now).is_none() {
            return;
        }
        let axis = event
            .current_target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(axis) = axis {
            // A pointer that is gone already cannot be captured; then nothing is dragged.
            let _ = axis.set_pointer_capture(event.pointer_id());
            let _ = axis.focus();
        }
        dragging.set(true);
        seek(&event);
    };
    let leave = move |_| dragging.set(false);
    let keys = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => app.runs.step_back(),
            "ArrowRight" | "ArrowUp" => untrack(|| app.step()),
            "PageDown" => leap(app, -0.1),
            "PageUp" => leap(app, 0.1),
            "Home" => app.runs.seek(Time::ZERO),
            "End" => app.runs.follow(),
            _ => return,
        }
        event.prevent_default();
    };
    let value = move |read: fn(&Session) -> Time| {
        move || {
            app.runs.track_time();
            let value = app.runs.session(|session| session.map_or(Time::ZERO, read));
            // The announced value need not be finer, and changes less often.
            let places = if app.runs.playback().is_none_or(Playback::stands_still) {
                3
            } else {
                1
            };
            format!("{:.places$}", value.secs())
        }
    };
    let words = Memo::new(move |_| {
        let (Some(playback), Some(now)) = (app.runs.playback(), now()) else {
            return "nothing has been run yet".to_owned();
        };
        let end = app
            .runs
            .session(|session| session.map_or(Time::ZERO, Session::recorded));
        format!(
            "{} of {}, {}",
            playback.instant(now),
            playback.instant(end),
            playback.word()
        )
    });
    view! {
        <div class="axis">
            <div class="scrub" role="slider" tabindex="0" aria-label="Instant that is shown" data-test="scrub"
                aria-disabled=move || (!any()).to_string()
                aria-valuemin="0"
                aria-valuemax=value(Session::recorded)
                aria-valuenow=value(Session::now)
                aria-valuetext=move || words.get()
                on:pointerdown=take
                on:pointermove=move |event| {
                    if dragging.get_untracked() {
                        seek(&event);
                    }
                }
                on:pointerup=leave
                on:pointercancel=leave
                on:lostpointercapture=leave
                on:keydown=keys
            >
                <Surface paint/>
            </div>
        </div>
    }
}

/// Moves later, or earlier, by a share of what has been recorded.
fn leap(app: App, share: f64) {
    let instants = untrack(|| {
        app.runs
            .session(|session| Some((session?.now(), session?.recorded())))
    });
    if let Some((now, end)) = instants {
        app.runs
            .seek(Time::from_secs(now.secs() + end.secs() * share));
    }
}
