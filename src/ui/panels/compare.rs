//! The outcome of each task under each strategy: one table, made of runs.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use interleave_player::Preview;
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::Time;
use interleave_trace::{Column, Comparison, Fate, Outcome, seconds};
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// The previews of all strategies with the params that are shown.
struct Foreseen {
    params: Value,
    /// `None` for a run that is too large to be made beforehand.
    runs: Vec<(&'static Strategy, Option<Preview>)>,
}

impl Foreseen {
    fn of(entry: &'static Entry, strategies: Vec<&'static Strategy>, params: Value) -> Self {
        let run = |strategy| (strategy, Preview::of(entry, &[strategy], &params));
        Self {
            runs: strategies.into_iter().map(run).collect(),
            params,
        }
    }
}

/// The strategies of the table: all that are usually shown, and those that are chosen.
fn strategies(entry: &'static Entry, chosen: &[&str]) -> Vec<&'static Strategy> {
    let all = entry.strategies().iter();
    all.filter(|strategy| strategy.shown || chosen.contains(&strategy.mode))
        .collect()
}

/// The end of a strategy's run, unless it was cut short; at any instant that is shown.
fn ended(app: App, mode: &str) -> Option<Time> {
    app.runs.session(|session| {
        let trace = session?.run(mode)?.trace()?;
        let end = trace.end()?;
        (!end.verdict.is_cut_short()).then_some(end.at)
    })
}

/// The comparison of a playground's strategies; a strategy that has not been run shows its preview.
#[component]
pub fn Compare(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let shown = Memo::new(move |_| strategies(entry, &app.view.modes.get()));
    // With the params of the run on screen, or of the form if there is no run.
    let foreseen = Memo::new_owning(move |old: Option<Arc<Foreseen>>| {
        let strategies = shown.get();
        let ran = app.runs.plan().map(|plan| plan.params);
        let params = ran.unwrap_or_else(|| app.view.params.get());
        let same = |old: &Arc<Foreseen>| {
            let known = old.runs.iter().map(|run| run.0);
            old.params == params && known.eq(strategies.iter().copied())
        };
        match old.filter(same) {
            Some(old) => (old, false),
            None => (Arc::new(Foreseen::of(entry, strategies, params)), true),
        }
    });
    let over = Memo::new(move |_| {
        let all = shown.get();
        all.iter()
            .map(|strategy| ended(app, strategy.mode))
            .collect::<Vec<_>>()
    });
    let table = Memo::new(move |_| {
        let (foreseen, over) = (foreseen.get(), over.get());
        untrack(|| {
            app.runs.session(|session| {
                let own: Vec<_> = foreseen
                    .runs
                    .iter()
                    .zip(&over)
                    .map(|((strategy, _), over)| {
                        over.and_then(|_| session?.run(strategy.mode)?.trace())
                    })
                    .collect();
                let runs: Vec<_> = foreseen
                    .runs
                    .iter()
                    .zip(&own)
                    .map(|((strategy, preview), own)| {
                        let foreseen = || Some(preview.as_ref()?.run(strategy.mode)?.0);
                        own.as_deref().or_else(foreseen)
                    })
                    .collect();
                Comparison::of(&runs, entry.answer)
            })
        })
    });
    let heads = move || {
        let over = over.get();
        let heads = shown.get().into_iter().zip(over).map(|(strategy, over)| {
            view! {
                <th scope="col">
                    {strategy.title}
                    <small>{if over.is_some() { "recorded" } else { "preview" }}</small>
                </th>
            }
        });
        heads.collect_view()
    };
    let row = move |name: &'static str, meaning: &'static str, cell: fn(&Column) -> AnyView| {
        view! {
            <tr>
                <th scope="row">{name}<small>{meaning}</small></th>
                {move || table.with(|table| table.columns.iter().map(|column| view! {
                    <td>{match column {
                        Some(column) => cell(column),
                        None => "too large for a preview: run it".into_any(),
                    }}</td>
                }).collect_view())}
            </tr>
        }
    };
    let fates = move || {
        table.with(|table| {
            let rows = table.tasks.iter().enumerate().map(|(row, name)| view! {
            <tr>
                <th scope="row">{name.clone()}</th>
                {table.columns.iter().map(|column| {
                    let fate = column.as_ref().map_or(Fate::Absent, |column| column.fates[row]);
                    view! { <td>{fate_cell(fate)}</td> }
                }).collect_view()}
            </tr>
        });
            rows.collect_view()
        })
    };
    let more = move || {
        table.with(|table| match table.more {
            0 => String::new(),
            more => format!(" {more} more tasks are not listed."),
        })
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Comparison of strategies">
            <table class="compare">
                <caption><span>
                    "The same tasks under each strategy. Strategies that have not been run show their preview: the same \
                     program with the same numbers."{more}
                </span></caption>
                <thead><tr><th scope="col">"Task"</th>{heads}</tr></thead>
                <tbody>
                    {row("Main gets", "as printed", |column| listed(&column.gets))}
                    {row("When", "after the start", |column| match column.when {
                        None => "never".into_any(),
                        Some((first, last)) if first == last => seconds(last.secs()).into_any(),
                        Some((first, last)) => format!("{} to {}", seconds(first.secs()), seconds(last.secs())).into_any(),
                    })}
                    {row("Still running then", "not ended yet", |column| match &column.left[..] {
                        [] => view! { <span class="muted">"none"</span> }.into_any(),
                        left => listed(left),
                    })}
                </tbody>
                <tbody>{fates}</tbody>
            </table>
        </div>
    }
}

fn listed(lines: &[String]) -> AnyView {
    let lines = lines.iter().map(|line| view! { <li>{line.clone()}</li> });
    view! { <ul>{lines.collect_view()}</ul> }.into_any()
}

fn fate_cell(fate: Fate) -> AnyView {
    match fate {
        Fate::Absent => view! { <span class="muted">"–"</span> }.into_any(),
        Fate::Open => view! { <span class="muted">"not ended"</span> }.into_any(),
        Fate::Ended(outcome, at) => {
            let class = match outcome {
                Outcome::NeverStarted => "outcome never".to_owned(),
                outcome => format!("outcome {}", outcome.word()),
            };
            view! {
                <span class=class>{icon(Icon::of(outcome))}{outcome.label()}</span>
                <span class="at">{seconds(at.secs())}</span>
            }
            .into_any()
        }
    }
}
