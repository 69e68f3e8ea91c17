//! What a run has found in documents: a table that can be sorted and saved.

use super::lazy::Files;
use crate::ui::state::app::{App, Tone};
use interleave_playgrounds::Entry;
use interleave_trace::{Time, sort_by};
use leptos::prelude::*;
use serde_json::Value;
use std::cmp::Ordering;

/// The most rows that are shown; files have all of them.
const MOST_ROWS: usize = 200;

/// The columns: their keys in the results, their heads, and whether they hold numbers.
const COLUMNS: [(&str, &str, bool); 8] = [
    ("url", "URL", false),
    ("title", "Title", false),
    ("type", "Type", false),
    ("words", "Words", true),
    ("links", "Links", true),
    ("relevant", "Relevant", false),
    ("from", "From", false),
    ("at", "At, in s", true),
];

/// The documents of one strategy.
#[derive(Clone, Default, PartialEq)]
struct Found {
    strategy: &'static str,
    rows: Vec<Value>,
}

/// The column by which rows are sorted, and whether the greatest is first; `None` for the order of arrival.
type Order = Option<(usize, bool)>;

/// The documents that a run has found by the instant that is shown.
#[component]
pub fn Documents(
    /// The playground.
    entry: &'static Entry,
    /// How files are written.
    files: Files,
) -> impl IntoView {
    let app = App::get();
    let order = RwSignal::new(None::<(usize, bool)>);
    let found = Memo::new(move |_| found(app, entry));
    let sorted = Memo::new(move |_| {
        let mut rows = found.with(|found| found.rows.clone());
        sort(&mut rows, order.get());
        rows
    });
    let save = move |csv: bool| {
        let rows = sorted.get_untracked();
        let (extension, media, text) = match csv {
            true => (
                "csv",
                "text/csv;charset=utf-8",
                csv_of(&rows, files.csv_field),
            ),
            false => (
                "json",
                "application/json",
                format!("{:#}\n", Value::Array(rows)),
            ),
        };
        let name = format!("{}.documents.{extension}", entry.slug);
        if !(files.save)(&name, &text, media) {
            app.notices
                .add(Tone::Error, "The browser refuses to save the file.");
        }
    };
    let head = move |(column, (_, name, is_number)): (usize, &(&str, &'static str, bool))| {
        let is_number = *is_number;
        let of_this = move || order.get().filter(|(by, _)| *by == column);
        let direction = move || match of_this() {
            None => "none",
            Some((_, false)) => "ascending",
            Some((_, true)) => "descending",
        };
        let mark = move || match of_this() {
            None => "",
            Some((_, false)) => " ▲",
            Some((_, true)) => " ▼",
        };
        let turn = move |_| order.update(|order| *order = next(*order, column));
        view! {
            <th scope="col" class:n=is_number aria-sort=direction>
                <button type="button" on:click=turn>{*name}<span aria-hidden="true">{mark}</span></button>
            </th>
        }
    };
    let rows = move || {
        let rows = sorted.get();
        let row = |row: &Value| {
            let cells = COLUMNS.iter().map(|(key, _, is_number)| {
                view! { <td class:n=*is_number>{text_of(&row[*key])}</td> }
            });
            view! { <tr>{cells.collect_view()}</tr> }
        };
        rows.iter().take(MOST_ROWS).map(row).collect_view()
    };
    let count = move || found.with(|found| found.rows.len());
    let more = move || count().checked_sub(MOST_ROWS + 1).map(|more| more + 1);
    let title = move || found.with(|found| found.strategy);
    view! {
        <Show when=move || count() != 0>
            <section class="stored card" aria-label="Documents">
                <div class="stored-head">
                    <h2>{count}" documents: "{title}</h2>
                    <div class="stored-save">
                        <button class="button" type="button" data-test="save-json" on:click=move |_| save(false)>"Save as JSON"</button>
                        <button class="button" type="button" data-test="save-csv" on:click=move |_| save(true)>"Save as CSV"</button>
                    </div>
                </div>
                <div class="table-scroll" tabindex="0" role="region" aria-label="Documents that were found">
                    <table class="documents">
                        <thead><tr>{COLUMNS.iter().enumerate().map(head).collect_view()}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {move || more().map(|more| view! { <p class="stored-none">{format!("and {more} more rows, which are in the files")}</p> })}
            </section>
        </Show>
    }
}

/// What the last strategy with any documents has found so far.
fn found(app: App, entry: &'static Entry) -> Found {
    app.runs.session(|session| {
        let of = |strategy: &interleave_playgrounds::Strategy| {
            let session = session?;
            let run = session.run(strategy.mode)?;
            let now = session.now_of(run);
            let is_past = |row: &&Value| {
                row["at"]
                    .as_f64()
                    .is_some_and(|at| Time::from_secs(at) <= now)
            };
            let rows = run.kept("documents", |rows| {
                rows.iter().filter(is_past).cloned().collect()
            });
            Some(Found {
                strategy: strategy.title,
                rows,
            })
            .filter(|found| !found.rows.is_empty())
        };
        entry
            .strategies()
            .iter()
            .rev()
            .find_map(of)
            .unwrap_or_default()
    })
}

/// Ascending, descending, in the order of arrival.
fn next(order: Order, column: usize) -> Order {
    match order {
        Some((by, false)) if by == column => Some((column, true)),
        Some((by, true)) if by == column => None,
        _ => Some((column, false)),
    }
}

/// Equal rows stay in the order of arrival.
fn sort(rows: &mut Vec<Value>, order: Order) {
    let Some((column, downwards)) = order else {
        return;
    };
    let Some((key, ..)) = COLUMNS.get(column) else {
        return;
    };
    let compare = |one: &Value, other: &Value| match (one[*key].as_f64(), other[*key].as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => text_of(&one[*key])
            .to_lowercase()
            .cmp(&text_of(&other[*key]).to_lowercase()),
    };
    sort_by(rows, |one, other| match downwards {
        true => compare(other, one),
        false => compare(one, other),
    });
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

/// RFC 4180: lines end with CRLF.
fn csv_of(rows: &[Value], field: fn(&str, &mut String)) -> String {
    let mut out = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        for (i, cell) in cells.enumerate() {
            if i > 0 {
                out.push(',');
            }
            field(&cell, &mut out);
        }
        out.push_str("\r\n");
    };
    line(&mut COLUMNS.iter().map(|(key, ..)| (*key).to_owned()));
    for row in rows {
        line(&mut COLUMNS.iter().map(|(key, ..)| text_of(&row[*key])));
    }
    out
}
