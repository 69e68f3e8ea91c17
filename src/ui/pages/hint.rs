//! The hint for new readers, until their first run is over.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use crate::web;
use interleave_player::Phase;
use leptos::prelude::*;

/// The storage key that says that there has been a run.
const KEY: &str = "interleave.hint";

/// Whether the reader's first run is still to come. Kept in storage; where that is denied, until the page is left.
#[derive(Clone, Copy)]
pub struct FirstRun(RwSignal<bool>);

impl FirstRun {
    /// As stored.
    pub fn new() -> Self {
        Self(RwSignal::new(web::load(KEY).is_none()))
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Whether it is still to come, untracked.
    pub fn is_ahead(self) -> bool {
        self.0.get_untracked()
    }

    fn has_begun(self) {
        web::save(KEY, Some("seen"));
        self.0.set(false);
    }
}

/// The hint for mouse and keys, and for touch.
fn words(has_run: bool) -> (&'static str, &'static str) {
    match has_run {
        false => (
            "Each lane is a task. Press Run or the space bar, and watch which tasks wait at the same time.",
            "Each lane is a task. Press Run, and watch which tasks wait at the same time.",
        ),
        true => (
            "Point at a lane for its figures. Zoom with Ctrl and the wheel, or with + and −; drag to move the window.",
            "Tap a lane for its figures. Two fingers zoom, one moves; the playhead can be dragged.",
        ),
    }
}

/// The hint. It stays during the first run, so that the picture does not jump, and never returns.
#[component]
pub fn Hint() -> impl IntoView {
    let app = App::get();
    let first_run = FirstRun::get();
    let open = RwSignal::new(first_run.is_ahead());
    let has_run = Memo::new(move |has_run: Option<&bool>| {
        has_run == Some(&true) || app.runs.phase.get() != Phase::Ready
    });
    Effect::new(move |_| {
        if has_run.get() {
            first_run.has_begun();
        }
    });
    let dismiss = move |_| {
        first_run.has_begun();
        open.set(false);
    };
    view! {
        <Show when=move || open.get()>
            <div class="first-run" role="note">
                {icon(Icon::Info)}
                <p>
                    <span class="by-mouse">{move || words(has_run.get()).0}</span>
                    <span class="by-touch">{move || words(has_run.get()).1}</span>
                </p>
                <button class="icon-button" type="button" aria-label="Dismiss the hint" on:click=dismiss>{icon(Icon::Close)}</button>
            </div>
        </Show>
    }
}
