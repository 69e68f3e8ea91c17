//! The index of a trace at any instant, forwards and backwards.
//!
//! A move forward reads the new events. A move to any other instant starts at the nearest mark
//! before it; there are a few marks, evenly over the events. So it costs a
//! fraction of reading the whole trace, and memory stays bounded.
//!
//! Marks slow down the reading after them. So a move forward sets none: a second index, the scout,
//! reads the same events once more and sets marks, in idle time,
//! or at the latest when the reader goes back.

use crate::Time;
use crate::Trace;
use crate::index::{Index, Mark};

/// An index of a trace that can be moved to any instant.
#[derive(Debug)]
pub struct Recording {
    index: Index,
    /// The most events that the index has read.
    furthest: usize,
    /// Sets the marks. `None` before the first mark, and once all of a finished trace is marked.
    scout: Option<Box<Index>>,
    /// How many events the scout has read.
    scouted: usize,
    /// A mark every `every` events, as far as the scout has read.
    marks: Vec<Mark>,
    every: usize,
}

/// The most marks. When there are more, every other one is dropped.
const MOST: usize = 32;
/// The most events that all marks together may cover, since each mark may copy long lists: a task that waits very often has
/// a long one.
const MOST_EVENTS: usize = 16_000_000;
/// The events between two marks, at first.
const EVERY: usize = 8_192;

impl Default for Recording {
    fn default() -> Self {
        Self {
            index: Index::default(),
            furthest: 0,
            scout: None,
            scouted: 0,
            marks: Vec::new(),
            every: EVERY,
        }
    }
}

impl Recording {
    /// A recording that shows what an index has read already.
    pub fn at(index: Index) -> Self {
        Self {
            furthest: index.events_read(),
            index,
            ..Self::default()
        }
    }

    /// The state at the instant that was last requested.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Moves to the instant `until`, the events at it included. The trace must be the same each
    /// time, but may have grown.
    pub fn show(&mut self, trace: &Trace, until: Time) {
        let read = self.index.events_read();
        let due = trace.events().partition_point(|event| event.at <= until);
        if due < read {
            self.scout(trace, due);
        }
        // The scout may have read further than the index, which does not have the lists from there.
        let known = due.min(self.furthest);
        let nearest = self.marks.partition_point(|mark| mark.read <= known);
        let nearest = nearest.checked_sub(1).map(|at| &self.marks[at]);
        match nearest {
            Some(mark) if due < read || mark.read > read => self.index.go_to(mark),
            None if due < read => self.index.go_to(&Mark::default()),
            _ => {}
        }
        self.index.advance(trace, until);
        self.furthest = self.furthest.max(self.index.events_read());
    }

    /// Prepares for moves back: sets marks in the next events; true if there are more.
    pub fn prepare(&mut self, trace: &Trace) -> bool {
        self.scout(trace, self.scouted + EVERY);
        let all = self.scouted == trace.events().len();
        if all && trace.end().is_some() {
            self.scout = None;
        }
        !all
    }

    /// Sets marks up to the event at a place.
    fn scout(&mut self, trace: &Trace, place: usize) {
        let place = place.min(trace.events().len());
        while self.scouted < place {
            let scout = self.scout.get_or_insert_default();
            let next = (self.marks.len() + 1) * self.every;
            let most = next.min(place) - self.scouted;
            self.scouted += scout.read_on(trace, Time::MAX, most);
            if self.scouted == next {
                self.marks.push(scout.mark());
                self.thin_out();
            }
        }
    }

    /// Drops every other mark if there are too many.
    fn thin_out(&mut self) {
        while self.marks.len() > most(self.scouted) {
            let mut place = 0;
            self.marks.retain(|_| {
                place += 1;
                place % 2 == 0
            });
            self.every *= 2;
        }
    }

    /// A recording with a mark every `every` events, at first.
    #[cfg(test)]
    pub(crate) fn marked_every(every: usize) -> Self {
        Self {
            every,
            ..Self::default()
        }
    }

    /// How many marks there are.
    #[cfg(test)]
    pub(crate) fn marks(&self) -> usize {
        self.marks.len()
    }
}

/// The most marks for this many events.
fn most(events: usize) -> usize {
    MOST.min(MOST_EVENTS / events.max(1)).max(2)
}
