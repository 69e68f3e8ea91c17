//! Interleave: see async run.
//!
//! Programs that teach asyncio by printing text, as futures whose runs are drawn.
//! In reading order:
//!
//! - [`time`]: instants of a run
//! - [`decimal`], [`num`]: numbers as they are written, and as Python prints them
//! - [`trace`]: the record of a run and all that is derived from it
//! - [`runtime`]: executor, clock and primitives; what a program sees of them
//! - [`playgrounds`]: the programs, their params and what their pages say
//! - [`route`]: the URL's hash and the view it stands for
//! - [`player`]: starts and stops runs
//! - [`highlight`]: colours source code
//! - `web`: the browser
//! - `ui`: the page

pub mod decimal;
pub mod highlight;
pub mod num;
pub mod player;
pub mod playgrounds;
pub mod route;
pub mod runtime;
pub mod time;
pub mod trace;
#[cfg(target_arch = "wasm32")]
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
