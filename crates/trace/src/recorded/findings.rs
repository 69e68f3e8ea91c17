//! Findings in a recorded run: why it hangs, what blocked its loop, what was forgotten, what took longest.

use super::objects::{Object, by_object};
use super::{About, Hang, Recorded, RecordedRun, Remark};
use crate::analysis::{Finding as Known, SLOW, cycle, cycle_words, describe, seconds};
use crate::{Index, Outcome, TaskId, Time, Trace, Verdict, Wait, WaitFor, sort_by_key};
use std::cmp::Reverse;

/// The most findings of each kind; further ones are only counted.
const MOST: usize = 20;
/// The most objects with a finding about their longest wait.
const MOST_OBJECTS: usize = 6;
/// The shortest wait that is worth a line, in nanoseconds.
const SHORT: u64 = 1_000_000;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The program cannot continue, or something has failed.
    Wrong,
    /// It may be intended, but seldom is.
    Suspicious,
    /// A figure, not a problem.
    Figure,
}

/// A noteworthy fact about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in a word or two.
    pub title: &'static str,
    /// What it is, in a sentence.
    pub words: String,
    /// The task that shows it.
    pub task: TaskId,
    /// The instant that shows it.
    pub at: Time,
}

/// The findings in a run of a recording, the worst first. `index` is that of its end.
pub fn findings(recorded: &Recorded, run: &RecordedRun, index: &Index) -> Vec<Finding> {
    findings_by_kind(recorded, run, index).flatten().collect()
}

/// The same, one kind after the other: in a long recording each takes some time.
pub fn findings_by_kind<'a>(
    recorded: &'a Recorded,
    run: &'a RecordedRun,
    index: &'a Index,
) -> impl Iterator<Item = Vec<Finding>> + 'a {
    let finder = Finder {
        recorded,
        run,
        trace: &run.trace,
        index,
    };
    let kinds: [fn(&Finder) -> Vec<Finding>; 6] = [
        |finder| finder.deadlocks(),
        |finder| finder.endless(),
        |finder| finder.remarks(),
        |finder| finder.blocked(),
        |finder| finder.longest(),
        |finder| finder.most_at_once(),
    ];
    kinds.into_iter().map(move |find| find(&finder))
}

struct Finder<'a> {
    recorded: &'a Recorded,
    run: &'a RecordedRun,
    trace: &'a Trace,
    index: &'a Index,
}

impl Finder<'_> {
    fn end(&self) -> Time {
        self.trace.end().map_or(Time::ZERO, |end| end.at)
    }

    /// The state at the last report of a hang, if there was one: afterwards Ctrl-C may have ended its tasks.
    fn hung(&self) -> Option<(&Hang, Index)> {
        let hang = self.run.hang.as_ref()?;
        let mut index = Index::default();
        index.advance(self.trace, hang.at);
        Some((hang, index))
    }

    /// ", at app.py:12 in fetch"; empty if the place is not known.
    fn place(&self, site: u32) -> String {
        let place = self.recorded.place(site);
        place.map_or_else(String::new, |place| format!(", at {place}"))
    }

    /// Tasks that wait for each other.
    fn deadlocks(&self) -> Vec<Finding> {
        let deadlock = |words, task, at| Finding {
            severity: Severity::Wrong,
            title: "Deadlock",
            words,
            task,
            at,
        };
        let of_cycle = |index: &Index, at| {
            let cycle = cycle(index)?;
            let first = cycle.first()?.task;
            Some(deadlock(cycle_words(self.trace, &cycle) + ".", first, at))
        };
        let reported = self.hung().and_then(|(hang, index)| {
            let of_lines = || {
                let words = hang.lines.join("; ");
                let is_told = !words.is_empty();
                is_told.then(|| deadlock(format!("{words}."), TaskId::MAIN, hang.at))
            };
            of_cycle(&index, hang.at).or_else(of_lines)
        });
        let found = reported.or_else(|| {
            // Tasks that a completed program left behind are not a deadlock.
            let is_over = self.trace.end()?.verdict == Verdict::Completed;
            (!is_over).then(|| of_cycle(self.index, self.end()))?
        });
        found.into_iter().collect()
    }

    /// Waits that only Ctrl-C, a kill, or the end of the recording has ended.
    fn endless(&self) -> Vec<Finding> {
        let hung = self.hung();
        let (at, then) = match &hung {
            Some((hang, index)) => (hang.at, index),
            None => (self.end(), self.index),
        };
        let mut waits: Vec<(TaskId, Wait)> = Vec::new();
        for (id, task) in then.tasks() {
            let Some(wait) = task.wait().filter(|wait| wait.until.is_none()) else {
                continue;
            };
            // Timers and turns of the loop always come.
            let comes = matches!(wait.on, WaitFor::Turn | WaitFor::Timer { .. });
            if !comes && self.never_ended(id, wait) {
                waits.push((id, *wait));
            }
        }
        // A wait for tasks follows from the waits of those tasks.
        let is_for_tasks =
            |on| matches!(on, WaitFor::Task(_) | WaitFor::Tasks(_) | WaitFor::First(_));
        sort_by_key(&mut waits, |(id, wait)| {
            (is_for_tasks(wait.on), wait.since, *id)
        });
        let told = waits.iter().take(MOST).map(|&(task, wait)| Finding {
            severity: Severity::Wrong,
            title: "Never ended",
            words: format!(
                "{}, since {}{}.",
                describe(self.trace, then, task),
                seconds(wait.since.secs()),
                self.place(wait.line)
            ),
            task,
            at,
        });
        let rest = rest(waits.len(), "Never ended", "tasks wait", TaskId::MAIN, at);
        told.chain(rest).collect()
    }

    /// Whether a wait did not end by itself: it lasts until the end of the recording, or was ended by cancelling the task or
    /// the task that it awaits.
    fn never_ended(&self, id: TaskId, wait: &Wait) -> bool {
        let Some(task) = self.index.task(id) else {
            return false;
        };
        let is_it = |known: &&Wait| (known.since, known.line) == (wait.since, wait.line);
        let is_last = task.wait().is_some_and(|last| is_it(&last));
        let was_cancelled = task
            .end
            .is_some_and(|end| end.outcome == Outcome::Cancelled);
        let known = task.waits().iter().find(is_it);
        known
            .is_some_and(|known| known.until.is_none() || known.asked || (is_last && was_cancelled))
    }

    /// The remarks of the recorder.
    fn remarks(&self) -> Vec<Finding> {
        let of = |remark: &Remark| {
            let (title, words) = match remark.about {
                About::NeverAwaited => (
                    "Never awaited",
                    format!("Coroutine {} was never awaited", remark.text),
                ),
                About::NeverRetrieved => ("Exception never retrieved", remark.text.clone()),
                About::Destroyed => ("Destroyed while it waited", remark.text.clone()),
                About::Unhandled => ("Unhandled", remark.text.clone()),
                About::Callback(nanos) if is_slow(nanos) => (
                    "Blocked loop",
                    format!(
                        "The callback {} held the loop for {}",
                        remark.text,
                        seconds(Time(nanos).secs())
                    ),
                ),
                About::Callback(_) | About::Blocked(_) => return None,
            };
            let words = words.trim_end_matches(['.', '!']);
            Some(Finding {
                severity: Severity::Suspicious,
                title,
                words: format!("{words}{}.", self.place(remark.site)),
                task: remark.task,
                at: remark.at,
            })
        };
        let mut found: Vec<_> = self.run.remarks.iter().filter_map(of).collect();
        let count = found.len();
        found.truncate(MOST);
        let at = found.last().map_or(Time::ZERO, |last| last.at);
        let rest = rest(count, "More of these", "remarks", TaskId::MAIN, at);
        found.extend(rest);
        found
    }

    /// Steps that held the loop for long, the longest first.
    fn blocked(&self) -> Vec<Finding> {
        let mut slow = Vec::new();
        for known in Known::all(self.index) {
            if let Known::Slow { step, from, to } = known {
                slow.push((step, from, to));
            }
        }
        sort_by_key(&mut slow, |(step, ..)| {
            (Reverse(step.end.0.saturating_sub(step.start.0)), step.start)
        });
        let told = slow.iter().take(MOST).map(|&(step, from, to)| {
            // The recorder samples what a step is doing, if it takes long enough.
            let mut remarks = self.run.remarks.iter().rev();
            let seen = remarks.find(|remark| {
                let is_in =
                    remark.task == step.task && (step.start..=step.end).contains(&remark.at);
                is_in && matches!(remark.about, About::Blocked(_))
            });
            let place = |site: Option<u32>| site.and_then(|site| self.recorded.place(site));
            let place = match (
                seen.and_then(|seen| place(Some(seen.site))),
                place(from),
                place(to),
            ) {
                (Some(place), ..) => format!(", at {place}"),
                (None, Some(from), Some(to)) if from == to => {
                    format!(", around the await at {from}")
                }
                (None, Some(from), Some(to)) => {
                    format!(", between the await at {from} and that at {to}")
                }
                (None, Some(from), None) => format!(", after the await at {from}"),
                (None, None, Some(to)) => format!(", before the await at {to}"),
                (None, None, None) => String::new(),
            };
            Finding {
                severity: Severity::Suspicious,
                title: "Blocked loop",
                words: format!(
                    "{} held the loop for {}{place}: nothing else could run.",
                    self.trace.name(step.task),
                    seconds(step.end.secs() - step.start.secs())
                ),
                task: step.task,
                at: step.end,
            }
        });
        let at = slow.last().map_or(Time::ZERO, |(step, ..)| step.end);
        let rest = rest(
            slow.len(),
            "Blocked loop",
            "shorter steps",
            TaskId::MAIN,
            at,
        );
        told.chain(rest).collect()
    }

    /// For each object, the longest wait for it.
    fn longest(&self) -> Vec<Finding> {
        let end = self.end();
        let objects = by_object(self.index, end, Object::of);
        let mut longest: Vec<_> = objects
            .into_iter()
            .filter(|(_, of)| of.longest >= SHORT)
            .collect();
        sort_by_key(&mut longest, |(_, of)| Reverse(of.longest));
        longest.truncate(MOST_OBJECTS);
        let told = longest.into_iter().map(|(object, of)| {
            let all = match of.count {
                1 => String::new(),
                count => format!(
                    " ({count} waits, {} in all)",
                    seconds(Time(of.total).secs())
                ),
            };
            Finding {
                severity: Severity::Figure,
                title: "Longest wait",
                words: format!(
                    "for {}: {} by {}{}{all}.",
                    object.words(self.trace),
                    seconds(Time(of.longest).secs()),
                    self.trace.name(of.task),
                    self.place(of.wait.line)
                ),
                task: of.task,
                at: of.wait.until.unwrap_or(end),
            }
        });
        told.collect()
    }

    /// The instant with the most living tasks.
    fn most_at_once(&self) -> Vec<Finding> {
        let mut changes = Vec::new();
        for (id, task) in self.index.tasks() {
            changes.push((task.created, true, id));
            if let Some(end) = task.end {
                changes.push((end.at, false, id));
            }
        }
        // At the same instant, ends come first.
        sort_by_key(&mut changes, |&(at, comes, id)| (at, comes, id));
        let (mut now, mut most) = (0_usize, (0, Time::ZERO, TaskId::MAIN));
        for (at, comes, id) in changes {
            now = if comes {
                now + 1
            } else {
                now.saturating_sub(1)
            };
            if now > most.0 {
                most = (now, at, id);
            }
        }
        let (count, at, task) = most;
        let found = (count > 1).then(|| Finding {
            severity: Severity::Figure,
            title: "Most at once",
            words: format!(
                "{} tasks at {}; of all, at most {} in flight.",
                crate::count(count),
                seconds(at.secs()),
                crate::count(self.index.flight().peak())
            ),
            task,
            at,
        });
        found.into_iter().collect()
    }
}

fn is_slow(nanos: u64) -> bool {
    Time(nanos).secs() > SLOW
}

/// A finding that there are more than [`MOST`] of a kind.
fn rest(count: usize, title: &'static str, what: &str, task: TaskId, at: Time) -> Option<Finding> {
    let more = count.saturating_sub(MOST);
    (more > 0).then(|| Finding {
        severity: Severity::Figure,
        title,
        words: format!("and {} more {what}.", crate::count(more)),
        task,
        at,
    })
}
