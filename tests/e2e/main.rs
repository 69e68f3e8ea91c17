//! End-to-end tests: the release site, served under a sub-path, in a headless Chromium.
//!
//! ```text
//! cargo xtask test             builds the site and runs these tests last
//! cargo xtask e2e [filter]     runs them alone, on the site that `cargo xtask build` has made
//! ```
//!
//! A plain `cargo test` lists them as ignored: it has no site and perhaps no browser. So each test says
//! `#[ignore = "needs the built site: cargo xtask e2e"]`, and one that forgets to fails at once.
//!
//! [`harness`] explains how to write one.
//!
//! # What must stay true
//!
//! - The site works under any path, loads each file once, and none from elsewhere (`start`).
//! - The Content-Security-Policy is kept: every test ends by looking for complaints of the console (`assert_quiet`).
//! - If the app does not start, the page says so (`start`, `failure`).
//! - An article is read without the app, says what the app says, and the app starts in its place (`articles`).
//! - Where it replaces a page, nothing moves (`takeover`).
//! - No link leads to a blank page or sends a request (`links`).
//! - The code that is shown is the code that ran (`runs`); lines say which tasks wait there (`replay`).
//! - A blocking call stops the page for two seconds at most; threads are workers that end (`blocking`).
//! - After the first visit no network is needed; where nothing can be stored, everything else works; the app can be
//!   installed (`offline`).
//! - A thousand seeds are run in a worker, with the same results as without one (`spread`).
//! - Loaded documents are not requested again, and robots.txt is obeyed (`scraper`).
//! - Versions never mix, and every reader gets the newest (`update`).
//! - A frame sends nothing unasked, accepts nothing from strangers, and runs while it is visible (`embed`).
//! - Recordings of real programs show first what hangs, and each finding leads to its place (`recording`).
//! - A program in the lab reaches neither network nor storage nor the page, can be stopped, and prints the same each time
//!   (`sandbox`).
//! - Runs and pages leave nothing in memory; bytes stay within their bounds (`bench`).
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod articles;
mod barriers;
mod bench;
mod blocking;
mod browsers;
mod chunks;
mod embed;
mod exports;
mod failure;
mod harness;
mod keyboard;
mod lab;
mod layout;
mod links;
mod live;
mod mock_api;
mod offline;
mod own_urls;
mod playground;
mod recording;
mod replay;
mod runs;
mod sandbox;
mod scraper;
mod shots;
mod spread;
mod start;
mod storage;
mod takeover;
mod touch;
mod understand;
mod update;
mod zoom;
