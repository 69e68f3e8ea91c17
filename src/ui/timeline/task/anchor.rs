//! The place of a task's card on the screen.

use crate::web;
use interleave_trace::TaskId;

/// A task's lane on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CardAnchor {
    /// The strategy.
    pub mode: &'static str,
    /// The task.
    pub id: TaskId,
    /// Where the card goes, in window coordinates.
    pub x: f64,
    /// See [`CardAnchor::x`].
    pub y: f64,
    /// Whether it goes above the lane: `y` then is its lower edge, from the window's.
    pub above: bool,
}

impl CardAnchor {
    /// Beside a lane's button, to the right of the pointer if there is one.
    pub fn beside(
        lane: &web_sys::Element,
        mode: &'static str,
        id: TaskId,
        pointer: Option<f64>,
    ) -> Self {
        let place = lane.get_bounding_client_rect();
        let (height, gap) = (web::height(), 4.0);
        let above = place.bottom() > height * 0.6;
        Self {
            mode,
            id,
            x: pointer.map_or(place.left() + 24.0, |x| x + 16.0),
            y: match above {
                true => height - place.top() + gap,
                false => place.bottom() + gap,
            },
            above,
        }
    }

    /// Beside a place on the screen.
    pub fn at(mode: &'static str, id: TaskId, (x, y): (f64, f64)) -> Self {
        let height = web::height();
        let above = y > height * 0.6;
        let y = if above { height - y } else { y } + 12.0;
        let x = x + 16.0;
        Self {
            mode,
            id,
            x,
            y,
            above,
        }
    }

    /// Whether it is the lane of this task.
    pub fn is_of(self, mode: &str, id: TaskId) -> bool {
        self.mode == mode && self.id == id
    }
}
