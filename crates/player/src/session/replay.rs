//! Replaying what a session has recorded: any instant of it, event by event, or played again.
//!
//! A simulated run and its recording are one: up to the present, virtual time is replayed, and beyond it the run continues.
//! A live run continues whichever instant is shown.

use super::{Next, Run, Session};
use crate::Pace;
use crate::Pacer;
use interleave_trace::Time;
use interleave_trace::Trace;

/// Which part of a session is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// The live state of the run.
    Present,
    /// An instant of the recording; perhaps its end.
    Recording {
        /// Whether it is being played.
        playing: bool,
    },
}

impl Session {
    /// Whether the live state is shown, or an instant of the recording.
    pub fn showing(&self) -> Showing {
        match (self.following, self.is_over()) {
            (true, false) => Showing::Present,
            (true, true) => Showing::Recording { playing: false },
            (false, _) => Showing::Recording {
                playing: self.pacer.is_running(),
            },
        }
    }

    /// Whether the latest instant is shown.
    pub fn is_at_end(&self) -> bool {
        self.following
    }

    /// How far the recording goes.
    pub fn recorded(&self) -> Time {
        let begun = self.runs.iter().filter(|run| run.record.has_begun());
        let ends = begun.map(|run| self.recorded_of(run));
        ends.max().unwrap_or_default()
    }

    /// How far the recording of one run goes.
    pub(super) fn recorded_of(&self, run: &Run) -> Time {
        let end = run.trace().and_then(|trace| trace.end().map(|end| end.at));
        match end {
            None => self.head,
            // An end may be known before virtual time has reached it.
            Some(end) if self.plan.pace == Pace::Simulated => end.min(self.head),
            Some(end) => end,
        }
    }

    /// Shows the instant `at`, and pauses there. A live run continues meanwhile.
    pub fn seek(&mut self, at: Time) {
        let wall = (self.wall)();
        if at >= self.recorded() {
            self.follow();
        } else if self.plan.pace != Pace::Instant || self.is_over() {
            self.pacer.seek(wall, at);
            self.pacer.pause(wall);
            self.following = false;
            self.show(at);
        }
    }

    /// Resumes from the instant that is shown; from the start, if every run is over and the end is shown.
    pub fn play(&mut self) {
        if self.following && self.is_over() {
            self.seek(Time::ZERO);
        }
        self.resume();
    }

    /// Shows the latest instant: the end, or the live state.
    pub fn follow(&mut self) {
        if !self.following {
            self.show_end();
        }
    }

    pub(super) fn show_end(&mut self) {
        self.following = true;
        if self.plan.pace == Pace::Simulated && !self.is_over() {
            let wall = (self.wall)();
            self.pacer.seek(wall, self.head);
            self.pacer.pause(wall);
            self.show(self.head);
        } else {
            self.show(Time::MAX);
        }
    }

    /// Shows the end, once every run is over.
    pub(super) fn ends(&mut self) {
        self.head = Time::MAX;
        self.head = self.recorded();
        self.show_end();
    }

    /// Prepares for seeking back, for idle time; true if there is more to do.
    pub fn prepare(&mut self) -> bool {
        let mut more = false;
        for run in &mut self.runs {
            if let Some(trace) = run.record.trace() {
                more |= run.recording.prepare(&trace);
            }
        }
        more
    }

    /// Shows the instant that the replay has reached.
    pub(super) fn replay(&mut self) -> Next {
        if self.following {
            return Next::Nothing;
        }
        let wall = (self.wall)();
        let now = self.pacer.now(wall);
        if now >= self.recorded() {
            self.follow();
            return Next::Nothing;
        }
        self.show(now);
        if self.pacer.is_running() {
            self.until_next(now, wall)
        } else {
            Next::Resume
        }
    }

    /// Steps to the next event of any run and pauses there. Work that exceeds a tick's budget continues in the ticks that
    /// follow.
    pub fn step(&mut self) {
        if !self.following {
            let (now, end) = (self.now(), self.recorded());
            let next = self.runs.iter().filter_map(|run| after(run, now)).min();
            if let Some(next) = next.filter(|&next| next <= end) {
                return self.seek(next);
            }
            self.follow();
        }
        if self.is_over() || !self.pause() {
            return;
        }
        let begun = self.runs.iter().any(|run| run.index().events_read() > 0);
        if begun {
            // Events that were due when it was paused come before the next one.
            if self.tick() == Next::Now {
                return;
            }
            let next = self.runs.iter().filter_map(|run| run.next(self.head));
            if let Some(next) = next.min() {
                self.pacer.jump((self.wall)(), next);
            }
        } else {
            // The first step shows the start, however long starting took.
            let wall = (self.wall)();
            self.pacer = Pacer::start(wall, self.plan.speed);
            self.pacer.pause(wall);
        }
        self.tick();
    }

    /// Goes back to the last event of any run before the instant that is shown.
    pub fn step_back(&mut self) {
        let now = self.now();
        if let Some(at) = self.runs.iter().filter_map(|run| before(run, now)).max() {
            self.seek(at);
        }
    }
}

/// The next event, or the end, after `now` in the recording of a run.
fn after(run: &Run, now: Time) -> Option<Time> {
    let trace = run.trace()?;
    let next = trace.events().partition_point(|event| event.at <= now);
    let next = trace.events().get(next).map(|event| event.at);
    let end = end(&trace).filter(|&end| end > now);
    next.into_iter().chain(end).min()
}

/// The last event, or the end, before `now` in the recording of a run.
fn before(run: &Run, now: Time) -> Option<Time> {
    let trace = run.trace()?;
    let next = trace.events().partition_point(|event| event.at < now);
    let last = trace.events()[..next].last().map(|event| event.at);
    let end = end(&trace).filter(|&end| end < now);
    last.max(end)
}

fn end(trace: &Trace) -> Option<Time> {
    trace.end().map(|end| end.at)
}
