//! Compares two runs of a program, before and after a change: durations, tasks that are in one run only, and
//! outcomes.

use super::objects::{Object, SLEEP, Waits, by_object};
use super::pairs::{Tasks, plain};
use super::{Finding, Severity};
use crate::analysis::{count, seconds};
use crate::{Index, Outcome, TaskId, Time, Trace, Verdict, sort_by};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The most differences of each kind; further ones are only counted.
const MOST: usize = 20;
/// The most differences of durations of tasks.
const MOST_TASKS: usize = 8;
/// Smaller differences, in nanoseconds, count as chance.
const NOISE: u64 = 1_000_000;

/// One of two runs that are compared.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// The trace.
    pub trace: &'a Trace,
    /// The index of all of it.
    pub index: &'a Index,
    /// The findings in it.
    pub findings: &'a [Finding],
}

/// Whether a difference is good or bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Less time, or a problem less.
    Better,
    /// More time, or a new problem.
    Worse,
    /// Neither.
    Neutral,
}

/// A difference between two runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whether it is good or bad.
    pub change: Change,
    /// What differs, in a word or two.
    pub title: &'static str,
    /// The task or object; empty for the run as a whole.
    pub what: String,
    /// By how much, such as "+12 %"; empty if there is no such figure.
    pub by: String,
    /// The state before and after; `None` where there is none.
    pub sides: [Option<Sight>; 2],
}

/// One side of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// What it is, in words.
    pub words: String,
    /// The task that shows it.
    pub task: TaskId,
    /// The instant that shows it.
    pub at: Time,
}

/// The differences between two runs: first those of the whole run, then the parts. The first one, the total, is always there.
pub fn differences(before: Compared, after: Compared) -> Vec<Difference> {
    let tasks = Tasks::of((before.trace, before.index), (after.trace, after.index));
    let sides = [before, after];
    let mut found = vec![total(sides)];
    found.extend(ending(sides));
    found.extend(of_findings(sides));
    found.extend(outcomes(sides, &tasks));
    found.extend(alone(sides, &tasks));
    found.extend(on_the_loop(sides));
    found.extend(waits(sides));
    found.extend(durations(sides, &tasks));
    found.extend(at_once(sides));
    found
}

/// The difference for a run that is in only one of two recordings; `title` is that of its loop.
pub fn without_counterpart(title: &str, run: Compared, is_before: bool) -> Difference {
    let tasks = tasks(run.index.task_count());
    let words = format!("{tasks}, {}", seconds(end(run).secs()));
    let sight = Some(Sight::at_end(run, words));
    Difference {
        change: Change::Neutral,
        title: "Event loop",
        what: title.to_owned(),
        by: String::new(),
        sides: in_one(sight, is_before),
    }
}

fn in_one(sight: Option<Sight>, is_before: bool) -> [Option<Sight>; 2] {
    match is_before {
        true => [sight, None],
        false => [None, sight],
    }
}

impl Sight {
    fn at_end(run: Compared, words: String) -> Self {
        Self {
            words,
            task: TaskId::MAIN,
            at: end(run),
        }
    }
}

fn end(run: Compared) -> Time {
    run.trace.end().map_or(Time::ZERO, |end| end.at)
}

/// How long the runs took.
fn total(sides: [Compared; 2]) -> Difference {
    let [before, after] = sides.map(|run| end(run).0);
    Difference {
        change: longer(before, after),
        title: "Total time",
        what: String::new(),
        by: percent(before, after),
        sides: sides.map(|run| Some(Sight::at_end(run, seconds(end(run).secs())))),
    }
}

/// A difference of the verdicts: one run came to its end, the other did not.
fn ending(sides: [Compared; 2]) -> Option<Difference> {
    let word = |run: Compared| match run.trace.end().map(|end| &end.verdict) {
        Some(Verdict::Completed) => "finished",
        Some(Verdict::Deadlocked(_)) => "deadlocked",
        Some(Verdict::Stopped | Verdict::LimitReached) | None => "did not finish",
    };
    let [before, after] = sides.map(word);
    let change = match (before, after) {
        (before, after) if before == after => return None,
        (_, "finished") => Change::Better,
        ("finished", _) => Change::Worse,
        _ => Change::Neutral,
    };
    Some(Difference {
        change,
        title: "End",
        what: String::new(),
        by: String::new(),
        sides: sides.map(|run| Some(Sight::at_end(run, word(run).to_owned()))),
    })
}

/// Findings that are more frequent in one run. Figures are compared separately.
fn of_findings(sides: [Compared; 2]) -> Vec<Difference> {
    let wrong = |finding: &&Finding| finding.severity != Severity::Figure;
    let all = sides.map(|run| run.findings.iter().filter(wrong).collect::<Vec<_>>());
    let mut titles: Vec<&'static str> = Vec::new();
    for finding in all.iter().flatten() {
        if !titles.contains(&finding.title) {
            titles.push(finding.title);
        }
    }
    let difference = |title: &'static str| {
        let of = all.each_ref().map(|all| {
            let mut same = all.iter().filter(|finding| finding.title == title);
            let first = same.next();
            first.map(|first| (*first, 1 + same.count()))
        });
        let [before, after] = of.map(|of| of.map_or(0, |(_, count)| count));
        let sight = |(first, found): (&Finding, usize)| Sight {
            words: match found {
                1 => first.words.clone(),
                found => format!("{} times; first: {}", count(found), first.words),
            },
            task: first.task,
            at: first.at,
        };
        (before != after).then(|| Difference {
            change: match after > before {
                true => Change::Worse,
                false => Change::Better,
            },
            title,
            what: String::new(),
            by: String::new(),
            sides: of.map(|of| of.map(sight)),
        })
    };
    titles.into_iter().filter_map(difference).collect()
}

/// Tasks with different outcomes.
fn outcomes(sides: [Compared; 2], tasks: &Tasks) -> Vec<Difference> {
    let ending = |run: Compared, id: TaskId| {
        let task = run.index.task(id)?;
        Some(match task.end {
            None => ("did not end", String::new(), end(run)),
            Some(end) => {
                let detail = run.trace.text(end.detail).to_owned();
                (end.outcome.label(), detail, end.at)
            }
        })
    };
    let difference = |&(one, other): &(TaskId, TaskId)| {
        let (before, after) = (ending(sides[0], one)?, ending(sides[1], other)?);
        if before.0 == after.0 {
            return None;
        }
        let done = Outcome::Ok.label();
        let change = match (before.0, after.0) {
            (_, to) if to == done => Change::Better,
            (from, _) if from == done => Change::Worse,
            _ => Change::Neutral,
        };
        let sight = |task, (word, detail, at): (&str, String, Time)| {
            let words = match word == done || detail.is_empty() {
                true => word.to_owned(),
                false => format!("{word}: {detail}"),
            };
            Some(Sight { words, task, at })
        };
        Some(Difference {
            change,
            title: "Outcome",
            what: sides[1].trace.name(other).to_owned(),
            by: String::new(),
            sides: [sight(one, before), sight(other, after)],
        })
    };
    first(
        tasks.both.iter().filter_map(difference),
        MOST,
        "Outcome",
        "tasks",
    )
}

/// Tasks that are in one run only; those of the same name and parent together.
fn alone(sides: [Compared; 2], found: &Tasks) -> Vec<Difference> {
    let of_side = |side: usize| {
        let run = sides[side];
        let mut groups: Vec<(String, TaskId, usize)> = Vec::new();
        let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for &id in &found.alone[side] {
            let parent = run.index.task(id).and_then(|task| task.parent);
            let parent = parent.map_or("", |parent| run.trace.name(parent));
            let name = plain(run.trace.name(id));
            let place = *places.entry((name, plain(parent))).or_insert_with(|| {
                let of = match parent {
                    "" => name.to_owned(),
                    parent => format!("{name}, of {parent}"),
                };
                groups.push((of, id, 0));
                groups.len() - 1
            });
            groups[place].2 += 1;
        }
        let difference = move |(what, task, number): (String, TaskId, usize)| {
            let words = tasks(number);
            let at = run.index.task(task).map_or(Time::ZERO, |task| task.created);
            let sight = Some(Sight { words, task, at });
            Difference {
                change: Change::Neutral,
                title: "Only in one",
                what,
                by: String::new(),
                sides: in_one(sight, side == 0),
            }
        };
        groups.into_iter().map(difference)
    };
    first(
        of_side(0).chain(of_side(1)),
        MOST,
        "Only in one",
        "names of tasks",
    )
}

/// How long tasks have held the loop.
fn on_the_loop(sides: [Compared; 2]) -> Option<Difference> {
    let nanos = |run: Compared| Time::from_secs(run.index.stats().busy).0;
    let [before, after] = sides.map(nanos);
    differs(before, after).then(|| Difference {
        change: longer(before, after),
        title: "On the loop",
        what: "all tasks".to_owned(),
        by: percent(before, after),
        sides: sides.map(|run| Some(Sight::at_end(run, seconds(run.index.stats().busy)))),
    })
}

/// Objects for which tasks have waited longer, or less long: the greatest difference first.
fn waits(sides: [Compared; 2]) -> Vec<Difference> {
    // Objects of two runs are the same if they have the same name.
    let mut objects: BTreeMap<String, [Option<Waits>; 2]> = BTreeMap::new();
    for (place, run) in sides.into_iter().enumerate() {
        for (object, waits) in by_object(run.index, end(run), Object::or_sleep) {
            let of = objects.entry(object.words(run.trace)).or_default();
            of[place] = Some(waits);
        }
    }
    let totals = |sides: &[Option<Waits>; 2]| {
        let total = |waits: &Option<Waits>| waits.as_ref().map_or(0, |waits| waits.total);
        (total(&sides[0]), total(&sides[1]))
    };
    let mut changed: Vec<_> = objects
        .into_iter()
        .map(|(what, of)| (totals(&of), what, of))
        .filter(|&((before, after), ..)| differs(before, after))
        .collect();
    let size = |(before, after): (u64, u64)| Reverse(before.abs_diff(after));
    sort_by(&mut changed, |(one, ..), (other, ..)| {
        size(*one).cmp(&size(*other))
    });
    let difference = |((before, after), what, of): ((u64, u64), String, [Option<Waits>; 2])| {
        let sight = |run: Compared, waits: Option<Waits>| {
            let waits = waits?;
            let total = seconds(Time(waits.total).secs());
            Some(Sight {
                words: match waits.count {
                    1 => format!("{total}, 1 wait"),
                    many => format!("{total}, {} waits", count(many)),
                },
                task: waits.task,
                at: waits.wait.until.unwrap_or(end(run)),
            })
        };
        let [one, other] = of;
        let is_sleep = what == SLEEP;
        Difference {
            // The program chooses the length of a sleep, so a longer one is not worse.
            change: match is_sleep {
                true => Change::Neutral,
                false => longer(before, after),
            },
            title: if is_sleep { "Sleeps" } else { "Waits for" },
            what: if is_sleep { String::new() } else { what },
            by: percent(before, after),
            sides: [sight(sides[0], one), sight(sides[1], other)],
        }
    };
    first(
        changed.into_iter().map(difference),
        MOST,
        "Waits for",
        "objects",
    )
}

/// Tasks that took longer, or less long: the greatest difference first.
fn durations(sides: [Compared; 2], tasks: &Tasks) -> Vec<Difference> {
    let took = |run: Compared, id: TaskId| {
        let task = run.index.task(id)?;
        let end = task.end.filter(|end| end.outcome != Outcome::Hung)?;
        Some((end.at.0.saturating_sub(task.created.0), end.at))
    };
    let pairs = tasks.both.iter().filter(|pair| pair.0 != TaskId::MAIN);
    let mut changed: Vec<_> = pairs
        .filter_map(|&(one, other)| {
            let (before, after) = (took(sides[0], one)?, took(sides[1], other)?);
            differs(before.0, after.0).then_some(((one, before), (other, after)))
        })
        .collect();
    let size = |before: u64, after: u64| Reverse(before.abs_diff(after));
    sort_by(&mut changed, |(b1, a1), (b2, a2)| {
        size(b1.1.0, a1.1.0).cmp(&size(b2.1.0, a2.1.0))
    });
    let sight = |task, (took, at): (u64, Time)| {
        let words = seconds(Time(took).secs());
        Some(Sight { words, task, at })
    };
    let difference = |((one, before), (other, after)): ((TaskId, _), (TaskId, _))| {
        let (from, to): ((u64, Time), (u64, Time)) = (before, after);
        Difference {
            change: longer(from.0, to.0),
            title: "Task took",
            what: sides[1].trace.name(other).to_owned(),
            by: percent(from.0, to.0),
            sides: [sight(one, from), sight(other, to)],
        }
    };
    first(
        changed.into_iter().map(difference),
        MOST_TASKS,
        "Task took",
        "tasks",
    )
}

/// How many tasks were inside their operations at once.
fn at_once(sides: [Compared; 2]) -> Option<Difference> {
    let [before, after] = sides.map(|run| run.index.flight().peak());
    let sight = |run: Compared| {
        let flight = run.index.flight();
        Sight {
            words: tasks(flight.peak()),
            task: TaskId::MAIN,
            at: flight.peak_at(),
        }
    };
    (before != after).then(|| Difference {
        change: Change::Neutral,
        title: "Most at once",
        what: "in flight".to_owned(),
        by: String::new(),
        sides: sides.map(|run| Some(sight(run))),
    })
}

fn tasks(number: usize) -> String {
    match number {
        1 => "1 task".to_owned(),
        number => format!("{} tasks", count(number)),
    }
}

/// The first differences of a list, and how many more there are.
fn first(
    all: impl Iterator<Item = Difference>,
    most: usize,
    title: &'static str,
    what: &str,
) -> Vec<Difference> {
    let mut all = all.fuse();
    let mut first: Vec<_> = all.by_ref().take(most).collect();
    let more = all.count();
    if more > 0 {
        first.push(Difference {
            change: Change::Neutral,
            title,
            what: format!("and {} more {what}", count(more)),
            by: String::new(),
            sides: [None, None],
        });
    }
    first
}

/// Whether two durations differ by more than chance: by a millisecond, and by a tenth of the greater.
fn differs(before: u64, after: u64) -> bool {
    let by = before.abs_diff(after);
    by >= NOISE && by >= before.max(after) / 10
}

fn longer(before: u64, after: u64) -> Change {
    match (differs(before, after), after > before) {
        (false, _) => Change::Neutral,
        (true, true) => Change::Worse,
        (true, false) => Change::Better,
    }
}

/// How much more, or less: "+12 %".
fn percent(before: u64, after: u64) -> String {
    if before == 0 {
        return String::new();
    }
    let percent = 100.0 * (after as f64 - before as f64) / before as f64;
    let size = count(percent.abs().round() as usize);
    match () {
        () if size == "0" => "the same".to_owned(),
        () if percent < 0.0 => format!("−{size} %"),
        () => format!("+{size} %"),
    }
}
