//! One task: its card, dragging its duration, stepping in.

pub mod anchor;
pub mod card;
pub mod duration_drag;
pub mod handle;
pub mod step_in;
