//! Long lists: a limited number of rows, and a button for more.

use super::icon::{Icon, icon};
use crate::ui::state::app::App;
use interleave_playgrounds::Entry;
use leptos::prelude::*;

/// How many rows are shown at first, and how many more each time.
const PAGE: usize = 200;

/// How many rows of a long list are shown.
#[derive(Clone, Copy)]
pub struct RowLimit(RwSignal<usize>);

impl RowLimit {
    /// The first page.
    pub fn first() -> Self {
        Self(RwSignal::new(PAGE))
    }

    /// How many rows are shown at most.
    pub fn most(self) -> usize {
        self.0.get()
    }
}

/// A button for more rows, where there are more.
#[component]
pub fn MoreRows(
    /// How many are shown at most.
    limit: RowLimit,
    /// How many there are.
    #[prop(into)]
    count: Signal<usize>,
) -> impl IntoView {
    let hidden = move || count.get().saturating_sub(limit.most());
    view! {
        <Show when=move || hidden() != 0>
            <div class="toolbar">
                <button class="button" type="button" on:click=move |_| limit.0.update(|most| *most += PAGE)>
                    {move || format!("Show {} of {} more", hidden().min(PAGE), hidden())}
                </button>
            </div>
        </Show>
    }
}

/// Chips that filter a list by strategy.
#[component]
pub fn StrategyFilter(
    /// The playground.
    entry: &'static Entry,
    /// The chosen strategy.
    only: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let app = App::get();
    let chip = move |mode: Option<&'static str>, title: &'static str| {
        view! {
            <button class="chip" type="button" aria-pressed=move || (only.get() == mode).to_string() on:click=move |_| only.set(mode)>
                {title}
            </button>
        }
    };
    view! {
        <div class="toolbar">
            <span id="only">"Show"</span>
            <div class="chips" role="group" aria-labelledby="only">
                {chip(None, "All")}
                {move || {
                    let chosen = app.view.strategies(entry);
                    chosen.into_iter().map(|strategy| chip(Some(strategy.mode), strategy.title)).collect_view()
                }}
            </div>
        </div>
    }
}

/// The text of an empty list.
#[component]
pub fn NothingYet() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="empty">
            {icon(Icon::Clock)}
            <p>"Nothing has been run yet."</p>
            <button class="button" type="button" on:click=move |_| untrack(|| app.run_or_pause())>{icon(Icon::Play)}"Run"</button>
        </div>
    }
}
