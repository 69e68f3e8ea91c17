//! What differs between two recordings of a program: a table, whose cells lead to the tasks that differ.

use crate::ui::state::app::App;
use crate::ui::state::program::{Pair, Program};
use crate::ui::timeline::task::card::Card;
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::recorded::{Change, Difference, Sight};
use interleave_trace::{TaskId, Time};
use leptos::prelude::*;

/// Shows a task at an instant.
#[derive(Clone, Copy)]
pub struct Goes {
    app: App,
    card: Card,
    entry: &'static Entry,
}

impl Goes {
    /// Within the race of a recording.
    pub fn new(app: App, entry: &'static Entry) -> Self {
        let card = Card::get();
        Self { app, card, entry }
    }

    /// Shows the instant, and gives the lane of the task the focus. The event loop is shown, if it was not.
    pub fn to(self, strategy: &'static Strategy, task: TaskId, at: Time) {
        let Self { app, card, entry } = self;
        app.view.update(|view| {
            if !view.strategies.contains(&strategy.mode) {
                let chosen = |one: &&Strategy| {
                    one.mode == strategy.mode || view.strategies.contains(&one.mode)
                };
                let all = entry.strategies().iter();
                view.strategies = all.filter(chosen).map(|one| one.mode).collect();
            }
        });
        app.runs.seek(at);
        // Lanes that have just been chosen are there in the next frame.
        request_animation_frame(move || card.jump(strategy.mode, task));
    }
}

/// The differences, loop by loop.
#[component]
pub fn Differences(
    /// The entry of the recordings.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let goes = Goes::new(app, entry);
    let (names, tables) = untrack(|| {
        app.runs.session(|session| {
            let program = session.and_then(Program::of)?;
            let names: Vec<_> = program.sides.iter().map(|side| side.name.clone()).collect();
            let several = program.differences.len() > 1;
            let of_pair = |pair: &Pair| {
                let title = several.then(|| pair.title.clone());
                let strategies = pair.runs.map(|run| entry.strategies().get(run?));
                (title, strategies, pair.differences.clone())
            };
            let tables: Vec<_> = program.differences.iter().map(of_pair).collect();
            Some((names, tables))
        })
    })?;
    let column = |place: usize| names.get(place).cloned().unwrap_or_default();
    let columns = StoredValue::new([column(0), column(1)]);
    let body = move |(title, strategies, differences): (
        Option<String>,
        [Option<&'static Strategy>; 2],
        Vec<Difference>,
    )| {
        let rows = differences.into_iter().map(move |difference| {
            let row = Row {
                strategies,
                goes,
                columns,
            };
            row.view(difference)
        });
        view! {
            <tbody>
                {title.map(|title| view! { <tr class="of-loop"><th colspan="4" scope="rowgroup">{title}</th></tr> })}
                {rows.collect_view()}
            </tbody>
        }
    };
    Some(view! {
        <section class="card differences" aria-labelledby="differences-title">
            <h2 id="differences-title">"Differences"</h2>
            <div class="rows" tabindex="0" role="region" aria-labelledby="differences-title">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"What"</th>
                            <th scope="col">{column(0)}</th>
                            <th scope="col">{column(1)}</th>
                            <th scope="col">"Change"</th>
                        </tr>
                    </thead>
                    {tables.into_iter().map(body).collect_view()}
                </table>
            </div>
        </section>
    })
}

/// A row of the table.
#[derive(Clone, Copy)]
struct Row {
    /// Where each side's runs are shown.
    strategies: [Option<&'static Strategy>; 2],
    goes: Goes,
    /// The names of the sides.
    columns: StoredValue<[String; 2]>,
}

impl Row {
    fn view(self, difference: Difference) -> impl IntoView {
        let (class, word) = match difference.change {
            Change::Better => ("better", "better"),
            Change::Worse => ("worse", "worse"),
            Change::Neutral => ("", ""),
        };
        let by = match difference.by.is_empty() {
            true => word.to_owned(),
            false => difference.by,
        };
        let [before, after] = difference.sides;
        view! {
            <tr class=class data-test="difference">
                <th scope="row"><b>{difference.title}</b>" "<span>{difference.what}</span></th>
                {self.cell(0, before)}
                {self.cell(1, after)}
                <td class="by">{by}</td>
            </tr>
        }
    }

    fn cell(self, place: usize, sight: Option<Sight>) -> impl IntoView {
        let column = self.columns.with_value(|columns| columns[place].clone());
        let content = match (sight, self.strategies[place]) {
            (Some(sight), Some(strategy)) => {
                let Sight { words, task, at } = sight;
                view! {
                    <button type="button" on:click=move |_| self.goes.to(strategy, task, at)>{words}</button>
                }
                .into_any()
            }
            (Some(sight), None) => sight.words.into_any(),
            (None, _) => "–".into_any(),
        };
        view! { <td data-side=column>{content}</td> }
    }
}
