//! Lists whose rows stay in the page for as long as their keys do.

use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// A row that may come into the page.
struct Row {
    /// The hash of its key.
    key: u64,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

/// The rows of a list: `row` makes one when its key comes, and it leaves when its key does.
///
/// It is [`For`] with one type of rows, whose code, some eight kilobytes a type, is there once.
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
