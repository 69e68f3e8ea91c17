//! What is on screen of a strategy: its run, or a preview of it.

use interleave_player::{Preview, Session};
use interleave_trace::{End, Index, TaskId, Time, Trace};
use std::sync::Arc;

/// Which run is shown: what is kept from frame to frame is valid for the same run only.
#[derive(Clone)]
pub struct Origin {
    session: u32,
    /// Held, so that its address is not reused for another preview.
    preview: Option<Arc<Preview>>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Run,
    Preview,
    Secret,
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        let same_preview = match (&self.preview, &other.preview) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.session == other.session && self.kind == other.kind && same_preview
    }
}

/// A strategy's run as it is shown.
pub enum Shown<'a> {
    /// A run, at the instant that is shown.
    Run(ShownRun<'a>),
    /// A preview: the run has not been started.
    Preview(Expected<'a>),
    /// The same while its outcome is secret, since the reader is to predict it: names and rows, but no times.
    Secret(Expected<'a>),
}

/// A run at the instant that is shown.
pub struct ShownRun<'a> {
    /// Its record.
    pub trace: &'a Trace,
    /// Its state at `now`.
    pub index: &'a Index,
    /// The instant that is shown.
    pub now: Time,
    /// The instant that is shown of the whole race, if the run was not over by then.
    pub playhead: Option<Time>,
    /// Whether its recording is shown, and not the end of it.
    pub recorded: bool,
    /// How it ended, once it has.
    pub end: Option<End>,
    /// Whether its waits name lines of the source that is shown.
    pub knows_lines: bool,
    expected: Option<(&'a Trace, &'a Index)>,
    origin: Origin,
}

/// The preview of a run.
pub struct Expected<'a> {
    /// Its record.
    pub trace: &'a Trace,
    /// Its state at its end.
    pub index: &'a Index,
    origin: Origin,
}

/// What may be shown.
pub struct Sources<'a> {
    /// The session of the page.
    pub session: Option<&'a Session>,
    /// Tells the session from others.
    pub number: u32,
    /// The preview of its runs, or of the next ones.
    pub preview: Option<Arc<Preview>>,
    /// Whether the outcome of a run that has not been started is secret.
    pub secret: bool,
}

impl Sources<'_> {
    /// Reads what is shown of a strategy.
    pub fn read<T>(&self, mode: &str, read: impl FnOnce(Option<Shown<'_>>) -> T) -> T {
        let expected = self.preview.as_ref().and_then(|preview| preview.run(mode));
        let origin = |kind| Origin {
            session: self.number,
            preview: self.preview.clone(),
            kind,
        };
        if let Some(session) = self.session
            && let Some(run) = session.run(mode)
            && let Some(trace) = run.trace()
        {
            let (index, now, end) = (run.index(), session.now_of(run), run.end());
            let recorded = !session.is_at_end();
            let marked = recorded || end.is_none();
            return read(Some(Shown::Run(ShownRun {
                trace: &trace,
                index,
                now,
                playhead: marked.then(|| session.now()),
                recorded,
                end,
                knows_lines: session.knows_lines(),
                expected,
                origin: origin(Kind::Run),
            })));
        }
        read(expected.map(|(trace, index)| {
            let expected = |kind| Expected {
                trace,
                index,
                origin: origin(kind),
            };
            match self.secret {
                true => Shown::Secret(expected(Kind::Secret)),
                false => Shown::Preview(expected(Kind::Preview)),
            }
        }))
    }
}

impl<'a> Shown<'a> {
    /// The run, if there is one.
    pub fn run(&self) -> Option<&ShownRun<'a>> {
        match self {
            Self::Run(run) => Some(run),
            Self::Preview(_) | Self::Secret(_) => None,
        }
    }

    /// The run, if there is one.
    pub fn into_run(self) -> Option<ShownRun<'a>> {
        match self {
            Self::Run(run) => Some(run),
            Self::Preview(_) | Self::Secret(_) => None,
        }
    }

    /// Whether it is a run, and no preview.
    pub fn is_run(&self) -> bool {
        self.run().is_some()
    }

    /// The record that may be drawn, and its state; `None` while that is secret.
    pub fn record(&self) -> Option<(&'a Trace, &'a Index)> {
        match self {
            Self::Run(run) => Some((run.trace, run.index)),
            Self::Preview(expected) => Some((expected.trace, expected.index)),
            Self::Secret(_) => None,
        }
    }

    /// The preview of the run.
    pub fn expected(&self) -> Option<(&'a Trace, &'a Index)> {
        match self {
            Self::Run(run) => run.expected,
            Self::Preview(expected) | Self::Secret(expected) => {
                Some((expected.trace, expected.index))
            }
        }
    }

    /// What is known of the run's size: from its preview, else from what has been recorded.
    pub fn outline(&self) -> (&'a Trace, &'a Index) {
        match self {
            Self::Run(run) => run.expected.unwrap_or((run.trace, run.index)),
            Self::Preview(expected) | Self::Secret(expected) => (expected.trace, expected.index),
        }
    }

    /// The instant that is shown; of a preview, its end.
    pub fn now(&self) -> Time {
        match self {
            Self::Run(run) => run.now,
            Self::Preview(expected) => expected.trace.end().map_or(Time::ZERO, |end| end.at),
            Self::Secret(_) => Time::ZERO,
        }
    }

    /// Which run it is.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Run(run) => &run.origin,
            Self::Preview(expected) | Self::Secret(expected) => &expected.origin,
        }
    }

    /// The number of rows that there are or will be.
    pub fn rows(&self) -> usize {
        let own = self.run().map_or(0, |run| run.index.task_count());
        let expected = self.expected().map_or(0, |(_, index)| index.task_count());
        own.max(expected)
    }

    /// A task's name, also before it exists.
    pub fn name(&self, id: TaskId) -> &'a str {
        let name = |(trace, index): (&'a Trace, &'a Index)| {
            index.task(id).map(|task| trace.text(task.name))
        };
        let own = self.run().and_then(|run| name((run.trace, run.index)));
        own.or_else(|| self.expected().and_then(name))
            .unwrap_or_default()
    }

    /// The number of tasks above a task, and whether it is its parent's last.
    pub fn place(&self, id: TaskId) -> (u16, bool) {
        let expected = self.expected().map(|(_, index)| index);
        let expected = expected.filter(|index| index.task(id).is_some());
        let Some(index) = expected.or(self.run().map(|run| run.index)) else {
            return (0, false);
        };
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
