//! Tests in a real browser, without a site: the player with real frames and timers, and the page's components.
//!
//! `cargo xtask test` runs them. What needs the built site is tested end to end (`tests/e2e`).
//!
//! # What must stay true
//!
//! - Every page has its form, lanes and claims, and runs; the start page leads to every playground (`page`).
//! - Whatever is typed stays as typed until the field is left (`typing`).
//! - A wrong value is named and kept (`form`). A link with errors gets a notice and the defaults (`page`).
//! - A run ends with its page, and no listener stays (`unmount`).
//! - However many tasks sleep, one timer of the browser is armed (`player`).
//! - Every view shows the instant of the playhead (`replay`).
//! - A transaction is done as a whole, or not at all; so is what is written to a file. A refusal by the browser is reported
//!   (`storage`).
//! - Documents are read by the browser's parsers, and nothing of them runs (`documents`).
//! - What has been run is marked, here alone, and can be forgotten (`course`).
//! - Playgrounds are found without a mouse, and a search without a match says so (`find`).
//! - An embedded page runs by itself only once it is seen, and never live (`embed`).
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod card;
mod course;
mod documents;
mod embed;
mod exports;
mod find;
mod form;
mod harness;
mod keys;
mod page;
mod panel;
mod player;
mod predict;
mod replay;
mod storage;
mod touch;
mod typing;
mod unmount;
mod visible_range;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
