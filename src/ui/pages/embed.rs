//! A playground in a frame of another page: its title, its controls, and what the link asks for.

use super::lazy::PAGES;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::kit::theme::{Theme, ThemeSignal};
use crate::ui::kit::words::words;
use crate::ui::panels::panel::has_tabs;
use crate::ui::run::controls::Controls;
use crate::ui::state::app::App;
use crate::ui::state::runs::Playback;
use crate::ui::timeline::race::Race;
use crate::web;
use crate::web::VisibilityWatch;
use crate::web::host::{Asked, Host};
use interleave_player::Phase;
use interleave_player::view::{Embed, Route};
use interleave_player::{Pace, view};
use interleave_playgrounds::Entry;
use leptos::html::Div;
use leptos::prelude::*;

/// This part of the race must be in view before it starts by itself,
const ENOUGH: f64 = 0.25;
/// or this many pixels of its height, whichever is less.
const ENOUGH_PIXELS: f64 = 200.0;

/// The page of a playground within a frame.
#[component]
pub fn Embedded(
    /// The playground.
    entry: &'static Entry,
    /// What the link asks for.
    embed: Embed,
) -> impl IntoView {
    let app = App::get();
    let theme = ThemeSignal::get();
    if embed.theme.is_some() {
        theme.show(Theme::from_word(embed.theme));
    }
    let stage = NodeRef::<Div>::new();
    // Whether any of the stage is in view, and whether enough is.
    let seen = RwSignal::new((false, false));
    // A run that starts when enough is in view.
    let wanted = RwSignal::new(embed.autoplay && app.runs.phase.get_untracked() == Phase::Ready);
    let watch = StoredValue::new_local(None::<VisibilityWatch>);
    Effect::new(move |_| {
        let Some(stage) = stage.get() else { return };
        let watching = VisibilityWatch::new(&stage, "0px", move |part, pixels| {
            seen.set((part > 0.0, part >= ENOUGH || pixels >= ENOUGH_PIXELS));
        });
        if watching.is_none() {
            seen.set((true, true));
        }
        watch.set_value(watching);
    });
    rest_while_unseen(app, seen);
    Effect::new(move |_| {
        if wanted.get() && seen.get().1 {
            wanted.set(false);
            untrack(|| run_unasked(app));
        }
    });
    let asked = move |asked| match asked {
        Asked::Run => wanted.set(true),
        Asked::Theme(word) => theme.show(Theme::from_word(word.as_deref())),
    };
    let host =
        StoredValue::new_local(web::element("app").and_then(|root| Host::listen(root, asked)));
    on_cleanup(move || host.set_value(None));
    let whole = move || {
        let view = app.runnable_view().map(|mut view| {
            view.embed = None;
            view
        });
        let link = view.and_then(|view| view::format(&Route::Playground(view)).ok());
        link.unwrap_or_else(|| format!("#/{}", entry.slug))
    };
    view! {
        <header class="embed-head">
            <h1>{words(entry.card().heading)}</h1>
            <a href=whole target="_blank" rel="noopener" data-test="whole">
                "Open in Interleave"<span class="visually-hidden">" (in a new tab)"</span>{icon(Icon::Away)}
            </a>
        </header>
        <Lazy view=lazy::of(&PAGES, |pages| (pages.announcer)())/>
        <div node_ref=stage>
            <Lazy view=lazy::piece(|| view! { <Controls/> }.into_any())/>
            <Lazy view=lazy::of(&PAGES, |pages| (pages.prediction)())/>
            {app.view.shows("race").then(|| view! { <Lazy view=lazy::piece(move || view! { <Race entry/> }.into_any())/> })}
        </div>
        {app.view.shows("claims").then(|| view! {
            <section class="card embed-claims" aria-label="Claims">
                <Lazy view=lazy::of(&PAGES, move |pages| (pages.claims)(entry))/>
            </section>
        })}
        {app.view.shows("results").then(|| view! { <Lazy view=lazy::of(&PAGES, move |pages| (pages.results)(entry))/> })}
        {app.view.shows("form").then(|| view! { <Lazy place="params" view=lazy::of(&PAGES, move |pages| (pages.params)(entry))/> })}
        {has_tabs(app, entry).then(|| view! { <Lazy place="panel" view=lazy::of(&PAGES, move |pages| (pages.panel)(entry))/> })}
    }
}

/// Starts a run without a click: never at the live pace, which may send requests; instantly for readers who prefer reduced
/// motion.
fn run_unasked(app: App) {
    let idle = matches!(app.runs.phase.get(), Phase::Ready | Phase::Finished);
    if !idle || app.view.pace.get() == Pace::Live || app.asks(false) {
        return;
    }
    app.run(web::prefers_stillness().then_some(Pace::Instant));
}

/// Pauses a run, or the recording that is played, while it is out of view, and resumes it afterwards.
fn rest_while_unseen(app: App, seen: RwSignal<(bool, bool)>) {
    let is_seen = Memo::new(move |_| seen.get().0);
    // Whether a recording plays rather than a run; `None` if neither does.
    let moves = Memo::new(move |_| match (app.runs.playback(), app.runs.phase.get()) {
        (Some(Playback::Recording { playing: true, .. }), _) => Some(true),
        (_, Phase::Running) if app.runs.can_pause() => Some(false),
        _ => None,
    });
    let toggle = move |recording: bool| {
        untrack(|| match recording {
            true => app.runs.play_or_pause(),
            false => app.run_or_pause(),
        });
    };
    let rests = StoredValue::new(None);
    Effect::new(move |_| match (is_seen.get(), moves.get()) {
        (false, Some(recording)) => {
            rests.set_value(Some(recording));
            toggle(recording);
        }
        (true, moves) => {
            let rested = rests.try_update_value(Option::take).flatten();
            // A run or recording that was resumed or reset meanwhile is left alone.
            let stands = moves.is_none()
                && untrack(|| app.runs.phase.get() == Phase::Paused || rested == Some(true));
            if let Some(recording) = rested.filter(|_| stands) {
                toggle(recording);
            }
        }
        (false, None) => {}
    });
}
