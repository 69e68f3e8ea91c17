//! The table of what has been measured.

use leptos::prelude::*;

/// A column.
#[derive(Clone, Copy)]
pub enum Column {
    /// Of figures.
    Figure(&'static str),
    /// Of words, which may take several lines.
    Words(&'static str),
    /// Several columns of figures under one head.
    Figures(&'static str, &'static [&'static str]),
}

impl Column {
    /// How many cells of a row it takes.
    fn cells(self) -> usize {
        match self {
            Self::Figure(_) | Self::Words(_) => 1,
            Self::Figures(_, heads) => heads.len(),
        }
    }
}

/// A table with a name. The first cell of each row says what the row is about; each row has a cell for each column.
pub fn measured_table(
    name: &'static str,
    columns: &[Column],
    rows: Vec<Vec<String>>,
) -> impl IntoView + use<> {
    let has_groups = columns
        .iter()
        .any(|column| matches!(column, Column::Figures(..)));
    let span = has_groups.then_some("2");
    let head = |column: &Column| match *column {
        Column::Figure(head) | Column::Words(head) => {
            view! { <th scope="col" rowspan=span>{head}</th> }.into_any()
        }
        Column::Figures(head, of) => {
            view! { <th scope="colgroup" colspan=of.len().to_string()>{head}</th> }.into_any()
        }
    };
    let heads = columns.iter().map(head).collect_view();
    let below = columns.iter().flat_map(|column| match *column {
        Column::Figures(_, heads) => heads,
        _ => &[],
    });
    let below = below
        .map(|head| view! { <th scope="col">{*head}</th> })
        .collect_view();
    let are_words = |column: &Column| vec![matches!(column, Column::Words(_)); column.cells()];
    let are_words: Vec<_> = columns.iter().flat_map(are_words).collect();
    let row = |row: Vec<String>| {
        let cells = row.into_iter().zip(&are_words).enumerate();
        let cells = cells.map(|(place, (text, &is_words))| match place {
            0 => view! { <th scope="row">{text}</th> }.into_any(),
            _ => view! { <td class:words=is_words>{text}</td> }.into_any(),
        });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <div class="table-scroll measurements" role="region" aria-label=name tabindex="0">
            <table>
                <thead>
                    <tr>{heads}</tr>
                    {has_groups.then(|| view! { <tr>{below}</tr> })}
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
