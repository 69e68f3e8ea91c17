//! The whole race in one strip, with the window that is shown: to be dragged, or moved by keys.

use super::density;
use super::density::Kept;
use super::filter::{LaneFilter, OPENER};
use super::gestures::plot;
use super::run_view::bring_runs_into_view;
use super::visible_range::VisibleRange;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::paper::Paper;
use crate::ui::kit::surface::Surface;
use crate::ui::state::app::App;
use interleave_geometry::axis::instant;
use interleave_player::Phase;
use interleave_playgrounds::Entry;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// What a press on the strip drags.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grip {
    /// The window's beginning or end.
    End(Side),
    /// The window, by a point this many seconds after its start.
    Window(f64),
    /// A new window is being drawn from here.
    New(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    From,
    To,
}

/// Buttons for zoom, filter and compact lanes, and the strip.
#[component]
pub fn Overview(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let visible = VisibleRange::get();
    let strip = NodeRef::<Div>::new();
    let grip = StoredValue::new(None::<Grip>);
    let kept = StoredValue::new_local(Vec::<(&'static str, Kept)>::new());
    let paint = move |paper: &Paper| {
        app.runs.track_time();
        let modes = app.view.strategies(entry);
        kept.update_value(|kept| {
            kept.retain(|(mode, _)| modes.iter().any(|strategy| strategy.mode == *mode));
            let mut load = Vec::new();
            for strategy in &modes {
                let mode = strategy.mode;
                let place = kept.iter().position(|(known, _)| *known == mode);
                let place = place.unwrap_or_else(|| {
                    kept.push((mode, Kept::default()));
                    kept.len() - 1
                });
                let kept = &mut kept[place].1;
                app.shown(mode, |shown| {
                    if let Some(shown) = shown {
                        kept.read_load(&shown, visible.end.get(), density::columns(paper));
                        load.push((place, !shown.is_run()));
                    }
                });
            }
            let load = load
                .into_iter()
                .map(|(place, faint)| (&kept[place].1, faint));
            density::load(paper, &load.collect::<Vec<_>>());
        });
    };
    // The instant under the pointer.
    let at = move |event: &PointerEvent| {
        let canvas = strip.get_untracked()?.query_selector("canvas").ok()??;
        let (left, width) = plot(&canvas)?;
        let end = visible.end.get_untracked();
        Some(((f64::from(event.client_x()) - left) / width * end).clamp(0.0, end))
    };
    let press = move |event: PointerEvent| {
        let (Some(at), Some(strip)) = (at(&event), strip.get_untracked()) else {
            return;
        };
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let side = target.and_then(|target| target.get_attribute("data-end"));
        let (from, to) = visible.range.get_untracked();
        let side = side.map(|side| if side == "from" { Side::From } else { Side::To });
        let whole = untrack(|| visible.is_whole());
        let held = match side {
            Some(side) => Grip::End(side),
            None if !whole && (from..=to).contains(&at) => Grip::Window(at - from),
            None => Grip::New(at),
        };
        if event.button() == 0 {
            grip.set_value(Some(held));
            // Without it the drag ends at the strip's edge.
            let _ = strip.set_pointer_capture(event.pointer_id());
        }
    };
    let drag = move |event: PointerEvent| {
        let (Some(held), Some(at)) = (grip.get_value(), at(&event)) else {
            return;
        };
        let (from, to) = visible.range.get_untracked();
        // The ends stay apart, so that there is always something between them.
        let least = visible.end.get_untracked() * 0.01;
        match held {
            Grip::End(Side::From) => visible.show(at.min(to - least), to, false),
            Grip::End(Side::To) => visible.show(from, at.max(from + least), false),
            Grip::Window(ahead) => visible.show(at - ahead, at - ahead + (to - from), false),
            // A click with a little movement draws no window.
            Grip::New(start) if (at - start).abs() < visible.end.get_untracked() * 0.01 => {}
            Grip::New(start) => visible.show(start.min(at), start.max(at), false),
        }
    };
    let release = move |event: PointerEvent| {
        let whole = untrack(|| visible.is_whole());
        let (from, to) = visible.range.get_untracked();
        if let (Some(Grip::New(start)), Some(at)) = (grip.get_value(), at(&event))
            && start == at
            && !whole
        {
            let half = (to - from) / 2.0;
            visible.show(at - half, at + half, false);
        }
        grip.set_value(None);
    };
    let filter = LaneFilter::get();
    let is_filtered = move || filter.compact.get() || filter.tasks.with(|filter| !filter.is_open());
    let lost =
        Memo::new(move |_| visible.is_left_behind() && app.runs.phase.get() == Phase::Running);
    let percent = move |side: Side| {
        let ((from, to), end) = (visible.range.get(), visible.end.get());
        let at = if side == Side::From { from } else { to };
        at / end * 100.0
    };
    // On small screens it is shown when the reader asks for it.
    let asked = RwSignal::new(false);
    bring_runs_into_view(strip);
    view! {
        <div class="overview" id="overview" class:asked=move || asked.get()>
            <Tools/>
            <div class="strip" node_ref=strip role="group" aria-label="Time shown" class:whole=move || visible.is_whole()
                on:pointerdown=press on:pointermove=drag on:pointerup=release on:pointercancel=move |_| grip.set_value(None)
            >
                <Surface paint/>
                <div class="window">
                    <div class="shown" style:left=move || format!("{}%", percent(Side::From))
                        style:right=move || format!("{}%", 100.0 - percent(Side::To))></div>
                    <Handle side=Side::From percent=Signal::derive(move || percent(Side::From))/>
                    <Handle side=Side::To percent=Signal::derive(move || percent(Side::To))/>
                </div>
            </div>
        </div>
        <button class="icon-button view-toggle" type="button" aria-label="Zoom and filter" data-test="view-toggle"
            aria-controls="overview" aria-expanded=move || asked.get().to_string()
            class:active=move || !visible.is_whole() || is_filtered()
            on:click=move |_| asked.update(|asked| *asked = !*asked)
        >{icon(Icon::Zoom)}</button>
        <Show when=move || lost.get()>
            <button class="button follow" type="button" data-test="follow" on:click=move |_| visible.follow()>"Follow"</button>
        </Show>
    }
}

/// One end of the window.
#[component]
fn Handle(side: Side, percent: Signal<f64>) -> impl IntoView {
    let visible = VisibleRange::get();
    let value = move || {
        let (from, to) = visible.range.get();
        if side == Side::From { from } else { to }
    };
    let bounds = move || match side {
        Side::From => (0.0, visible.range.get().1),
        Side::To => (visible.range.get().0, visible.end.get()),
    };
    let words = move || {
        let (from, to) = visible.range.get();
        instant(value(), (to - from) / 20.0)
    };
    let press = move |event: KeyboardEvent| {
        if event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let ((from, to), end) = (visible.range.get_untracked(), visible.end.get_untracked());
        let step = (to - from) / 20.0;
        let at = if side == Side::From { from } else { to };
        let at = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => at - step,
            "ArrowRight" | "ArrowUp" => at + step,
            "PageDown" => at - 5.0 * step,
            "PageUp" => at + 5.0 * step,
            "Home" => 0.0,
            "End" => end,
            _ => return,
        };
        event.prevent_default();
        match side {
            Side::From => visible.show(at.clamp(0.0, to - step), to, false),
            Side::To => visible.show(from, at.clamp(from + step, end), false),
        }
    };
    let (name, label) = match side {
        Side::From => ("from", "First instant shown"),
        Side::To => ("to", "Last instant shown"),
    };
    view! {
        <div class="handle" role="slider" tabindex="0" data-end=name aria-label=label
            style:left=move || format!("{}%", percent.get())
            aria-valuemin=move || bounds().0.to_string() aria-valuemax=move || bounds().1.to_string()
            aria-valuenow=move || value().to_string() aria-valuetext=words
            on:keydown=press
        ></div>
    }
}

/// Buttons for zoom, filter and compact lanes.
#[component]
fn Tools() -> impl IntoView {
    let visible = VisibleRange::get();
    let filter = LaneFilter::get();
    let whole = Memo::new(move |_| visible.is_whole());
    view! {
        <div class="tools" role="group" aria-label="View">
            <button class="icon-button" type="button" aria-label="Zoom out" title="Zoom out (−)" data-test="zoom-out"
                prop:disabled=move || whole.get() on:click=move |_| visible.step(0.5)>{icon(Icon::Minus)}</button>
            <button class="icon-button" type="button" aria-label="Zoom in" title="Zoom in (+)" data-test="zoom-in"
                on:click=move |_| visible.step(2.0)>{icon(Icon::Plus)}</button>
            <button class="icon-button" type="button" aria-label="Fit the whole race" title="Fit the whole race (0)" data-test="fit"
                prop:disabled=move || whole.get() on:click=move |_| visible.fit()>{icon(Icon::Fit)}</button>
            <button class="icon-button" type="button" aria-label="Filter tasks" title="Filter tasks (/)" id=OPENER data-test="filter"
                aria-expanded=move || filter.open.get().to_string() aria-controls="filter"
                class:active=move || filter.tasks.with(|filter| !filter.is_open())
                on:click=move |_| filter.toggle()>{icon(Icon::Filter)}</button>
            <button class="icon-button" type="button" aria-label="Compact lanes" title="Compact lanes (Z)"
                data-test="compact" aria-pressed=move || filter.compact.get().to_string()
                on:click=move |_| filter.toggle_compact()>{icon(Icon::Compact)}</button>
        </div>
    }
}
