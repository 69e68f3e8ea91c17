//! A preview of the runs: every strategy run to its end at instant pace, which costs next to nothing.

use interleave_playgrounds::{Entry, Strategy};
use interleave_runtime::{Ports, Runtime, Status};
use interleave_trace::Time;
use interleave_trace::{Index, Trace};
use serde_json::Value;
use std::sync::Arc;

/// The finished runs of some strategies.
pub struct Preview {
    runs: Vec<(&'static Strategy, Arc<Trace>, Index)>,
}

/// Larger runs are not previewed: the form must stay quick.
const MAX_STEPS: usize = 60_000;

impl Preview {
    /// Runs every strategy to its end; `None` if the params are wrong or a run takes too many steps.
    pub fn of(entry: &Entry, strategies: &[&'static Strategy], params: &Value) -> Option<Self> {
        match PreviewBuilder::of(entry, strategies, params)?.advance(usize::MAX) {
            BuildStep::Finished(preview) => preview,
            BuildStep::Unfinished(_) => None,
        }
    }

    /// Wraps runs that are already over.
    pub(super) fn recorded(runs: Vec<(&'static Strategy, Arc<Trace>, Index)>) -> Self {
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

/// Builds a preview bit by bit, so that nothing else has to wait for a large one.
pub struct PreviewBuilder {
    /// Runs still to be driven to their end, the next one last: each with the index of its events so far and its steps left.
    left: Vec<(&'static Strategy, Runtime, Index, usize)>,
    /// Finished runs.
    runs: Vec<(&'static Strategy, Arc<Trace>, Index)>,
}

/// The result of [`PreviewBuilder::advance`].
pub enum BuildStep {
    /// There is more to do.
    Unfinished(PreviewBuilder),
    /// The preview; `None` if a run takes too many steps.
    Finished(Option<Preview>),
}

impl PreviewBuilder {
    /// Begins with every strategy; `None` if the params are wrong.
    pub fn of(entry: &Entry, strategies: &[&'static Strategy], params: &Value) -> Option<Self> {
        let begun = |&strategy| {
            let runtime = Runtime::new(Ports::simulated());
            entry.start(&runtime, strategy, params).ok()?;
            Some((strategy, runtime, Index::default(), MAX_STEPS))
        };
        Some(Self {
            left: strategies.iter().rev().map(begun).collect::<Option<_>>()?,
            runs: Vec::new(),
        })
    }

    /// Takes at most this many more steps of the runs.
    pub fn advance(mut self, mut steps: usize) -> BuildStep {
        while let Some((strategy, runtime, mut index, left)) = self.left.pop() {
            let budget = steps.min(left);
            let ended = runtime.run_until(Time::MAX, budget) == Status::Ended;
            index.advance(&runtime.trace(), Time::MAX);
            steps -= budget;
            if ended {
                let trace = Arc::new(runtime.into_trace());
                self.runs.push((strategy, trace, index));
            } else if budget == left {
                return BuildStep::Finished(None);
            } else {
                self.left.push((strategy, runtime, index, left - budget));
                return BuildStep::Unfinished(self);
            }
        }
        BuildStep::Finished(Some(Preview { runs: self.runs }))
    }
}
