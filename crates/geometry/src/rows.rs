//! Which tasks have rows: all of them, or those that pass a filter.
//!
//! The list is updated as events are read. A frame's work depends on its new events; only when one
//! of them adds or removes a row is the list walked, once.

use interleave_trace::Index;
use interleave_trace::{Filter, Standing};
use interleave_trace::{Kind, TaskId, Trace, sort_by};

/// The tasks that have rows, in order of creation.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'a> {
    /// This many, from the first on.
    All(usize),
    /// These.
    Of(&'a [TaskId]),
}

impl Rows<'_> {
    /// How many rows there are.
    pub fn len(self) -> usize {
        match self {
            Self::All(count) => count,
            Self::Of(ids) => ids.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The task of a row.
    pub fn id(self, row: usize) -> Option<TaskId> {
        match self {
            Self::All(count) => (row < count).then_some(TaskId(row as u32)),
            Self::Of(ids) => ids.get(row).copied(),
        }
    }

    /// The row of a task and true; or, if it has none, the row that would come after it and false.
    pub fn place(self, id: TaskId) -> (usize, bool) {
        match self {
            Self::All(count) => (id.index().min(count), id.index() < count),
            Self::Of(ids) => match ids.binary_search(&id) {
                Ok(row) => (row, true),
                Err(row) => (row, false),
            },
        }
    }

    /// The row of a task, if it has one.
    pub fn row(self, id: TaskId) -> Option<usize> {
        let (row, has_row) = self.place(id);
        has_row.then_some(row)
    }
}

/// A run whose tasks are listed.
pub struct Listed<'a> {
    /// Its record.
    pub trace: &'a Trace,
    /// Its state; `None` if it has not begun.
    pub index: Option<&'a Index>,
    /// How many tasks there are or will be.
    pub count: usize,
    /// Their names, also before they exist.
    pub name: &'a dyn Fn(TaskId) -> &'a str,
}

/// The rows of one run.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    filter: Filter,
    /// How many events have been read.
    read: usize,
    /// How many tasks there are or will be.
    count: usize,
    /// For each task, whether its name passes.
    named: Vec<bool>,
    /// The tasks that pass, if any are left out.
    ids: Option<Vec<TaskId>>,
    /// The list before the last change: its memory is reused.
    spare: Vec<TaskId>,
    /// Tasks whose row may have been added or removed; empty between updates.
    doubtful: Vec<TaskId>,
    /// Counts the changes.
    version: u64,
}

impl Listing {
    /// The tasks that have rows.
    pub fn rows(&self) -> Rows<'_> {
        match &self.ids {
            None => Rows::All(self.count),
            Some(ids) => Rows::Of(ids),
        }
    }

    /// How many tasks there are or will be, including those that are left out.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A number that grows with each change of the rows.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Reads new events; true if rows have changed.
    pub fn update(&mut self, filter: &Filter, run: &Listed<'_>) -> bool {
        let read = run.index.map_or(0, Index::events_read);
        let anew = self.filter != *filter || read < self.read || run.count < self.count;
        if !self.filter.has_words_of(filter) || run.count < self.count {
            self.named.clear();
        }
        let before = (self.read, self.count);
        (self.read, self.count) = (read, run.count);
        if anew {
            self.filter = filter.clone();
        }
        let changed = if filter.is_open() {
            self.ids.take().is_some() || before.1 != run.count
        } else {
            let known = self.named.len();
            let names =
                (known..run.count).map(|row| filter.passes_name((run.name)(TaskId(row as u32))));
            self.named.extend(names);
            match self.ids.take().filter(|_| !anew) {
                Some(ids) => self.amend(ids, before, run),
                None => {
                    let all = (0..run.count).map(|row| TaskId(row as u32));
                    self.ids = Some(all.filter(|&id| self.passes(run, id)).collect());
                    true
                }
            }
        };
        self.version += u64::from(changed);
        changed
    }

    fn passes(&self, run: &Listed<'_>, id: TaskId) -> bool {
        let standing = || Standing::of(run.index.and_then(|index| index.task(id)));
        self.named.get(id.index()) == Some(&true) && self.filter.passes(standing())
    }

    /// Adds and removes the rows of tasks that have changed since `read` events and `count` tasks.
    fn amend(&mut self, ids: Vec<TaskId>, (read, count): (usize, usize), run: &Listed<'_>) -> bool {
        let mut doubtful = std::mem::take(&mut self.doubtful);
        if self.filter.heeds_standing() {
            let new = &run.trace.events()[read..self.read.max(read)];
            let moved = new.iter().filter(|event| {
                matches!(
                    event.kind,
                    Kind::Created { .. } | Kind::State { .. } | Kind::Ended { .. }
                )
            });
            doubtful.extend(moved.map(|event| event.task));
        }
        doubtful.extend((count..run.count).map(|row| TaskId(row as u32)));
        sort_by(&mut doubtful, Ord::cmp);
        doubtful.dedup();
        doubtful.retain(|&id| ids.binary_search(&id).is_ok() != self.passes(run, id));
        let changed = !doubtful.is_empty();
        self.ids = Some(if changed {
            let mut merged = std::mem::take(&mut self.spare);
            merged.clear();
            toggle(&ids, &doubtful, &mut merged);
            self.spare = ids;
            merged
        } else {
            ids
        });
        doubtful.clear();
        self.doubtful = doubtful;
        changed
    }
}

/// The tasks that are in exactly one of two sorted lists, in order.
fn toggle(ids: &[TaskId], others: &[TaskId], out: &mut Vec<TaskId>) {
    let mut rest = ids;
    for &other in others {
        let place = rest.partition_point(|&id| id < other);
        out.extend_from_slice(&rest[..place]);
        rest = &rest[place..];
        match rest.split_first() {
            Some((&first, after)) if first == other => rest = after,
            _ => out.push(other),
        }
    }
    out.extend_from_slice(rest);
}
