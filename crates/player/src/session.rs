//! The runs of one press of Run: every chosen strategy, each in a runtime of its own.

mod at_once;
mod live;
mod record;
mod replay;
mod saved;
mod snapshot;
mod step_in;

use crate::Pace;
use crate::Pacer;
use crate::preview::Preview;
use interleave_playgrounds::{Entry, Problem, Strategy};
use interleave_runtime::{Clock, Ports, Runtime, Status};
use interleave_trace::Time;
use interleave_trace::{End, Index, MAX_EVENTS, Recording};
use serde_json::Value;
use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

use live::FrameSkip;
use record::Record;

pub use record::TraceRef;
pub use replay::Showing;
pub use snapshot::Snapshot;

/// What to run, and how.
#[derive(Clone)]
pub struct Plan {
    /// The playground.
    pub entry: &'static Entry,
    /// Its params, without `mode`.
    pub params: Value,
    /// The strategies, in the order in which they are shown.
    pub strategies: Vec<&'static Strategy>,
    /// Which clock.
    pub pace: Pace,
    /// Virtual seconds per second, for the simulated pace.
    pub speed: f64,
    /// The finished runs, where they could be computed beforehand.
    pub preview: Option<Arc<Preview>>,
}

/// One strategy's run.
pub struct Run {
    /// The strategy.
    pub strategy: &'static Strategy,
    record: Record,
    recording: Recording,
    /// The instant that is shown.
    shown: Time,
    status: Status,
    /// The reader has cancelled a task, or let one fail.
    stepped_into: bool,
}

impl Run {
    /// The record of the run; `None` until it begins.
    pub fn trace(&self) -> Option<TraceRef<'_>> {
        self.record.trace()
    }

    /// Reads the values that its program has kept under a key so far; `T::default()` if it has not begun.
    pub fn kept<T: Default>(&self, key: &str, read: impl FnOnce(&[Value]) -> T) -> T {
        let runtime = self.record.runtime();
        runtime.map_or_else(T::default, |runtime| runtime.kept(key, read))
    }

    /// The state at the instant that is shown.
    pub fn index(&self) -> &Index {
        self.recording.index()
    }

    /// The end of the run, once what is shown has reached it.
    pub fn end(&self) -> Option<End> {
        let trace = self.trace()?;
        let end = trace.end()?;
        let reached = end.at <= self.shown && self.index().events_read() == trace.events().len();
        reached.then(|| end.clone())
    }

    /// The instant after `shown` of the next event, deadline or end, if one is known.
    fn next(&self, shown: Time) -> Option<Time> {
        let trace = self.trace()?;
        let held_back = trace
            .events()
            .get(self.index().events_read())
            .map(|event| event.at);
        let deadline = match self.status {
            Status::Sleeping(next) => Some(next),
            _ => None,
        };
        let end = trace.end().map(|end| end.at);
        [held_back, deadline, end]
            .into_iter()
            .flatten()
            .filter(|&at| at > shown)
            .min()
    }
}

/// What a session waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// There is more to do immediately.
    Now,
    /// Something happens in this many seconds.
    In(f64),
    /// Only for an answer from outside.
    Answer,
    /// It is paused.
    Resume,
    /// Nothing: all runs are over.
    Nothing,
}

/// The state of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has been run.
    Ready,
    /// Time passes.
    Running,
    /// Time stands still.
    Paused,
    /// Every run is over.
    Finished,
}

/// The steps that are taken before the browser gets a turn.
const BUDGET: usize = 20_000;

/// The runs of one press of Run. Dropping it stops them.
pub struct Session {
    /// What is run, and how.
    pub plan: Plan,
    /// The name of the file that the runs were read from, if they were.
    pub saved_as: Option<String>,
    /// The fingerprint of the source that ran, if that is known.
    pub source: Option<u64>,
    /// The program of a recording, if the runs come from one. Only the code that shows it knows its type, so that no other
    /// code depends on that code.
    pub program: Option<Rc<dyn Any>>,
    runs: Vec<Run>,
    /// Advances virtual time; while a recording is replayed, the instant that is shown.
    pacer: Pacer,
    /// The wall clock, in seconds from any origin.
    wall: Rc<dyn Fn() -> f64>,
    /// Whether a live run leaves time for drawing.
    frame_skip: FrameSkip,
    /// The ports through which live runs reach outside of the page; the clock is the session's own.
    outside: Ports,
    /// The present of the runs.
    head: Time,
    /// Whether the present is shown, rather than an instant before it.
    following: bool,
    /// All runs are driven to their end without pacing, and then this instant is shown.
    rush: Option<Time>,
    /// A run that has recorded this many events is stopped.
    max_events: usize,
}

impl Session {
    /// Starts every run of the plan; live ones one after another. Live runs use the ports `outside`, but the clock `wall`.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the params.
    pub fn start(plan: Plan, wall: Rc<dyn Fn() -> f64>, outside: Ports) -> Result<Self, Problem> {
        let run = |&strategy| Run {
            strategy,
            record: Record::None,
            recording: Recording::default(),
            shown: Time::ZERO,
            status: Status::Busy,
            stepped_into: false,
        };
        let mut session = Self {
            pacer: Pacer::start(wall(), plan.speed),
            runs: plan.strategies.iter().map(run).collect(),
            saved_as: None,
            source: Some(plan.entry.fingerprints[0]),
            program: None,
            plan,
            wall,
            frame_skip: FrameSkip::default(),
            outside,
            head: Time::ZERO,
            following: true,
            rush: None,
            max_events: MAX_EVENTS,
        };
        let at_once = match session.plan.pace {
            Pace::Live => 1,
            Pace::Simulated | Pace::Instant => session.runs.len(),
        };
        for run in 0..at_once {
            session.begin(run)?;
        }
        Ok(session)
    }

    fn begin(&mut self, run: usize) -> Result<(), Problem> {
        let Some(run) = self.runs.get_mut(run) else {
            return Ok(());
        };
        let ports = match self.plan.pace {
            Pace::Live => {
                let (wall, start) = (Rc::clone(&self.wall), (self.wall)());
                Ports {
                    clock: Clock::Wall(Rc::new(move || Time::from_secs(wall() - start))),
                    ..self.outside.clone()
                }
            }
            Pace::Simulated | Pace::Instant => Ports::simulated(),
        };
        let runtime = Runtime::new(ports);
        runtime.limit_events(self.max_events);
        self.plan
            .entry
            .start(&runtime, run.strategy, &self.plan.params)?;
        run.record = Record::In(runtime);
        Ok(())
    }

    /// Stops each run once it has recorded this many events, instead of [`MAX_EVENTS`].
    pub fn limit_events(&mut self, most: usize) {
        self.max_events = most;
        let begun = self.runs.iter().filter_map(|run| run.record.runtime());
        begun.for_each(|runtime| runtime.limit_events(most));
    }

    /// The runs, in the order in which they are shown.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The run of a strategy.
    pub fn run(&self, mode: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.strategy.mode == mode)
    }

    /// Whether the lines at which tasks wait are those of the source that is shown. A recording of another version of its
    /// playground names lines that say something else by now.
    pub fn knows_lines(&self) -> bool {
        self.source == Some(self.plan.entry.fingerprints[0])
    }

    /// The state of the runs, whichever instant is shown.
    pub fn phase(&self) -> Phase {
        if self.is_over() {
            Phase::Finished
        } else if self.pacer.is_running() || self.plan.pace == Pace::Live {
            Phase::Running
        } else {
            Phase::Paused
        }
    }

    /// Whether every run has ended, and virtual time has reached its end.
    fn is_over(&self) -> bool {
        self.runs.iter().all(|run| {
            let end = run.trace().and_then(|trace| trace.end().map(|end| end.at));
            end.is_some_and(|end| self.plan.pace != Pace::Simulated || end <= self.head)
        })
    }

    /// The latest instant that is shown of any run.
    pub fn now(&self) -> Time {
        if !self.following {
            self.pacer.now((self.wall)()).min(self.recorded())
        } else if self.is_over() {
            self.recorded()
        } else {
            self.head
        }
    }

    /// The instant that is shown of one run: its end once that is reached.
    pub fn now_of(&self, run: &Run) -> Time {
        let present = if self.following { self.head } else { run.shown };
        run.end()
            .map_or_else(|| present.min(self.recorded_of(run)), |end| end.at)
    }

    /// Runs what is due, within the budget, and shows it.
    pub fn tick(&mut self) -> Next {
        if let Some(at) = self.rush {
            return self.tick_rushed(at);
        }
        if self.is_over() {
            return self.replay();
        }
        match self.plan.pace {
            Pace::Simulated => self.tick_simulated(),
            Pace::Instant => self.tick_instant(),
            Pace::Live => self.tick_live(),
        }
    }

    fn tick_simulated(&mut self) -> Next {
        let wall = (self.wall)();
        let now = self.pacer.now(wall);
        self.following = now >= self.head;
        let mut busy = false;
        if self.following {
            self.head = now;
            busy = self.drive(now, BUDGET);
        }
        // Work that exceeds the budget must still be shown as far as it has got.
        self.show(now);
        match self.phase() {
            _ if busy => Next::Now,
            Phase::Finished => Next::Nothing,
            Phase::Paused => Next::Resume,
            Phase::Ready | Phase::Running => self.until_next(now, wall),
        }
    }

    /// How long until there is something new to show after `now`.
    fn until_next(&self, now: Time, wall: f64) -> Next {
        let next = self.runs.iter().filter_map(|run| run.next(now)).min();
        let next = next.and_then(|next| self.pacer.until(next, wall));
        next.map_or(Next::Answer, Next::In)
    }

    /// Drives every run up to `limit`; true if the budget, in steps, did not suffice.
    fn drive(&mut self, limit: Time, budget: usize) -> bool {
        let mut busy = false;
        for run in &mut self.runs {
            if let Some(runtime) = run.record.runtime() {
                run.status = runtime.run_until(limit, budget);
                busy |= run.status == Status::Busy;
            }
        }
        busy
    }

    fn show(&mut self, until: Time) {
        for run in &mut self.runs {
            if let Some(trace) = run.record.trace() {
                run.recording.show(&trace, until);
                run.shown = until;
            }
        }
    }

    /// Pauses virtual time. A live run cannot be paused: false; its recording can.
    pub fn pause(&mut self) -> bool {
        let can = self.plan.pace == Pace::Simulated || !self.following;
        if can {
            self.pacer.pause((self.wall)());
        }
        can
    }

    /// Resumes virtual time.
    pub fn resume(&mut self) {
        self.pacer.resume((self.wall)());
    }

    /// Changes the speed from here on.
    pub fn set_speed(&mut self, speed: f64) {
        self.plan.speed = speed;
        self.pacer.set_speed((self.wall)(), speed);
    }

    /// Stops every run where it is; the traces stay.
    pub fn stop(&mut self) {
        for run in &mut self.runs {
            if let Some(runtime) = run.record.runtime() {
                runtime.stop();
            }
            run.status = Status::Ended;
        }
        self.runs.retain(|run| run.record.has_begun());
        self.ends();
    }

    /// Asks for `waker` to be woken when an answer from outside arrives.
    pub fn notify(&self, waker: &Waker) {
        let current = self.runs.iter().find(|run| run.status != Status::Ended);
        if let Some(runtime) = current.and_then(|run| run.record.runtime()) {
            runtime.notify(waker);
        }
    }
}
