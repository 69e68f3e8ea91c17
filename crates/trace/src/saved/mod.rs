//! A race as a file that can be opened again: every event of every run.
//!
//! The file is JSON, with one event on each line, so that a message about one can name its line:
//!
//! ```text
//! {
//!   "format": "interleave race",
//!   "version": 1,
//!   "revision": 2,                          which events it may have; absent: 0
//!   "playground": "downloads",              its name, with hyphens or underscores
//!   "params": { ... },                      without `mode`
//!   "seed": 0,                              the seed from which params were drawn
//!   "pace": "simulated",                    as in links
//!   "source": "9812376518276354",           fingerprint of the source that ran; absent if it is not known
//!   "runs": [
//!     {
//!       "strategy": "concurrent",           in the order in which they are shown
//!       "end": { "at": 25000000000, "verdict": "completed" },
//!       "events": [
//!         [0, 0, "created", null, "main"],
//!         ...
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! Times are whole nanoseconds since the program started. The verdict is `completed`, `stopped`, `limit_reached` (stopped
//! at the limit of events), or `deadlocked`, then with a list of texts `pending`. A run that was not over when it was
//! saved counts as stopped there.
//!
//! An event is a list: its time, its task's number in order of creation (`main` is 0), its kind, and
//! the values of that kind:
//!
//! | kind | values |
//! |---|---|
//! | `created` | the parent's number (`null` for `main` only), name |
//! | `state` | `queued`, `running` or `backoff`; remark |
//! | `wait` | what it waits for, line of the source; then for `timer` the time at which it fires, for `task` its number, for `tasks`, `first` and `items_done` a count; since revision 1 at the end the number of the resource, if there is one |
//! | `woken` | the number of the task that woke it (`null`: the reader), whether it was asked to end |
//! | `held` | nanoseconds |
//! | `blocks` | the line of the source that blocks or computes; since revision 2 |
//! | `ended` | `ok`, `error`, `cancelled`, `timeout`, `hung` or `never_started`; detail |
//! | `never_retrieved` | none: the task had failed, and its error was never retrieved; since revision 2 |
//! | `amount` | total, unit |
//! | `progress` | bytes done, bytes in all |
//! | `gauge` | name, value, whether it counts something; since revision 1 the number of the resource, if it belongs to one |
//! | `resource` | `semaphore`, `lock`, `event`, `condition`, `barrier`, `queue` or `rate limiter`; name, which may be empty: it gets the next number, from 1; since revision 1 |
//! | `holds` | the number of a lock, whether it was taken, rather than released; since revision 1 |
//! | `log` | `print` or `note`; text |
//! | `stepped_in` | whether the reader let the task fail, rather than cancelled it; since revision 1 |
//!
//! The waits `socket`, `process` and `future` come from recorded programs ([`crate::recorded`]).
//!
//! The lines of waits are only valid for the source with the fingerprint.
//!
//! Files of revision 0 have only a remark, "cancelled by the reader" or "failed by the reader", where the reader stepped in:
//! they get the event when they are opened.
//!
//! Unknown fields are ignored. A change that older readers would misunderstand gets a
//! new `version`.
//!
//! A file is untrusted input. [`open`] takes any text; a trace that it accepts has all properties that other parts of
//! the app rely on (see `restore`), and an error names the line.

mod params;
mod read;
mod restore;
mod write;

pub use read::open;
pub(crate) use restore::Restore;
pub use write::save;

use crate::Trace;
use serde_json::Value;

/// The value of `format`.
const FORMAT: &str = "interleave race";
/// The version that is written, and the only one that is read.
const VERSION: u64 = 1;
/// The revision that is written; all up to it are read.
const REVISION: u64 = 2;

/// The longest file that is opened, in bytes.
pub const MAX_BYTES: usize = 100 << 20;

/// The contents of an opened file. It is not checked that the playground exists.
#[derive(Debug)]
pub struct Saved {
    /// The playground's name.
    pub playground: String,
    /// Its params, without `mode`; not checked.
    pub params: Value,
    /// The seed from which random params were drawn.
    pub seed: u64,
    /// The word for how time passed.
    pub pace: String,
    /// The fingerprint of the source whose lines the waits name, if that is known.
    pub source: Option<u64>,
    /// Strategies and their traces, all of them ended.
    pub runs: Vec<(String, Trace)>,
}
