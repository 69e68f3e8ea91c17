//! Dragging durations: a drag at a bar's end, or a key, changes how long its task takes.
//!
//! It changes the params, as the form does. The preview of a run with them is drawn as frames behind the run that is
//! shown, until it is run or undone.

use crate::ui::kit::paper::Paper;
use crate::ui::state::app::App;
use crate::ui::timeline::painter::{BAR, BAR_TOP, ROW};
use interleave_geometry::layout::Viewport;
use interleave_geometry::{Rows, foreseen};
use interleave_player::Preview;
use interleave_playgrounds::{Lever, step};
use interleave_trace::Time;
use interleave_trace::{TaskId, seconds};
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The pause after the last key before the change is announced.
const PAUSE: Duration = Duration::from_millis(500);

/// Tasks that are examined to find out whether others share a duration.
const MOST_LOOKED_AT: usize = 50;

/// The state before the first change that has not been run.
#[derive(Clone)]
struct Original {
    session: u32,
    params: Value,
    preview: Option<Arc<Preview>>,
    /// The params after the last change by hand. Any other change of the params makes this obsolete.
    after: Value,
}

/// A drag of a bar's end.
#[derive(Clone)]
struct Drag {
    task: (&'static str, TaskId),
    lever: Lever,
    /// The params and the seconds from which the drag began.
    params: Value,
    seconds: f64,
    step: f64,
}

/// Changes of durations by hand; from the context.
#[derive(Clone, Copy)]
pub struct DurationDrag {
    app: App,
    /// The lane whose bar has its handle.
    near: RwSignal<Option<(&'static str, TaskId)>>,
    before: RwSignal<Option<Original>>,
    held: RwSignal<Option<Drag>>,
    /// The right end of the axis during a drag: it must not move under the pointer.
    axis: RwSignal<Option<f64>>,
    /// The preview of a run with the params in the form, where that differs from what is shown.
    upcoming: Memo<Option<Arc<Preview>>>,
    /// The announcement.
    said: RwSignal<String>,
    later: StoredValue<Option<TimeoutHandle>>,
}

impl DurationDrag {
    /// Without a drag.
    pub fn new(app: App) -> Self {
        let before = RwSignal::new(None::<Original>);
        let upcoming = Memo::new_with_compare(
            move |_| {
                let preview = app.previews.latest()?;
                let same = app.runs.session(|session| match session {
                    Some(session) => {
                        let shown = session.plan.preview.as_ref();
                        shown.is_some_and(|shown| Arc::ptr_eq(shown, &preview))
                            || app
                                .view
                                .params
                                .with(|params| *params == session.plan.params)
                    }
                    None => before.with(|before| match before {
                        Some(before) => app.view.params.with(|params| *params == before.params),
                        None => true,
                    }),
                });
                (!same).then_some(preview)
            },
            |old: Option<&Option<Arc<Preview>>>, new| match (
                old.and_then(Option::as_ref),
                new.and_then(Option::as_ref),
            ) {
                (Some(old), Some(new)) => !Arc::ptr_eq(old, new),
                (old, new) => old.is_some() != new.is_some(),
            },
        );
        Effect::new(move |_| {
            // After a run, another change or another page there is nothing to undo.
            let params = app.view.params.get();
            app.runs.phase.track();
            app.view.entry.track();
            let session = app.runs.number();
            let stale = before.with_untracked(|before| {
                let stale = |it: &Original| it.session != session || it.after != params;
                before.as_ref().is_some_and(stale)
            });
            if stale {
                before.set(None);
            }
        });
        Self {
            app,
            near: RwSignal::new(None),
            before,
            held: RwSignal::new(None),
            axis: RwSignal::new(None),
            upcoming,
            said: RwSignal::new(String::new()),
            later: StoredValue::new(None),
        }
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// The pointer or the focus has come to a lane.
    pub fn hover(self, mode: &'static str, id: TaskId) {
        if self.held.with_untracked(Option::is_none) {
            self.near.set(Some((mode, id)));
        }
    }

    /// The pointer has left the lanes.
    pub fn leave(self) {
        if self.held.with_untracked(Option::is_none) {
            self.near.set(None);
        }
    }

    /// Whether a bar's end is being dragged.
    pub fn is_dragging(self) -> bool {
        self.held.with(Option::is_some)
    }

    /// The task of a strategy whose bar has a handle, and when the bar ends.
    pub fn handle(self, mode: &'static str) -> Option<(TaskId, Time)> {
        let (_, id) = self.near.get().filter(|near| near.0 == mode)?;
        let entry = self.app.view.entry.get()?;
        let upcoming = self.upcoming.get();
        self.app.shown(mode, |shown| {
            let shown = shown?;
            let name = shown.name(id);
            let (_, expected) = shown.expected()?;
            let has = self
                .app
                .view
                .params
                .with(|params| entry.duration_of(params, name));
            has?;
            let index = match &upcoming {
                Some(upcoming) => upcoming.run(mode)?.1,
                None => expected,
            };
            let task = index.task(id).filter(|task| task.started.is_some())?;
            if upcoming.is_some() || !shown.is_run() {
                return Some((id, task.end?.at));
            }
            // A running task has no end to drag; and real times differ from the preview.
            Some((id, shown.run()?.index.task(id)?.end?.at))
        })
    }

    /// Starts to drag the end of a task's bar; false where there is no duration.
    pub fn take(self, mode: &'static str, id: TaskId, seen: f64) -> bool {
        let held = untrack(|| self.grasp(mode, id, seen));
        let end = untrack(|| self.app.axis_end());
        self.axis.set(held.as_ref().map(|_| end));
        self.held.set(held);
        self.is_dragging_untracked()
    }

    /// As [`DurationDrag::is_dragging`], untracked.
    pub fn is_dragging_untracked(self) -> bool {
        self.held.with_untracked(Option::is_some)
    }

    fn grasp(self, mode: &'static str, id: TaskId, seen: f64) -> Option<Drag> {
        let entry = self.app.view.entry.get()?;
        let params = self.app.view.params.get();
        let name = self
            .app
            .shown(mode, |shown| Some(shown?.name(id).to_owned()))?;
        let lever = entry.lever(entry.strategy(mode)?, &params, &name)?;
        Some(Drag {
            task: (mode, id),
            seconds: lever.seconds(&params),
            step: step(seen),
            lever,
            params,
        })
    }

    /// The pointer has moved by `by` seconds since the drag began.
    pub fn drag(self, by: f64) {
        let params = self.held.with_untracked(|held| {
            let held = held.as_ref()?;
            let still = by.abs() < held.step / 2.0;
            Some(match still {
                true => held.params.clone(),
                false => held.lever.set(&held.params, held.seconds + by, held.step),
            })
        });
        if let Some(params) = params {
            self.change(params);
        }
    }

    /// Ends the drag; the change stays.
    pub fn release(self) {
        if let Some(held) = self.held.try_update(Option::take).flatten() {
            self.axis.set(None);
            if self
                .app
                .view
                .params
                .with_untracked(|params| *params != held.params)
            {
                self.tell(held, Duration::ZERO);
            }
        }
    }

    /// A step longer or shorter.
    pub fn nudge(self, mode: &'static str, id: TaskId, seen: f64, longer: bool) -> bool {
        let Some(held) = untrack(|| self.grasp(mode, id, seen)) else {
            return false;
        };
        self.change(held.lever.nudge(&held.params, longer, held.step));
        self.tell(held, PAUSE);
        true
    }

    /// Undoes what was changed by hand and has not been run; false if there is nothing.
    pub fn restore(self) -> bool {
        let held = self.held.try_update(Option::take).flatten();
        self.axis.set(None);
        let before = self
            .before
            .with_untracked(|before| before.as_ref().map(|it| it.params.clone()));
        // During a drag, its own changes only.
        match held.map(|held| held.params).or(before) {
            Some(params) => {
                self.change(params);
                self.say(|| Some("Undone.".to_owned()), Duration::ZERO);
                true
            }
            None => false,
        }
    }

    fn change(self, params: Value) {
        let now = self.app.view.params.get_untracked();
        if now == params {
            return;
        }
        let before = self.before.get_untracked().unwrap_or_else(|| Original {
            session: self.app.runs.number(),
            preview: untrack(|| self.app.previews.latest()),
            params: now,
            after: Value::Null,
        });
        let same = before.params == params;
        self.before.set((!same).then(|| Original {
            after: params.clone(),
            ..before
        }));
        self.app.view.set_params(params);
    }

    /// The right end of the time axis, in seconds, with room for the preview.
    pub fn axis_end(self) -> f64 {
        let upcoming = self.upcoming.with(|upcoming| {
            let end = upcoming.as_ref().map(|upcoming| upcoming.end().secs());
            end.unwrap_or_default()
        });
        let end = self.axis.get().unwrap_or_else(|| self.app.axis_end());
        end.max(upcoming)
    }

    /// When a strategy's run ends or was going to end, and when it would end with the params in
    /// the form; `None` where that is the same.
    pub fn totals(self, mode: &str) -> Option<(Time, Time)> {
        let upcoming = self.upcoming.get()?;
        let new = upcoming.run(mode)?.0.end()?.at;
        let old = self.app.runs.session(|session| match session {
            Some(session) => {
                let ended = session.run(mode).and_then(|run| run.end());
                let planned = session.plan.preview.as_ref();
                let planned = planned.and_then(|plan| plan.run(mode)?.0.end());
                ended.or(planned.cloned())
            }
            None => self.before.with(|before| {
                let preview = before.as_ref()?.preview.as_ref()?;
                preview.run(mode)?.0.end().cloned()
            }),
        });
        old.map(|old| (old.at, new)).filter(|(old, new)| old != new)
    }

    /// Paints frames where tasks would be, behind the run that is shown.
    pub fn paint(self, paper: &Paper, mode: &str, view: &Viewport, rows: Rows<'_>, offset: f64) {
        let upcoming = self.upcoming.get();
        let old = self
            .app
            .runs
            .session(|session| session.and_then(|it| it.plan.preview.clone()));
        let runs = upcoming.as_ref().zip(old.as_ref());
        let runs = runs.and_then(|(new, old)| Some((old.run(mode)?.1, new.run(mode)?.1)));
        let Some((old, new)) = runs else { return };
        let context = &paper.context;
        paper.fill("--accent");
        paper.stroke("--accent");
        context.set_line_width(1.5);
        for (row, x0, x1) in foreseen(old, new, view, rows) {
            let (top, width) = (row as f64 * ROW + BAR_TOP - offset, (x1 - x0).max(2.0));
            context.set_global_alpha(0.14);
            context.fill_rect(x0, top - 3.0, width, BAR + 6.0);
            context.set_global_alpha(1.0);
            context.stroke_rect(x0 + 0.75, top - 2.25, width - 1.5, BAR + 4.5);
        }
    }

    /// Announces the new duration and the new totals.
    fn tell(self, held: Drag, after: Duration) {
        let session = self.app.runs.number();
        // Not after a run has started.
        let is_same = move || session == self.app.runs.number();
        let words = move || is_same().then(|| untrack(|| self.words(&held)))?;
        self.say(words, after);
    }

    fn words(self, held: &Drag) -> Option<String> {
        let (mode, id) = held.task;
        self.app.finished_preview();
        let params = self.app.view.params.get();
        let name = self
            .app
            .shown(mode, |shown| Some(shown?.name(id).to_owned()))?;
        let entry = self.app.view.entry.get()?;
        let like_it = self.app.shown(mode, |shown| {
            let shown = shown?;
            let (_, index) = shown.outline();
            let mut tasks = index.tasks().take(MOST_LOOKED_AT);
            Some(tasks.any(|(other, _)| {
                let place = entry.duration_of(&params, shown.name(other));
                other != id && place.is_some_and(|place| place == held.lever.pointer)
            }))
        });
        let all = match like_it {
            Some(true) => " and all tasks with the same duration",
            _ => "",
        };
        let takes = seconds(round(held.lever.seconds(&params)));
        let mut words = format!("{name}{all}: {takes}");
        let mut other = false;
        for strategy in self.app.view.strategies(entry) {
            if let Some((old, new)) = self.totals(strategy.mode) {
                other = true;
                let (old, new) = (seconds(old.secs()), seconds(new.secs()));
                words += &format!("; {}: {new} instead of {old}", strategy.title);
            }
        }
        if !other {
            words += "; the totals do not change";
        }
        Some(words + ".")
    }

    fn say(self, words: impl FnOnce() -> Option<String> + 'static, after: Duration) {
        if let Some(later) = self.later.try_update_value(Option::take).flatten() {
            later.clear();
        }
        let speak = move || {
            // The page may be gone by then.
            if let Some(words) = (!self.said.is_disposed()).then(words).flatten() {
                self.said.set(words);
            }
        };
        if after.is_zero() {
            return speak();
        }
        self.later
            .set_value(set_timeout_with_handle(speak, after).ok());
    }

    /// The live region.
    pub fn region(self) -> impl IntoView {
        view! { <p class="visually-hidden" aria-live="polite" data-test="duration-change">{move || self.said.get()}</p> }
    }
}

/// Without the noise of floating point.
fn round(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}
