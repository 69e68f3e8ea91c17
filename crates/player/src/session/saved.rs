//! A session of finished runs that are read from a file.

use super::live::FrameSkip;
use super::{Plan, Record, Run, Session};
use crate::Pacer;
use crate::Preview;
use crate::{DEFAULT_SPEED, Pace};
use interleave_playgrounds::{Entry, Strategy};
use interleave_runtime::{Ports, Status};
use interleave_trace::Time;
use interleave_trace::stepped_in;
use interleave_trace::{Index, MAX_EVENTS, Recording, Trace, saved, sort_by};
use serde_json::Value;
use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

impl Session {
    /// Opens the text of a saved race from the file of that name; also the seed of its params.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the file, and where.
    pub fn open(name: &str, text: &str, wall: Rc<dyn Fn() -> f64>) -> Result<(Self, u64), String> {
        Self::of_saved(name, saved::open(text)?, wall)
    }

    /// A saved race from the file of that name as a session; also the seed of its params.
    ///
    /// # Errors
    ///
    /// The first thing that does not fit its playground, or that there is no playground of that name.
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
        let plan = Plan {
            entry,
            params: saved.params,
            strategies: Vec::new(),
            pace,
            speed: DEFAULT_SPEED,
            preview: None,
        };
        let known = traces.into_iter().map(|(strategy, trace)| {
            let index = Index::of(&trace);
            (strategy, Arc::new(trace), index)
        });
        let mut session = Self::of_traces(name, plan, known.collect(), wall);
        session.source = saved.source;
        Ok((session, saved.seed))
    }

    /// The runs of a recorded program, from the file of that name. Only the page knows the type of `program`.
    pub fn of_recording(
        name: &str,
        entry: &'static Entry,
        runs: Vec<(Arc<Trace>, Index)>,
        program: Rc<dyn Any>,
        wall: Rc<dyn Fn() -> f64>,
    ) -> Self {
        let plan = Plan {
            entry,
            params: Value::Null,
            strategies: Vec::new(),
            pace: Pace::Simulated,
            speed: 1.0,
            preview: None,
        };
        let runs = entry.strategies().iter().zip(runs);
        let runs = runs.map(|(strategy, (trace, index))| (strategy, trace, index));
        let mut session = Self::of_traces(name, plan, runs.collect(), wall);
        // Its waits name places of the program's own source.
        session.source = Some(entry.fingerprints[0]);
        session.program = Some(program);
        session
    }

    /// A session of finished runs, each with the index of its whole trace.
    fn of_traces(
        name: &str,
        plan: Plan,
        shown: Vec<(&'static Strategy, Arc<Trace>, Index)>,
        wall: Rc<dyn Fn() -> f64>,
    ) -> Self {
        let run = |(strategy, trace, index): &(&'static Strategy, Arc<Trace>, Index)| Run {
            strategy,
            record: Record::Over(Arc::clone(trace)),
            recording: Recording::at(index.clone()),
            shown: Time::ZERO,
            status: Status::Ended,
            stepped_into: stepped_in(trace),
        };
        let runs: Vec<_> = shown.iter().map(run).collect();
        let plan = Plan {
            strategies: shown.iter().map(|&(strategy, ..)| strategy).collect(),
            // Axis, rows and gauges follow the file, not what the same params would give today.
            preview: Some(Arc::new(Preview::recorded(shown))),
            ..plan
        };
        let mut session = Self {
            pacer: Pacer::start(wall(), plan.speed),
            plan,
            saved_as: Some(name.to_owned()),
            source: None,
            program: None,
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
        session
    }
}
