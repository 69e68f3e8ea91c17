//! The whole race in one strip, with the window that is shown: to be dragged, or moved by keys.

use super::density;
use super::density::Kept;
use super::gestures::plot;
use super::scope::Scope;
use super::sift::{OPENER, Sift};
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::paper::Paper;
use crate::ui::kit::surface::Surface;
use crate::ui::state::app::{App, chosen};
use interleave_geometry::axis::instant;
use interleave_player::Phase;
use interleave_playgrounds::Entry;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// What a press on the strip has taken hold of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grip {
    /// The window's beginning or end.
    End(Side),
    /// The window, so many seconds after its beginning.
    Window(f64),
    /// A new window is being drawn from here.
    New(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    From,
    To,
}

/// Buttons for what is shown, and the strip.
#[component]
pub fn Overview(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let scope = Scope::get();
    let strip = NodeRef::<Div>::new();
    let grip = StoredValue::new(None::<Grip>);
    let kept = StoredValue::new_local(Vec::<(&'static str, Kept)>::new());
    let paint = move |paper: &Paper| {
        app.as_time_passes();
        let modes = chosen(entry, &app.modes.get());
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
                        kept.read_load(&shown, scope.end.get(), density::columns(paper));
                        load.push((place, shown.ghost));
                    }
                });
            }
            let load = load
                .into_iter()
                .map(|(place, ghost)| (&kept[place].1, ghost));
            density::load(paper, &load.collect::<Vec<_>>());
        });
    };
    // The instant under the pointer.
    let at = move |event: &PointerEvent| {
        let canvas = strip.get_untracked()?.query_selector("canvas").ok()??;
        let (left, width) = plot(&canvas)?;
        let end = scope.end.get_untracked();
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
        let (from, to) = scope.range.get_untracked();
        let side = side.map(|side| if side == "from" { Side::From } else { Side::To });
        let whole = untrack(|| scope.is_whole());
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
        let (from, to) = scope.range.get_untracked();
        // The ends stay apart, so that there is always something between them.
        let least = scope.end.get_untracked() * 0.01;
        match held {
            Grip::End(Side::From) => scope.show(at.min(to - least), to, false),
            Grip::End(Side::To) => scope.show(from, at.max(from + least), false),
            Grip::Window(ahead) => scope.show(at - ahead, at - ahead + (to - from), false),
            // A click that trembles draws nothing.
            Grip::New(start) if (at - start).abs() < scope.end.get_untracked() * 0.01 => {}
            Grip::New(start) => scope.show(start.min(at), start.max(at), false),
        }
    };
    let release = move |event: PointerEvent| {
        let whole = untrack(|| scope.is_whole());
        let (from, to) = scope.range.get_untracked();
        if let (Some(Grip::New(start)), Some(at)) = (grip.get_value(), at(&event))
            && start == at
            && !whole
        {
            let half = (to - from) / 2.0;
            scope.show(at - half, at + half, false);
        }
        grip.set_value(None);
    };
    let lost = Memo::new(move |_| scope.is_left_behind() && app.phase.get() == Phase::Running);
    let percent = move |side: Side| {
        let ((from, to), end) = (scope.range.get(), scope.end.get());
        let at = if side == Side::From { from } else { to };
        at / end * 100.0
    };
    view! {
        <div class="overview">
            <Tools/>
            <div class="strip" node_ref=strip role="group" aria-label="Time shown" class:whole=move || scope.is_whole()
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
            <Show when=move || lost.get()>
                <button class="button follow" type="button" data-test="follow" on:click=move |_| scope.follow()>"Follow"</button>
            </Show>
        </div>
    }
}

/// One end of the window.
#[component]
fn Handle(side: Side, percent: Signal<f64>) -> impl IntoView {
    let scope = Scope::get();
    let value = move || {
        let (from, to) = scope.range.get();
        if side == Side::From { from } else { to }
    };
    let bounds = move || match side {
        Side::From => (0.0, scope.range.get().1),
        Side::To => (scope.range.get().0, scope.end.get()),
    };
    let words = move || {
        let (from, to) = scope.range.get();
        instant(value(), (to - from) / 20.0)
    };
    let press = move |event: KeyboardEvent| {
        if event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let ((from, to), end) = (scope.range.get_untracked(), scope.end.get_untracked());
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
            Side::From => scope.show(at.clamp(0.0, to - step), to, false),
            Side::To => scope.show(from, at.clamp(from + step, end), false),
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

/// Buttons for what is shown.
#[component]
fn Tools() -> impl IntoView {
    let scope = Scope::get();
    let sift = Sift::get();
    let whole = Memo::new(move |_| scope.is_whole());
    view! {
        <div class="tools" role="group" aria-label="View">
            <button class="icon-button" type="button" aria-label="Zoom out" title="Zoom out (−)" data-test="zoom-out"
                prop:disabled=move || whole.get() on:click=move |_| scope.step(0.5)>{icon(Icon::Minus)}</button>
            <button class="icon-button" type="button" aria-label="Zoom in" title="Zoom in (+)" data-test="zoom-in"
                on:click=move |_| scope.step(2.0)>{icon(Icon::Plus)}</button>
            <button class="icon-button" type="button" aria-label="Fit the whole race" title="Fit the whole race (0)" data-test="fit"
                prop:disabled=move || whole.get() on:click=move |_| scope.fit()>{icon(Icon::Fit)}</button>
            <button class="icon-button" type="button" aria-label="Filter tasks" title="Filter tasks (/)" id=OPENER data-test="filter"
                aria-expanded=move || sift.open.get().to_string() aria-controls="filter"
                class:active=move || sift.filter.with(|filter| !filter.is_open())
                on:click=move |_| sift.toggle()>{icon(Icon::Filter)}</button>
            <button class="icon-button" type="button" aria-label="Squeeze all lanes into view" title="Squeeze all lanes into view (Z)"
                data-test="squeeze" aria-pressed=move || sift.squeezed.get().to_string()
                on:click=move |_| sift.squeeze()>{icon(Icon::Squeeze)}</button>
        </div>
    }
}
