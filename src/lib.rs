//! Interleave: see async run.
//!
//! Programs that teach asyncio by printing text, as futures whose runs are drawn. Code that needs no browser is in
//! `crates/`; this is the app. In reading order:
//!
//! - `chunk`: code that is loaded after the main module
//! - `turns`: work in pieces, so that slow devices stay responsive
//! - `driver`: lets the player's sessions run in the browser
//! - `web`: the APIs of the browser
//! - `ui`: the page

#[cfg(target_arch = "wasm32")]
pub mod chunk;
#[cfg(target_arch = "wasm32")]
pub mod driver;
#[cfg(target_arch = "wasm32")]
pub mod turns;
#[cfg(target_arch = "wasm32")]
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
