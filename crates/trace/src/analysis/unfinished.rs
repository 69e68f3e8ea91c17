//! What a run was still waiting for that did not come to an end of its own.

use super::words::{count, describe, seconds};
use crate::Time;
use crate::index::{Index, Task};
use crate::{TaskId, Trace, Verdict, WaitFor};
use std::cmp::Reverse;

/// More tasks than this are only counted.
const MOST_TOLD: usize = 3;

/// How far a task that has not ended is from its end, as far as one can say: whether something is
/// under way for it, and until when. Later is farther.
type Far = (bool, Time);

fn far(on: Option<WaitFor>) -> Far {
    match on {
        Some(WaitFor::Timer { until }) => (true, until),
        Some(WaitFor::Response | WaitFor::Thread | WaitFor::Socket | WaitFor::Process) => {
            (true, Time::MAX)
        }
        // It could have gone on.
        None | Some(WaitFor::Turn) => (true, Time::ZERO),
        // That is up to another task, which is nearer to what the run waits for.
        _ => (false, Time::ZERO),
    }
}

/// The tasks that have not ended, and what each waits for.
fn alive(index: &Index) -> impl DoubleEndedIterator<Item = (TaskId, &Task, Option<WaitFor>)> {
    let tasks: Vec<_> = index.tasks().collect();
    let alive = tasks.into_iter().filter(|(_, task)| task.end.is_none());
    alive.map(|(id, task)| (id, task, task.wait().map(|wait| wait.on)))
}

/// The task that `main` waited for in the end, by way of all that wait for others: of several the one that is
/// farthest from its end, and nearest where the first is enough, of which it is known that something
/// is under way for it.
pub(super) fn awaited(index: &Index) -> TaskId {
    type Leaf = Option<(Far, TaskId)>;
    let mut leaves: Vec<Leaf> = vec![None; index.task_count()];
    // Of each task's children the farthest, and the nearest.
    let mut of_children: Vec<[Leaf; 2]> = vec![[None; 2]; index.task_count()];
    // A task's parent comes before it.
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
        // Of those that are as far, the first.
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

/// What became of a run that has not completed, in a sentence: what it was still waiting for when it
/// was stopped. `None` of one that has completed, or goes on.
pub fn unfinished(trace: &Trace) -> Option<String> {
    match trace.end()?.verdict {
        Verdict::Completed => None,
        Verdict::Deadlocked(_) => Some("Then no task could continue.".to_owned()),
        Verdict::Stopped => Some(stopped(trace)),
        Verdict::LimitReached => limit_reached(trace).map(|why| format!("Then the run was {why}.")),
    }
}

/// That a run was stopped since it had recorded as much as it may; `None` of any other.
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

/// Whether a wait is for the end of tasks, or is that of an item, which does nothing by itself.
fn is_for_others(on: Option<WaitFor>) -> bool {
    on.is_some_and(|on| {
        let is_for_tasks = matches!(on, WaitFor::Task(_) | WaitFor::Tasks(_) | WaitFor::First(_));
        is_for_tasks || on.is_passive()
    })
}
