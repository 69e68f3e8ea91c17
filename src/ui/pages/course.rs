//! The course: the playgrounds in reading order, and how far the reader has come.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::words::words;
use crate::ui::state::app::App;
use crate::ui::state::progress;
use interleave_player::{Phase, Session};
use interleave_playgrounds::{CARDS, Card, Entry};
use leptos::prelude::*;

/// The foot of a playground's page: the steps before and after it. If its run has ended, the playground counts as run.
#[component]
pub fn Foot(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    Effect::new(move |_| {
        let is_own = |session: &Session| session.saved_as.is_none();
        let is_over = app.runs.phase.get() == Phase::Finished;
        if is_over && untrack(|| app.runs.session(|session| session.is_some_and(is_own))) {
            progress::add(entry.slug);
        }
    });
    let place = CARDS.iter().position(|card| card.slug == entry.slug);
    let place = place.unwrap_or_default();
    let step = |card: &'static Card, is_next: bool| {
        let (rel, word) = match is_next {
            true => ("next", "Next"),
            false => ("prev", "Previous"),
        };
        view! {
            <a class=rel rel=rel href=format!("#/{}", card.slug)>
                <span class="muted small">{word}</span>
                <strong>{words(card.heading)}</strong>
                {is_next.then(|| view! { <span class="small">{card.aim}</span> })}
            </a>
        }
    };
    let before = place.checked_sub(1).and_then(|place| CARDS.get(place));
    view! {
        <nav class="course-foot" aria-label="Course">
            {before.map(|card| step(card, false))}
            <p class="muted small">{format!("{} of {}", place + 1, CARDS.len())}</p>
            {CARDS.get(place + 1).map(|card| step(card, true))}
        </nav>
    }
}

/// The mark of a playground that has been run.
pub fn mark(run: Memo<Vec<&'static str>>, slug: &'static str) -> impl IntoView {
    let is_run = Memo::new(move |_| run.with(|run| run.contains(&slug)));
    move || {
        is_run
            .get()
            .then(|| view! { <span class="has-run">{icon(Icon::Check)}"run"</span> })
    }
}

/// How many playgrounds have been run, and a button that forgets it; nothing before the first one.
#[component]
pub fn Progress() -> impl IntoView {
    let run = progress::all();
    let count = Memo::new(move |_| run.with(Vec::len));
    view! {
        <Show when=move || count.get() != 0>
            <div class="progress">
                <p>{move || format!("{} of {} run", count.get(), CARDS.len())}<span class="muted">", on this device"</span></p>
                <button class="button quiet" type="button" data-test="forget" on:click=|_| progress::forget()>"Forget"</button>
            </div>
        </Show>
    }
}
