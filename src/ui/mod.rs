//! The page. Components are wiring; what they show is made elsewhere.
//!
//! Folders, from the bottom up. None imports one above it, which a test checks:
//!
//! - `state`: [`App`] and all that components share
//! - `kit`: building blocks
//! - `form`, `run`: params as fields; controls, replay, exports, links
//! - `timeline`: lanes, axis, overview; `timeline::task`: what one does to one task
//! - `panels`: code, log, story, tasks, numbers, comparison, claims, results
//! - `pages`: whole pages and the frame around them

mod form;
mod kit;
mod pages;
mod panels;
mod run;
mod state;
mod timeline;

pub use pages::shell::Shell;
pub use state::app::App;
pub use state::notice::{Notice, Tone};
