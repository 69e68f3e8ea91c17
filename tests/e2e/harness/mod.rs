//! The helpers of the tests: a [`Site`] that serves, a [`Page`] that is looked at.
//!
//! ```ignore
//! #[tokio::test]
//! #[ignore = "needs the built site: cargo xtask e2e"]
//! async fn runs_the_downloads() {
//!     let site = Site::serve();
//!     let page = Page::open(&site, "#/downloads").await;
//!     page.click("#run").await;
//!     page.wait_for_text("#status", "done").await;
//!     page.assert_quiet().await;
//! }
//! ```
//!
//! - Each page has a browser to itself, with an empty profile; each site has a port of its own. So tests run side by
//!   side and leave nothing behind. A browser passes from one test to the next, cleaned: see [`browser`].
//! - [`Site::serve`] leaves out the script that registers the service worker; tests that are about it ask for
//!   [`Site::serve_with_worker`].
//! - **Tests wait for events and never sleep.** Whatever starts with `wait` looks again and again until it sees what it
//!   waits for or [`DEADLINE`] has passed; then it fails, says what the page and its console show, and keeps a picture
//!   of it.
//! - A test ends with [`Page::assert_quiet`], unless the console is meant to complain.
#![allow(
    dead_code,
    unused_imports,
    reason = "a set of tools: not every one is in use at all times"
)]

mod browser;
mod console;
mod driver;
mod elsewhere;
mod http;
mod page;
mod pointer;
mod runtime;
mod server;
mod site;

use std::time::Duration;

pub use browser::Setup;
pub use elsewhere::Elsewhere;
pub use fantoccini::key::Key;
pub use page::Page;
pub use pointer::Point;
pub use server::Reply;
pub use site::{Site, brotli, dist, without_worker};

/// How long a test waits for anything. Generous, since a shared machine is slow at times; a passing test never takes that
/// long.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// Whether the tests run in Firefox: `cargo xtask` names its driver then.
pub fn is_firefox() -> bool {
    std::env::var_os("GECKODRIVER").is_some_and(|driver| !driver.is_empty())
}

/// A variable that `cargo xtask` sets.
pub fn required(variable: &str) -> String {
    match std::env::var(variable) {
        Ok(value) if !value.is_empty() => value,
        _ => panic!(
            "{variable} is not set: run the end-to-end tests by `cargo xtask e2e` or `cargo xtask test`"
        ),
    }
}
