//! Long lists: only a window of rows exists, and more of them on demand.

use leptos::prelude::*;

/// How many rows are shown at first, and how many more each time.
const PAGE: usize = 200;

/// How many rows of a long list are shown.
#[derive(Clone, Copy)]
pub struct Shown(RwSignal<usize>);

impl Shown {
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
pub fn More(
    /// How many are shown at most.
    shown: Shown,
    /// How many there are.
    #[prop(into)]
    count: Signal<usize>,
) -> impl IntoView {
    let hidden = move || count.get().saturating_sub(shown.most());
    view! {
        <Show when=move || hidden() != 0>
            <div class="toolbar">
                <button class="button" type="button" on:click=move |_| shown.0.update(|most| *most += PAGE)>
                    {move || format!("Show {} of {} more", hidden().min(PAGE), hidden())}
                </button>
            </div>
        </Show>
    }
}

/// What a list says as long as it is empty.
#[component]
pub fn Empty() -> impl IntoView {
    use super::app::App;
    use super::icon::{Icon, icon};
    let app = App::get();
    view! {
        <div class="empty">
            {icon(Icon::Clock)}
            <p>"Nothing has happened yet."</p>
            <button class="button" type="button" on:click=move |_| untrack(|| app.run_or_pause())>{icon(Icon::Play)}"Run"</button>
        </div>
    }
}
