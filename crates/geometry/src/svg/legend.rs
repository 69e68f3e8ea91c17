//! The legend: what the shapes mean.

use super::text::width;
use super::{Canvas, PAD, lanes};
use crate::layout::{BAR_TOP, Bar, Shape};
use interleave_trace::{Outcome, Stats};

/// Every shape and mark with its name.
pub fn legend(canvas: &mut Canvas) {
    let states = [
        (Some(Shape::NotYet), "not yet"),
        (Some(Shape::Queued), "queued"),
        (Some(Shape::Waiting), "waiting"),
        (Some(Shape::Running), "on the loop"),
        (Some(Shape::Backoff), "backing off"),
        (None, "blocked"),
    ];
    let right = canvas.width() - PAD;
    let (mut x, mut y) = (PAD, canvas.y + 8.0);
    let mut place = |wide: f64| {
        if x + wide > right {
            (x, y) = (PAD, y + 22.0);
        }
        let at = (x, y);
        x += wide + 16.0;
        at
    };
    for (shape, word) in states {
        let (x, y) = place(30.0 + width(word, 12.0));
        canvas.open(x, y - BAR_TOP);
        match shape {
            Some(shape) => {
                let (row, x0, x1) = (0, 0.0, 24.0);
                lanes::bar(canvas, &Bar { row, x0, x1, shape });
            }
            None => canvas.rect("f-block", 0.0, BAR_TOP, 24.0, 16.0),
        }
        canvas.text("note f-muted", 30.0, BAR_TOP + 12.0, word);
        canvas.close();
    }
    for outcome in Stats::OUTCOMES {
        let wide = 22.0 + width(outcome.label(), 12.0);
        let (x, y) = place(wide);
        canvas.open(x, y);
        lanes::mark(canvas, outcome, 0.0, 8.0);
        let class = match outcome {
            Outcome::NeverStarted => "note f-muted".to_owned(),
            outcome => format!("note f-{}", lanes::colour(outcome)),
        };
        canvas.text(&class, 20.0, 12.0, outcome.label());
        canvas.close();
    }
    canvas.y = y + 26.0;
}
