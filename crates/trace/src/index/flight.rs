//! How many operations are in flight: in progress, not waiting for a turn or for each other.
//!
//! A task is in flight from its first wait, inside its operation, for time to pass or for an
//! answer from outside, until it leaves the operation, or waits for other tasks. So of a
//! request and the fetch that it awaits only the fetch is in flight, and of an item of a queue and the
//! consumer that works on it only the consumer. `main` never is.

use super::Index;
use super::grown::Grown;
use crate::Time;
use crate::{Event, Kind, State, TaskId, WaitFor};

/// The state of a task with respect to operations in flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    /// It waits for its turn, or backs off.
    #[default]
    Out,
    /// Inside its operation, and has not waited there.
    Inside,
    InFlight,
    /// Inside its operation, and waits for others.
    Aside,
    /// It never is in flight: `main`, an item of a queue, and a task that has ended.
    Never,
}

/// The operations in flight at an instant, with the totals up to it.
#[derive(Clone, Debug, Default)]
pub struct Flight {
    /// By task.
    parts: Vec<Part>,
    now: usize,
    peak: usize,
    /// When the peak was first reached.
    peak_at: Time,
    /// The instant of the last change of their number.
    since: Time,
    /// The seconds of all operations until then.
    seconds: f64,
}

impl Flight {
    /// How many operations are in flight.
    pub fn now(&self) -> usize {
        self.now
    }

    /// The most that were in flight at one instant, including operations that took no time.
    pub fn peak(&self) -> usize {
        self.peak
    }

    /// When that many were first in flight.
    pub fn peak_at(&self) -> Time {
        self.peak_at
    }

    /// How many are in flight on average from the start to `now`; 0 before time has passed.
    pub fn mean(&self, now: Time) -> f64 {
        if now == Time::ZERO {
            return 0.0;
        }
        (self.seconds + (now - self.since) * self.now as f64) / now.secs()
    }

    /// Reads an event; true if it changes the number in flight.
    fn apply(&mut self, event: &Event) -> bool {
        let place = event.task.index();
        if self.parts.len() <= place {
            self.parts.resize(place + 1, Part::Out);
        }
        let before = self.parts[place];
        let after = match (event.kind, before) {
            (_, Part::Never) => Part::Never,
            (Kind::Created { .. }, _) if event.task == TaskId::MAIN => Part::Never,
            (Kind::State { state, .. }, _) if state != State::Running => Part::Out,
            (Kind::State { .. }, Part::Out) => Part::Inside,
            (Kind::Ended { .. }, _) => Part::Never,
            (Kind::Wait { on, .. }, Part::Out) if on.is_passive() => Part::Never,
            (Kind::Wait { .. }, Part::Out) => Part::Out,
            (Kind::Wait { on, .. }, _) if is_of_operation(on) => Part::InFlight,
            (Kind::Wait { .. }, _) => Part::Aside,
            _ => before,
        };
        self.parts[place] = after;
        let is_blink = before == Part::Inside && matches!(after, Part::Out | Part::Never);
        self.reach(self.now + usize::from(is_blink), event.at);
        let [was, is] = [before, after].map(|part| part == Part::InFlight);
        if was == is {
            return false;
        }
        self.seconds += (event.at - self.since) * self.now as f64;
        self.since = event.at;
        self.now = self.now + usize::from(is) - usize::from(was);
        self.reach(self.now, event.at);
        true
    }

    fn reach(&mut self, count: usize, at: Time) {
        if count > self.peak {
            (self.peak, self.peak_at) = (count, at);
        }
    }
}

/// Whether an operation that waits for this is in progress: time passes, or something outside the program works for it.
fn is_of_operation(on: WaitFor) -> bool {
    match on {
        WaitFor::Timer { .. }
        | WaitFor::Response
        | WaitFor::Storage
        | WaitFor::Thread
        | WaitFor::Socket
        | WaitFor::Process
        | WaitFor::Turn => true,
        WaitFor::Task(_)
        | WaitFor::Tasks(_)
        | WaitFor::First(_)
        | WaitFor::Permit(_)
        | WaitFor::Connection
        | WaitFor::Lock(_)
        | WaitFor::Event(_)
        | WaitFor::Notify(_)
        | WaitFor::Barrier(_)
        | WaitFor::Token(_)
        | WaitFor::Item(_)
        | WaitFor::Slot(_)
        | WaitFor::Consumer
        | WaitFor::Callback { .. }
        | WaitFor::ItemsDone(..)
        | WaitFor::SharedFetch
        | WaitFor::Future => false,
    }
}

impl Index {
    /// The operations in flight.
    pub fn flight(&self) -> &Flight {
        &self.flight
    }

    /// The number of operations in flight over time: one value for each instant of a change, the last one.
    pub fn in_flight(&self) -> &[(Time, f64)] {
        &self.in_flight
    }

    /// Updates the operations in flight by an event.
    pub(super) fn flies(&mut self, event: &Event) {
        let changes = self.flight.apply(event);
        if changes || self.in_flight.is_empty() {
            note(&mut self.in_flight, event.at, self.flight.now as f64);
        }
    }
}

fn note(samples: &mut Grown<(Time, f64)>, at: Time, value: f64) {
    match samples.last() {
        Some(&(last, _)) if last == at => samples.amend((at, value)),
        _ => samples.push((at, value)),
    }
}
