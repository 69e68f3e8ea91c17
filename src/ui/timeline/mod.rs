//! The race: lanes on one time axis, zoom, filter, gauges.

pub mod axis;
pub mod compact;
pub mod critical_path;
pub mod density;
pub mod filter;
pub mod gauges;
pub mod gestures;
pub mod lanes;
pub mod lazy;
pub mod overlay;
pub mod overlays;
pub mod overview;
pub mod painter;
pub mod race;
pub mod run_view;
pub mod suspended;
pub mod task;
pub mod visible_range;
