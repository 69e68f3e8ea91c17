//! What an article says of its program, and what the run says to that.

use crate::time::Time;
use crate::trace::{Index, Outcome, TaskId, Trace, Verdict, seconds};

/// A figure that follows from the params, to be held against the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What the figure is: "concurrent: as long as the largest file".
    pub label: String,
    /// What the article says, word for word or nearly; only with the article's own params.
    pub said: Option<&'static str>,
    /// How it follows from the params: `max(1.0, 25.0, 0.5) = 25.0 s`.
    pub formula: String,
    /// The figure.
    pub expected: f64,
    /// Where in the runs to look for it.
    pub measure: Measure,
}

/// Where a figure is found in the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The seconds that a strategy takes.
    Makespan(&'static str),
    /// How many times as long the first strategy takes as the second.
    Ratio(&'static str, &'static str),
    /// The most tasks that a strategy has in flight at once.
    Peak(&'static str),
    /// The tasks of a strategy that fail.
    Failures(&'static str),
}

impl Claim {
    /// How far a simulated figure may be off: the resolution of a trace, in seconds.
    const EXACT: f64 = 1e-6;

    /// Whether a figure of a run in virtual time agrees.
    pub fn holds(&self, measured: f64) -> bool {
        (measured - self.expected).abs() <= Self::EXACT
    }
}

impl Measure {
    /// The figure in the runs of the strategies, given by name; `None` as long as one that is needed has not completed.
    pub fn read<'a>(
        self,
        run: impl Fn(&'static str) -> Option<(&'a Trace, &'a Index)>,
    ) -> Option<f64> {
        let completed = |mode| {
            run(mode).filter(|(trace, index)| {
                let end = trace.end().filter(|end| end.verdict == Verdict::Completed);
                end.is_some_and(|_| index.events_read() == trace.events().len())
            })
        };
        let makespan = |mode| {
            completed(mode).and_then(|(trace, _)| trace.end().map(|end| end.at - Time::ZERO))
        };
        match self {
            Self::Makespan(mode) => makespan(mode),
            Self::Ratio(slow, fast) => {
                let (slow, fast) = (makespan(slow)?, makespan(fast)?);
                (fast > 0.0).then(|| slow / fast)
            }
            Self::Peak(mode) => completed(mode).map(|(_, index)| index.stats().peak as f64),
            Self::Failures(mode) => completed(mode).map(|(_, index)| {
                let failed = |(id, task): (TaskId, &crate::trace::Task)| {
                    id != TaskId::MAIN && task.end.is_some_and(|end| end.outcome == Outcome::Error)
                };
                index.tasks().filter(|&row| failed(row)).count() as f64
            }),
        }
    }

    /// A figure in words, with its unit.
    pub fn words(self, figure: f64) -> String {
        match self {
            Self::Makespan(_) => seconds(figure),
            Self::Ratio(..) => format!("{figure:.2}×"),
            Self::Peak(_) | Self::Failures(_) => format!("{figure:.0}"),
        }
    }
}

/// A list of terms for a formula, cut short in the middle when it is long: `2 + 50 + … + 8`.
pub fn terms(values: impl IntoIterator<Item = f64>, separator: &str) -> String {
    let shown: Vec<String> = values
        .into_iter()
        .map(|value| format!("{}", crate::time::round_micros(value)))
        .collect();
    match shown.len() {
        0..=6 => shown.join(separator),
        n => [&shown[..3], &["…".to_owned()], &shown[n - 1..]]
            .concat()
            .join(separator),
    }
}
