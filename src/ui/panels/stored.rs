//! The table that live runs write to, as the browser has it, and a button that empties it.

use crate::ui::state::app::App;
use crate::ui::state::subscribers::scoped_memo;
use crate::web::database::IndexedDb;
use interleave_player::Phase;
use interleave_runtime::{Database, Row, Schema, Statement};
use leptos::prelude::*;
use serde_json::Value;

/// The most rows that are shown.
const MOST_ROWS: usize = 100;

/// The table that live runs of a playground write to.
#[component]
pub fn StoredTable(
    /// The table.
    schema: Schema,
) -> impl IntoView {
    let app = App::get();
    let is_running = scoped_memo(move || app.runs.phase.get() == Phase::Running);
    // How often the button was pressed, and how often the table has been emptied for that.
    let (pressed, emptied) = (RwSignal::new(0), StoredValue::new(0));
    let rows = LocalResource::new(move || {
        // Reads again whenever a run begins or ends.
        is_running.track();
        let empties = pressed.get() != emptied.get_value();
        emptied.set_value(pressed.get());
        read(schema, empties)
    });
    let shown = move |rows: Result<Vec<Row>, String>| match rows {
        Err(why) => view! { <p class="stored-none" role="alert">{why}</p> }.into_any(),
        Ok(rows) if rows.is_empty() => {
            view! { <p class="stored-none">"It has no rows."</p> }.into_any()
        }
        Ok(rows) => table(&rows).into_any(),
    };
    view! {
        <section class="stored card" aria-label="Stored in this browser">
            <div class="stored-head">
                <h2>"Table "<code>{schema.table}</code>", in this browser’s IndexedDB"</h2>
                <button class="button" type="button" disabled=move || is_running.get()
                    on:click=move |_| pressed.update(|times| *times += 1)
                >"Empty the table"</button>
            </div>
            {move || rows.get().map(shown)}
        </section>
    }
}

/// Reads all rows, perhaps of a table that has been emptied.
async fn read(schema: Schema, empties: bool) -> Result<Vec<Row>, String> {
    let database = IndexedDb::open(schema).await?;
    if empties {
        database.transact(Statement::Fill(Vec::new())).await?;
    }
    database.transact(Statement::All).await
}

fn table(rows: &[Row]) -> impl IntoView + use<> {
    let first = rows.first().map(Row::keys).into_iter().flatten();
    // The key comes first, wherever it was written.
    let others = first.filter(|column| *column != "id").cloned();
    let columns: Vec<String> = std::iter::once("id".to_owned()).chain(others).collect();
    let cell = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let row = |row: &Row| {
        let cells = columns.iter().map(|column| cell(row.get(column)));
        view! { <tr>{cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr> }
    };
    let shown = rows.iter().take(MOST_ROWS).map(row).collect_view();
    let more = rows.len().saturating_sub(MOST_ROWS);
    let heads = columns
        .iter()
        .cloned()
        .map(|column| view! { <th scope="col">{column}</th> });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Rows">
            <table><thead><tr>{heads.collect_view()}</tr></thead><tbody>{shown}</tbody></table>
        </div>
        {(more > 0).then(|| view! { <p class="stored-none">{format!("and {more} more rows")}</p> })}
    }
}
