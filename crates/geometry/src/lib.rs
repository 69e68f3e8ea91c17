//! Trace and viewport to rectangles, lines and arrows. No canvas, no DOM.
//!
//! In reading order:
//!
//! - [`layout`]: the lanes of a race as rectangles; [`raster`]: the same for many tasks on few pixels
//! - `rows`: [`Rows`], which task has which row; [`Listing`], the tasks that have rows
//! - `window`: [`Window`], the stretch of time that is shown; [`axis`]: its marks and their labels
//! - [`links`]: arrows between tasks, and the critical path
//! - `lit`: where tasks were suspended at some lines; `steps`: a gauge as corners
//! - [`plot`]: the axes of plots, linear and logarithmic
//! - `foreseen`: rows that other params would move
//! - [`svg`]: a race as a self-contained picture

pub mod axis;
mod foreseen;
pub mod layout;
pub mod links;
mod lit;
pub mod plot;
pub mod raster;
mod rows;
mod steps;
pub mod svg;
mod window;

pub use foreseen::foreseen;
pub use lit::lit;
pub use rows::{Listed, Listing, Rows};
pub use steps::steps;
pub use window::Window;

#[cfg(test)]
mod tests;
