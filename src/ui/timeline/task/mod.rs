//! One task: its card, and how it is touched: a duration dragged, a cancellation.

pub mod anchor;
pub mod card;
pub mod duration_drag;
pub mod handle;
pub mod step_in;
