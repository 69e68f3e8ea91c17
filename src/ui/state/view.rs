//! What the page shows, as one value: the view that a link describes.

use super::subscribers::{drop_subscribers, scoped_memo, scoped_memo_with};
use interleave_player::view::{Embed, View};
use interleave_player::{DEFAULT_SPEED, Pace};
use interleave_playgrounds::{Entry, Strategy};
use leptos::prelude::*;
use leptos::reactive::graph::ToAnySource as _;
use serde_json::Value;

/// The view of the page, and its parts. A part changes only when its own value does: typing in the form renders nothing
/// but what depends on the params. Copies are the same view.
#[derive(Clone, Copy)]
pub struct ViewSignal {
    /// `None` on the start page. The params are those in the form, wrong values included.
    whole: RwSignal<Option<View>>,
    /// The playground that is open; `None` on the start page.
    pub entry: Memo<Option<&'static Entry>>,
    /// What the form holds, wrong values included.
    pub params: Memo<Value>,
    /// The seed of what is drawn at random.
    pub seed: Memo<u64>,
    /// The clock of the next run.
    pub pace: Memo<Pace>,
    /// Virtual seconds per second.
    pub speed: Memo<f64>,
    /// The strategies that run.
    pub modes: Memo<Vec<&'static str>>,
    /// Whether a question comes before each run.
    pub predict: Memo<bool>,
    /// How the page is shown in a frame of another page, if it is in one.
    pub embed: Memo<Option<Embed>>,
}

impl ViewSignal {
    /// The start page.
    pub fn new() -> Self {
        Self::of(RwSignal::new(None))
    }

    /// The same view for the present owner: once that goes, the view keeps nothing of it.
    pub fn scoped(self) -> Self {
        drop_subscribers(&[self.whole.to_any_source()]);
        Self::of(self.whole)
    }

    fn of(whole: RwSignal<Option<View>>) -> Self {
        fn part<T: PartialEq + Send + Sync + 'static>(
            whole: RwSignal<Option<View>>,
            read: fn(&View) -> T,
            without: fn() -> T,
        ) -> Memo<T> {
            scoped_memo(move || whole.with(|view| view.as_ref().map_or_else(without, read)))
        }
        fn slug(entry: Option<&Option<&'static Entry>>) -> Option<Option<&'static str>> {
            entry.map(|entry| entry.map(|entry| entry.slug))
        }
        Self {
            whole,
            entry: scoped_memo_with(
                move || whole.with(|view| view.as_ref().and_then(View::entry)),
                |old, new| slug(old) != slug(new),
            ),
            params: part(whole, |view| view.params.clone(), || Value::Null),
            seed: part(whole, |view| view.seed, || 0),
            pace: part(whole, |view| view.pace, Pace::default),
            speed: part(whole, |view| view.speed, || DEFAULT_SPEED),
            modes: part(whole, |view| view.strategies.clone(), Vec::new),
            predict: part(whole, |view| view.predict, || false),
            embed: part(whole, |view| view.embed.clone(), || None),
        }
    }

    /// The whole view.
    pub fn get(self) -> Option<View> {
        self.whole.get()
    }

    /// Opens a playground as a view says, or the start page.
    pub fn set(self, view: Option<View>) {
        self.whole.set(view);
    }

    /// Changes some of it; nothing on the start page.
    pub fn update(self, change: impl FnOnce(&mut View)) {
        self.whole.update(|view| {
            if let Some(view) = view {
                change(view);
            }
        });
    }

    /// Puts params into the form.
    pub fn set_params(self, params: Value) {
        self.update(|view| view.params = params);
    }

    /// Changes params in the form.
    pub fn update_params(self, change: impl FnOnce(&mut Value)) {
        self.update(|view| change(&mut view.params));
    }

    /// The strategies that run, in the playground's order.
    pub fn strategies(self, entry: &'static Entry) -> Vec<&'static Strategy> {
        self.modes.with(|modes| named(entry, modes))
    }

    /// Whether the page is in a frame of another page. A page is made anew when that changes, so it is not tracked.
    pub fn is_embedded(self) -> bool {
        self.embed.with_untracked(Option::is_some)
    }

    /// Whether a part of the page is to be shown: all are, unless the page is in a frame.
    pub fn shows(self, panel: &str) -> bool {
        self.embed.with_untracked(|embed| {
            embed
                .as_ref()
                .is_none_or(|embed| embed.panels.contains(&panel))
        })
    }
}

/// The strategies with these names, in the playground's order.
pub fn named(entry: &'static Entry, modes: &[&str]) -> Vec<&'static Strategy> {
    let all = entry.strategies().iter();
    all.filter(|strategy| modes.contains(&strategy.mode))
        .collect()
}
