//! Where tasks will be whose begin or end a change of the params moves.

use crate::Rows;
use crate::layout::Viewport;
use interleave_trace::Time;
use interleave_trace::{Index, Task};

/// The visible rows of tasks that begin or end at other instants in `new` than in `old`:
/// the row counted from the first visible one, and where in pixels the task will begin and end.
pub fn foreseen(
    old: &Index,
    new: &Index,
    view: &Viewport,
    rows: Rows<'_>,
) -> Vec<(usize, f64, f64)> {
    let times = |task: &Task| Some((task.started?, task.end?.at));
    let place = |row: usize| {
        let id = rows.id(view.first_row + row)?;
        let coming: (Time, Time) = new.task(id).and_then(times)?;
        let (x0, x1) = (view.x(coming.0), view.x(coming.1));
        let is_other = old.task(id).and_then(times) != Some(coming);
        let is_seen = x0 <= view.width && x1 >= 0.0;
        (is_other && is_seen).then(|| (row, x0.max(0.0), x1.min(view.width)))
    };
    (0..view.rows).filter_map(place).collect()
}
