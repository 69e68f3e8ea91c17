//! The page of a playground.

use super::hint::FirstRun;
use super::lazy::{PAGES, Pages};
use crate::turns::is_first_page;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::kit::words::words;
use crate::ui::run::controls::Controls;
use crate::ui::run::predict::PredictToggle;
use crate::ui::state::app::App;
use crate::ui::timeline::race::Race;
use interleave_playgrounds::{Entry, from};
use leptos::prelude::*;

/// The page of a playground.
#[component]
pub fn Page(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let card = entry.card();
    // Narrow screens show two lines of the lead at first: the lanes are what the page is for.
    let whole = RwSignal::new(false);
    // Below the window, the first page of a visit makes only the views that come near it.
    let is_first = is_first_page();
    let below = |class, part: fn(&Pages) -> fn(&'static Entry) -> AnyView| {
        lazy::last_of(&PAGES, move |pages| match is_first {
            true => (pages.near)(class, Box::new(move || part(pages)(entry))),
            false => part(pages)(entry),
        })
    };
    view! {
        <header class="page-head" class:whole=move || whole.get()>
            <h1>{words(card.heading)}</h1>
            <p class="subtitle">{words(card.subtitle)}</p>
            <button class="lead-toggle" type="button" aria-expanded=move || whole.get().to_string()
                on:click=move |_| whole.update(|whole| *whole = !*whole)
            >{move || if whole.get() { "Less" } else { "More" }}</button>
            <p class="lead">{entry.lead}</p>
            <ul class="refs" aria-label="Articles">
                {card.articles.iter().map(|&article| view! { <li>{from(article)}</li> }).collect_view()}
            </ul>
        </header>
        <Lazy view=lazy::piece(|| view! { <Controls/> }.into_any())/>
        <Lazy view=lazy::of(&PAGES, |pages| (pages.status)())/>
        <div class="stage">
            <div class="column">
                {FirstRun::get().is_ahead().then(|| view! { <Lazy place="first-run-place" view=lazy::last_of(&PAGES, |pages| (pages.hint)())/> })}
                <div class="choices"><Lazy meanwhile=no_choices view=lazy::of(&PAGES, move |pages| (pages.choices)(entry))/></div>
                <Lazy view=lazy::of(&PAGES, |pages| (pages.prediction)())/>
                <Lazy view=lazy::piece(move || race(entry))/>
                <Lazy view=lazy::last_of(&PAGES, move |pages| (pages.results)(entry))/>
            </div>
            <Lazy place="params" view=below("params", |pages| pages.params)/>
            <Lazy place="panel" view=below("panel", |pages| pages.panel)/>
        </div>
        <Lazy view=lazy::last_of(&PAGES, move |pages| (pages.foot)(entry))/>
    }
}

/// The race, with the claims of the article.
fn race(entry: &'static Entry) -> AnyView {
    view! {
        <Race entry><Lazy view=lazy::of(&PAGES, move |pages| (pages.claims)(entry))/></Race>
    }
    .into_any()
}

/// A placeholder that looks like [`Choices`], with as many rows.
fn no_choices() -> AnyView {
    let entry = App::get().view.entry.get_untracked();
    let strategies = entry.map(Entry::strategies).unwrap_or_default();
    view! {
        {(strategies.len() > 1).then(|| view! {
            <div class="chips strategies">
                {strategies.iter().map(|strategy| view! { <span class="chip">{strategy.title}</span> }).collect_view()}
            </div>
        })}
        <span class="chip predict-toggle">{icon(Icon::Predict)}"Predict"</span>
    }
    .into_any()
}

/// The choices before a run.
#[component]
pub fn Choices(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    view! {
        {(entry.strategies().len() > 1).then(|| view! { <Strategies entry/> })}
        {(!entry.is_recorded()).then(|| view! { <PredictToggle/> })}
    }
}

/// Which strategies run. The last one stays chosen.
#[component]
fn Strategies(entry: &'static Entry) -> impl IntoView {
    let app = App::get();
    let is_chosen = move |mode: &str| app.view.modes.with(|modes| modes.contains(&mode));
    let toggle = move |mode: &'static str| {
        app.view.update(|view| {
            let modes = &mut view.strategies;
            let chosen = |strategy: &&interleave_playgrounds::Strategy| {
                (strategy.mode == mode) != modes.contains(&strategy.mode)
            };
            let now: Vec<_> = entry
                .strategies()
                .iter()
                .filter(chosen)
                .map(|strategy| strategy.mode)
                .collect();
            if !now.is_empty() {
                *modes = now;
            }
        });
    };
    view! {
        <div class="chips strategies" role="group" aria-label="Strategies">
            {entry.strategies().iter().map(|strategy| {
                let mode = strategy.mode;
                view! {
                    <button class="chip" type="button" aria-pressed=move || is_chosen(mode).to_string()
                        on:click=move |_| toggle(mode)
                    >{strategy.title}</button>
                }
            }).collect_view()}
        </div>
    }
}
