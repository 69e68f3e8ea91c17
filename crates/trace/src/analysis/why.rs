//! Why a task waits or has waited: the resource, the task that holds it, and the task that ends the wait.

use super::words::{listed, resource, seconds};
use crate::Time;
use crate::index::{Index, Wait};
use crate::{Outcome, ResourceId, ResourceKind, TaskId, Trace, WaitFor};

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Some words.
    Words(String),
    /// The name of a task, which can be shown as a link to it.
    Task(TaskId),
}

/// One fact about a task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// For example "woken by".
    pub about: &'static str,
    /// The answer.
    pub said: Vec<Piece>,
}

impl Reason {
    /// The answer as text.
    pub fn text(&self, trace: &Trace) -> String {
        let word = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Task(task) => trace.name(*task).to_owned(),
        };
        self.said.iter().map(word).collect()
    }
}

/// More tasks than this are only counted.
const MOST_NAMED: usize = 3;
/// More waits than these last ones are only counted.
const MOST_WAITS: usize = 3;

/// The facts about a task at the index' instant: its parent, its present and last
/// waits with the holders, the task that woke it, and the tasks that it has woken.
pub fn why(trace: &Trace, index: &Index, id: TaskId) -> Vec<Reason> {
    let Some(task) = index.task(id) else {
        return Vec::new();
    };
    let mut reasons = Vec::new();
    let mut say = |about, said| reasons.push(Reason { about, said });
    if let Some(parent) = task.parent {
        say("started by", vec![Piece::Task(parent)]);
    }
    let earlier = task.waits().len().saturating_sub(MOST_WAITS);
    if earlier > 0 {
        let s = if earlier == 1 { "" } else { "s" };
        say(
            "before",
            vec![Piece::Words(format!("{earlier} other wait{s}"))],
        );
    }
    for wait in &task.waits()[earlier..] {
        let wait = settled(index, id, wait);
        let mut said = on(trace, wait.on);
        match wait.until {
            None => {
                said.push(Piece::Words(format!(
                    ", since {}",
                    seconds(wait.since.secs())
                )));
                let verb = if is_timer(wait.on) { "sleeps" } else { "waits" };
                say(verb, said);
                let holders = wait.on.held().map(|id| index.holders(id));
                if let Some(holders) = holders.filter(|holders| holders.len() > 0) {
                    let count = holders.len();
                    say("held by", named(holders, count));
                }
            }
            Some(until) => {
                let took = seconds(until - wait.since);
                let verb = if is_timer(wait.on) {
                    said = vec![Piece::Words(took)];
                    "slept"
                } else {
                    said.push(Piece::Words(format!(", {took}")));
                    "waited"
                };
                said.extend(ended_by(index, id, &wait, until));
                say(verb, said);
            }
        }
    }
    let mut held: Vec<_> = index.holds(id).collect();
    held.dedup();
    if !held.is_empty() {
        let held: Vec<_> = held.into_iter().map(|id| held_words(trace, id)).collect();
        let held: Vec<_> = held.iter().map(String::as_str).collect();
        let shown = &held[..held.len().min(MOST_NAMED)];
        say("holds", vec![Piece::Words(listed(shown, held.len()))]);
    }
    if !task.woke.is_empty() {
        let mut last: Vec<TaskId> = Vec::new();
        for &(_, woken) in task.woke.iter().rev() {
            if !last.contains(&woken) {
                last.push(woken);
            }
            if last.len() > MOST_NAMED {
                break;
            }
        }
        let more = last.len() > MOST_NAMED;
        last.truncate(MOST_NAMED);
        last.reverse();
        let count = last.len();
        let mut said = named(last.into_iter(), count);
        if more {
            said.insert(0, words("… "));
        }
        say("woke", said);
    }
    reasons
}

/// A wait for a task that is awaited in place has no wake-up: it ends with that task.
pub fn settled(index: &Index, id: TaskId, wait: &Wait) -> Wait {
    let mut wait = *wait;
    if let (WaitFor::Task(other), None) = (wait.on, wait.by)
        && let Some(end) = index.task(other).and_then(|task| task.end)
        && end.outcome != Outcome::Hung
        && wait.until.is_none_or(|until| end.at <= until)
    {
        (wait.until, wait.by) = (Some(end.at), Some(other).filter(|&other| other != id));
    }
    wait
}

/// The words for the end of a wait and the task that ended it, as they follow the words for the wait.
fn ended_by(index: &Index, id: TaskId, wait: &Wait, until: Time) -> Vec<Piece> {
    let cut = |said: &str| vec![Piece::Words(format!("; {said}"))];
    let by = match wait.by {
        None if wait.asked => return cut("cancelled by you"),
        Some(by) if by == id => return cut("ended by its time limit"),
        Some(by) => by,
        None => {
            let end = index.task(id).and_then(|task| task.end);
            let let_fail = index.task(id).is_some_and(|task| task.let_fail);
            if let_fail && end.is_some_and(|end| end.at == until) {
                return cut("you let it fail");
            }
            return match (wait.on, end.map(|end| end.outcome)) {
                (WaitFor::Timer { until: rings }, _) if rings <= until => Vec::new(),
                (
                    WaitFor::Response
                    | WaitFor::Thread
                    | WaitFor::Socket
                    | WaitFor::Process
                    | WaitFor::Future
                    | WaitFor::Token(_)
                    | WaitFor::Turn
                    | WaitFor::Consumer
                    | WaitFor::Callback { .. }
                    | WaitFor::Task(_),
                    _,
                ) => Vec::new(),
                (_, Some(Outcome::Cancelled)) if end.is_some_and(|end| end.at == until) => {
                    cut("cancelled")
                }
                _ => cut("ended by its time limit"),
            };
        }
    };
    if wait.asked {
        return vec![words("; cancelled by "), Piece::Task(by)];
    }
    let ended = index.task(by).and_then(|task| task.end);
    let how = match wait.on {
        WaitFor::Permit(_) => ", which gave its permit back",
        WaitFor::Connection => ", which gave its connection back",
        WaitFor::Lock(_) => ", which released the lock",
        WaitFor::Event(_) => ", which set the event",
        WaitFor::Notify(_) => ", which notified it",
        WaitFor::Barrier(_) => ", the last at the barrier",
        WaitFor::Item(_) => ", which put an item",
        WaitFor::Slot(_) => ", which took an item",
        WaitFor::ItemsDone(..) => ", which was done with the last item",
        WaitFor::Token(_) => ", which got its token",
        WaitFor::SharedFetch => ", which fetched it",
        _ if ended.is_some_and(|end| end.at == until) => ", which ended",
        _ => "",
    };
    vec![words("; woken by "), Piece::Task(by), words(how)]
}

/// The words for a wait, as they follow "waits".
fn on(trace: &Trace, on: WaitFor) -> Vec<Piece> {
    match on {
        WaitFor::Task(other) => vec![words("for "), Piece::Task(other)],
        on => vec![Piece::Words(on.phrase(trace))],
    }
}

/// The words for a held resource: "a permit", "lock A".
fn held_words(trace: &Trace, id: ResourceId) -> String {
    match trace.resource(id) {
        Some((ResourceKind::Semaphore, Some(name))) => format!("a permit of semaphore {name}"),
        None if id == ResourceId::CONNECTIONS => resource(trace, id),
        Some((ResourceKind::Semaphore, None)) | None => "a permit".to_owned(),
        Some(_) => resource(trace, id),
    }
}

fn is_timer(on: WaitFor) -> bool {
    matches!(on, WaitFor::Timer { .. })
}

fn words(text: &str) -> Piece {
    Piece::Words(text.to_owned())
}

/// Some of `count` tasks by name, the others by number.
fn named(tasks: impl Iterator<Item = TaskId>, count: usize) -> Vec<Piece> {
    let (shown, mut pieces) = (count.min(MOST_NAMED), Vec::new());
    for (i, task) in tasks.take(shown).enumerate() {
        if i > 0 {
            let last = i + 1 == count;
            pieces.push(words(if last { " and " } else { ", " }));
        }
        pieces.push(Piece::Task(task));
    }
    if count > shown {
        pieces.push(Piece::Words(format!(" and {} more", count - shown)));
    }
    pieces
}
