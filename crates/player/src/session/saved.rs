//! A session of runs that are read from a file: over, and to be looked at.

use super::live::FrameSkip;
use super::{Plan, Run, Session};
use crate::Pacer;
use crate::Preview;
use crate::{DEFAULT_SPEED, Pace};
use interleave_playgrounds::{Entry, Strategy};
use interleave_runtime::{Ports, Runtime, Status};
use interleave_trace::Time;
use interleave_trace::stepped_in;
use interleave_trace::{Index, MAX_EVENTS, Recording, Trace, saved, sort_by};
use std::rc::Rc;
use std::sync::Arc;

impl Session {
    /// Opens the text of a saved race from the file of that name; also the seed of its params.
    ///
    /// # Errors
    ///
    /// What is wrong with the file first, and where.
    pub fn open(name: &str, text: &str, wall: Rc<dyn Fn() -> f64>) -> Result<(Self, u64), String> {
        Self::of_saved(name, saved::open(text)?, wall)
    }

    /// A saved race from the file of that name as a session; also the seed of its params.
    ///
    /// # Errors
    ///
    /// What does not fit its playground, first of all if there is none of that name.
    pub fn of_saved(
        name: &str,
        saved: saved::Saved,
        wall: Rc<dyn Fn() -> f64>,
    ) -> Result<(Self, u64), String> {
        let entry = Entry::find(&saved.playground)
            .ok_or_else(|| format!("playground: there is no {:?}", saved.playground))?;
        if let Some(problem) = entry.check(&saved.params).first() {
            return Err(format!("params: {problem}"));
        }
        let pace = Pace::from_word(&saved.pace).unwrap_or_default();
        let mut traces = Vec::new();
        for (mode, trace) in saved.runs {
            let strategy = entry
                .strategy(&mode)
                .ok_or_else(|| format!("runs: {} has no strategy {mode:?}", entry.slug))?;
            traces.push((strategy, trace));
        }
        // As on the page, whatever the file's order.
        let place = |strategy: &Strategy| {
            let mut all = entry.strategies().iter();
            all.position(|one| one.mode == strategy.mode)
        };
        sort_by(&mut traces, |(a, _), (b, _)| place(a).cmp(&place(b)));
        let shown: Vec<_> = traces
            .into_iter()
            .map(|(strategy, trace)| {
                let index = Index::of(&trace);
                (strategy, trace, index)
            })
            .collect();
        let run = |(strategy, trace, _): &(&'static Strategy, _, Index)| Run {
            strategy,
            runtime: Some(Runtime::recorded(Trace::clone(trace))),
            recording: Recording::default(),
            shown: Time::ZERO,
            status: Status::Ended,
            stepped_into: stepped_in(trace),
        };
        let runs: Vec<_> = shown.iter().map(run).collect();
        let plan = Plan {
            entry,
            params: saved.params,
            strategies: shown.iter().map(|&(strategy, ..)| strategy).collect(),
            pace,
            speed: DEFAULT_SPEED,
            // Axis, rows and gauges follow the file, not what the same params would give today.
            preview: Some(Arc::new(Preview::recorded(shown))),
        };
        let mut session = Self {
            pacer: Pacer::start(wall(), plan.speed),
            plan,
            saved_as: Some(name.to_owned()),
            source: saved.source,
            runs,
            wall,
            frame_skip: FrameSkip::default(),
            outside: Ports::simulated(),
            head: Time::ZERO,
            following: true,
            rush: None,
            max_events: MAX_EVENTS,
        };
        session.ends();
        Ok((session, saved.seed))
    }
}
