//! The default race of a playground, finished: the picture and the words of its page.

use interleave_playgrounds::{Claim, Entry, Strategy};
use interleave_runtime::{Ports, Runtime};
use interleave_trace::export::{Race, Run};
use interleave_trace::{Index, Story, Time, Trace};
use serde_json::Value;

use crate::Problem;

/// The runs of the strategies that a playground shows at first, each to its end.
pub struct Finished {
    /// The playground.
    pub entry: &'static Entry,
    params: Value,
    runs: Vec<(&'static Strategy, Trace, Index)>,
}

impl Finished {
    /// Runs a playground with its default params.
    pub fn of(entry: &'static Entry) -> Result<Self, Problem> {
        let params = entry.defaults();
        let shown = entry.strategies().iter().filter(|strategy| strategy.shown);
        let run = |strategy: &'static Strategy| {
            let runtime = Runtime::new(Ports::simulated());
            entry
                .start(&runtime, strategy, &params)
                .map_err(|problem| Problem(format!("{}: {problem}", entry.slug)))?;
            runtime.run();
            let trace = runtime.into_trace();
            let index = Index::of(&trace);
            Ok((strategy, trace, index))
        };
        let runs = shown.map(run).collect::<Result<_, Problem>>()?;
        Ok(Self {
            entry,
            params,
            runs,
        })
    }

    /// The race, to be drawn or told.
    pub fn race(&self) -> Race<'_> {
        let end = |trace: &Trace| trace.end().map_or(Time::ZERO, |end| end.at);
        let ends = self.runs.iter().map(|(_, trace, _)| end(trace).secs());
        let run = |(strategy, trace, index)| {
            let (strategy, trace): (&Strategy, &Trace) = (strategy, trace);
            Run {
                mode: strategy.mode,
                title: strategy.title,
                headline: strategy.headline,
                trace,
                index,
                now: end(trace),
            }
        };
        Race {
            title: self.entry.card().title,
            slug: self.entry.slug,
            params: &self.params,
            seed: 0,
            pace: "instant",
            source: Some(self.entry.fingerprints[0]),
            slow: self.entry.strategies().first().map_or("", |it| it.mode),
            axis_end: ends.fold(1e-3, f64::max),
            in_flight: self.entry.shows_in_flight(),
            runs: self
                .runs
                .iter()
                .map(|(strategy, trace, index)| run((strategy, trace, index)))
                .collect(),
        }
    }

    /// The sentences of each run, with their instants, in seconds.
    pub fn stories(&self) -> impl Iterator<Item = (&'static Strategy, Vec<(f64, String)>)> {
        self.runs.iter().map(|(strategy, trace, _)| {
            let mut story = Story::default();
            story.advance(trace);
            let lines = story.until(Time::MAX).iter();
            let lines = lines.map(|line| (line.at.secs(), line.words(trace)));
            (*strategy, lines.collect())
        })
    }

    /// The claims about these runs, with the measured figures.
    pub fn claims(&self) -> impl Iterator<Item = (Claim, Option<f64>)> {
        let has_run = |mode: &str| self.runs.iter().any(|(run, ..)| run.mode == mode);
        let claims = self.entry.claims(&self.params).into_iter();
        let claims = claims.filter(move |claim| claim.measure.modes().all(has_run));
        claims.map(|claim| {
            let measured = claim.measure.read(|mode| {
                let mut runs = self.runs.iter();
                let (_, trace, index) = runs.find(|(strategy, ..)| strategy.mode == mode)?;
                Some((trace, index))
            });
            (claim, measured)
        })
    }
}
