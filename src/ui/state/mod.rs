//! What the page knows: signals, and what follows from them. No folder of the page lies below it.

pub mod app;
pub mod entries;
pub mod notice;
pub mod previews;
pub mod program;
pub mod progress;
pub mod quiz;
pub mod runs;
pub mod shown;
pub mod stories;
pub mod subscribers;
pub mod view;
