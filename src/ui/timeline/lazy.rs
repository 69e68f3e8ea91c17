//! What a race shows and does besides its lanes, loaded as a chunk.

use super::filter::FilteredRows;
use super::overlays::Overlays;
use super::task::duration_drag::DurationDrag;
use crate::chunk::Chunk;
use crate::ui::kit::paper::Paper;
use crate::ui::state::app::App;
use interleave_geometry::Rows;
use interleave_geometry::layout::Viewport;
use interleave_playgrounds::Entry;
use interleave_trace::{Index, Path, TaskId};
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::KeyboardEvent;

/// The time that is shown, in seconds.
type Range = Memo<(f64, f64)>;

/// Makes the handle of a strategy: its rows, the pixels that they are scrolled by, and the size of their canvas.
type MakeHandle =
    fn(&'static str, Range, Memo<FilteredRows>, RwSignal<f64>, RwSignal<(f64, f64)>) -> AnyView;

/// The functions of the chunk.
pub struct Timeline {
    /// The bar that plays a recording.
    pub playbar: fn() -> AnyView,
    /// Says that the reader has changed the run.
    pub stepped_in: fn() -> AnyView,
    /// Announces durations that are dragged.
    pub dragged: fn() -> AnyView,
    /// The race as a whole.
    pub overview: fn(&'static Entry) -> AnyView,
    /// The form that filters tasks.
    pub filter: fn() -> AnyView,
    /// The meaning of patterns, and the button for the critical path.
    pub legend: fn() -> AnyView,
    /// How many times as fast a strategy was.
    pub ratio: fn(&'static Entry, &'static str) -> AnyView,
    /// How long a strategy would take with what is in the form.
    pub upcoming: fn(&'static str, Memo<(&'static str, &'static str)>) -> AnyView,
    /// How many tasks are shown.
    pub count: fn(Memo<FilteredRows>) -> AnyView,
    /// Below the lanes: what a deadlock waits for, the critical path.
    pub below: fn(&'static str) -> AnyView,
    /// Gauges under the lanes.
    pub gauges: fn(&'static Entry, &'static str, Range) -> AnyView,
    /// When tasks hold the event loop.
    pub loop_strip: fn(&'static str, Range) -> AnyView,
    /// All lanes in the space of a few.
    pub compact: fn(&'static str, Range, Memo<FilteredRows>) -> AnyView,
    /// The handle at the end of a bar.
    pub handle: MakeHandle,
    /// The card of a task.
    pub card: fn() -> AnyView,
    /// The critical path of a strategy's run that is over.
    pub critical_path: fn(App, &'static str) -> Option<Arc<Path>>,
    /// A key that was pressed on a lane; true if it has done something.
    pub lane_key: fn(DurationDrag, &KeyboardEvent, (&'static str, TaskId), f64) -> bool,
    /// Draws what is behind the bars.
    pub under: fn(&Overlays, &Paper, &Viewport, Rows<'_>, f64),
    /// Draws what is over the bars.
    pub over: fn(&Overlays, &Paper, &Index, &Viewport, Rows<'_>, f64),
}

/// The chunk.
pub static TIMELINE: Chunk<Timeline> = Chunk::new();
