//! The clock of a run.

use interleave_trace::Time;
use std::rc::Rc;

/// The source of a run's time.
#[derive(Clone)]
pub enum Clock {
    /// Time jumps to the next deadline when nothing is ready.
    Virtual,
    /// Time is measured: the function returns the time since the run began.
    Wall(Rc<dyn Fn() -> Time>),
}

impl Clock {
    /// Whether time is measured, not virtual.
    pub fn is_wall(&self) -> bool {
        matches!(self, Self::Wall(_))
    }
}
