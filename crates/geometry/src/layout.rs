//! Trace and viewport to rectangles. Painters are thin loops over these.
//!
//! The work is bounded by the visible pixels, not by the length of the trace: rows
//! outside the viewport are not visited, and bars less than a pixel apart are
//! joined before they are handed out. Nothing vanishes: bars narrower than a
//! pixel are drawn one pixel wide.

use crate::Rows;
use interleave_trace::Time;
use interleave_trace::seconds;
use interleave_trace::{Index, Poll, Task};
use interleave_trace::{Outcome, State, Trace};

/// The height of a lane, in pixels.
pub const ROW: f64 = 24.0;
/// The height of a bar.
pub const BAR: f64 = 16.0;
/// Where in its lane a bar begins.
pub const BAR_TOP: f64 = 4.0;
/// The room at the right edge of every plot, for the words after the last bar.
pub const MARGIN: f64 = 64.0;

/// The part of a run that is shown, and its size in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The time at the left edge, in seconds.
    pub from: f64,
    /// The time at the right edge, in seconds; later than `from`.
    pub to: f64,
    /// The width in pixels.
    pub width: f64,
    /// The first visible row.
    pub first_row: usize,
    /// How many rows are visible.
    pub rows: usize,
    /// The run's present: spans without an end are drawn up to here.
    pub now: Time,
}

impl Viewport {
    /// Where an instant is, in pixels from the left edge; not clipped.
    pub fn x(&self, at: Time) -> f64 {
        (at.secs() - self.from) / (self.to - self.from) * self.width
    }

    /// Whether a place is within the viewport, with half a pixel of tolerance.
    pub fn shows(&self, x: f64) -> bool {
        (-0.5..=self.width + 0.5).contains(&x)
    }

    /// The instant at a place, in seconds.
    pub fn time_at(&self, x: f64) -> f64 {
        self.from + x / self.width * (self.to - self.from)
    }

    /// Whether the viewport has a length and a width.
    fn is_open(&self) -> bool {
        let lengths = [self.from, self.to - self.from, self.width];
        lengths.iter().all(|length| length.is_finite()) && self.to > self.from && self.width > 0.0
    }

    /// A stretch of pixels, at least [`MIN_WIDTH`] wide and within the viewport.
    fn clip(&self, x0: f64, x1: f64) -> (f64, f64) {
        let x0 = x0.min(self.width - MIN_WIDTH).max(0.0);
        (x0, x1.max(x0 + MIN_WIDTH).min(self.width))
    }

    /// The visible stretches of a list in order without overlaps, each with the place of
    /// its first item in the list; items less than a pixel apart are joined.
    ///
    /// Items that begin within a pixel of a stretch's end are skipped by a binary search, so that the work
    /// depends on the pixels, not on the length of the list.
    fn stretches<T>(
        &self,
        list: &[T],
        times: impl Fn(&T) -> (Time, Time),
        mut add: impl FnMut(f64, f64, usize),
    ) {
        let (from, to) = (Time::from_secs(self.from), Time::from_secs(self.to));
        let is_over = |(start, end)| end < from || (end == from && start < end);
        let mut at = list.partition_point(|item| is_over(times(item)));
        while let Some((start, end)) = list.get(at).map(&times).filter(|item| item.0 <= to) {
            let (first, x0) = (at, self.x(start));
            let mut x1 = self.x(end);
            at += 1;
            while x1 < self.width {
                let near = self.time_at(x1.max(x0 + MIN_WIDTH) + MIN_WIDTH);
                let near = Time::from_secs(near);
                let joined = list[at..].partition_point(|item| times(item).0 < near);
                if joined == 0 {
                    break;
                }
                at += joined;
                x1 = x1.max(self.x(times(&list[at - 1]).1));
            }
            let (from, to) = self.clip(x0, x1);
            add(from, to, first);
            if x1 >= self.width {
                // The last pixel is taken: skip further items, of which a thousand may begin at that very instant.
                return;
            }
        }
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
}

/// A stretch of one row, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The row, counted from the first visible one.
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
    /// The row, counted from the first visible one.
    pub row: usize,
    /// Where the row ends.
    pub x: f64,
    /// How the task ended; `None` while it lives.
    pub outcome: Option<Outcome>,
    /// For example "25.0 s", "12.5 / 50 MB".
    pub words: String,
}

/// The shapes of the lanes, to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Later bars are drawn over earlier ones.
    pub bars: Vec<Bar>,
    /// One for each row that has begun.
    pub tails: Vec<Tail>,
    /// Where another task holds the loop noticeably: left and right edge, and the row that holds it.
    pub bands: Vec<(f64, f64, Option<usize>)>,
}

/// Lays out the visible lanes: one row for each task, in order of creation.
pub fn lanes(trace: &Trace, index: &Index, view: &Viewport) -> Picture {
    lanes_of(trace, index, view, Rows::All(index.task_count()))
}

/// As [`lanes`], for those tasks that have rows. Tasks that do not exist yet are dotted up to the present.
pub fn lanes_of(trace: &Trace, index: &Index, view: &Viewport, rows: Rows<'_>) -> Picture {
    let mut picture = Picture::default();
    if !view.is_open() {
        return picture;
    }
    for row in 0..view.rows {
        let Some(id) = rows.id(view.first_row + row) else {
            break;
        };
        let Some(task) = index.task(id) else {
            view.stretches(
                &[(Time::ZERO, view.now)],
                |&times| times,
                |x0, x1, _| {
                    let shape = Shape::NotYet;
                    picture.bars.push(Bar { row, x0, x1, shape });
                },
            );
            continue;
        };
        bars(index, task, row, view, &mut picture.bars);
        if let Some(tail) = tail(trace, task, row, view) {
            picture.tails.push(tail);
        }
    }
    let blocks = index.blocks();
    view.stretches(blocks, Poll::times, |x0, x1, first| {
        let row = rows.row(blocks[first].task);
        let row = row.and_then(|row| row.checked_sub(view.first_row));
        picture
            .bands
            .push((x0, x1, row.filter(|&row| row < view.rows)));
    });
    picture
}

/// The order of drawing: later states may cover earlier ones.
const ORDER: [State; 3] = [State::Queued, State::Backoff, State::Running];

fn bars(index: &Index, task: &Task, row: usize, view: &Viewport, bars: &mut Vec<Bar>) {
    let mut add = |shape, list: &[(Time, Time)]| {
        view.stretches(
            list,
            |&times| times,
            |x0, x1, _| bars.push(Bar { row, x0, x1, shape }),
        );
    };
    if task.created > Time::ZERO {
        add(Shape::NotYet, &[(Time::ZERO, task.created)]);
    }
    let open = task.open().filter(|span| span.start <= view.now);
    for state in ORDER {
        add(shape(state), task.closed(state));
        if let Some(span) = open.filter(|span| span.state == state) {
            add(shape(state), &[(span.start, view.now)]);
        }
    }
    let times = |&place: &u32| index.polls()[place as usize].times();
    view.stretches(task.polls(), times, |x0, x1, _| {
        let shape = Shape::Running;
        bars.push(Bar { row, x0, x1, shape });
    });
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

fn tail(trace: &Trace, task: &Task, row: usize, view: &Viewport) -> Option<Tail> {
    let end = task.end.filter(|end| end.at <= view.now);
    let at = end.map_or(view.now, |end| end.at);
    let took = task.started.map_or(0.0, |started| at - started);
    let words = match (end, task.started) {
        (Some(end), _) => match end.outcome {
            Outcome::Cancelled | Outcome::Timeout => seconds(took),
            Outcome::Ok if trace.text(end.detail).is_empty() => seconds(took),
            Outcome::Ok | Outcome::Error => {
                format!("{}: {}", seconds(took), trace.text(end.detail))
            }
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

/// How much of its amount a task has moved; without an amount, the bytes that have arrived.
fn progress(trace: &Trace, task: &Task, now: Time) -> Option<String> {
    let words = match (task.amount, task.progress(now), task.received) {
        (Some((total, unit)), Some(share), _) => {
            format!("{:.1} / {total} {}", total * share, trace.text(unit))
        }
        (None, _, Some((done, total))) if total >= KILO => {
            format!("{:.1} / {:.1} kB", done / KILO, total / KILO)
        }
        (None, _, Some((done, _))) if done >= KILO => format!("{:.1} kB", done / KILO),
        _ => return None,
    };
    Some(words)
}

/// Bytes in a kilobyte.
const KILO: f64 = 1000.0;

/// Lays out the loop strip: stretches during which a task held the loop, joined by pixel.
pub fn loop_strip(index: &Index, view: &Viewport) -> Vec<(f64, f64)> {
    let mut strip = Vec::new();
    if view.is_open() {
        view.stretches(index.polls(), Poll::times, |x0, x1, _| strip.push((x0, x1)));
    }
    strip
}

/// Where the ticks of a time axis are, in seconds: at round steps, at most `most + 1` of them.
///
/// None where `from` and `to` are not numbers in order.
pub fn ticks(from: f64, to: f64, most: usize) -> Vec<f64> {
    let raw = (to - from) / most.max(1) as f64;
    let magnitude = 10f64.powi(raw.log10().floor() as i32);
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * magnitude);
    let Some(step) = steps.into_iter().find(|step| *step >= raw * (1.0 - 1e-9)) else {
        return Vec::new();
    };
    if !(raw > 0.0 && magnitude.is_normal() && step.is_finite()) {
        return Vec::new();
    }
    // Dividing by a whole number gives 0.3 where multiplying by 0.1 gives 0.30000000000000004.
    let parts = (1.0 / step).round();
    let place = |i: f64| if step < 1.0 { i / parts } else { i * step };
    let (first, last) = ((from / step - 1e-9).ceil(), (to / step + 1e-9).floor());
    let numbers = (0..=most.max(1))
        .map(|i| first + i as f64)
        .take_while(|i| *i <= last);
    let mut ticks: Vec<_> = numbers.map(|i| place(i).clamp(from, to)).collect();
    // Far from zero, two neighbours may be the same number.
    ticks.dedup();
    ticks
}
