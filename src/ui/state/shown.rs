//! What of a strategy is on screen: its run, or what its run will be.

use super::app::App;
use interleave_player::Pace;
use interleave_player::Preview;
use interleave_trace::Time;
use interleave_trace::{End, Index, TaskId, Trace};
use std::sync::Arc;

/// Which run is shown: what is kept from frame to frame is good for the same one only.
#[derive(Clone)]
pub struct Origin {
    session: u32,
    /// Keeps its memory from being another preview's.
    preview: Option<Arc<Preview>>,
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        let same_preview = match (&self.preview, &other.preview) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.session == other.session && same_preview
    }
}

/// A strategy's run as it is shown.
pub struct Shown<'a> {
    /// Its record.
    pub trace: &'a Trace,
    /// Its state at `now`.
    pub index: &'a Index,
    /// The instant that is shown.
    pub now: Time,
    /// The instant that is shown of the whole race, where the run was not over by then.
    pub playhead: Option<Time>,
    /// It is a recording that is shown, and not its end.
    pub recorded: bool,
    /// How it ended, once it has.
    pub end: Option<End>,
    /// It has not been run: this is what it will be.
    pub ghost: bool,
    /// What it was foreseen to be.
    pub plan: Option<(&'a Trace, &'a Index)>,
    /// Which run it is.
    pub origin: Origin,
}

impl<'a> Shown<'a> {
    /// How many rows there are or will be.
    pub fn rows(&self) -> usize {
        let planned = self.plan.map_or(0, |(_, index)| index.task_count());
        self.index.task_count().max(planned)
    }

    /// A task's name, also before it exists.
    pub fn name(&self, id: TaskId) -> &'a str {
        let own = self.index.task(id).map(|task| self.trace.text(task.name));
        let planned = || {
            self.plan
                .and_then(|(trace, index)| Some(trace.text(index.task(id)?.name)))
        };
        own.or_else(planned).unwrap_or_default()
    }

    /// How many tasks are above a task, and whether it is its parent's last.
    pub fn place(&self, id: TaskId) -> (u16, bool) {
        let planned = self
            .plan
            .map(|(_, index)| index)
            .filter(|index| index.task(id).is_some());
        let index = planned.unwrap_or(self.index);
        let Some(task) = index.task(id) else {
            return (0, false);
        };
        let parent = task.parent.and_then(|parent| index.task(parent));
        (
            task.depth,
            parent.is_some_and(|parent| parent.last_child == Some(id)),
        )
    }
}

impl App {
    /// Reads what is on screen of a strategy, as often as it changes.
    pub fn shown<T>(self, mode: &str, read: impl FnOnce(Option<Shown<'_>>) -> T) -> T {
        use leptos::prelude::Get;
        self.session(|session| {
            let preview = match session {
                Some(session) => session.plan.preview.clone(),
                None => None,
            };
            let preview = preview.or_else(|| self.preview.get());
            let plan = preview.as_ref().and_then(|preview| preview.run(mode));
            let run = session.and_then(|session| Some((session, session.run(mode)?)));
            let origin = Origin {
                session: self.session_number(),
                preview: preview.clone(),
            };
            if let Some((session, run)) = run
                && let Some(trace) = run.trace()
            {
                let (index, now, end) = (run.index(), session.now_of(run), run.end());
                let recorded = !session.is_at_end();
                let marked = recorded || end.is_none();
                return read(Some(Shown {
                    trace: &trace,
                    index,
                    now,
                    playhead: marked.then(|| session.now()),
                    recorded,
                    end,
                    ghost: false,
                    plan,
                    origin,
                }));
            }
            if self.hides_outcome() {
                // Names and rows, but nothing of when.
                let (trace, index) = (Trace::default(), Index::default());
                return read(plan.map(|plan| Shown {
                    trace: &trace,
                    index: &index,
                    now: Time::ZERO,
                    playhead: None,
                    recorded: false,
                    end: None,
                    ghost: true,
                    plan: Some(plan),
                    origin,
                }));
            }
            read(plan.map(|(trace, index)| Shown {
                trace,
                index,
                now: trace.end().map_or(Time::ZERO, |end| end.at),
                playhead: None,
                recorded: false,
                end: trace.end().cloned(),
                ghost: true,
                plan,
                origin,
            }))
        })
    }

    /// The right end of the time axis, in seconds.
    pub fn axis_end(self) -> f64 {
        use leptos::prelude::Get;
        let known = self.session(|session| match session {
            Some(session) => session.plan.preview.clone(),
            None => self.preview.get(),
        });
        let now = self.session(|session| {
            let session = session?;
            // Virtual time keeps to what was foreseen, unless somebody steps in.
            if known.is_none() || session.plan.pace == Pace::Live || self.is_stepped_into() {
                self.track_time();
            }
            Some(session.recorded().secs())
        });
        let now = now.unwrap_or_default();
        match known.filter(|_| !self.hides_outcome()) {
            Some(preview) => preview.end().secs().max(now).max(1e-3),
            // Room ahead, in steps, so that the picture does not crawl.
            None => [
                1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 1e4, 1e5, 1e6,
            ]
            .into_iter()
            .find(|&end| end > now)
            .unwrap_or(now),
        }
    }
}
