//! Paints what `layout` has laid out onto a canvas: thin loops over rectangles.

use crate::ui::kit::paper::Paper;
use interleave_geometry::axis::marks;
use interleave_geometry::layout::{Bar, Picture, Shape, Tail, Viewport};
use interleave_trace::Outcome;
use interleave_trace::Time;
use web_sys::CanvasPattern;

pub use interleave_geometry::layout::{BAR, BAR_TOP, MARGIN, ROW};

/// The width of a digit of the axis, in pixels; somewhat more, so that marks stay apart.
const DIGIT: f64 = 6.6;

/// Paints the time axis.
pub fn axis(paper: &Paper, view: &Viewport) {
    let context = &paper.context;
    paper.font(11);
    paper.fill("--muted");
    context.set_text_baseline("alphabetic");
    for (time, words) in marks(view.from, view.to, view.width, DIGIT) {
        let x = (time - view.from) / (view.to - view.from) * view.width;
        // Words at the left edge would be cut off.
        let near = x < words.chars().count() as f64 * DIGIT / 2.0;
        context.set_text_align(if near { "left" } else { "center" });
        // Text that cannot be drawn leaves the tick.
        let _ = context.fill_text(&words, x, 13.0);
        context.fill_rect(x.round(), paper.height - 5.0, 1.0, 5.0);
    }
}

/// Paints the grid behind lanes.
pub fn grid(paper: &Paper, view: &Viewport) {
    paper.fill("--grid");
    for (time, _) in marks(view.from, view.to, view.width, DIGIT) {
        let x = (time - view.from) / (view.to - view.from) * view.width;
        paper.context.fill_rect(x.round(), 0.0, 1.0, paper.height);
    }
}

/// Paints lanes, `offset` pixels scrolled into the first row. `faint`: they are a preview.
pub fn lanes(paper: &Paper, view: &Viewport, picture: &Picture, offset: f64, faint: bool) {
    let context = &paper.context;
    // Before anything is saved: a font that is set already need not be looked up in every frame.
    paper.font(11);
    context.save();
    // Translating a finite distance cannot fail.
    let _ = context.translate(0.0, -offset);
    if faint {
        context.set_global_alpha(0.3);
    }
    paper.fill("--block");
    for &(x0, x1, _) in &picture.bands {
        context.fill_rect(x0, 0.0, (x1 - x0).max(1.0), paper.height + offset);
    }
    let hatch = paper.hatch();
    for bar in &picture.bars {
        paint_bar(paper, bar, hatch);
    }
    context.set_text_align("left");
    for tail in &picture.tails {
        paint_tail(paper, tail, view, faint);
    }
    context.restore();
}

fn paint_bar(paper: &Paper, bar: &Bar, hatch: Option<&CanvasPattern>) {
    let context = &paper.context;
    let top = bar.row as f64 * ROW + BAR_TOP;
    let (x, width) = (bar.x0, (bar.x1 - bar.x0).max(1.0));
    let middle = top + BAR / 2.0;
    match bar.shape {
        Shape::NotYet => {
            context.save();
            context.set_global_alpha(context.global_alpha() * 0.6);
            paper.stroke("--queued");
            context.set_line_width(1.5);
            paper.dashes(&[1.5, 4.0]);
            paper.line(&[(x + 1.0, middle), (x + width - 2.0, middle)]);
            context.restore();
        }
        Shape::Queued => {
            context.save();
            paper.stroke("--queued");
            context.set_line_width(1.0);
            paper.dashes(&[3.0, 3.0]);
            context.stroke_rect(x + 0.5, top + 2.5, (width - 1.0).max(0.5), BAR - 5.0);
            context.restore();
        }
        Shape::Waiting => {
            match hatch {
                Some(hatch) => context.set_fill_style_canvas_pattern(hatch),
                None => paper.fill("--wait2"),
            }
            paper.stroke("--wait");
            context.set_line_width(1.0);
            rounded(paper, x + 0.5, top + 0.5, (width - 1.0).max(1.0), BAR - 1.0);
            context.fill();
            context.stroke();
        }
        Shape::Running => {
            paper.fill("--run");
            context.fill_rect(x, top, width.max(2.0), BAR);
        }
        Shape::Backoff => {
            paper.fill("--backoff");
            context.fill_rect(x, middle - 1.0, width, 2.0);
            for end in [x, x + width] {
                paper.circle(end, middle, 3.0);
                context.fill();
            }
        }
    }
}

fn rounded(paper: &Paper, x: f64, y: f64, width: f64, height: f64) {
    let context = &paper.context;
    context.begin_path();
    let radius = (width / 2.0).min(3.0);
    if context
        .round_rect_with_f64(x, y, width, height, radius)
        .is_err()
    {
        context.rect(x, y, width, height);
    }
}

/// The colour of an outcome, by the name of its token.
pub fn outcome_colour(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "--ok",
        Outcome::Error => "--err",
        Outcome::Cancelled => "--cancel",
        Outcome::Timeout => "--timeout",
        Outcome::Hung => "--hung",
        Outcome::NeverStarted => "--queued",
    }
}

fn paint_tail(paper: &Paper, tail: &Tail, view: &Viewport, faint: bool) {
    let context = &paper.context;
    let (x, middle) = (tail.x, tail.row as f64 * ROW + BAR_TOP + BAR / 2.0);
    let colour = tail.outcome.map_or("--muted", outcome_colour);
    paper.fill(colour);
    paper.stroke(colour);
    context.set_line_width(1.7);
    context.set_line_cap("round");
    if x < 0.0 {
        // It ended before what is shown: there, to the left.
        paper.line(&[(7.0, middle - 4.0), (3.0, middle), (7.0, middle + 4.0)]);
        return;
    }
    if !view.shows(x) {
        return;
    }
    let mut text_at = x + 7.0;
    if let Some(outcome) = tail.outcome {
        text_at = x + 20.0;
        mark(paper, outcome, x, middle);
    }
    if !faint {
        let room = (text_at, view.width + MARGIN - text_at);
        paint_words(paper, tail, room, middle + 4.0, colour);
    }
}

/// Writes a lane's words behind its bar, or onto the bar's end where there is no room; never over
/// anything else, and never squashed.
fn paint_words(paper: &Paper, tail: &Tail, (at, room): (f64, f64), y: f64, colour: &str) {
    let context = &paper.context;
    let width = |words: &str| {
        let metrics = context.measure_text(words);
        metrics.map_or(f64::INFINITY, |metrics| metrics.width())
    };
    let words = tail.words.as_str();
    let short = words.split_once(": ").map_or(words, |(short, _)| short);
    // Text that cannot be drawn is in the tasks table too.
    if width(words) <= room {
        let _ = context.fill_text(short, at, y);
        if let Some(rest) = words.strip_prefix(short).filter(|rest| !rest.is_empty()) {
            if tail.outcome == Some(Outcome::Ok) {
                paper.fill("--muted");
            }
            let _ = context.fill_text(rest, at + width(short), y);
        }
        return;
    }
    let within = |words: &str| tail.x - width(words) - 9.0;
    if width(short) <= room {
        let _ = context.fill_text(short, at, y);
    } else if within(short) >= 4.0 {
        paper.fill("--panel");
        context.fill_rect(within(short) - 4.0, y - 10.0, width(short) + 8.0, 13.0);
        paper.fill(colour);
        let _ = context.fill_text(short, within(short), y);
    }
}

/// The mark of an outcome at the end of a lane: a shape of its own, not colour alone.
fn mark(paper: &Paper, outcome: Outcome, x: f64, middle: f64) {
    let context = &paper.context;
    let (left, top) = (x + 7.0, middle - BAR / 2.0);
    // It covers the last tick on the loop, which comes at the same instant.
    let edge = |width: f64| context.fill_rect(x - width + 1.5, top, width, BAR);
    match outcome {
        Outcome::Ok => {
            edge(3.5);
            paper.line(&[
                (left, middle),
                (left + 3.0, middle + 3.0),
                (left + 8.0, middle - 3.5),
            ]);
        }
        Outcome::Error => {
            edge(3.5);
            paper.line(&[(left, middle - 3.5), (left + 7.0, middle + 3.5)]);
            paper.line(&[(left + 7.0, middle - 3.5), (left, middle + 3.5)]);
        }
        Outcome::Cancelled => {
            // A jagged edge: cut off rather than finished.
            paper.line(&[
                (x, top),
                (x - 4.0, top + BAR * 0.25),
                (x, top + BAR * 0.5),
                (x - 4.0, top + BAR * 0.75),
                (x, top + BAR),
            ]);
            paper.circle(left + 4.0, middle, 4.0);
            context.stroke();
            paper.line(&[(left + 1.2, middle + 2.8), (left + 6.8, middle - 2.8)]);
        }
        Outcome::Timeout => {
            edge(3.5);
            paper.circle(left + 4.0, middle, 4.0);
            context.stroke();
            paper.line(&[
                (left + 4.0, middle - 2.0),
                (left + 4.0, middle),
                (left + 5.6, middle + 1.0),
            ]);
        }
        Outcome::Hung => {
            for dot in 0..3 {
                paper.circle(left + 1.0 + f64::from(dot) * 4.0, middle, 1.4);
                context.fill();
            }
        }
        Outcome::NeverStarted => {
            context.save();
            paper.dashes(&[2.0, 2.0]);
            context.set_line_width(1.2);
            paper.circle(left + 4.0, middle, 4.0);
            context.stroke();
            context.restore();
        }
    }
}

/// Frames stretches of rows that the reader has asked for, `offset` pixels scrolled into the first row.
pub fn hovered(paper: &Paper, stretches: &[(usize, f64, f64)], offset: f64) {
    let context = &paper.context;
    paper.stroke("--accent");
    paper.fill("--accent");
    context.set_line_width(2.0);
    for &(row, x0, x1) in stretches {
        let (top, width) = (row as f64 * ROW + BAR_TOP - offset, (x1 - x0).max(2.0));
        context.set_global_alpha(0.25);
        context.fill_rect(x0, top - 2.0, width, BAR + 4.0);
        context.set_global_alpha(1.0);
        context.stroke_rect(x0, top - 2.0, width, BAR + 4.0);
    }
}

/// Paints the line that marks an instant, if that is in sight.
pub fn playhead(paper: &Paper, view: &Viewport, at: Time) {
    let x = view.x(at);
    if view.shows(x) {
        paper.fill("--playhead");
        paper.context.fill_rect(x - 0.75, 0.0, 1.5, paper.height);
    }
}

/// Paints the handle of the playhead, at the foot of the axis.
pub fn thumb(paper: &Paper, x: f64, held: bool) {
    let (context, foot) = (&paper.context, paper.height);
    let (wide, high) = if held { (7.0, 15.0) } else { (6.0, 13.0) };
    paper.fill("--playhead");
    context.begin_path();
    context.move_to(x - wide, foot - high);
    context.line_to(x + wide, foot - high);
    context.line_to(x + wide, foot - 6.0);
    context.line_to(x, foot);
    context.line_to(x - wide, foot - 6.0);
    context.close_path();
    context.fill();
}

/// Paints the loop strip: when a task holds the loop.
pub fn loop_strip(paper: &Paper, view: &Viewport, holds: &[(f64, f64)], faint: bool) {
    let context = &paper.context;
    paper.fill("--line");
    context.fill_rect(0.0, paper.height - 1.0, view.width, 1.0);
    paper.fill("--run");
    context.set_global_alpha(if faint { 0.3 } else { 1.0 });
    for &(x0, x1) in holds {
        context.fill_rect(x0, 1.0, (x1 - x0).max(2.0), paper.height - 2.0);
    }
    context.set_global_alpha(1.0);
}

/// Paints a gauge as steps over the same time.
pub fn gauge(paper: &Paper, view: &Viewport, steps: &[(f64, f64)], max: f64) {
    let context = &paper.context;
    let Some(&(first, _)) = steps.first() else {
        return;
    };
    let y = |value: f64| paper.height - 1.0 - value / max.max(1e-9) * (paper.height - 4.0);
    paper.fill("--wait2");
    paper.stroke("--wait");
    context.set_line_width(1.2);
    context.begin_path();
    context.move_to(first, paper.height);
    let mut last = first;
    for pair in steps.windows(2) {
        context.line_to(pair[0].0, y(pair[0].1));
        context.line_to(pair[1].0, y(pair[0].1));
        last = pair[1].0;
    }
    context.line_to(last, paper.height);
    context.fill();
    context.stroke();
    paper.fill("--line");
    context.fill_rect(0.0, paper.height - 1.0, view.width, 1.0);
}

/// Paints lanes small: shapes and marks without words, each row as high as fits.
pub fn mini(paper: &Paper, view: &Viewport, picture: &Picture) {
    let context = &paper.context;
    let height = (paper.height / view.rows.max(1) as f64).min(ROW);
    let (hatch, scale) = (paper.hatch(), height / ROW);
    context.save();
    // Scaling by a positive number cannot fail.
    let _ = context.scale((view.width + MARGIN) / view.width, scale);
    for bar in &picture.bars {
        paint_bar(paper, bar, hatch);
    }
    for tail in &picture.tails {
        if let Some(outcome) = tail.outcome {
            paper.fill(outcome_colour(outcome));
            let top = tail.row as f64 * ROW + BAR_TOP;
            context.fill_rect(tail.x - 3.0, top, 3.0, BAR);
        }
    }
    context.restore();
}
