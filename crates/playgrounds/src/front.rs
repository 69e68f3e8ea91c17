//! What the start page says. The app shows it, and so does the page that needs no script.

use crate::CARDS;

/// The name of the site, and the title of its start page.
pub const TITLE: &str = "Interleave: see async run";
/// The heading.
pub const HEADING: &str = "See async run.";
/// What this is.
pub const ABOUT: &str = "Programs that teach asyncio usually print a few lines: what happens in between stays invisible. \
                         Here each of them draws itself while it runs: the same work one after another and together, \
                         on one time axis. Change a number, and run it again.";
/// The playground that is shown first.
pub const FIRST: &str = "downloads";
/// What leads to it.
pub const WATCH: &str = "Watch five downloads race";

/// What is said of the course.
pub fn course() -> String {
    format!(
        "{} playgrounds in reading order. What you have run is marked, on this device only.",
        CARDS.len()
    )
}
