//! Why a task waits, or has waited: what for, who held it, and who woke it.

use super::index::Index;
use super::model::{Outcome, TaskId, Trace, WaitFor};
use super::past::Waited;
use super::words::seconds;
use crate::time::Time;

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Some words.
    Words(String),
    /// The name of a task, which the reader may want to see.
    Task(TaskId),
}

/// One thing that there is to know of a task.
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

/// What is known of a task at the index' instant: who made it, what it waits for or waited for last,
/// who held that, who woke it, and whom it has woken itself.
pub fn why(trace: &Trace, index: &Index, id: TaskId) -> Vec<Reason> {
    let (Some(task), Some(past)) = (index.task(id), index.pasts().of(id)) else {
        return Vec::new();
    };
    let mut reasons = Vec::new();
    let mut say = |about, said| reasons.push(Reason { about, said });
    if let Some(parent) = task.parent {
        say("started by", vec![Piece::Task(parent)]);
    }
    if let Some(wait) = past.waits.last() {
        let wait = settled(index, id, wait);
        let what = on(trace, wait.on);
        match wait.until {
            None => {
                let verb = if is_timer(wait.on) { "sleeps" } else { "waits" };
                say(verb, with(what, since(wait.since)));
                let holders = index.pasts().holders();
                if wait.on == WaitFor::Permit && !holders.is_empty() {
                    say("held by", named(holders.iter().copied(), holders.len()));
                }
            }
            Some(until) => {
                let took = seconds(until - wait.since);
                if is_timer(wait.on) {
                    say("slept", vec![Piece::Words(took)]);
                } else {
                    say("waited", with(what, format!(", {took}")));
                }
                let (about, said) = ended_by(index, id, &wait, until);
                say(about, said);
            }
        }
    }
    if past.permits > 0 {
        say("holds", vec![words("a permit")]);
    }
    if !past.woke.is_empty() {
        let mut last: Vec<TaskId> = Vec::new();
        for &(_, woken) in past.woke.iter().rev() {
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
pub fn settled(index: &Index, id: TaskId, wait: &Waited) -> Waited {
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

/// What ended a wait, and who.
fn ended_by(index: &Index, id: TaskId, wait: &Waited, until: Time) -> (&'static str, Vec<Piece>) {
    let cut = |said: &str| ("ended by", vec![words(said)]);
    match wait.by {
        None if wait.asked => cut("the reader"),
        Some(by) if by == id => cut("its time limit"),
        Some(by) if wait.asked => ("cancelled by", vec![Piece::Task(by)]),
        Some(by) => {
            let ended = index.task(by).and_then(|task| task.end);
            let how = match wait.on {
                WaitFor::Permit => ", which gave its permit back",
                WaitFor::Item => ", which put an item",
                WaitFor::Slot => ", which took an item",
                WaitFor::ItemsDone(_) => ", which was done with the last item",
                WaitFor::Token => ", which got its token",
                WaitFor::Flight => ", which fetched it",
                _ if ended.is_some_and(|end| end.at == until) => ", which ended",
                _ => "",
            };
            ("woken by", with(vec![Piece::Task(by)], how.to_owned()))
        }
        None => match wait.on {
            WaitFor::Timer { until: rings } if rings <= until => cut("its timer"),
            WaitFor::Response => cut("the answer"),
            WaitFor::Token => cut("the next token"),
            WaitFor::Turn => cut("the loop, when it came round"),
            WaitFor::Taker => cut("whoever took it"),
            _ => {
                let end = index.task(id).and_then(|task| task.end);
                cut(match end.map(|end| end.outcome) {
                    Some(Outcome::Timeout) => "its time limit",
                    Some(Outcome::Cancelled) => "its cancellation",
                    _ => "its time limit, or itself",
                })
            }
        },
    }
}

/// What is waited for, as it follows "waits".
fn on(trace: &Trace, on: WaitFor) -> Vec<Piece> {
    match on {
        WaitFor::Task(other) => vec![words("for "), Piece::Task(other)],
        on => vec![Piece::Words(on.phrase(trace))],
    }
}

fn is_timer(on: WaitFor) -> bool {
    matches!(on, WaitFor::Timer { .. })
}

fn since(at: Time) -> String {
    format!(", since {}", seconds(at.secs()))
}

fn words(text: &str) -> Piece {
    Piece::Words(text.to_owned())
}

fn with(mut pieces: Vec<Piece>, text: String) -> Vec<Piece> {
    if !text.is_empty() {
        pieces.push(Piece::Words(text));
    }
    pieces
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
