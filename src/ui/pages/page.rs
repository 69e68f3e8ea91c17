//! The page of a playground.

use super::hint::{FirstRun, Hint};
use crate::ui::form::params::Params;
use crate::ui::kit::later::Later;
use crate::ui::kit::words::words;
use crate::ui::panels::claims::Claims;
use crate::ui::panels::panel::Panel;
use crate::ui::panels::results::{Results, Tiles};
use crate::ui::run::announcer::Announcer;
use crate::ui::run::controls::Controls;
use crate::ui::run::open::Recorded;
use crate::ui::run::predict::{PredictToggle, Prediction};
use crate::ui::state::app::App;
use crate::ui::timeline::race::Race;
use interleave_playgrounds::{ARTICLES, Entry};
use leptos::prelude::*;

/// The page of a playground.
#[component]
pub fn Page(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let card = entry.card();
    view! {
        <header class="page-head">
            <h1>{words(card.heading)}</h1>
            <p class="subtitle">{words(card.subtitle)}</p>
            <p class="lead">{card.lead}</p>
            <ul class="refs" aria-label="Articles">
                {card.articles.iter().map(|&article| view! { <li>{format!("From “{}”", ARTICLES[article])}</li> }).collect_view()}
            </ul>
        </header>
        <Controls/>
        <Later><Recorded/></Later>
        <Later><Announcer/></Later>
        {FirstRun::get().is_ahead().then(|| view! { <Later place="first-run-place"><Hint/></Later> })}
        <div class="stage">
            <div class="column">
                <div class="choices"><Later place="choices-place"><Choices entry/></Later></div>
                <Later><Prediction/></Later>
                <Race entry><Later><Claims entry/></Later></Race>
                <Later><Tiles entry/><Results entry/></Later>
            </div>
            <Later place="params"><Params entry/></Later>
            <Later place="panel"><Panel entry/></Later>
        </div>
    }
}

/// What can be chosen before a run.
#[component]
fn Choices(entry: &'static Entry) -> impl IntoView {
    view! {
        {(entry.strategies().len() > 1).then(|| view! { <Strategies entry/> })}
        <PredictToggle/>
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
