//! Trace and viewport to rectangles. Painters are thin loops over what comes out.
//!
//! The work is bounded by what can be seen, not by what the trace holds: rows
//! outside the viewport are not looked at, and what is narrower than a pixel is
//! joined before it is handed out.

use super::index::{Index, Task};
use super::model::{Outcome, State, TaskId, Trace};
use super::words::seconds;
use crate::time::Time;

/// What of a run is looked at, and on how many pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The time at the left edge, in seconds.
    pub from: f64,
    /// The time at the right edge, in seconds; later than `from`.
    pub to: f64,
    /// The width in pixels.
    pub width: f64,
    /// The first row that is seen.
    pub first_row: usize,
    /// How many rows are seen.
    pub rows: usize,
    /// The run's present: what lasts is drawn up to here.
    pub now: Time,
}

impl Viewport {
    /// Where an instant is, in pixels from the left edge; not clipped.
    pub fn x(&self, at: Time) -> f64 {
        (at.secs() - self.from) / (self.to - self.from) * self.width
    }

    /// The instant at a place, in seconds.
    pub fn time_at(&self, x: f64) -> f64 {
        self.from + x / self.width * (self.to - self.from)
    }

    fn left(self) -> Time {
        Time::from_secs(self.from)
    }

    fn right(self) -> Time {
        Time::from_secs(self.to)
    }
}

/// How a stretch of time is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Before the task exists: a faint dotted line.
    NotYet,
    /// Waiting for its turn: a dashed outline.
    Queued,
    /// Suspended inside the operation: a hatch.
    Waiting,
    /// Holding the loop: solid.
    Running,
    /// Between two attempts: a thin line.
    Backoff,
    /// Another task holds the loop: a band over all lanes.
    Blocked,
}

/// A stretch of one row, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The row, counted from the first that is seen.
    pub row: usize,
    /// The left edge.
    pub x0: f64,
    /// The right edge; never left of the left one.
    pub x1: f64,
    /// How it is drawn.
    pub shape: Shape,
}

/// How a row ends: the mark at its end and the words beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tail {
    /// The row, counted from the first that is seen.
    pub row: usize,
    /// Where the row ends.
    pub x: f64,
    /// How the task ended; `None` while it lives.
    pub outcome: Option<Outcome>,
    /// For example "25.0 s", "12.5 / 50 MB".
    pub words: String,
}

/// All that is to be drawn of the lanes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Later bars are drawn over earlier ones.
    pub bars: Vec<Bar>,
    /// One a row that has begun.
    pub tails: Vec<Tail>,
    /// Where another task holds the loop noticeably: left and right edge, and the row that holds it.
    pub bands: Vec<(f64, f64, Option<usize>)>,
}

/// Lays out the lanes that are seen: one row a task, in order of creation.
pub fn lanes(trace: &Trace, index: &Index, view: &Viewport) -> Picture {
    let mut picture = Picture::default();
    for row in 0..view.rows {
        let id = TaskId((view.first_row + row) as u32);
        let Some(task) = index.task(id) else { break };
        bars(task, row, view, &mut picture.bars);
        if let Some(tail) = tail(trace, task, row, view) {
            picture.tails.push(tail);
        }
    }
    let blocks = index.blocks();
    let first = blocks.partition_point(|hold| hold.end < view.left());
    for hold in blocks[first..]
        .iter()
        .take_while(|hold| hold.start < view.right())
    {
        let (x0, x1) = (view.x(hold.start), view.x(hold.end.min(view.now)));
        let row = hold
            .task
            .index()
            .checked_sub(view.first_row)
            .filter(|&row| row < view.rows);
        match picture.bands.last_mut() {
            Some(last) if x1 - last.0 < 1.0 => last.1 = x1,
            _ => picture.bands.push((x0, x1, row)),
        }
    }
    picture
}

fn bars(task: &Task, row: usize, view: &Viewport, bars: &mut Vec<Bar>) {
    let mut joined = Joined::new(row, view, bars);
    if task.created > Time::ZERO {
        joined.add(Shape::NotYet, Time::ZERO, task.created);
    }
    let mut from = view.left();
    loop {
        let spans = task.closed_from(from);
        let Some(span) = spans.first().filter(|span| span.start < view.right()) else {
            break;
        };
        let end = span.end.unwrap_or(view.now);
        joined.add(shape(span.state), span.start, end);
        // What ends within the same pixel is joined by jumping over it.
        let pixel = Time::from_secs(view.time_at(view.x(end) + MIN_WIDTH));
        from = if spans
            .get(8)
            .is_some_and(|later| later.end.is_some_and(|at| at < pixel))
        {
            pixel
        } else {
            Time(end.0 + 1)
        };
    }
    if let Some(span) = task.open().filter(|span| span.start <= view.now) {
        joined.add(shape(span.state), span.start, view.now);
    }
    joined.flush();
    let mut at = task.holds.partition_point(|&(_, end)| end < view.left());
    while let Some(&(start, end)) = task.holds.get(at).filter(|hold| hold.0 < view.right()) {
        joined.add(Shape::Running, start, end);
        let pixel = Time::from_secs(view.time_at(view.x(end) + MIN_WIDTH));
        let skip = task.holds[at..].partition_point(|&(_, end)| end < pixel);
        at += skip.max(1);
    }
    joined.flush();
}

/// Bars are never narrower than this many pixels, so that nothing vanishes.
const MIN_WIDTH: f64 = 1.0;

fn shape(state: State) -> Shape {
    match state {
        State::Queued => Shape::Queued,
        State::Running => Shape::Waiting,
        State::Backoff => Shape::Backoff,
    }
}

/// Joins neighbours of one shape that touch within a pixel.
struct Joined<'a> {
    row: usize,
    view: &'a Viewport,
    out: &'a mut Vec<Bar>,
    open: Option<Bar>,
}

impl<'a> Joined<'a> {
    fn new(row: usize, view: &'a Viewport, out: &'a mut Vec<Bar>) -> Self {
        let open = None;
        Self {
            row,
            view,
            out,
            open,
        }
    }

    fn add(&mut self, shape: Shape, start: Time, end: Time) {
        let x0 = self.view.x(start).clamp(0.0, self.view.width);
        let x1 = self.view.x(end).clamp(x0, self.view.width.max(x0));
        if self.view.x(end) < 0.0 || self.view.x(start) > self.view.width {
            return;
        }
        match &mut self.open {
            Some(open) if open.shape == shape && x0 - open.x1 < MIN_WIDTH => open.x1 = x1,
            _ => {
                self.flush();
                let row = self.row;
                self.open = Some(Bar { row, x0, x1, shape });
            }
        }
    }

    fn flush(&mut self) {
        if let Some(mut bar) = self.open.take() {
            bar.x1 = bar.x1.max(bar.x0 + MIN_WIDTH);
            self.out.push(bar);
        }
    }
}

fn tail(trace: &Trace, task: &Task, row: usize, view: &Viewport) -> Option<Tail> {
    let end = task.end.filter(|end| end.at <= view.now);
    let at = end.map_or(view.now, |end| end.at);
    let took = task.started.map_or(0.0, |started| at - started);
    let words = match (end, task.started) {
        (Some(end), _) => match end.outcome {
            Outcome::Ok | Outcome::Cancelled | Outcome::Timeout => seconds(took),
            Outcome::Error => format!("{}: {}", seconds(took), trace.text(end.detail)),
            Outcome::Hung | Outcome::NeverStarted => end.outcome.label().to_owned(),
        },
        (None, Some(_)) => progress(trace, task, view.now).unwrap_or_else(|| seconds_so_far(took)),
        (None, None) => return None,
    };
    Some(Tail {
        row,
        x: view.x(at),
        outcome: end.map(|end| end.outcome),
        words,
    })
}

/// A duration that is still growing: tenths only, so that it does not flicker.
fn seconds_so_far(seconds: f64) -> String {
    format!("{seconds:.1} s")
}

/// How much of its amount a task has moved: in proportion to the time it waits for.
fn progress(trace: &Trace, task: &Task, now: Time) -> Option<String> {
    let (total, unit) = task.amount?;
    let share = task.progress(now)?;
    let unit = trace.text(unit);
    Some(format!("{:.1} / {total} {unit}", total * share))
}

impl Task {
    /// The share of its present wait that has passed, from 0 to 1; `None` if it does not wait for a timer.
    pub fn progress(&self, now: Time) -> Option<f64> {
        let wait = self.wait?;
        let super::model::WaitFor::Timer { until } = wait.on else {
            return None;
        };
        let whole = until - wait.since;
        (whole > 0.0).then(|| ((now - wait.since) / whole).min(1.0))
    }
}

/// Lays out the loop strip: stretches during which somebody held the loop, joined by pixel.
pub fn loop_strip(index: &Index, view: &Viewport) -> Vec<(f64, f64)> {
    let holds = index.holds();
    let mut bars: Vec<(f64, f64)> = Vec::new();
    let mut at = holds.partition_point(|hold| hold.end < view.left());
    while let Some(hold) = holds.get(at).filter(|hold| hold.start < view.right()) {
        let x0 = view.x(hold.start).max(0.0);
        let x1 = view.x(hold.end.min(view.now)).max(x0 + MIN_WIDTH);
        match bars.last_mut() {
            Some(last) if x0 - last.1 < MIN_WIDTH => last.1 = last.1.max(x1),
            _ => bars.push((x0, x1)),
        }
        let pixel = Time::from_secs(view.time_at(x1));
        let skip = holds[at..].partition_point(|hold| hold.end < pixel);
        at += skip.max(1);
    }
    bars
}

/// Where the ticks of a time axis are, in seconds: round steps, at most `most` of them.
pub fn ticks(from: f64, to: f64, most: usize) -> Vec<f64> {
    let raw = (to - from) / most.max(1) as f64;
    if !(raw > 0.0 && raw.is_finite()) {
        return vec![from];
    }
    let magnitude = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * magnitude)
        .into_iter()
        .find(|step| *step >= raw * (1.0 - 1e-9))
        .unwrap_or(10.0 * magnitude);
    let first = (from / step).ceil() as i64;
    let last = (to / step * (1.0 + 1e-12)).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}
