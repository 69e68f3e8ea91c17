//! Before, during and after a run: controls, prediction, replay, exports, links, announcements.

pub mod announcer;
pub mod controls;
pub mod export;
pub mod lazy;
pub mod open;
pub mod open_file;
pub mod predict;
pub mod recorded;
pub mod replay;
pub mod share;
