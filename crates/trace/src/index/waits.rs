//! The waits of tasks, and the lines at which they are suspended.

use super::{Index, Outcome, Task, TaskId, WaitFor};
use crate::Time;
use std::collections::BTreeMap;

/// A wait of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What it waits or waited for.
    pub on: WaitFor,
    /// The line of the playground's source that awaits.
    pub line: u32,
    /// Its start.
    pub since: Time,
    /// Its end; `None` while the task waits.
    pub until: Option<Time>,
    /// The task that ended it; `None` for a timer, and for an answer from outside.
    pub by: Option<TaskId>,
    /// Whether it was ended by asking the task to end.
    pub asked: bool,
}

/// How many tasks are suspended at each line of the source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(BTreeMap<u32, u32>);

impl Lines {
    /// Moves a task that was suspended at one line to another one.
    fn goes(&mut self, from: Option<u32>, to: Option<u32>) {
        if from == to {
            return;
        }
        if let Some(line) = from
            && let Some(count) = self.0.get_mut(&line)
        {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&line);
            }
        }
        if let Some(line) = to {
            *self.0.entry(line).or_default() += 1;
        }
    }
}

impl Task {
    /// Its waits, in order; waits that took no time may be missing.
    pub fn waits(&self) -> &[Wait] {
        &self.waits
    }

    /// Its present or last wait.
    pub fn wait(&self) -> Option<&Wait> {
        self.waits.last()
    }

    /// The line at which it is suspended. It stays there until it is suspended at another one, or ends: a wake-up
    /// alone does not make it continue.
    pub fn waits_at_line(&self) -> Option<u32> {
        self.line
    }

    /// Its suspensions, from the wait at place `first` on: each lasts until the next one, or until the task ended.
    /// Suspensions of no length are left out.
    pub fn suspensions(&self, first: usize) -> impl Iterator<Item = (&Wait, Time)> {
        let ended = self.end.filter(|end| end.outcome != Outcome::Hung);
        let last = ended.map_or(Time::MAX, |end| end.at);
        let waits = self.waits.get(first..).unwrap_or_default();
        let ends = waits.iter().skip(1).map(|next| next.since);
        let both = waits.iter().zip(ends.chain([last]));
        both.map(move |(wait, end)| (wait, end.min(last)))
            .filter(|(wait, end)| !wait.on.is_passive() && wait.since < *end)
    }

    /// The wait that has not ended.
    pub(crate) fn open_wait(&mut self) -> Option<&mut Wait> {
        self.waits.last_mut().filter(|wait| wait.until.is_none())
    }

    /// Ends the open wait, if there is one.
    pub(crate) fn close_wait(&mut self, at: Time) {
        if let Some(wait) = self.open_wait() {
            wait.until = Some(at);
        }
    }

    /// Begins a wait.
    pub(crate) fn waits_for(&mut self, on: WaitFor, line: u32, at: Time, lines: &mut Lines) {
        // An item is not a task: it is at no line.
        if self.end.is_none() && !on.is_passive() {
            lines.goes(self.line.replace(line), Some(line));
        }
        let fresh = Wait {
            on,
            line,
            since: at,
            until: None,
            by: None,
            asked: false,
        };
        match self.open_wait() {
            // The same wait, with a smaller count.
            Some(wait) if line == wait.line && is_count(wait.on) && is_count(on) => wait.on = on,
            Some(wait) if wait.since == at => *wait = fresh,
            _ => {
                self.close_wait(at);
                self.waits.push(fresh);
            }
        }
    }

    /// The task is not suspended at a line any more, since it has ended.
    pub(crate) fn leaves_line(&mut self, lines: &mut Lines) {
        lines.goes(self.line.take(), None);
    }
}

fn is_count(on: WaitFor) -> bool {
    matches!(on, WaitFor::ItemsDone(..))
}

impl Index {
    /// How many tasks are suspended at which line of the source, by line.
    pub fn waiting(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.lines.0.iter().map(|(&line, &count)| (line, count))
    }
}
