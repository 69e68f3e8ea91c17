//! A run that begins below the window's edge is brought into view.

use super::painter::ROW;
use crate::ui::state::app::App;
use crate::web;
use interleave_player::Phase;
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{Element, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition};

/// How many rows of the first strategy must be seen, so that a run need not be brought into view.
const ENOUGH: f64 = 3.0;

/// Scrolls down to the race when a run begins and too little of it is in view. It stays for readers of the code below it.
///
/// `part` is any part of the race.
pub fn bring_runs_into_view(part: NodeRef<Div>) {
    let app = App::get();
    let begun = Memo::new(move |_| app.runs.phase.get() != Phase::Ready);
    Effect::new(move |_| {
        if !begun.get() || app.view.is_embedded() || app.is_recorded() {
            return;
        }
        request_animation_frame(move || {
            let race = part.try_get_untracked().flatten();
            let race = race.and_then(|part| part.closest(".race").ok()?);
            if let Some(race) = race.filter(is_below) {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Start);
                options.set_behavior(if web::prefers_stillness() {
                    ScrollBehavior::Instant
                } else {
                    ScrollBehavior::Smooth
                });
                race.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    });
}

/// Whether too few lanes of the race are above the lower edge of what is seen.
fn is_below(race: &Element) -> bool {
    let is_below = || {
        let height = web_sys::window()?.inner_height().ok()?.as_f64()?;
        // On narrow screens the buttons of a run lie over the foot of the page.
        let transport = document().query_selector(".transport").ok()??;
        let transport = transport.get_bounding_client_rect();
        let at_foot = transport.height() > 0.0 && transport.bottom() >= height - 1.0;
        let edge = if at_foot { transport.top() } else { height };
        let lanes = race.query_selector(".lanes").ok()??;
        let lanes = lanes.get_bounding_client_rect();
        Some(lanes.top() + (ENOUGH * ROW).min(lanes.height()) > edge)
    };
    is_below().unwrap_or(false)
}
