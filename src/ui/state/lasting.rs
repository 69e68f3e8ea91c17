//! State that outlives its readers.
//!
//! A signal or memo of `reactive_graph` remembers whoever has read it: also those that are gone, and also once it has
//! told them of a change; only those that read it again are not remembered twice. So what outlives a page is made to
//! forget the readers of that page, and lanes, which come and go on a page, take themselves off what they have read.
//! Otherwise each would leave some memory behind, and each change would take longer.

use super::app::{App, is_another};
use leptos::prelude::*;
use leptos::reactive::computed::ArcMemo;
use leptos::reactive::graph::{AnySource, ReactiveNode, Subscriber, ToAnySource, ToAnySubscriber};

impl App {
    /// The same state for one page: once that is left, nothing of the state remembers anything of it.
    pub fn for_page(self) -> Self {
        forget_readers(&self.quiz.signals());
        forget_readers(&[
            self.entry.to_any_source(),
            self.params.to_any_source(),
            self.seed.to_any_source(),
            self.pace.to_any_source(),
            self.speed.to_any_source(),
            self.modes.to_any_source(),
            self.embed.to_any_source(),
            self.time.to_any_source(),
            self.events.to_any_source(),
        ]);
        let preview = ArcMemo::new_with_compare(move |_| self.preview.get(), is_another);
        let mut page = self;
        // Memos cannot be made to forget their readers: they tell them only of what is new.
        page.problems = leaving_memo(move || self.problems.get());
        page.preview = leaving(preview);
        page.phase = leaving_memo(move || self.phase.get());
        page.number = leaving_memo(move || self.number.get());
        page
    }
}

/// Makes signals forget their readers when the present owner goes.
pub fn forget_readers(signals: &[AnySource]) {
    let signals = signals.to_vec();
    // Unlike a signal itself, its list of readers takes out those that it tells of a change. Those that are still there
    // read it again, and are remembered again.
    on_cleanup(move || signals.iter().for_each(ReactiveNode::mark_dirty));
}

/// A memo that takes itself off what it has read when the present owner goes.
pub fn leaving_memo<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    leaving(ArcMemo::new(move |_| read()))
}

fn leaving<T: Send + Sync + 'static>(memo: ArcMemo<T>) -> Memo<T> {
    let reader = memo.to_any_subscriber();
    on_cleanup(move || reader.clear_sources(&reader));
    memo.into()
}
