//! Lists whose rows stay in the page for as long as their keys do.

use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// A row that may be added to the page.
struct Row {
    /// The hash of its key.
    key: u64,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

/// The rows of a list: `row` makes a row when its key appears; the row is removed when its key is.
///
/// As [`For`], but with one type of row: the code, some eight kilobytes for each type, is compiled once.
pub fn keyed<I, K, V>(
    each: impl Fn() -> I + Send + 'static,
    key: impl Fn(&I::Item) -> K + Send + 'static,
    row: impl Fn(I::Item) -> V + Clone + Send + 'static,
) -> AnyView
where
    I: IntoIterator<Item: Send + 'static>,
    K: Hash,
    V: IntoView + 'static,
{
    list(Box::new(move || {
        let make = |item| {
            let mut hasher = DefaultHasher::new();
            key(&item).hash(&mut hasher);
            let row = row.clone();
            Row {
                key: hasher.finish(),
                view: Box::new(move || row(item).into_any()),
            }
        };
        each().into_iter().map(make).collect()
    }))
}

fn list(each: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    view! { <For each key=|row| row.key children=|row| (row.view)()/> }.into_any()
}
