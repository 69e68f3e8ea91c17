//! The race: lanes on one time axis, and how they are looked at.

pub mod axis;
pub mod density;
pub mod gauges;
pub mod gestures;
pub mod lanes;
pub mod lit;
pub mod overlay;
pub mod overview;
pub mod painter;
pub mod path;
pub mod race;
pub mod scope;
pub mod sift;
pub mod squeeze;
pub mod task;
