//! Totals of a run, updated as events are read.

use crate::Time;
use crate::{Outcome, State, TaskId, Text};

/// Totals of a run up to an instant. `main` does not count as a task here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// The instant up to which everything is counted.
    pub now: Time,
    /// Tasks created.
    pub created: usize,
    /// Tasks that are inside their operation.
    inside: usize,
    /// Tasks that wait for their turn.
    queued_now: usize,
    /// Seconds spent inside operations, all tasks together: the time of doing them one after another.
    pub work: f64,
    /// Seconds spent waiting for a turn, all tasks together.
    pub queued: f64,
    /// Seconds during which a task held the loop.
    pub busy: f64,
    /// How many tasks ended in each way, in the order of [`Stats::OUTCOMES`].
    ended: [usize; 6],
    /// The amount that all tasks together are to move.
    pub amount: f64,
    /// The amount that done tasks have moved.
    pub moved: f64,
    /// The unit of these amounts.
    pub unit: Option<Text>,
}

impl Stats {
    /// All outcomes, the good one first.
    pub const OUTCOMES: [Outcome; 6] = [
        Outcome::Ok,
        Outcome::Error,
        Outcome::Timeout,
        Outcome::Cancelled,
        Outcome::Hung,
        Outcome::NeverStarted,
    ];

    /// How many tasks ended this way.
    pub fn ended_with(&self, outcome: Outcome) -> usize {
        self.ended[place(outcome)]
    }

    /// How many tasks have ended.
    pub fn ended_count(&self) -> usize {
        self.ended.iter().sum()
    }

    /// The share of the time during which a task held the loop, from 0 to 1.
    pub fn loop_utilisation(&self) -> f64 {
        self.per_second(self.busy).min(1.0)
    }

    /// `total` divided by the run's duration; 0 before time has passed.
    pub fn per_second(&self, total: f64) -> f64 {
        if self.now > Time::ZERO {
            total / self.now.secs()
        } else {
            0.0
        }
    }

    /// Advances the time totals to `now`, between two events.
    pub fn time_passes(&mut self, now: Time) {
        let by = now - self.now;
        self.work += by * self.inside as f64;
        self.queued += by * self.queued_now as f64;
        self.now = self.now.max(now);
    }

    pub(crate) fn created(&mut self, task: TaskId) {
        if task != TaskId::MAIN {
            self.created += 1;
            self.enter(State::Queued);
        }
    }

    pub(crate) fn moved(&mut self, task: TaskId, from: State, to: State) {
        if task != TaskId::MAIN {
            self.leave(from);
            self.enter(to);
        }
    }

    pub(crate) fn ended(&mut self, task: TaskId, from: State, how: Outcome, amount: Option<f64>) {
        if task != TaskId::MAIN {
            self.ended[place(how)] += 1;
            if how != Outcome::Hung {
                self.leave(from);
            }
            if how == Outcome::Ok {
                self.moved += amount.unwrap_or(0.0);
            }
        }
    }

    pub(crate) fn held(&mut self, seconds: f64) {
        self.busy += seconds;
    }

    pub(crate) fn amount(&mut self, total: f64, unit: Text) {
        self.amount += total;
        self.unit = Some(unit);
    }

    fn enter(&mut self, state: State) {
        match state {
            State::Running => self.inside += 1,
            State::Queued => self.queued_now += 1,
            State::Backoff => {}
        }
    }

    fn leave(&mut self, state: State) {
        match state {
            State::Running => self.inside -= 1,
            State::Queued => self.queued_now -= 1,
            State::Backoff => {}
        }
    }
}

fn place(outcome: Outcome) -> usize {
    Stats::OUTCOMES
        .iter()
        .position(|&known| known == outcome)
        .unwrap_or(0)
}
