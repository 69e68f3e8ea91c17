//! What needs no browser, but more than one crate.
//!
//! - `architecture`: what must be absent from the sources
//! - `exports`, `tracing`: races as pictures, tables and trace events
//! - `headless`: the runner
//! - `hostile`: links from strangers
//! - `imports`: which file of the page imports which
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod architecture;
mod exports;
mod headless;
mod hostile;
mod imports;
mod tracing;
