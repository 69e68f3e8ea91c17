//! Exports of a race. All are plain text made of plain data: the same race gives the same bytes.
//!
//! - [`json`]: one run as JSON, in the format of the reference traces
//! - [`chrome`](chrome()): the race as Chrome trace events, for Perfetto
//! - [`csv`](csv()): a row for each task
//! - [`tracks`](tracks()): entries for the browser's own Performance panel
//!
//! For files that can be opened again, see [`crate::saved`].

mod chrome;
mod csv;
pub mod json;
mod tracks;

pub use chrome::chrome;
pub use csv::{csv, csv_field};
pub use json::Document;
pub use tracks::tracks;

use crate::Time;
use crate::{End, Index, Trace, Verdict};
use serde_json::Value;
use std::borrow::Cow;

/// The runs of some strategies, with their descriptions.
pub struct Race<'a> {
    /// The playground's heading.
    pub title: &'a str,
    /// Its name in URLs.
    pub slug: &'a str,
    /// The params, without `mode`.
    pub params: &'a Value,
    /// The seed from which random params were drawn.
    pub seed: u64,
    /// The word for how time passed.
    pub pace: &'a str,
    /// The strategy that others are compared with, even if it was not run.
    pub slow: &'a str,
    /// The fingerprint of the source whose lines the waits name, if that is known.
    pub source: Option<u64>,
    /// The right end of the time axis, in seconds.
    pub axis_end: f64,
    /// Whether the number of operations in flight is shown.
    pub in_flight: bool,
    /// The runs, in the order in which they are shown.
    pub runs: Vec<Run<'a>>,
}

/// The run of one strategy.
pub struct Run<'a> {
    /// The strategy's name in params.
    pub mode: &'a str,
    /// Its heading.
    pub title: &'a str,
    /// The expression that makes the difference.
    pub headline: &'a str,
    /// The trace, as far as it is recorded.
    pub trace: &'a Trace,
    /// The state at the instant that is shown.
    pub index: &'a Index,
    /// That instant.
    pub now: Time,
}

impl<'a> Run<'a> {
    /// The end of the run, if what is shown has reached it.
    pub fn end(&self) -> Option<&'a End> {
        let reached = self.index.events_read() == self.trace.events().len();
        self.trace.end().filter(|_| reached)
    }

    /// The index of the whole trace, shown or not, and the instant of its end.
    fn whole(&self) -> (Cow<'a, Index>, Time) {
        let index = match self.index.events_read() == self.trace.events().len() {
            true => Cow::Borrowed(self.index),
            false => Cow::Owned(Index::of(self.trace)),
        };
        let end = self.trace.end().map_or(self.now, |end| end.at);
        let now = end.max(index.stats().now);
        (index, now)
    }

    /// How long it took, if it has completed.
    pub fn makespan(&self) -> Option<f64> {
        let end = self.end()?;
        (end.verdict == Verdict::Completed).then(|| end.at.secs())
    }
}

impl Race<'_> {
    /// How many times as fast as the slow strategy a run is, if that is noteworthy.
    pub fn ratio(&self, run: &Run<'_>) -> Option<f64> {
        let slow = self.runs.iter().find(|other| other.mode == self.slow)?;
        let ratio = slow.makespan()? / run.makespan()?;
        let says = ratio.is_finite() && ratio > 0.0 && (ratio - 1.0).abs() >= 0.005;
        (run.mode != self.slow && says).then_some(ratio)
    }

    /// A name for a file, such as `downloads-sequential-concurrent.svg`.
    pub fn file_name(&self, extension: &str) -> String {
        let mut name = self.slug.to_owned();
        for (i, run) in self.runs.iter().enumerate() {
            if name.len() + run.mode.len() > MAX_FILE_NAME {
                name.push_str(&format!("-and-{}-more", self.runs.len() - i));
                break;
            }
            name.push('-');
            name.push_str(run.mode);
        }
        name + "." + extension
    }
}

/// The longest file name; longer ones are cut.
const MAX_FILE_NAME: usize = 80;

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    // Serializing a text cannot fail.
    serde_json::to_string(text).unwrap_or_default()
}

/// A number as JSON; NaN and infinities become null.
pub(super) fn number(number: f64) -> String {
    if number.is_finite() {
        format!("{number:?}")
    } else {
        "null".to_owned()
    }
}
