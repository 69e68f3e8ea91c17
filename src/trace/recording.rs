//! The index of a trace at any instant, forth and back.
//!
//! Going on reads what is new. Going anywhere else starts at the nearest mark
//! before it, of which there are a few, evenly over the events; so it costs a
//! fraction of reading the whole, and memory stays bounded.
//!
//! A mark makes what is read after it dearer, so there are none before somebody
//! has gone back: the first time reads from the start, and marks its way.

use super::index::{Index, Mark};
use super::model::Trace;
use crate::time::Time;

/// A trace's index that can be taken to any instant.
#[derive(Debug)]
pub struct Recording {
    index: Index,
    /// One every `every` events, up to the furthest place that was read.
    marks: Vec<Mark>,
    every: usize,
    /// Somebody has gone back.
    is_marked: bool,
}

/// The most marks. When there are more, every other one is given up.
const MOST: usize = 32;
/// The events between two marks, at first.
const EVERY: usize = 8_192;

impl Default for Recording {
    fn default() -> Self {
        Self {
            index: Index::default(),
            marks: Vec::new(),
            every: EVERY,
            is_marked: false,
        }
    }
}

impl Recording {
    /// The state at the instant that was last asked for.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Goes to the instant `until`, the events at it included. The trace must be the same each
    /// time, but may have grown.
    pub fn show(&mut self, trace: &Trace, until: Time) {
        let read = self.index.events_read();
        let due = trace.events().partition_point(|event| event.at <= until);
        let nearest = self.marks.partition_point(|mark| mark.read <= due);
        let nearest = nearest.checked_sub(1).map(|at| &self.marks[at]);
        match nearest {
            Some(mark) if due < read || mark.read > read => self.index.go_to(mark),
            None if due < read => self.index.go_to(&Mark::default()),
            _ => {}
        }
        self.is_marked |= due < read;
        if !self.is_marked {
            self.index.advance(trace, until);
            return;
        }
        loop {
            let next = (self.marks.len() + 1) * self.every;
            let most = next.saturating_sub(self.index.events_read());
            if self.index.read_on(trace, until, most) < most {
                break;
            }
            self.mark();
        }
    }

    /// One with a mark every so many events, at first.
    #[cfg(test)]
    pub(super) fn marked_every(every: usize) -> Self {
        Self {
            every,
            ..Self::default()
        }
    }

    /// How many marks there are.
    #[cfg(test)]
    pub(super) fn marks(&self) -> usize {
        self.marks.len()
    }

    fn mark(&mut self) {
        self.marks.push(self.index.mark());
        if self.marks.len() > MOST {
            let mut place = 0;
            self.marks.retain(|_| {
                place += 1;
                place % 2 == 0
            });
            self.every *= 2;
        }
    }
}
