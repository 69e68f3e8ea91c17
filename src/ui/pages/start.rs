//! The start page: what this is, and a small picture of every playground.

use super::course::{Progress, mark};
use crate::chunk;
use crate::turns::in_turn;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::kit::near::when_near;
use crate::ui::kit::paper::Paper;
use crate::ui::kit::surface::Surface;
use crate::ui::kit::words::words;
use crate::ui::state::entries;
use crate::ui::state::progress;
use crate::ui::state::view::named;
use crate::ui::timeline::lanes::viewport;
use crate::ui::timeline::painter;
use crate::ui::timeline::painter::{MARGIN, ROW};
use interleave_geometry::layout::{Viewport, lanes};
use interleave_player::Preview;
use interleave_playgrounds::{CARDS, Entry, Section, Strategy, front};
use interleave_trace::Time;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

/// How near to the window a picture is drawn: half a window above and below.
const NEAR: &str = "50% 0px";

/// The start page.
#[component]
pub fn Start() -> impl IntoView {
    let (hero, may_draw) = near(front::FIRST);
    let run = progress::all();
    let next_playground = move || {
        let next = run.with(|run| progress::next(run).filter(|_| !run.is_empty()));
        next.map(|next| view! { <a class="button" href=format!("#/{}", next.slug)>"Continue with "{next.title}</a> })
    };
    view! {
        <section class="hero">
            <div>
                <h1>{front::HEADING}</h1>
                <p>{front::ABOUT}</p>
                <p class="links">
                    <a class="button primary" href=format!("#/{}", front::FIRST)>{icon(Icon::Play)}{front::WATCH}</a>
                    {next_playground}
                </p>
            </div>
            <div class="hero-race" node_ref=hero>{move || {
                let entry = may_draw.get().then(|| Entry::find(front::FIRST)).flatten();
                entry.map(|entry| view! { <Hero entry/> })
            }}</div>
        </section>
        <section class="course">
            <h2>"The course"</h2>
            <p>{front::course()}</p>
            <Progress/>
        </section>
        <section class="own">
            <h2>{front::RECORDING.heading}</h2>
            <p>
                {front::OWN_PROGRAM.map(|(text, page)| match page {
                    Some(page) => view! { <a href=format!("#/{}", page.slug)>{text}</a> }.into_any(),
                    None => text.into_any(),
                }).collect_view()}
            </p>
        </section>
        <Sections run/>
    }
}

/// All playgrounds.
#[component]
fn Sections(
    /// Those that have been run.
    run: Memo<Vec<&'static str>>,
) -> impl IntoView {
    let section = move |section: Section| {
        let cards = CARDS.iter().filter(move |card| card.section == section);
        view! {
            <section>
                <h2>{section.title()}</h2>
                <ul class="cards">{cards.map(|card| view! { <Card card run/> }).collect_view()}</ul>
            </section>
        }
    };
    Section::ALL
        .map(|of| view! { <Lazy view=lazy::piece(move || section(of).into_any())/> })
        .collect_view()
}

/// The element of a playground's picture, and whether it may be drawn: once it is near the window and the code has loaded.
/// Pictures are runs, so each needs the code of its playground.
fn near(slug: &'static str) -> (NodeRef<Div>, RwSignal<bool>) {
    let (place, may_draw) = (NodeRef::new(), RwSignal::new(false));
    when_near(place, NEAR, move || draw(slug, may_draw));
    (place, may_draw)
}

/// Lets the picture of a playground be drawn once its code has loaded.
fn draw(slug: &'static str, may_draw: RwSignal<bool>) {
    let load = async {
        entries::loaded(slug).await;
    };
    chunk::after(load, move || {
        in_turn(move || {
            // The page may have been left.
            may_draw.try_set(true);
        });
    });
}

/// The preview of a playground's default run, and its strategies.
fn preview(entry: &'static Entry) -> Option<(Arc<Preview>, Vec<&'static Strategy>)> {
    let shown: Vec<_> = entry
        .strategies()
        .iter()
        .filter(|strategy| strategy.shown)
        .map(|strategy| strategy.mode)
        .collect();
    let strategies = named(entry, &shown);
    let preview = Preview::of(entry, &strategies, &entry.defaults())?;
    Some((Arc::new(preview), strategies))
}

/// The first two strategies of a playground, finished.
#[component]
fn Hero(entry: &'static Entry) -> impl IntoView {
    let (preview, strategies) = preview(entry)?;
    let end = preview.end().secs();
    let axis = move |paper: &Paper| painter::axis(paper, &viewport(paper, (0.0, end), Time::ZERO));
    let race = strategies.into_iter().take(2).map(|strategy| {
        let preview = Arc::clone(&preview);
        let (trace, index) = preview.run(strategy.mode)?;
        let rows = index.task_count();
        let total = trace.end().map(|end| interleave_trace::seconds(end.at.secs()));
        let names: Vec<_> = index.tasks().map(|(_, task)| trace.text(task.name).to_owned()).collect();
        let mode = strategy.mode;
        let paint = {
            let preview = Arc::clone(&preview);
            move |paper: &Paper| {
                if let Some((trace, index)) = preview.run(mode) {
                    let mut view = viewport(paper, (0.0, end), Time::ZERO);
                    (view.rows, view.now) = (rows, preview.end());
                    painter::grid(paper, &view);
                    painter::lanes(paper, &view, &lanes(trace, index, &view), 0.0, false);
                }
            }
        };
        Some(view! {
            <section class="strategy">
                <header><h2>{strategy.title}</h2><span class="verdict"></span><span class="total">{total}</span></header>
                <div class="lanes" style=("--rows", rows.to_string())>
                    <div class="lanes-space"></div>
                    <div class="lanes-view">
                        <div class="plot"><Surface paint/></div>
                        <div class="names" aria-hidden="true">
                            {names.into_iter().enumerate().map(|(row, name)| view! {
                                <span class="lane" class:child=row != 0 class:last=row + 1 == rows style=("--depth", if row == 0 { "0" } else { "1" })
                                    style:top=format!("{}px", row as f64 * ROW)><span class="name">{name}</span></span>
                            }).collect_view()}
                        </div>
                    </div>
                </div>
            </section>
        })
    });
    let race = race.collect_view();
    Some(view! {
        <section class="race card" aria-label="An example">
            <div class="axis"><Surface paint=axis/></div>
            {race}
        </section>
    })
}

#[component]
fn Card(
    card: &'static interleave_playgrounds::Card,
    run: Memo<Vec<&'static str>>,
) -> impl IntoView {
    let (place, may_draw) = near(card.slug);
    view! {
        <li class="card">
            <div class="mini" node_ref=place>{move || may_draw.get().then(|| picture(Entry::find(card.slug)?))}</div>
            <h3><a href=format!("#/{}", card.slug)>{words(card.heading)}</a></h3>
            <p class="subtitle">{words(card.subtitle)}</p>
            <p>{card.aim}</p>
            <p class="refs">{card.origin()}{mark(run, card.slug)}</p>
        </li>
    }
}

/// The second strategy of a playground, finished, small.
fn picture(entry: &'static Entry) -> Option<impl IntoView> {
    let (preview, strategies) = preview(entry)?;
    let mode = strategies
        .iter()
        .find(|strategy| strategy.mode != strategies[0].mode)
        .or(strategies.first())?
        .mode;
    let rows = preview.run(mode)?.1.task_count();
    let paint = move |paper: &Paper| {
        let Some((trace, index)) = preview.run(mode) else {
            return;
        };
        // `main` says nothing in a picture this small.
        let end = trace.end().map_or(1.0, |end| end.at.secs()).max(1e-3);
        let view = Viewport {
            from: 0.0,
            to: end,
            width: (paper.width - MARGIN).max(1.0),
            first_row: 1,
            rows: (rows - 1).min((paper.height / (ROW / 2.0)) as usize),
            now: preview.end(),
        };
        painter::mini(paper, &view, &lanes(trace, index, &view));
    };
    Some(view! { <Surface paint/> })
}
