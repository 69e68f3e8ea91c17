//! What is painted over the lanes: arrows between tasks, and the critical path.

use crate::ui::kit::paper::Paper;
use interleave_geometry::layout::{BAR, BAR_TOP, ROW};
use interleave_geometry::links::{Arrow, Stretch, Tie, Tip};
use std::f64::consts::PI;

/// How far arrows are led around the instant at which they point.
const BEND: f64 = 14.0;
/// The length of an arrow's head.
const HEAD: f64 = 6.0;

/// The height at which a lane's arrows begin and end.
fn middle(tip: Tip) -> f64 {
    tip.row * ROW + BAR_TOP + BAR / 2.0
}

/// Paints arrows over lanes that are scrolled `offset` pixels into their first row.
///
/// A wake-up is a solid line, a task's creation a dotted one, what is held and waited for a dashed
/// one. Where the other task is out of sight, the line ends at the edge with an open triangle.
pub fn arrows(paper: &Paper, arrows: &[Arrow], offset: f64) {
    let context = &paper.context;
    context.save();
    // Translating a finite distance cannot fail.
    let _ = context.translate(0.0, -offset);
    context.set_line_cap("round");
    for arrow in arrows {
        let (from, to) = (arrow.from, arrow.to);
        let (dashes, colour): (&[f64], _) = match arrow.tie {
            Tie::Woke => (&[], "--accent"),
            Tie::Made => (&[1.0, 4.0], "--muted"),
            Tie::Holds => (&[5.0, 3.0], "--err"),
        };
        let (y0, y1) = (middle(from), middle(to));
        let down = if y1 >= y0 { 1.0 } else { -1.0 };
        // Led to the left of the instant, so that it is not hidden by the bars' ends; to the
        // right, where there is no room.
        let side = if to.x > BEND + 2.0 { -1.0 } else { 1.0 };
        let bend = to.x + side * BEND;
        let tip = to.x + side * 2.0;
        for (colour, width) in [("--panel", 4.5), (colour, 1.5)] {
            paper.stroke(colour);
            context.set_line_width(width);
            paper.dashes(if width > 2.0 { &[] } else { dashes });
            context.begin_path();
            context.move_to(from.x, y0);
            context.bezier_curve_to(bend, y0, bend, y1, tip, y1);
            context.stroke();
        }
        paper.dashes(&[]);
        paper.fill(colour);
        paper.stroke(colour);
        if to.hidden {
            edge(paper, to.x, y1 - down * 6.0, down);
        } else {
            head(paper, tip, y1, if side < 0.0 { 0.0 } else { PI });
        }
        if from.hidden {
            edge(paper, from.x, y0 + down * 6.0, -down);
        } else {
            paper.circle(from.x, y0, 2.5);
            context.fill();
        }
    }
    context.restore();
}

/// An arrow's head that points to the right, turned.
fn head(paper: &Paper, x: f64, y: f64, turned: f64) {
    let context = &paper.context;
    let dx = HEAD * turned.cos();
    context.begin_path();
    context.move_to(x, y);
    context.line_to(x - dx, y - HEAD * 0.6);
    context.line_to(x - dx, y + HEAD * 0.6);
    context.close_path();
    context.fill();
}

/// A triangle at the upper or lower edge: the line continues out of sight.
fn edge(paper: &Paper, x: f64, y: f64, down: f64) {
    let context = &paper.context;
    context.set_line_width(1.5);
    context.begin_path();
    context.move_to(x - 4.0, y);
    context.line_to(x + 4.0, y);
    context.line_to(x, y + down * 5.0);
    context.close_path();
    context.stroke();
}

/// Paints the critical path: a strong line under the bars with a foot at each end, and thin ones
/// from each lane to the next.
pub fn path(paper: &Paper, stretches: &[Stretch], offset: f64) {
    let context = &paper.context;
    context.save();
    let _ = context.translate(0.0, -offset);
    context.set_line_cap("butt");
    let under = |tip: Tip| tip.row * ROW + BAR_TOP + BAR + 1.0;
    for pair in stretches.windows(2) {
        let (from, to) = (pair[0].to, pair[1].from);
        if from.row == to.row {
            continue;
        }
        for (colour, width) in [("--panel", 4.0), ("--ink", 1.5)] {
            paper.stroke(colour);
            context.set_line_width(width);
            paper.line(&[(from.x, under(from)), (to.x, under(to))]);
        }
        if !to.hidden {
            paper.fill("--ink");
            let down = if under(to) > under(from) { 1.0 } else { -1.0 };
            context.begin_path();
            context.move_to(to.x, under(to));
            context.line_to(to.x - 4.0, under(to) - down * 6.0);
            context.line_to(to.x + 4.0, under(to) - down * 6.0);
            context.close_path();
            context.fill();
        }
    }
    for stretch in stretches.iter().filter(|stretch| !stretch.from.hidden) {
        let (x0, x1, y) = (stretch.from.x, stretch.to.x, under(stretch.from));
        paper.fill("--panel");
        context.fill_rect(x0 - 0.5, y - 3.0, x1 - x0 + 1.0, 6.0);
        paper.fill("--ink");
        context.fill_rect(x0, y - 2.0, (x1 - x0).max(1.0), 4.0);
        context.fill_rect(x0, y - 6.0, 1.5, 8.0);
        context.fill_rect(x1 - 1.5, y - 6.0, 1.5, 8.0);
    }
    context.restore();
}
