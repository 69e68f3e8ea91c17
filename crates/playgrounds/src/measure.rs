//! Figures of runs, to be held against what an article claims.

use interleave_trace::Time;
use interleave_trace::sort_by;
use interleave_trace::{
    Event, Index, Kind, LogKind, Outcome, State, Task, TaskId, Trace, Verdict, seconds,
};

/// Where a figure is found in the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The seconds that a strategy takes.
    Makespan(&'static str),
    /// How many times as long the first strategy takes as the second.
    Ratio(&'static str, &'static str),
    /// The most operations that a strategy has in flight at once.
    Peak(&'static str),
    /// The tasks of a strategy that fail.
    Failures(&'static str),
    /// The tasks of a strategy that end in this way.
    Ended(&'static str, Outcome),
    /// When `main` prints its first line.
    FirstPrint(&'static str),
    /// How many lines with these words in them are printed.
    Lines(&'static str, &'static str),
    /// When the task of this number, from 1, enters its operation for the nth time, from 1.
    Begins(&'static str, u32, usize),
    /// The tasks of a strategy that are done, whether or not it ends.
    Done(&'static str),
    /// Whether a strategy ends by itself: 1, or 0 if nothing in it can ever go on.
    Ends(&'static str),
    /// The second at which nothing in a strategy can go on any more.
    Hangs(&'static str),
    /// The tasks of a strategy whose names begin so.
    Named(&'static str, &'static str),
    /// The most tasks of a strategy that begin within so much time.
    Burst(&'static str, Time),
    /// The longest time, in seconds, that a task of a strategy holds the loop.
    LongestStep(&'static str),
    /// The seconds during which a task of a strategy holds the loop.
    Held(&'static str),
}

impl Measure {
    /// The figure in the runs of the strategies, given by name; `None` as long as one
    /// that is needed has not completed.
    pub fn read<'a>(
        self,
        run: impl Fn(&'static str) -> Option<(&'a Trace, &'a Index)>,
    ) -> Option<f64> {
        let completed = |mode| {
            run(mode).filter(|(trace, index)| {
                let end = trace.end().filter(|end| end.verdict == Verdict::Completed);
                end.is_some_and(|_| index.events_read() == trace.events().len())
            })
        };
        let hangs = |mode| {
            let (trace, index) = run(mode)?;
            let end = trace.end()?;
            let hangs = matches!(end.verdict, Verdict::Deadlocked(_));
            (hangs && index.events_read() == trace.events().len()).then_some((end.at, index))
        };
        let over = |mode| {
            let index = completed(mode).map(|(_, index)| index);
            index.or_else(|| hangs(mode).map(|(_, index)| index))
        };
        let makespan = |mode| {
            completed(mode).and_then(|(trace, _)| trace.end().map(|end| end.at - Time::ZERO))
        };
        match self {
            Self::Makespan(mode) => makespan(mode),
            Self::Ratio(slow, fast) => {
                let (slow, fast) = (makespan(slow)?, makespan(fast)?);
                (fast > 0.0).then(|| slow / fast)
            }
            Self::Peak(mode) => completed(mode).map(|(_, index)| index.flight().peak() as f64),
            Self::Failures(mode) => Self::Ended(mode, Outcome::Error).read(run),
            Self::Ended(mode, outcome) => completed(mode).map(|(_, index)| {
                let ended = |(id, task): (TaskId, &Task)| {
                    id != TaskId::MAIN && task.end.is_some_and(|end| end.outcome == outcome)
                };
                index.tasks().filter(|&row| ended(row)).count() as f64
            }),
            Self::FirstPrint(mode) => completed(mode).and_then(|(trace, _)| {
                let of_main = |event: &&Event| event.task == TaskId::MAIN;
                let mut events = trace.events().iter().filter(of_main);
                let first = events.find(|event| printed(trace, event).is_some());
                first.map(|event| event.at - Time::ZERO)
            }),
            Self::Lines(mode, words) => completed(mode).map(|(trace, _)| {
                let lines = trace.events().iter();
                let lines = lines.filter_map(|event| printed(trace, event));
                lines.filter(|line| line.contains(words)).count() as f64
            }),
            Self::Begins(mode, task, nth) => completed(mode).and_then(|(trace, _)| {
                let begins = |event: &&Event| {
                    let state = State::Running;
                    let is_state = matches!(event.kind, Kind::State { state: s, .. } if s == state);
                    event.task == TaskId(task) && is_state
                };
                let mut begins = trace.events().iter().filter(begins);
                let event = begins.nth(nth.checked_sub(1)?)?;
                Some(event.at - Time::ZERO)
            }),
            Self::Done(mode) => {
                over(mode).map(|index| index.stats().ended_with(Outcome::Ok) as f64)
            }
            Self::Ends(mode) => over(mode).map(|_| f64::from(u8::from(completed(mode).is_some()))),
            Self::Hangs(mode) => hangs(mode).map(|(at, _)| at.secs()),
            Self::Named(mode, start) => over(mode).and_then(|index| {
                let (trace, _) = run(mode)?;
                let named = |task: &Task| trace.text(task.name).starts_with(start);
                Some(index.tasks().filter(|(_, task)| named(task)).count() as f64)
            }),
            Self::LongestStep(mode) => completed(mode).map(|(trace, _)| {
                let steps = trace.events().iter().map(|event| match event.kind {
                    Kind::Polled { nanos } => nanos,
                    _ => 0,
                });
                Time(steps.max().unwrap_or_default()).secs()
            }),
            Self::Burst(mode, within) => over(mode).map(|index| burst(index, within) as f64),
            Self::Held(mode) => over(mode).map(|index| index.stats().busy),
        }
    }

    /// The strategies whose runs are read.
    pub fn modes(self) -> impl Iterator<Item = &'static str> {
        let (mode, other) = match self {
            Self::Ratio(slow, fast) => (slow, Some(fast)),
            Self::Makespan(mode)
            | Self::Peak(mode)
            | Self::Failures(mode)
            | Self::Ended(mode, _)
            | Self::FirstPrint(mode)
            | Self::Lines(mode, _)
            | Self::Begins(mode, ..)
            | Self::Done(mode)
            | Self::Ends(mode)
            | Self::Hangs(mode)
            | Self::Named(mode, _)
            | Self::Burst(mode, _)
            | Self::LongestStep(mode)
            | Self::Held(mode) => (mode, None),
        };
        std::iter::once(mode).chain(other)
    }

    /// Its unit, behind the figure.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Makespan(_)
            | Self::FirstPrint(_)
            | Self::Begins(..)
            | Self::Hangs(_)
            | Self::LongestStep(_)
            | Self::Held(_) => " s",
            Self::Ratio(..) => "×",
            _ => "",
        }
    }

    /// A figure in words, with its unit.
    pub fn words(self, figure: f64) -> String {
        match self {
            Self::Hangs(_) => return format!("at {}", seconds(figure)),
            Self::Ends(_) if figure == 0.0 => return "never".to_owned(),
            Self::Ends(_) => return "yes".to_owned(),
            _ => {}
        }
        match self.unit() {
            " s" => seconds(figure),
            "" => format!("{figure:.0}"),
            unit => format!("{figure:.2}{unit}"),
        }
    }
}

/// The most tasks that begin within so much time, the end of it not included: to the resolution
/// of a trace.
fn burst(index: &Index, within: Time) -> usize {
    let tasks = index.tasks().filter(|&(id, _)| id != TaskId::MAIN);
    let mut starts: Vec<Time> = tasks.filter_map(|(_, task)| task.started).collect();
    sort_by(&mut starts, Ord::cmp);
    let last = |start: Time| Time(start.0.saturating_add(within.0).saturating_sub(1000));
    let count = |(i, &start): (usize, &Time)| starts.partition_point(|&at| at < last(start)) - i;
    starts.iter().enumerate().map(count).max().unwrap_or(0)
}

/// The line that an event prints, if it does.
fn printed<'a>(trace: &'a Trace, event: &Event) -> Option<&'a str> {
    match event.kind {
        Kind::Log {
            kind: LogKind::Print,
            text,
        } => Some(trace.text(text)),
        _ => None,
    }
}
