//! One task: its card, and how it is touched: a duration dragged, a cancellation.

pub mod card;
pub mod handle;
pub mod spot;
pub mod step_in;
pub mod touch;
