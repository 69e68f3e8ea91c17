//! State that outlives its readers.
//!
//! A signal or memo of `reactive_graph` remembers whoever has read it: also those that are gone, and also once it has
//! told them of a change; only those that read it again are not remembered twice. So what outlives a page is made to
//! forget the readers of that page, and lanes, which come and go on a page, take themselves off what they have read.
//! Otherwise each would leave some memory behind, and each change would take longer.

use leptos::prelude::*;
use leptos::reactive::computed::ArcMemo;
use leptos::reactive::graph::{AnySource, ReactiveNode, Subscriber, ToAnySubscriber};

/// Makes signals forget their readers when the present owner goes.
pub fn drop_subscribers(signals: &[AnySource]) {
    let signals = signals.to_vec();
    // Unlike a signal itself, its list of readers takes out those that it tells of a change. Those that are still there
    // read it again, and are remembered again.
    on_cleanup(move || signals.iter().for_each(ReactiveNode::mark_dirty));
}

/// A memo that takes itself off what it has read when the present owner goes.
pub fn scoped_memo<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    scoped(ArcMemo::new(move |_| read()))
}

/// As [`scoped_memo`], where `is_another` compares values.
pub fn scoped_memo_with<T: Clone + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
    is_another: fn(Option<&T>, Option<&T>) -> bool,
) -> Memo<T> {
    scoped(ArcMemo::new_with_compare(move |_| read(), is_another))
}

fn scoped<T: Send + Sync + 'static>(memo: ArcMemo<T>) -> Memo<T> {
    let reader = memo.to_any_subscriber();
    on_cleanup(move || reader.clear_sources(&reader));
    memo.into()
}
