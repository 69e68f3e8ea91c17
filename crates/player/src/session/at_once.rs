//! Driving all runs to their end without pacing: at instant pace, and to show an instant that a link names.

use super::{Next, Session};
use crate::Pace;
use interleave_trace::Time;

/// The steps between two readings of the clock.
const PORTION: usize = 2_000;
/// The runs are driven for this many seconds before the browser gets a turn: somewhat less than a whole number of frames,
/// so that the next one is not missed.
const TURN: f64 = 0.045;

impl Session {
    pub(super) fn tick_instant(&mut self) -> Next {
        if self.drive_at_once() {
            return Next::Now;
        }
        self.ends();
        Next::Nothing
    }

    /// Has all runs driven to their end without pacing, then the instant `at` shown.
    pub fn rush(&mut self, at: Time) {
        if self.plan.pace != Pace::Live {
            self.rush = Some(at);
        }
    }

    pub(super) fn tick_rushed(&mut self, at: Time) -> Next {
        if self.drive_at_once() {
            return Next::Now;
        }
        self.rush = None;
        self.ends();
        self.seek(at);
        Next::Nothing
    }

    /// Drives every run to its end; true if [`TURN`] was over before that.
    fn drive_at_once(&mut self) -> bool {
        let start = (self.wall)();
        while self.drive(Time::MAX, PORTION) {
            if (self.wall)() - start >= TURN {
                return true;
            }
        }
        false
    }
}
