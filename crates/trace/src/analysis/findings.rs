//! Findings like those of asyncio's debug mode: steps that held the loop for long, coroutines that were never awaited, tasks
//! that never end, exceptions that were never retrieved.

use super::words::{describe, seconds};
use crate::{Index, Kind, Outcome, Poll, Task, TaskId, Trace};

/// A step that holds the loop for longer than this, in seconds, is slow.
pub const SLOW: f64 = 0.05;

/// A problem that a debugger would point out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A step held the loop for long.
    Slow {
        /// The step.
        step: Poll,
        /// The line of the source at which the task resumed; `None` if it had just begun, or had waited for no time.
        from: Option<u32>,
        /// The line at which it waited next; `None` if it ended.
        to: Option<u32>,
    },
    /// A coroutine was never awaited.
    NeverAwaited(TaskId),
    /// A task can never end.
    NeverEnds(TaskId),
    /// A task has failed, and its exception was never retrieved.
    NeverRetrieved(TaskId),
}

impl Finding {
    /// All findings up to the instant of an index: the slow steps by time, then the tasks in order of creation.
    pub fn all(index: &Index) -> Vec<Self> {
        let slow = index
            .blocks()
            .iter()
            .filter(|step| took(step) - SLOW > 1e-9);
        let mut found: Vec<_> = slow.map(|&step| Self::of_step(index, step)).collect();
        let stats = index.stats();
        // The stats are of all tasks except `main`, which hangs if any of them keeps the run from its end.
        let main = index.task(TaskId::MAIN).and_then(|main| main.end);
        let hangs = main.is_some_and(|end| end.outcome == Outcome::Hung);
        // If no task has such an outcome, the tasks are not visited, since there may be very many.
        let odd = [
            Outcome::NeverStarted,
            Outcome::Hung,
            Outcome::Error,
            Outcome::Timeout,
        ];
        if hangs || odd.iter().any(|&odd| stats.ended_with(odd) > 0) {
            let of_task = |(id, task): (TaskId, &Task)| match task.end?.outcome {
                _ if task.never_retrieved => Some(Self::NeverRetrieved(id)),
                Outcome::NeverStarted => Some(Self::NeverAwaited(id)),
                // An item that is never taken is not a task.
                Outcome::Hung if !task.wait().is_some_and(|wait| wait.on.is_passive()) => {
                    Some(Self::NeverEnds(id))
                }
                _ => None,
            };
            found.extend(index.tasks().filter_map(of_task));
        }
        found
    }

    fn of_step(index: &Index, step: Poll) -> Self {
        let waits = index.task(step.task).map_or(&[][..], |task| task.waits());
        // They are in order: of a task with very many waits only those around the step are visited.
        let begun = waits.partition_point(|wait| wait.since <= step.start);
        let before = waits[..begun].iter().rev().find(|wait| {
            wait.since < step.start || wait.until.is_some_and(|until| until <= step.start)
        });
        let later = waits.partition_point(|wait| wait.since < step.start);
        let mut within = waits[later..]
            .iter()
            .take_while(|wait| wait.since <= step.end);
        let next = within.find(|wait| wait.until != Some(step.start));
        Self::Slow {
            step,
            from: before.map(|wait| wait.line),
            to: next.map(|wait| wait.line),
        }
    }

    /// The finding in a sentence. `has_lines`: lines are those of the source that is shown.
    pub fn words(self, trace: &Trace, index: &Index, has_lines: bool) -> String {
        match self {
            Self::Slow { step, from, to } => {
                let place = match (blocking_line(trace, &step), from, to) {
                    _ if !has_lines => String::new(),
                    (Some(line), ..) => format!(", in line {line}"),
                    (None, Some(from), Some(to)) => {
                        format!(", between the await in line {from} and that in line {to}")
                    }
                    (None, Some(from), None) => format!(", after the await in line {from}"),
                    (None, None, Some(to)) => format!(", before the await in line {to}"),
                    (None, None, None) => String::new(),
                };
                let (name, took) = (trace.name(step.task), seconds(took(&step)));
                format!("{name} held the loop for {took}{place}: nothing else could run.")
            }
            Self::NeverAwaited(task) => {
                format!(
                    "{} was never awaited: nothing of it has run.",
                    trace.name(task)
                )
            }
            Self::NeverRetrieved(task) => {
                let end = index.task(task).and_then(|task| task.end);
                let why = end.map_or("", |end| trace.text(end.detail));
                format!(
                    "{} failed, and its exception was never retrieved: nothing awaited it ({why}).",
                    trace.name(task)
                )
            }
            Self::NeverEnds(task) => format!("{}, and never ends.", describe(trace, index, task)),
        }
    }
}

/// The line at which a task has blocked or computed in a step: the first, if there are several.
fn blocking_line(trace: &Trace, step: &Poll) -> Option<u32> {
    let events = trace.events();
    let first = events.partition_point(|event| event.at < step.start);
    let within = events[first..].iter();
    let mut within = within.take_while(|event| event.at <= step.end);
    within.find_map(|event| match event.kind {
        Kind::Blocks { line } if event.task == step.task => Some(line),
        _ => None,
    })
}

fn took(step: &Poll) -> f64 {
    step.end.secs() - step.start.secs()
}
