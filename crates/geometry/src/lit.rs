//! When the visible tasks were suspended at some lines of the source.

use crate::Rows;
use crate::layout::Viewport;
use interleave_trace::Index;
use interleave_trace::Time;

/// Stretches of rows, in pixels: the row counted from the first visible one, left and right edge.
///
/// Stretches that touch on screen are joined, so there are no more of them than pixels.
pub fn lit(
    index: &Index,
    view: &Viewport,
    rows: Rows<'_>,
    lines: &[u32],
) -> Vec<(usize, f64, f64)> {
    let mut lit = Vec::<(usize, f64, f64)>::new();
    let from = Time::from_secs(view.from);
    for row in 0..view.rows {
        let id = rows.id(view.first_row + row);
        let Some(task) = id.and_then(|id| index.task(id)) else {
            break;
        };
        let waits = task.waits();
        let first = waits.partition_point(|wait| wait.since < from);
        let first = first.saturating_sub(1);
        for (wait, end) in task.suspensions(first) {
            if view.x(wait.since) > view.width {
                break;
            }
            if end < from || !lines.contains(&wait.line) {
                continue;
            }
            let x0 = view.x(wait.since).max(0.0);
            let x1 = view.x(end.min(view.now)).min(view.width).max(x0 + 1.0);
            match lit.last_mut() {
                Some(last) if last.0 == row && x0 <= last.2 + 1.0 => last.2 = last.2.max(x1),
                _ => lit.push((row, x0, x1)),
            }
        }
    }
    lit
}
