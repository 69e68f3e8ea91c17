//! The same tasks under several strategies, side by side: how each ends, the result of `main` and when it has it,
//! and which tasks still run then.

use crate::Time;
use crate::{Kind, LogKind, Outcome, TaskId, Trace, sort_by};

/// When `main` has its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// When it ends.
    Return,
    /// When it has printed its last line, even if it runs on after that.
    LastLine,
}

/// How a task ended, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The run had no such task.
    Absent,
    /// It had not ended when the run was stopped.
    Open,
    /// Its end.
    Ended(Outcome, Time),
}

/// One strategy's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The result of `main`: the lines that it prints, or how it ends if it prints none.
    pub gets: Vec<String>,
    /// When it has the first part of the result and the last; `None` if it never has it all.
    pub when: Option<(Time, Time)>,
    /// The tasks that have not ended by then, in order of creation.
    pub left: Vec<String>,
    /// How each task ends, in the order of the rows.
    pub fates: Vec<Fate>,
}

/// The table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The names of the tasks, in the order in which they are first found; one row for each.
    pub tasks: Vec<String>,
    /// How many tasks have no row.
    pub more: usize,
    /// A column for each run; `None` for a strategy without a run.
    pub columns: Vec<Option<Column>>,
}

/// The most rows; the table of tasks shows all tasks.
const MOST_TASKS: usize = 100;
/// The most items that are listed in a cell; the others are only counted.
const MOST_LISTED: usize = 5;

impl Comparison {
    /// Compares finished runs. Tasks are the same if they have the same name.
    pub fn of(runs: &[Option<&Trace>], answer: Answer) -> Self {
        let ids: Vec<_> = runs.iter().map(|run| run.map(by_name)).collect();
        let (mut tasks, mut more) = (Vec::new(), 0);
        for (place, run) in runs.iter().enumerate() {
            let Some(trace) = run else { continue };
            for id in (1..trace.task_count()).map(|id| TaskId(id as u32)) {
                let name = trace.name(id);
                let is_known =
                    |ids: &Option<Vec<_>>| ids.as_ref().and_then(|ids| find(ids, name)).is_some();
                match () {
                    () if ids[..place].iter().any(is_known) => {}
                    () if tasks.len() < MOST_TASKS => tasks.push(name),
                    () => more += 1,
                }
            }
        }
        let column = |(run, ids): (&Option<&Trace>, &Option<Vec<_>>)| {
            Some(column((*run)?, ids.as_ref()?, &tasks, answer))
        };
        Self {
            columns: runs.iter().zip(&ids).map(column).collect(),
            tasks: tasks.into_iter().map(str::to_owned).collect(),
            more,
        }
    }
}

/// The tasks of a run except `main`, sorted by name.
fn by_name(trace: &Trace) -> Vec<(&str, TaskId)> {
    let ids = (1..trace.task_count()).map(|id| TaskId(id as u32));
    let mut ids: Vec<_> = ids.map(|id| (trace.name(id), id)).collect();
    sort_by(&mut ids, Ord::cmp);
    ids
}

fn find(ids: &[(&str, TaskId)], name: &str) -> Option<TaskId> {
    let place = ids.binary_search_by_key(&name, |&(name, _)| name).ok()?;
    Some(ids[place].1)
}

fn column(trace: &Trace, ids: &[(&str, TaskId)], tasks: &[&str], answer: Answer) -> Column {
    // For each task: the place of its end among the events, and the end itself.
    let mut ends = vec![None; trace.task_count()];
    let (mut lines, mut created) = (Vec::new(), vec![0; trace.task_count()]);
    for (place, event) in trace.events().iter().enumerate() {
        match event.kind {
            Kind::Created { .. } => created[event.task.index()] = place,
            Kind::Ended { outcome, detail } => {
                ends[event.task.index()].get_or_insert((place, event.at, outcome, detail));
            }
            Kind::Log {
                kind: LogKind::Print,
                text,
            } if event.task == TaskId::MAIN => {
                lines.push((place, event.at, text));
            }
            _ => {}
        }
    }
    let main = ends.first().copied().flatten();
    let returned = main.filter(|&(.., outcome, _)| outcome != Outcome::Hung);
    let first = lines.first().map(|&(_, at, _)| at);
    let last = lines.last().map(|&(place, at, _)| (place, at));
    let had = match (answer, returned) {
        (Answer::LastLine, Some(_)) if last.is_some() => last,
        (_, returned) => returned.map(|(place, at, ..)| (place, at)),
    };
    let when = had.map(|(_, at)| match answer {
        Answer::LastLine => (first.unwrap_or(at), at),
        Answer::Return => (at, at),
    });
    let until = had.map_or(usize::MAX, |(place, _)| place);
    let is_left = |id: &usize| {
        let ended = ends[*id].filter(|&(.., outcome, _)| outcome != Outcome::Hung);
        created[*id] < until && ended.is_none_or(|(place, ..)| place > until)
    };
    let left = (1..trace.task_count()).filter(is_left);
    let left = left.map(|id| trace.name(TaskId(id as u32)).to_owned());
    let mut gets = listed(lines.iter().map(|&(.., text)| trace.text(text).to_owned()));
    match main {
        Some((.., Outcome::Hung, _)) => gets.push("never returns".to_owned()),
        None => gets.push("has not returned".to_owned()),
        Some((.., Outcome::Ok, _)) if gets.is_empty() => gets.push("returns".to_owned()),
        Some((.., Outcome::Ok, _)) => {}
        Some((.., outcome, detail)) => gets.push(match trace.text(detail) {
            "" => outcome.label().to_owned(),
            detail => format!("{}: {detail}", outcome.label()),
        }),
    }
    let fate = |name: &&str| match find(ids, name) {
        None => Fate::Absent,
        Some(id) => match ends[id.index()] {
            None => Fate::Open,
            Some((_, at, outcome, _)) => Fate::Ended(outcome, at),
        },
    };
    Column {
        gets,
        when,
        left: listed(left),
        fates: tasks.iter().map(fate).collect(),
    }
}

/// The first of a list, and how many more there are.
fn listed(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut all = all.fuse();
    let mut first: Vec<_> = all.by_ref().take(MOST_LISTED).collect();
    match all.count() {
        0 => {}
        more => first.push(format!("and {more} more")),
    }
    first
}
