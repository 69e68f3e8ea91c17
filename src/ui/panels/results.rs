//! Results: totals, and a card per task.

use super::lazy::{Files, STORED};
use crate::driver::LIVE;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{Lazy, LazyView};
use crate::ui::state::app::App;
use crate::web::files;
use interleave_playgrounds::{Entry, Outside};
use interleave_trace::{Outcome, TaskId, bare, export};
use leptos::prelude::*;

/// Totals of what tasks move: downloads and the like.
#[component]
pub fn Tiles(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    // Total, unit, and each strategy's rate per second.
    let totals = Memo::new(move |_| {
        let per_mode = |mode: &'static str| {
            app.shown(mode, |shown| {
                let shown = shown?;
                let (trace, index) = shown.outline();
                let stats = index.stats();
                let unit = trace.text(stats.unit?).to_owned();
                let ended = shown.run().filter(|run| run.end.is_some());
                let moved = ended.map(|run| {
                    let own = run.index.stats();
                    own.per_second(own.moved)
                });
                Some((stats.amount, unit, moved))
            })
        };
        let chosen = entry
            .strategies()
            .iter()
            .filter(|strategy| app.view.modes.with(|modes| modes.contains(&strategy.mode)));
        chosen
            .filter_map(|strategy| Some((strategy.title, per_mode(strategy.mode)?)))
            .collect::<Vec<_>>()
    });
    let rate = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2}"));
    view! {
        <Show when=move || totals.with(|totals| !totals.is_empty())>
            <dl class="tiles">
                {move || {
                    let totals = totals.get();
                    let first = totals.first().cloned();
                    let all = first.map(|(_, (amount, unit, _))| view! {
                        <div class="tile"><dt>"To move"</dt><dd>{amount}<small>" "{unit}</small></dd></div>
                    });
                    let each = totals.into_iter().map(|(title, (_, unit, per_second))| view! {
                        <div class="tile"><dt>{title}</dt><dd>{rate(per_second)}<small>" "{unit}"/s"</small></dd></div>
                    }).collect_view();
                    view! { {all}{each} }
                }}
            </dl>
        </Show>
    }
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Card {
    name: String,
    /// Absent as long as there is none.
    outcome: Option<Outcome>,
    detail: String,
}

/// A card per task, for playgrounds with results in words.
#[component]
pub fn Results(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let cards = Memo::new(move |_| {
        let Some(mode) = entry.result_cards else {
            return Vec::new();
        };
        app.shown(mode, |shown| {
            let Some(shown) = shown else {
                return Vec::new();
            };
            let card = |row: usize| {
                let id = TaskId(row as u32);
                let end = shown
                    .run()
                    .and_then(|run| Some((run, run.index.task(id)?.end?)));
                Card {
                    name: bare(shown.name(id)),
                    outcome: end.map(|(_, end)| end.outcome),
                    detail: end.map_or_else(String::new, |(run, end)| {
                        run.trace.text(end.detail).to_owned()
                    }),
                }
            };
            (1..shown.rows().min(MOST_CARDS + 1)).map(card).collect()
        })
    });
    let view_card = |card: Card| {
        let Card {
            name,
            outcome,
            detail,
        } = card;
        // Long ones are URLs: those are cut where their parts end.
        let parts = name.split_inclusive('/');
        let name = parts
            .map(|part| view! { {part.to_owned()}<wbr/> })
            .collect_view();
        match outcome {
            None => view! {
                <li class="result waiting"><h3>{name}</h3><p class="value">"–"</p><p class="detail">"not yet"</p></li>
            }.into_any(),
            Some(Outcome::Ok) => {
                // "15 C, cloudy": the figure, then its words.
                let (value, rest) = match detail.split_once(", ") {
                    Some((value, rest)) => (value.to_owned(), rest.to_owned()),
                    None => (detail, String::new()),
                };
                view! {
                    <li class="result"><h3>{name}</h3><p class="value">{value}</p><p class="detail">{rest}</p></li>
                }.into_any()
            }
            Some(outcome) => view! {
                <li class="result error">
                    <h3>{name}</h3>
                    <p class="detail">{icon(Icon::of(outcome))}{if detail.is_empty() { outcome.label().to_owned() } else { detail }}</p>
                </li>
            }.into_any(),
        }
    };
    view! {
        <Show when=move || cards.with(|cards| !cards.is_empty())>
            <ul class="results" aria-label="Results">{move || cards.get().into_iter().map(view_card).collect_view()}</ul>
        </Show>
    }
}

/// The table that live runs write to, once there has been one.
pub fn stored(entry: &'static Entry) -> Option<AnyView> {
    let Outside::Database(schema) = entry.outside else {
        return None;
    };
    let view: LazyView = Box::new(move || {
        // Loaded when the first live run begins.
        LIVE.get()?;
        STORED.with(|_| ());
        STORED.get().map(|stored| (stored.table)(schema))
    });
    Some(view! { <Lazy view/> }.into_any())
}

/// The documents that runs have found.
pub fn documents(entry: &'static Entry) -> Option<AnyView> {
    const FILES: Files = Files {
        save: |name, text, media| {
            let content = files::blob(text, media);
            content.is_some_and(|content| files::download(name, &content))
        },
        csv_field: export::csv_field,
    };
    let app = App::get();
    let has_run = Memo::new(move |_| app.runs.session(|session| session.is_some()));
    let view: LazyView = Box::new(move || {
        if has_run.get() {
            STORED.with(|_| ());
        }
        STORED.get().map(|stored| (stored.documents)(entry, FILES))
    });
    (entry.outside == Outside::Pages).then(|| view! { <Lazy view/> }.into_any())
}

/// The most results that are shown as cards; the table has all.
const MOST_CARDS: usize = 48;
