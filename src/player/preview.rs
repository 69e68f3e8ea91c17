//! What a run will be: every strategy at instant pace, which costs next to nothing.

use crate::playgrounds::{Entry, Strategy};
use crate::runtime::{Ports, Runtime, Status};
use crate::time::Time;
use crate::trace::{Index, Trace};
use serde_json::Value;

/// The finished runs of some strategies.
pub struct Preview {
    runs: Vec<(&'static Strategy, Trace, Index)>,
}

/// Larger runs are not previewed: the form must stay quick.
const MAX_STEPS: usize = 60_000;

impl Preview {
    /// Runs every strategy to its end; `None` if the params are wrong or a run takes too many steps.
    pub fn of(entry: &Entry, strategies: &[&'static Strategy], params: &Value) -> Option<Self> {
        let run = |&strategy| {
            let runtime = Runtime::new(Ports::simulated());
            entry.start(&runtime, strategy, params).ok()?;
            let ended = runtime.run_until(Time::MAX, MAX_STEPS) == Status::Ended;
            let trace = ended.then(|| runtime.trace().clone())?;
            let index = Index::of(&trace);
            Some((strategy, trace, index))
        };
        let runs = strategies.iter().map(run).collect::<Option<_>>()?;
        Some(Self { runs })
    }

    /// Runs that are over, as what they were going to be.
    pub(super) fn recorded(runs: Vec<(&'static Strategy, Trace, Index)>) -> Self {
        Self { runs }
    }

    /// The run of a strategy.
    pub fn run(&self, mode: &str) -> Option<(&Trace, &Index)> {
        let run = self
            .runs
            .iter()
            .find(|(strategy, ..)| strategy.mode == mode)?;
        Some((&run.1, &run.2))
    }

    /// When the last run ends.
    pub fn end(&self) -> Time {
        let ends = self.runs.iter().filter_map(|(_, trace, _)| trace.end());
        ends.map(|end| end.at).max().unwrap_or_default()
    }
}
