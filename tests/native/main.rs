//! What needs no browser, but more than one crate.
//!
//! - `architecture`: what must be absent from the sources
//! - `damaged`: recordings that were damaged at random
//! - `exports`, `tracing`: races as pictures, tables and trace events
//! - `headless`: the runner
//! - `hostile`: links from strangers
//! - `imports`: which file of the page imports which
//! - `styles`: the rules for style sheets
//!
//! # What must stay true
//!
//! - Only the app names the browser; only the driver spawns onto its executor (`architecture`).
//! - Text stays text: nothing becomes markup, script or a style attribute (`architecture`).
//! - A playground is one Rust file and one Python file, and is listed (`architecture`).
//! - Files begin with their docs, and nothing is left to do (`architecture`). That there is no `unsafe`, no panic on
//!   purpose and nothing public without docs, lints see to.
//! - Pictures are well-formed and stand by themselves; the same race gives the same bytes; names made up to do harm
//!   stay text; every run that is saved can be opened (`exports`).
//! - Trace events are as their format wants them (`tracing`).
//! - A damaged recording is refused, or can be used (`damaged`).
//! - Bad params are refused by name (`headless`), and so is more than a page can hold (`hostile`).
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod architecture;
mod damaged;
mod exports;
mod headless;
mod hostile;
mod imports;
mod styles;
mod tracing;
