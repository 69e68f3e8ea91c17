//! Many tasks on few pixels, painted: compact lanes, and the load of a whole race.

use super::painter::MARGIN;
use crate::ui::kit::paper::Paper;
use crate::ui::state::shown::{Origin, Shown};
use interleave_geometry::Rows;
use interleave_geometry::raster::{Ink, Raster, Streaks};
use interleave_trace::{Time, Trace};

/// How many columns a plot has.
pub fn columns(paper: &Paper) -> usize {
    (paper.width - MARGIN).max(1.0) as usize
}

/// Identifies the content of a raster. Another key needs a new raster.
#[derive(Clone, PartialEq)]
struct Key {
    origin: Origin,
    range: (f64, f64),
    size: (usize, usize),
    /// How many rows, and which version of them.
    rows: (usize, u64),
}

/// A raster that is updated from frame to frame.
#[derive(Default)]
pub struct Kept {
    key: Option<Key>,
    raster: Option<Raster>,
    streaks: Streaks,
}

impl Kept {
    /// Reads new events, in one line for all tasks: all that has been recorded, also while an earlier instant is shown.
    pub fn read_load(&mut self, shown: &Shown<'_>, end: f64, columns: usize) {
        let until = shown.record().map_or((0, Time::ZERO), |(trace, _)| {
            let events = trace.events();
            let last = trace.end().map(|end| end.at);
            let last = last.or(events.last().map(|event| event.at));
            (events.len(), shown.now().max(last.unwrap_or_default()))
        });
        self.advance(shown, (0.0, end), (columns, 1), (0, 0), until, || {
            Raster::of_all(0.0, end, columns)
        });
    }

    /// Reads new events. `size` is columns and lines; `version` identifies a state of `rows`.
    pub fn read(
        &mut self,
        shown: &Shown<'_>,
        range: (f64, f64),
        size: (usize, usize),
        rows: Rows<'_>,
        version: u64,
    ) {
        // Without a filter, the number of rows identifies their state.
        let version = if matches!(rows, Rows::Of(_)) {
            version
        } else {
            0
        };
        let read = shown.record().map_or(0, |(_, index)| index.events_read());
        let (rows_now, until) = ((rows.len(), version), (read, shown.now()));
        self.advance(shown, range, size, rows_now, until, || {
            Raster::new(range.0, range.1, size.0, size.1, rows)
        });
    }

    fn advance(
        &mut self,
        shown: &Shown<'_>,
        range: (f64, f64),
        size: (usize, usize),
        rows: (usize, u64),
        (read, now): (usize, Time),
        fresh: impl Fn() -> Raster,
    ) {
        let key = Some(Key {
            origin: shown.origin().clone(),
            range,
            size,
            rows,
        });
        if self.key != key {
            (self.key, self.raster) = (key, None);
        }
        let empty = Trace::default();
        let trace = shown.record().map_or(&empty, |(trace, _)| trace);
        let before = self.raster.as_ref().map(Raster::progress);
        let raster = self.raster.get_or_insert_with(&fresh);
        if !raster.advance(trace, read, now) {
            *raster = fresh();
            raster.advance(trace, read, now);
        }
        if before != Some(raster.progress()) {
            raster.streaks(&mut self.streaks);
        }
    }

    /// The row that is in the middle of a line.
    pub fn row(&self, line: usize) -> Option<usize> {
        self.raster.as_ref().map(|raster| raster.row(line))
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.raster.as_ref().map_or(0, Raster::lines)
    }
}

/// An ink's colour token, its alpha, and its least width in pixels.
fn look(ink: Ink) -> (&'static str, f64, f64) {
    match ink {
        Ink::Failed => ("--err", 1.0, 3.0),
        Ink::Hung => ("--hung", 1.0, 3.0),
        Ink::TimedOut => ("--timeout", 1.0, 3.0),
        Ink::Cancelled => ("--cancel", 1.0, 3.0),
        Ink::NeverStarted => ("--queued", 1.0, 3.0),
        Ink::Done => ("--ok", 1.0, 2.0),
        Ink::Held => ("--run", 1.0, 1.0),
        Ink::Busy => ("--wait", 0.95, 1.0),
        Ink::Waiting => ("--wait", 0.7, 1.0),
        Ink::Sparse => ("--wait", 0.45, 1.0),
        Ink::Backoff => ("--backoff", 0.9, 1.0),
        Ink::Queued => ("--queued", 0.25, 1.0),
    }
}

/// Paints compact lanes, each line `height` pixels high. `faint`: they are a preview.
pub fn compact(paper: &Paper, kept: &Kept, height: f64, faint: bool) {
    let context = &paper.context;
    let strength = if faint { 0.35 } else { 1.0 };
    // Lines that are high enough stay apart.
    let thick = if height >= 4.0 { height - 1.0 } else { height };
    // The most important ink comes last, over everything else.
    for (ink, streaks) in Ink::ALL.into_iter().zip(&kept.streaks).rev() {
        let (colour, alpha, least) = look(ink);
        if streaks.is_empty() {
            continue;
        }
        paper.fill(colour);
        context.set_global_alpha(alpha * strength);
        for streak in streaks {
            let width = ((streak.to - streak.from) as f64).max(least);
            context.fill_rect(
                streak.from as f64,
                streak.line as f64 * height,
                width,
                thick,
            );
        }
    }
    context.set_global_alpha(1.0);
}

/// Paints the number of active tasks of each strategy, over the whole race, and marks failures.
pub fn load(paper: &Paper, all: &[(&Kept, bool)]) {
    let context = &paper.context;
    let floor = paper.height - 4.0;
    paper.fill("--line");
    context.fill_rect(0.0, floor, (paper.width - MARGIN).max(1.0), 1.0);
    let rasters = || {
        all.iter()
            .filter_map(|(kept, faint)| Some((kept.raster.as_ref()?, *faint)))
    };
    let most = rasters().flat_map(|(raster, _)| raster.peaks(0).map(|(alive, _)| alive));
    let scale = (floor - 3.0) / f64::from(most.max().unwrap_or(0).max(1));
    for (raster, faint) in rasters() {
        let strength = if faint { 0.4 } else { 1.0 };
        let heights = |of: fn((u32, u32)) -> u32| raster.peaks(0).map(of);
        paper.fill("--queued");
        context.set_global_alpha(0.25 * strength);
        area(paper, floor, scale, heights(|(alive, _)| alive));
        paper.fill("--wait");
        context.set_global_alpha(0.45 * strength);
        area(paper, floor, scale, heights(|(_, inside)| inside));
    }
    for (kept, faint) in all {
        context.set_global_alpha(if *faint { 0.35 } else { 1.0 });
        for ink in Ink::ALL.into_iter().take_while(|ink| *ink < Ink::Done) {
            paper.fill(look(ink).0);
            for streak in &kept.streaks[ink as usize] {
                context.fill_rect(streak.from as f64 - 1.0, floor, 3.0, 4.0);
            }
        }
    }
    context.set_global_alpha(1.0);
}

/// Fills the area under steps, one a column. Any value above zero is at least a pixel high.
fn area(paper: &Paper, floor: f64, scale: f64, heights: impl Iterator<Item = u32>) {
    let context = &paper.context;
    let top = |height: u32| match height {
        0 => floor,
        height => floor - (f64::from(height) * scale).max(1.0),
    };
    context.begin_path();
    context.move_to(0.0, floor);
    let (mut last, mut end) = (0, 0.0);
    for (column, height) in heights.enumerate() {
        if height != last {
            context.line_to(end, top(last));
            context.line_to(end, top(height));
            last = height;
        }
        end = column as f64 + 1.0;
    }
    context.line_to(end, top(last));
    context.line_to(end, floor);
    context.fill();
}
