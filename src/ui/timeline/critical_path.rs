//! The critical path of each strategy: whether it is shown, the button for it, and the path in words.

use super::lazy::TIMELINE;
use super::task::card::Card;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::keyed::keyed;
use crate::ui::kit::long_list::{MoreRows, RowLimit};
use crate::ui::state::app::App;
use crate::ui::state::shown::Shown;
use interleave_trace::unfinished;
use interleave_trace::{Path, TaskId, seconds};
use leptos::prelude::*;
use std::sync::Arc;

/// Whether the critical path is shown; from the context.
#[derive(Clone, Copy)]
pub struct CriticalPath(RwSignal<bool>);

impl Default for CriticalPath {
    fn default() -> Self {
        Self(RwSignal::new(false))
    }
}

impl CriticalPath {
    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Shows or hides it.
    pub fn toggle(self) {
        self.0.update(|shown| *shown = !*shown);
    }

    /// The path of a strategy's run, while it is to be shown; `None` until the run is over. Computed once per run.
    pub fn path(self, app: App, mode: &'static str) -> Memo<Option<Arc<Path>>> {
        let ended = Memo::new(move |_| {
            app.shown(mode, |shown| {
                let run = shown?.into_run()?;
                run.trace.end().map(|_| app.runs.number())
            })
        });
        Memo::new(move |_| {
            if !self.0.get() {
                return None;
            }
            ended.get()?;
            let timeline = TIMELINE.get()?;
            untrack(|| (timeline.critical_path)(app, mode))
        })
    }
}

/// The critical path of a strategy's run that is over.
pub fn critical_path(app: App, mode: &str) -> Option<Arc<Path>> {
    app.shown(mode, |shown| Path::of(shown?.run()?.trace).map(Arc::new))
}

/// The button that shows the critical path.
#[component]
pub fn PathToggle() -> impl IntoView {
    let critical = CriticalPath::get();
    view! {
        <button class="chip path-toggle" type="button" data-test="critical"
            aria-pressed=move || critical.0.get().to_string()
            title="The chain of waits that determined the length of each run"
            on:click=move |_| critical.toggle()
        >
            <span class="swatch critical"></span>"Critical path"<kbd class="hint">"C"</kbd>
        </button>
    }
}

/// A part of the path as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Part {
    /// Its place: two parts may read alike.
    place: usize,
    times: String,
    task: TaskId,
    name: String,
    does: String,
}

/// The critical path of a strategy in words.
#[component]
pub fn PathList(
    /// Which strategy.
    mode: &'static str,
) -> impl IntoView {
    let (app, card, critical) = (App::get(), Card::get(), CriticalPath::get());
    let path = critical.path(app, mode);
    let window = RowLimit::first();
    let count = Memo::new(move |_| path.with(|path| path.as_ref().map_or(0, |p| p.legs().len())));
    let parts = Memo::new(move |_| {
        let (path, most) = (path.get(), window.most());
        untrack(|| parts(app, mode, path.as_deref(), most))
    });
    let note = move || {
        let is_pending = critical.0.get() && path.with(Option::is_none);
        is_pending.then_some("The critical path is known when the run is over.")
    };
    let rest = Memo::new(move |_| {
        let ended = path.with(Option::is_some);
        let rest = || app.shown(mode, |shown| unfinished(shown?.run()?.trace));
        ended.then(|| untrack(rest)).flatten()
    });
    view! {
        <Show when=move || critical.0.get()>
            <div class="path" role="group" aria-label="Critical path">
                <h3>{icon(Icon::Clock)}"Critical path"</h3>
                {move || note().map(|note| view! { <p>{note}</p> })}
                <ol>
                    {keyed(move || parts.get(), Clone::clone, move |part| view! {
                        <li>
                            <span class="times">{part.times}</span>
                            <span>
                                <button class="task-link" type="button" on:click=move |_| card.jump(mode, part.task)>{part.name}</button>
                                " "{part.does}
                            </span>
                        </li>
                    })}
                </ol>
                <MoreRows limit=window count/>
                {move || rest.get().map(|rest| view! { <p data-test="unfinished">{rest}</p> })}
            </div>
        </Show>
    }
}

fn parts(app: App, mode: &'static str, path: Option<&Path>, most: usize) -> Vec<Part> {
    app.shown(mode, |shown| {
        let (Some(run), Some(path)) = (shown.and_then(Shown::into_run), path) else {
            return Vec::new();
        };
        let part = |(place, leg): (usize, &interleave_trace::Leg)| {
            let from = seconds(leg.from.secs());
            Part {
                place,
                times: format!(
                    "{} – {}",
                    from.trim_end_matches(" s"),
                    seconds(leg.to.secs())
                ),
                task: leg.task,
                name: run.trace.name(leg.task).to_owned(),
                does: leg.does(run.trace),
            }
        };
        let legs = path.legs().iter().enumerate();
        legs.take(most).map(part).collect()
    })
}
