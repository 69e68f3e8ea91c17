//! The page. Components are wiring; what they show is made elsewhere.
//!
//! Folders, from the bottom up. None imports one above it, which a test checks:
//!
//! - `state`: [`App`] and all that components share
//! - `kit`: building blocks
//! - `form`, `run`: params as fields; controls, replay, exports, links
//! - `timeline`: lanes, axis, overview; `timeline::task`: the card and the controls of one task
//! - `panels`: code, log, story, tasks, numbers, comparison, claims, results
//! - `lab`: the program in the Python lab, its editor, its output
//! - `pages`: whole pages and the frame around them
//!
//! # How the page works
//!
//! - **Address.** The form writes params, right or wrong; errors are shown beside their fields, and Run reports them
//!   instead of starting. An effect puts the view's link into the address 250 ms after the last change, by `replaceState`.
//!   A `hashchange` opens what the new hash says. Only Share writes `at=`, so the address does not follow the playhead.
//! - **Instants.** The axis is a slider: it keeps the viewport that it has painted, which maps a pointer's position to an
//!   instant. Everything that reads the session shows that instant without any code for it.
//! - **Code and time.** A `Wait` knows the line of the Rust source that awaits (`#[track_caller]`). Lines of both
//!   sources carry marks, the same word for the same wait; nothing about lines is compiled in. The lines at which tasks
//!   are suspended are lit, with their number in the gutter: those of the task that has the focus or the pointer, else
//!   of all.
//! - **Durations by hand.** A drag at a bar's end, or a key on a lane, writes params into the form, no more; the
//!   preview follows as from typing. While the params are not those that were run, rows that would be elsewhere are
//!   framed behind the run, and the headers say both totals. Escape takes it back.
//! - **Visible range.** Axis, lanes, gauges and loop strips share one visible range in time. It and the filter belong to
//!   the page and are forgotten when another playground is opened; links do not hold them. The listener for the wheel is
//!   active, to keep the browser from zooming; vertical swipes and plain wheels still scroll the page. Keys and buttons
//!   glide for 160 ms, unless reduced motion is preferred.
//! - **The card** of a task follows pointer and focus, as a tooltip. A click or Enter pins it, as a dialog that is not
//!   modal; then the tasks in it are buttons that lead to their lanes. There is one card a page.
//! - **Announcements** to screen readers are the notices and one live region: the story's sentences while they are two or
//!   fewer, otherwise how many tasks are done, every two seconds or less often; at the end the totals.
//! - **Comparison.** A column for each strategy, raced or not: the outcome of runs that ended by themselves, and for the
//!   others that of a preview with the same params; each column says which. What counts as `main`'s answer is the
//!   playground's `ANSWER`.
//! - **Predict** stands between Run and the player: the answer, or *Skip*, starts the run. From there everything that
//!   gives the result away (previews, the length of the axis, claims) is hidden until the run is over and grades the
//!   answer.
//! - **Embedded** (`embed=1`), the shell shows the parts that the link names. An intersection observer says how much of
//!   the race is in view: nothing starts by itself before a quarter is, and a run pauses while nothing is. The height
//!   that the parent is told is that of `#app`, so nothing embedded may depend on the height of the window
//!   (`style/embed.css`).
//! - **Recordings** of programs that ran elsewhere are shown on the page of a playground that has nothing to run or to set
//!   (`Entry::open_recording`): each event loop is a strategy. What such a program has besides its traces is
//!   `state::program`, which only code of the chunk `recording` uses.
//! - **Tabs.** Only the open tab exists. Log, story and table show 200 rows, and more on demand.

pub mod chunks;
mod form;
mod kit;
mod lab;
mod pages;
mod panels;
mod run;
mod state;
mod timeline;

pub use pages::lazy::needed_at_start;
pub use panels::spread::work_aside;
pub use state::app::App;
pub use state::notice::{Notice, Tone};

use leptos::prelude::*;

/// The whole app.
#[component]
pub fn Shell() -> impl IntoView {
    chunks::register();
    view! { <pages::shell::Shell/> }
}
