//! Arrows between a task and related tasks: wake-ups, the holders of the resource that it waits
//! for, parents and children.
//!
//! As with the lanes, the work is bounded by the visible pixels: rows outside are not visited, and of the arrows
//! that fall onto one pixel only one is kept.

use crate::Rows;
use crate::layout::Viewport;
use interleave_trace::Path;
use interleave_trace::Time;
use interleave_trace::settled;
use interleave_trace::{Index, Wait};
use interleave_trace::{ResourceId, TaskId};

/// The relation that an arrow shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// The first made the other.
    Made,
    /// The first woke the other.
    Woke,
    /// The first holds the resource that the other waits for.
    Holds,
}

/// One end of an arrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tip {
    /// The place in time, in pixels from the left edge.
    pub x: f64,
    /// The row, counted from the first visible one; half a row outside where `hidden`.
    pub row: f64,
    /// The task's row is above or below the visible ones, or it has none.
    pub hidden: bool,
}

/// An arrow from one task to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// The relation that it shows.
    pub tie: Tie,
    /// Where it begins.
    pub from: Tip,
    /// Where it points.
    pub to: Tip,
}

/// Arrows closer to each other than this many pixels are drawn as one.
const APART: f64 = 6.0;

/// The arrows of one task, up to the viewport's present.
pub fn arrows(index: &Index, id: TaskId, view: &Viewport, rows: Rows<'_>) -> Vec<Arrow> {
    let mut arrows = Vec::new();
    let Some(task) = index.task(id) else {
        return arrows;
    };
    let mut add = |tie, from: TaskId, to: TaskId, at: Time| {
        let x = view.x(at);
        if at <= view.now && (-0.5..=view.width + 0.5).contains(&x) {
            let (from, to) = (tip(view, rows, x, from), tip(view, rows, x, to));
            arrows.push(Arrow { tie, from, to });
        }
    };
    if let Some(parent) = task.parent {
        add(Tie::Made, parent, id, task.created);
    }
    let seen = view.first_row..(view.first_row + view.rows).min(rows.len());
    let seen = || seen.clone().filter_map(|row| rows.id(row));
    for other in seen() {
        if let Some(child) = index.task(other).filter(|child| child.parent == Some(id)) {
            add(Tie::Made, id, other, child.created);
        }
    }
    let from = Time::from_secs(view.from);
    // The task that woke it.
    let waits = task.waits();
    let end = |at: usize| settled(index, id, &waits[at]);
    let mut at = waits.partition_point(|wait| wait.until.is_some_and(|until| until < from));
    while at < waits.len() {
        let wait = end(at);
        let Some(until) = wait.until else { break };
        if let Some(by) = wait.by.filter(|&by| by != id) {
            add(Tie::Woke, by, id, until);
        }
        let near = Time::from_secs(view.time_at(view.x(until) + APART));
        let skip = |wait: &Wait| wait.until.is_some_and(|end| end < near);
        at += waits[at..].partition_point(skip).max(1);
    }
    // The tasks that it woke.
    let woke = &task.woke;
    let mut at = woke.partition_point(|&(time, _)| time < from);
    while let Some(&(time, woken)) = woke.get(at) {
        add(Tie::Woke, id, woken, time);
        // Several tasks that it woke at one instant get an arrow each, if they are visible.
        let same = woke[at + 1..].iter().take(view.rows);
        for &(_, also) in same.take_while(|&&(also, _)| also == time) {
            add(Tie::Woke, id, also, time);
        }
        let near = Time::from_secs(view.time_at(view.x(time) + APART));
        at += woke[at..].partition_point(|&(at, _)| at < near).max(1);
    }
    // The holders of the resource that it waits for, at the present.
    if let Some(wanted) = wanted(index, id) {
        for holder in index.holders(wanted).take(view.rows) {
            add(Tie::Holds, holder, id, view.now);
        }
    }
    if task.holds > 0 {
        let held: Vec<_> = index.holds(id).collect();
        for other in seen() {
            if other != id && wanted(index, other).is_some_and(|wanted| held.contains(&wanted)) {
                add(Tie::Holds, id, other, view.now);
            }
        }
    }
    arrows
}

/// The semaphore, pool or lock that a task waits for.
fn wanted(index: &Index, id: TaskId) -> Option<ResourceId> {
    let wait = index.task(id)?.wait()?;
    wait.on.held().filter(|_| wait.until.is_none())
}

fn tip(view: &Viewport, rows: Rows<'_>, x: f64, task: TaskId) -> Tip {
    let (place, has_row) = rows.place(task);
    let row = place as f64 - view.first_row as f64 - if has_row { 0.0 } else { 0.5 };
    let last = view.rows as f64 - 1.0;
    Tip {
        x,
        row: row.clamp(-0.5, last + 0.5),
        hidden: !has_row || row < 0.0 || row > last,
    }
}

/// A stretch of the critical path on a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Its left end.
    pub from: Tip,
    /// Its right end, in the same row.
    pub to: Tip,
}

/// The visible stretches of a path, in order. Of legs within one pixel only the first is
/// kept, so that the work depends on the pixels, not on the length of the path.
pub fn stretches(path: &Path, view: &Viewport, rows: Rows<'_>) -> Vec<Stretch> {
    let legs = path.legs();
    let from = Time::from_secs(view.from);
    let mut at = legs.partition_point(|leg| leg.to < from);
    let mut seen = Vec::new();
    while let Some(leg) = legs.get(at).filter(|leg| leg.from <= view.now) {
        let (x0, x1) = (view.x(leg.from), view.x(leg.to.min(view.now)));
        if x0 > view.width {
            break;
        }
        seen.push(Stretch {
            from: tip(view, rows, x0.max(0.0), leg.task),
            to: tip(view, rows, x1.min(view.width), leg.task),
        });
        let near = Time::from_secs(view.time_at(x0 + 1.0));
        at += legs[at..].partition_point(|leg| leg.to < near).max(1);
    }
    seen
}
