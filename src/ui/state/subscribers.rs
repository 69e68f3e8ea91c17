//! Signals and memos that outlive those that read them.
//!
//! In `reactive_graph` 0.2 an effect or a memo that is dropped stays in the subscribers of all that it has read: none of
//! them removes itself (there is no `Drop` for `EffectInner` or `MemoInner`), and a signal that changes tells its
//! subscribers without removing those that are gone. Each lane that was scrolled away and each page that was left would
//! cost memory for good, and time with every change.
//!
//! So the signals that outlive a page drop their subscribers when it is left, and lanes, which appear and vanish on a page,
//! read by memos that unsubscribe themselves.
//!
//! `reactive_graph` 0.3 removes dead subscribers by itself (`SubscriberSet::subscribe`, as of 0.3.0-rc1). This file can
//! go with the first Leptos that is built on it: `scoped_memo` then is `Memo::new`. `tests/e2e/bench/cycles.rs`
//! measures what must stay true.

use leptos::prelude::*;
use leptos::reactive::computed::ArcMemo;
use leptos::reactive::graph::{AnySource, ReactiveNode, Subscriber, ToAnySubscriber};

/// Lets signals drop their subscribers when the present owner goes.
pub fn drop_subscribers(signals: &[AnySource]) {
    let signals = signals.to_vec();
    // Unlike a signal itself, its list of subscribers removes those that it tells of a change. Those that are alive read
    // it again, and subscribe again.
    on_cleanup(move || signals.iter().for_each(ReactiveNode::mark_dirty));
}

/// A memo that unsubscribes from all that it has read when the present owner goes.
pub fn scoped_memo<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    scoped(ArcMemo::new(move |_| read()))
}

/// As [`scoped_memo`], where `is_another` compares values.
pub fn scoped_memo_with<T: Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
    is_another: fn(Option<&T>, Option<&T>) -> bool,
) -> Memo<T> {
    scoped(ArcMemo::new_with_compare(move |_| read(), is_another))
}

fn scoped<T: Send + Sync + 'static>(memo: ArcMemo<T>) -> Memo<T> {
    let subscriber = memo.to_any_subscriber();
    on_cleanup(move || subscriber.clear_sources(&subscriber));
    memo.into()
}
