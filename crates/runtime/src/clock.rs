//! Where a run's time comes from.

use interleave_trace::Time;
use std::rc::Rc;

/// Where a run's time comes from.
#[derive(Clone)]
pub enum Clock {
    /// Time jumps to the next deadline when nothing else can be done.
    Virtual,
    /// Time is measured: the function returns the time since the run began.
    Wall(Rc<dyn Fn() -> Time>),
}

impl Clock {
    /// Whether time is measured rather than made up.
    pub fn is_wall(&self) -> bool {
        matches!(self, Self::Wall(_))
    }
}
