//! What each task has waited for, how long, and who woke it; and who holds a permit.
//!
//! It is read forwards with the index, and like it costs a frame only its new events.

use super::model::{Event, Kind, LogKind, Outcome, State, TaskId, Trace, WaitFor};
use super::stepped_in::FAILED_BY_READER;
use crate::time::Time;
use std::collections::VecDeque;
use std::sync::Arc;

/// The gauge that semaphores set: whoever raises it has taken a permit, whoever lowers it has
/// given one back.
pub const PERMITS: &str = "permits_in_use";

/// A wait of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// What it waited for, or waits.
    pub on: WaitFor,
    /// The line of the playground's source that awaits.
    pub line: u32,
    /// Since when.
    pub since: Time,
    /// Until when; `None` while it lasts.
    pub until: Option<Time>,
    /// Who ended it; `None` for a timer, and for an answer from outside.
    pub by: Option<TaskId>,
    /// Whether it was ended by asking the task to end.
    pub asked: bool,
}

/// What a task has been through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// Its waits, in order; those that took no time may be missing.
    pub waits: Vec<Waited>,
    /// Whom it woke, and when.
    pub woke: Vec<(Time, TaskId)>,
    /// How often it backed off.
    pub backoffs: u32,
    /// How many permits it holds.
    pub permits: u32,
    /// The reader has let it fail.
    pub let_fail: bool,
    /// Nanoseconds on the loop.
    ran: u64,
    ended: bool,
}

impl Past {
    /// Seconds on the loop.
    pub fn ran(&self) -> f64 {
        Time(self.ran).secs()
    }

    fn open(&mut self) -> Option<&mut Waited> {
        self.waits.last_mut().filter(|wait| wait.until.is_none())
    }

    fn close(&mut self, at: Time) {
        if let Some(wait) = self.open() {
            wait.until = Some(at);
        }
    }
}

/// The pasts of all tasks up to an instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pasts {
    /// Shared with the marks of an index until they change.
    tasks: Vec<Arc<Past>>,
    holders: Holders,
}

/// Who holds a permit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Holders {
    /// First come first; mostly they are the first to leave, too.
    pub tasks: VecDeque<TaskId>,
    /// The last value of [`PERMITS`].
    in_use: f64,
}

impl Holders {
    /// Whether the event is that of a permit taken, or given back.
    pub fn apply(&mut self, trace: &Trace, event: &Event) -> Option<bool> {
        let Kind::Gauge { gauge, value, .. } = event.kind else {
            return None;
        };
        if trace.text(gauge) != PERMITS {
            return None;
        }
        let taken = value > self.in_use;
        self.in_use = value;
        if taken {
            self.tasks.push_back(event.task);
        } else if let Some(place) = self.tasks.iter().position(|&task| task == event.task) {
            self.tasks.remove(place);
        }
        Some(taken)
    }
}

impl Pasts {
    /// A task's past, once it has been created.
    pub fn of(&self, task: TaskId) -> Option<&Past> {
        self.tasks.get(task.index()).map(Arc::as_ref)
    }

    /// Who holds a permit, first come first.
    pub fn holders(&self) -> &VecDeque<TaskId> {
        &self.holders.tasks
    }

    pub(super) fn apply(&mut self, trace: &Trace, event: &Event) {
        let (at, id) = (event.at, event.task);
        match event.kind {
            Kind::Created { .. } => return self.tasks.push(Arc::default()),
            // A past that does not change stays shared.
            Kind::Amount { .. } | Kind::Progress { .. } => return,
            Kind::Log { kind, .. } if kind != LogKind::Note => return,
            _ => {}
        }
        let Some(past) = self.tasks.get_mut(id.index()).map(Arc::make_mut) else {
            return;
        };
        match event.kind {
            Kind::State { state, .. } => {
                past.backoffs += u32::from(state == State::Backoff);
                // An item takes no steps: that it is worked on says that it has been taken.
                if past.open().is_some_and(|wait| wait.on == WaitFor::Taker) {
                    past.close(at);
                }
            }
            Kind::Wait { on, line } => past.waits(at, on, line),
            Kind::Woken { by, asked } => {
                if let Some(wait) = past.waits.last_mut() {
                    // What it was woken by last is what it will find.
                    (wait.until, wait.by, wait.asked) = (Some(at), by, asked);
                }
                let by = by.filter(|&by| by != id);
                if let Some(by) = by.and_then(|by| self.tasks.get_mut(by.index())) {
                    Arc::make_mut(by).woke.push((at, id));
                }
            }
            Kind::Held { nanos } => {
                past.ran += nanos;
                let start = Time(at.0 - nanos);
                let open = past.open().map(|wait| (wait.on, wait.since));
                // The hold in which a wait began ends after it; and a task that is awaited in
                // place takes its steps within those of whoever awaits it.
                if let Some((on, _)) = open.filter(|&(_, since)| start > since)
                    && !self.lives(on)
                {
                    Arc::make_mut(&mut self.tasks[id.index()]).close(start);
                }
            }
            Kind::Ended { outcome, .. } => {
                past.ended = true;
                if outcome != Outcome::Hung {
                    past.close(at);
                }
            }
            Kind::Log { text, .. } => past.let_fail |= trace.text(text) == FAILED_BY_READER,
            Kind::Gauge { .. } => match self.holders.apply(trace, event) {
                Some(true) => past.permits += 1,
                Some(false) => past.permits = past.permits.saturating_sub(1),
                None => {}
            },
            _ => {}
        }
    }

    /// Whether a wait is for a task that has not ended.
    fn lives(&self, on: WaitFor) -> bool {
        match on {
            WaitFor::Task(other) => self.of(other).is_some_and(|past| !past.ended),
            _ => false,
        }
    }
}

impl Past {
    fn waits(&mut self, at: Time, on: WaitFor, line: u32) {
        match self.open() {
            // The same wait, which has come nearer to its end.
            Some(wait) if line == wait.line && is_count(wait.on) && is_count(on) => wait.on = on,
            open => {
                let fresh = Waited {
                    on,
                    line,
                    since: at,
                    until: None,
                    by: None,
                    asked: false,
                };
                match open {
                    Some(wait) if wait.since == at => *wait = fresh,
                    _ => {
                        self.close(at);
                        self.waits.push(fresh);
                    }
                }
            }
        }
    }
}

fn is_count(on: WaitFor) -> bool {
    matches!(on, WaitFor::ItemsDone(_))
}
