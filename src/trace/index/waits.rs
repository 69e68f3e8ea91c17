//! At which lines a task was suspended, and when.

use super::{Index, Task, WaitFor};
use crate::time::Time;
use std::collections::BTreeMap;

/// What a suspended task waits for, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What it waits for.
    pub on: WaitFor,
    /// Since when.
    pub since: Time,
    /// The line of the playground's source that awaits.
    pub line: u32,
}

/// A time that a task was suspended at a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The line of the playground's source.
    pub line: u32,
    /// Since when.
    pub start: Time,
    /// Until when; [`Time::MAX`] while it lasts.
    pub end: Time,
}

impl Task {
    /// When it was suspended at which line, in order.
    pub fn waits(&self) -> &[Suspension] {
        &self.waits
    }

    /// The line at which it is suspended.
    pub fn waits_at_line(&self) -> Option<u32> {
        let last = self.waits.last()?;
        (last.end == Time::MAX).then_some(last.line)
    }

    /// It is suspended at a line.
    pub(super) fn waits_at(&mut self, line: u32, at: Time, waiting: &mut BTreeMap<u32, u32>) {
        self.goes_on(at, waiting);
        let (start, end) = (at, Time::MAX);
        self.waits.push(Suspension { line, start, end });
        *waiting.entry(line).or_default() += 1;
    }

    /// It is suspended no more.
    pub(super) fn goes_on(&mut self, at: Time, waiting: &mut BTreeMap<u32, u32>) {
        let Some(last) = self.waits.last_mut().filter(|last| last.end == Time::MAX) else {
            return;
        };
        last.end = at;
        let line = last.line;
        if last.start == at {
            self.waits.pop();
        }
        if let Some(count) = waiting.get_mut(&line) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&line);
            }
        }
    }
}

impl Index {
    /// How many tasks are suspended at which line of the source, by line.
    pub fn waiting(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.waiting.iter().map(|(&line, &count)| (line, count))
    }
}
