//! What is drawn behind and over the bars: a dragged duration, pointed-at lines, the critical path, arrows.

use super::overlay;
use super::painter;
use super::suspended::HoveredLines;
use super::task::duration_drag::DurationDrag;
use crate::ui::kit::paper::Paper;
use interleave_geometry::layout::Viewport;
use interleave_geometry::{Rows, links, lit};
use interleave_trace::{Index, Path, TaskId};
use leptos::prelude::*;
use std::sync::Arc;

/// What is drawn behind and over the bars of a strategy.
pub struct Overlays {
    /// The strategy.
    pub mode: &'static str,
    /// The duration that is being dragged.
    pub drag: DurationDrag,
    /// The critical path, while it is to be seen.
    pub path: Memo<Option<Arc<Path>>>,
    /// The task whose arrows are drawn.
    pub picked: Memo<Option<TaskId>>,
    /// The lines of code that are pointed at.
    pub hovered: HoveredLines,
    /// Whether waits name lines of that code.
    pub knows_lines: Memo<bool>,
}

impl Overlays {
    /// Draws what is behind the bars.
    pub fn under(&self, paper: &Paper, view: &Viewport, rows: Rows<'_>, offset: f64) {
        self.drag.paint(paper, self.mode, view, rows, offset);
    }

    /// Draws what is over the bars.
    pub fn over(&self, paper: &Paper, index: &Index, view: &Viewport, rows: Rows<'_>, offset: f64) {
        let lines = self.hovered.0.get();
        if !lines.is_empty() && self.knows_lines.get() {
            painter::hovered(paper, &lit(index, view, rows, &lines), offset);
        }
        if let Some(path) = &*self.path.read() {
            overlay::path(paper, &links::stretches(path, view, rows), offset);
        }
        if let Some(id) = self.picked.get() {
            overlay::arrows(paper, &links::arrows(index, id, view, rows), offset);
        }
    }
}
