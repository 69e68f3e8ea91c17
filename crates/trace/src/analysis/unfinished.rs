//! The wait of a run that did not end by itself.

use super::words::{count, describe, seconds};
use crate::Time;
use crate::index::{Index, Task};
use crate::{TaskId, Trace, Verdict, WaitFor};
use std::cmp::Reverse;

/// More tasks than this are only counted.
const MOST_TOLD: usize = 3;

/// An estimate of how far a task is from its end: whether a timer, an answer or the like is
/// pending for it, and until when. Greater is farther.
type Far = (bool, Time);

fn far(on: Option<WaitFor>) -> Far {
    match on {
        Some(WaitFor::Timer { until }) => (true, until),
        Some(WaitFor::Response | WaitFor::Thread | WaitFor::Socket | WaitFor::Process) => {
            (true, Time::MAX)
        }
        // It was able to continue.
        None | Some(WaitFor::Turn) => (true, Time::ZERO),
        // This depends on another task, which is nearer to the cause.
        _ => (false, Time::ZERO),
    }
}

/// The tasks that have not ended, and what each waits for.
fn alive(index: &Index) -> impl DoubleEndedIterator<Item = (TaskId, &Task, Option<WaitFor>)> {
    let tasks: Vec<_> = index.tasks().collect();
    let alive = tasks.into_iter().filter(|(_, task)| task.end.is_none());
    alive.map(|(id, task)| (id, task, task.wait().map(|wait| wait.on)))
}

/// The task at the end of the chain of waits that begins with `main`. If a wait is for several tasks, the one that is
/// farthest from its end; if the first of them is enough, the nearest, preferably one that has a timer, an answer or
/// the like pending.
pub(super) fn awaited(index: &Index) -> TaskId {
    type Leaf = Option<(Far, TaskId)>;
    let mut leaves: Vec<Leaf> = vec![None; index.task_count()];
    // For each task, the farthest and the nearest of its children.
    let mut of_children: Vec<[Leaf; 2]> = vec![[None; 2]; index.task_count()];
    // A parent comes before its children, so they are visited first here.
    for (id, task, on) in alive(index).rev() {
        let [farthest, nearest] = of_children[id.index()];
        let others = match on {
            Some(WaitFor::Task(other)) => leaves.get(other.index()).copied().flatten(),
            Some(WaitFor::Tasks(_)) => farthest,
            Some(WaitFor::First(_)) => nearest,
            _ => None,
        };
        let own = others.unwrap_or((far(on), id));
        leaves[id.index()] = Some(own);
        let Some(parent) = task.parent else { continue };
        let [farthest, nearest] = &mut of_children[parent.index()];
        // If several are equally far, the first.
        if farthest.is_none_or(|(far, _)| own.0 >= far) {
            *farthest = Some(own);
        }
        let near = |(under_way, until): Far| (under_way, Reverse(until));
        if nearest.is_none_or(|(far, _)| near(own.0) >= near(far)) {
            *nearest = Some(own);
        }
    }
    let main = leaves.first().copied().flatten();
    main.map_or(TaskId::MAIN, |(_, task)| task)
}

/// A sentence about a run that has not completed: what it was waiting for when it
/// was stopped. `None` if it has completed, or is not over.
pub fn unfinished(trace: &Trace) -> Option<String> {
    match trace.end()?.verdict {
        Verdict::Completed => None,
        Verdict::Deadlocked(_) => Some("Then no task could continue.".to_owned()),
        Verdict::Stopped => Some(stopped(trace)),
        Verdict::LimitReached => limit_reached(trace).map(|why| format!("Then the run was {why}.")),
    }
}

/// A sentence about a run that was stopped at the limit of events; `None` for any other run.
pub fn limit_reached(trace: &Trace) -> Option<String> {
    let end = trace
        .end()
        .filter(|end| end.verdict == Verdict::LimitReached)?;
    let (events, at) = (count(trace.events().len()), seconds(end.at.secs()));
    let why = match end.at {
        Time::ZERO => ": nothing here takes time",
        _ => "",
    };
    Some(format!("stopped after {events} events at {at}{why}"))
}

fn stopped(trace: &Trace) -> String {
    let index = Index::of(trace);
    let first = awaited(&index);
    let others = alive(&index).filter(|&(id, _, on)| id != first && !is_for_others(on));
    let ids: Vec<_> = [first]
        .into_iter()
        .chain(others.map(|other| other.0))
        .collect();
    let told = ids.iter().take(MOST_TOLD);
    let told: Vec<_> = told.map(|&id| describe(trace, &index, id)).collect();
    let more = match ids.len() - told.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("Then the run was stopped: {}{more}.", told.join("; "))
}

/// Whether a wait is for the end of tasks, or is the wait of an item, which does nothing by itself.
fn is_for_others(on: Option<WaitFor>) -> bool {
    on.is_some_and(|on| {
        let is_for_tasks = matches!(on, WaitFor::Task(_) | WaitFor::Tasks(_) | WaitFor::First(_));
        is_for_tasks || on.is_passive()
    })
}
