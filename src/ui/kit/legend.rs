//! The legend of shapes and colours.

use super::icon::{Icon, icon};
use leptos::prelude::*;

/// The legend under the lanes.
#[component]
pub fn Legend() -> impl IntoView {
    let states = [
        ("not-yet", "not yet"),
        ("queued", "queued"),
        ("waiting", "waiting"),
        ("running", "on the loop"),
        ("backoff", "backing off"),
        ("blocked", "blocked"),
    ];
    view! {
        <ul class="legend" aria-label="Legend">
            {states.map(|(class, word)| view! {
                <li><span class=format!("swatch {class}")></span>{word}</li>
            }).collect_view()}
            <li class="ok">{icon(Icon::Check)}"done"</li>
            <li class="error">{icon(Icon::Cross)}"failed"</li>
            <li class="cancelled"><span class="swatch cut"></span>"cancelled"</li>
            <li class="timeout">{icon(Icon::Clock)}"timed out"</li>
            <li class="hung"><span class="swatch open"></span>"hung"</li>
            <li>{icon(Icon::Never)}<i>"never started"</i></li>
        </ul>
    }
}
