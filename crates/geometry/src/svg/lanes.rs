//! Lanes of a picture: the same rectangles as on screen, in the same shapes.

use super::text::{Escaped, fit, width};
use super::{Canvas, n};
use crate::layout::{BAR, BAR_TOP, Bar, MARGIN, Picture, ROW, Shape, Tail, Viewport};
use interleave_trace::{Index, Outcome, TaskId, Trace, bare};

/// How far a child is moved to the right of its parent, and how far that goes.
const INDENT: f64 = 14.0;
const MAX_DEPTH: u16 = 6;

/// Draws the names of `rows` tasks, with the lines from parents to children.
pub fn names(canvas: &mut Canvas, trace: &Trace, index: &Index, rows: usize, room: f64) {
    for (id, task) in index.tasks().take(rows) {
        let middle = id.index() as f64 * ROW + ROW / 2.0;
        let left = f64::from(task.depth.min(MAX_DEPTH)) * INDENT;
        if task.depth > 0 {
            let is_last =
                |parent: TaskId| index.task(parent).and_then(|it| it.last_child) == Some(id);
            let below = if task.parent.is_some_and(is_last) {
                0.0
            } else {
                ROW / 2.0
            };
            let x = n(left - 9.0 + 0.5);
            canvas.put(format_args!(
                "<path class=\"s-queued\" fill=\"none\" d=\"M{x} {}V{}M{x} {middle}h6\"/>",
                n(middle - ROW / 2.0),
                n(middle + below)
            ));
        }
        let name = trace.text(task.name);
        let short = fit(&bare(name), 13.0, room - left);
        let class = if task.end.is_some() {
            "f-muted"
        } else {
            "f-ink"
        };
        canvas.put(format_args!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}",
            n(left),
            n(middle + 4.5),
            Escaped(&short)
        ));
        if short != name {
            canvas.put(format_args!("<title>{}</title>", Escaped(name)));
        }
        canvas.put(format_args!("</text>\n"));
    }
}

/// Draws bars, marks and words of `rows` lanes.
pub fn lanes(canvas: &mut Canvas, view: &Viewport, picture: &Picture) {
    let height = view.rows as f64 * ROW;
    for &(x0, x1, _) in &picture.bands {
        canvas.rect("f-block", x0, 0.0, (x1 - x0).max(1.0), height);
    }
    for bar in &picture.bars {
        self::bar(canvas, bar);
    }
    canvas.put(format_args!("\n"));
    for tail in &picture.tails {
        self::tail(canvas, tail, view.width + MARGIN);
    }
}

/// Draws one bar as it is drawn on screen.
pub fn bar(canvas: &mut Canvas, bar: &Bar) {
    let top = bar.row as f64 * ROW + BAR_TOP;
    let (x, width) = (bar.x0, (bar.x1 - bar.x0).max(1.0));
    let middle = top + BAR / 2.0;
    match bar.shape {
        Shape::NotYet => canvas.put(format_args!(
            "<path class=\"s-queued not-yet\" d=\"M{} {middle}H{}\"/>",
            n(x + 1.0),
            n((x + width - 2.0).max(x + 1.0))
        )),
        Shape::Queued => canvas.rect(
            "s-queued queued",
            x + 0.5,
            top + 2.5,
            (width - 1.0).max(0.5),
            BAR - 5.0,
        ),
        Shape::Waiting => {
            let inner = (width - 1.0).max(1.0);
            canvas.put(format_args!(
                "<rect class=\"s-wait hatch\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
                n(x + 0.5),
                n(top + 0.5),
                n(inner),
                n(BAR - 1.0),
                n((inner / 2.0).min(3.0))
            ));
        }
        Shape::Running => canvas.rect("f-run", x, top, width.max(2.0), BAR),
        Shape::Backoff => {
            canvas.rect("f-backoff", x, middle - 1.0, width, 2.0);
            for end in [x, x + width] {
                canvas.circle("f-backoff", end, middle, 3.0);
            }
        }
    }
}

/// The token of an outcome's colour.
pub fn colour(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Error => "err",
        Outcome::Cancelled => "cancel",
        Outcome::Timeout => "timeout",
        Outcome::Hung => "hung",
        Outcome::NeverStarted => "queued",
    }
}

fn tail(canvas: &mut Canvas, tail: &Tail, right: f64) {
    let (x, middle) = (tail.x, tail.row as f64 * ROW + BAR_TOP + BAR / 2.0);
    let mut text_at = x + 7.0;
    if let Some(outcome) = tail.outcome {
        text_at = x + 20.0;
        mark(canvas, outcome, x, middle);
    }
    let room = right - text_at;
    // The figure is never lost; a message that does not fit beside it is in the data.
    let words = match (tail.words.split_once(": "), tail.outcome) {
        (Some((short, _)), Some(Outcome::Ok)) if width(&tail.words, 11.0) > room => {
            short.to_owned()
        }
        (Some((short, _)), Some(outcome)) if width(&tail.words, 11.0) > room => {
            format!("{short} {}", outcome.label())
        }
        _ => tail.words.clone(),
    };
    let words = fit(&words, 11.0, room.max(40.0));
    let class = tail.outcome.map_or("muted", colour);
    canvas.put(format_args!(
        "<text class=\"small f-{class}\" x=\"{}\" y=\"{}\">{}</text>\n",
        n(text_at),
        n(middle + 4.0),
        Escaped(&words)
    ));
}

/// Draws the mark at the end of a lane: told apart by shape, not by colour alone.
pub fn mark(canvas: &mut Canvas, outcome: Outcome, x: f64, middle: f64) {
    let (left, top, token) = (x + 7.0, middle - BAR / 2.0, colour(outcome));
    if matches!(outcome, Outcome::Ok | Outcome::Error | Outcome::Timeout) {
        // It covers the last tick on the loop, which comes at the same instant.
        canvas.rect(&format!("f-{token}"), x - 2.0, top, 3.5, BAR);
    }
    let circle = format!("M{} {}a4 4 0 1 0 8 0a4 4 0 1 0-8 0", n(left), n(middle));
    let path = match outcome {
        Outcome::Ok => format!("M{} {}l3 3l5-6.5", n(left), n(middle)),
        Outcome::Error => format!("M{} {}l7 7m0-7l-7 7", n(left), n(middle - 3.5)),
        Outcome::Cancelled => format!(
            "M{} {}l-4 4l4 4l-4 4l4 4{circle}m1.2 2.8l5.6-5.6",
            n(x),
            n(top)
        ),
        Outcome::Timeout => format!("{circle}m4-2v2l1.6 1"),
        Outcome::Hung => {
            for dot in 0..3 {
                let at = left + 1.0 + f64::from(dot) * 4.0;
                canvas.circle(&format!("f-{token}"), at, middle, 1.4);
            }
            return;
        }
        Outcome::NeverStarted => {
            canvas.put(format_args!(
                "<path class=\"s-{token} mark\" stroke-dasharray=\"2 2\" d=\"{circle}\"/>"
            ));
            return;
        }
    };
    canvas.put(format_args!(
        "<path class=\"s-{token} mark\" d=\"{path}\"/>"
    ));
}
