//! The playback bar: whether a run or its recording is on screen, at which instant, and buttons to play it.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use crate::ui::state::runs::Playback;
use interleave_player::Session;
use leptos::prelude::*;

/// The icon of what is on screen.
fn badge_icon(playback: Playback) -> Icon {
    match playback {
        Playback::Live => Icon::Live,
        Playback::Simulating => Icon::Play,
        Playback::Paused => Icon::Pause,
        Playback::Recording { .. } => Icon::Recording,
    }
}

/// Whether a run or its recording is on screen, and the button that plays the recording.
#[component]
pub fn Playbar() -> impl IntoView {
    let app = App::get();
    let playback = Memo::new(move |_| app.runs.playback());
    let now = move || {
        app.runs.track_time();
        app.runs.session(|session| session.map(Session::now))
    };
    let badge = move || {
        playback.get().map(|playback| {
            let class = match playback {
                Playback::Live => "playback live",
                Playback::Simulating | Playback::Paused => "playback simulating",
                Playback::Recording { .. } => "playback recording",
            };
            view! { <span class=class>{icon(badge_icon(playback))}{playback.word()}</span> }
        })
    };
    let clock = move || match (playback.get(), now()) {
        (Some(Playback::Recording { at_end: true, .. }), Some(_)) => " at its end".to_owned(),
        (Some(playback), Some(now)) => format!(" at {}", playback.instant(now)),
        _ => "nothing has been run yet".to_owned(),
    };
    let recorded = move || matches!(playback.get(), Some(Playback::Recording { .. }));
    let play = move || match playback.get() {
        Some(Playback::Recording { playing: true, .. }) => (Icon::Pause, "Pause"),
        Some(Playback::Recording { at_end: true, .. }) => (Icon::Play, "Replay"),
        _ => (Icon::Play, "Play"),
    };
    let back = move || match playback.get() {
        Some(Playback::Recording {
            at_end: false,
            is_running,
            ..
        }) => Some(is_running),
        _ => None,
    };
    view! {
        <div class="playbar" role="group" aria-label="Recording">
            <p class="what" data-test="playback">{badge}<span class="num">{clock}</span></p>
            <button class="button" type="button" data-test="back-to-end"
                class:away=move || back().is_none() prop:disabled=move || back().is_none()
                on:click=move |_| app.runs.follow()
            >
                {icon(Icon::End)}
                {move || if back() == Some(true) { "Back to now" } else { "Back to the end" }}
            </button>
            <button class="button" type="button" data-test="play" title="At the chosen speed"
                prop:disabled=move || !recorded()
                on:click=move |_| untrack(|| app.runs.play_or_pause())
            >
                {move || icon(play().0)}<span class="label">{move || play().1}</span>
                <span class="visually-hidden">" the recording"</span><kbd class="hint">"P"</kbd>
            </button>
        </div>
    }
}
