//! Cycles of tasks that wait for each other: each holds the resource that the one before it waits for, or is awaited by it.

use super::words::resource;
use crate::index::Index;
use crate::{Outcome, ResourceId, TaskId, Trace, WaitFor};

/// A task of a cycle: what it waits for, and the task of the cycle on which that depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The task that waits.
    pub task: TaskId,
    /// The semaphore or lock that it waits for; `None` if it awaits the other task itself.
    pub on: Option<ResourceId>,
    /// The task that holds it, or that is awaited.
    pub by: TaskId,
}

/// The first cycle of tasks that wait for each other, beginning with the task in it that was created first; `None` if
/// there is none at the index' instant.
///
/// If several tasks hold permits of the semaphore that a task waits for, the task counts as waiting for the first of them.
/// So outside a deadlock such a cycle may still be resolved.
pub fn cycle(index: &Index) -> Option<Vec<Link>> {
    let links: Vec<_> = index.tasks().map(|(id, _)| link(index, id)).collect();
    // For each task, the number of the walk that first visited it.
    let mut met = vec![0_u32; links.len()];
    for (walk, start) in (1..).zip(0..links.len()) {
        let mut at = start;
        while let Some(link) = links[at].filter(|_| met[at] == 0) {
            met[at] = walk;
            at = link.by.index();
        }
        if met[at] == walk && links[at].is_some() {
            let mut cycle: Vec<Link> = Vec::new();
            while let Some(link) = links[at].filter(|link| Some(link) != cycle.first()) {
                cycle.push(link);
                at = link.by.index();
            }
            let first = cycle.iter().enumerate().min_by_key(|(_, link)| link.task);
            let first = first.map_or(0, |(place, _)| place);
            cycle.rotate_left(first);
            return Some(cycle);
        }
    }
    None
}

/// The wait of a task, if it is for another task or for a resource that a task holds.
fn link(index: &Index, id: TaskId) -> Option<Link> {
    let task = index.task(id)?;
    if task.end.is_some_and(|end| end.outcome != Outcome::Hung) {
        return None;
    }
    let wait = task.wait().filter(|wait| wait.until.is_none())?;
    let (on, by) = match wait.on {
        WaitFor::Task(other) => (None, other),
        on => {
            let resource = on.held()?;
            (Some(resource), index.holders(resource).next()?)
        }
    };
    index.task(by).map(|_| Link { task: id, on, by })
}

/// The cycle in a sentence: "left waits for lock B, which right holds; right waits for lock A, which left holds".
pub fn cycle_words(trace: &Trace, cycle: &[Link]) -> String {
    let link = |link: &Link| {
        let (task, by) = (trace.name(link.task), trace.name(link.by));
        match link.on {
            None => format!("{task} waits for {by}"),
            Some(on) if link.by == link.task => {
                format!(
                    "{task} waits for {}, which it holds itself",
                    resource(trace, on)
                )
            }
            Some(on) => format!("{task} waits for {}, which {by} holds", resource(trace, on)),
        }
    };
    let links: Vec<_> = cycle.iter().map(link).collect();
    links.join("; ")
}
