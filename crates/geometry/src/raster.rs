//! Many tasks on few pixels: rows that share a line, instants that share a column.
//!
//! A raster is updated as events are read. A frame's work depends on its new events and on the
//! columns that the present has passed since the last frame, not on the number of tasks. Nothing
//! that matters vanishes: a failure is visible in its cell, whatever else happened there.

use crate::Rows;
use interleave_trace::Time;
use interleave_trace::{Event, Kind, Outcome, State, TaskId, Trace};

/// What a cell shows, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ink {
    /// A task failed.
    Failed,
    /// A task hangs for ever.
    Hung,
    /// A task ran into its time limit.
    TimedOut,
    /// A task was cancelled.
    Cancelled,
    /// A task was given up before it began.
    NeverStarted,
    /// A task got done, and no other task of the line was inside its operation.
    Done,
    /// A task held the loop for some time.
    Held,
    /// More than two thirds of the line's tasks are inside their operations.
    Busy,
    /// More than a third of them are.
    Waiting,
    /// At least one of them is.
    Sparse,
    /// A task sleeps between two attempts, and none is inside its operation.
    Backoff,
    /// Tasks wait for their turn, and nothing else happens.
    Queued,
}

impl Ink {
    /// All inks, the most important first.
    pub const ALL: [Self; 12] = [
        Self::Failed,
        Self::Hung,
        Self::TimedOut,
        Self::Cancelled,
        Self::NeverStarted,
        Self::Done,
        Self::Held,
        Self::Busy,
        Self::Waiting,
        Self::Sparse,
        Self::Backoff,
        Self::Queued,
    ];

    fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Ok => Self::Done,
            Outcome::Error => Self::Failed,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Timeout => Self::TimedOut,
            Outcome::Hung => Self::Hung,
            Outcome::NeverStarted => Self::NeverStarted,
        }
    }

    fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// Neighbouring cells of a line with one ink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streak {
    /// The line.
    pub line: usize,
    /// The first column.
    pub from: usize,
    /// The column after the last.
    pub to: usize,
}

/// Streaks by ink, in the order of [`Ink::ALL`]. Its memory is reused from frame to frame.
pub type Streaks = [Vec<Streak>; Ink::ALL.len()];

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// The inks that apply, a bit each. How busy it is follows from `peak`.
    inks: u16,
    /// The most tasks that were inside their operations at one instant.
    peak: u32,
    /// The most tasks that lived at one instant.
    alive: u32,
}

#[derive(Clone, Debug, Default)]
struct Line {
    /// How many tasks share it.
    rows: u32,
    /// How many of them are in each state.
    states: [u32; 3],
}

/// The place of a task without a line.
const NOWHERE: u32 = u32::MAX;

/// Lines and columns, with what happens in each cell.
#[derive(Clone, Debug)]
pub struct Raster {
    from: f64,
    to: f64,
    columns: usize,
    cells: Vec<Cell>,
    lines: Vec<Line>,
    /// For each task, its line and its state while it lives.
    tasks: Vec<(u32, Option<State>)>,
    /// The line of all tasks beyond `tasks`, or `NOWHERE`.
    others: u32,
    /// How many events have been read.
    read: usize,
    /// How many columns have been entered.
    entered: usize,
}

impl Raster {
    /// An empty raster with one line for all tasks but `main`, which waits for the others all the time.
    pub fn of_all(from: f64, to: f64, columns: usize) -> Self {
        let mut raster = Self::new(from, to, columns, 1, Rows::All(1));
        raster.tasks[TaskId::MAIN.index()].0 = NOWHERE;
        raster.others = 0;
        raster
    }

    /// An empty raster of a stretch of time, in seconds, for a number of rows.
    pub fn new(from: f64, to: f64, columns: usize, lines: usize, rows: Rows<'_>) -> Self {
        let lines = lines.min(rows.len());
        let mut raster = Self {
            from,
            to,
            columns,
            cells: vec![Cell::default(); columns * lines],
            lines: vec![Line::default(); lines],
            tasks: Vec::new(),
            others: NOWHERE,
            read: 0,
            entered: 0,
        };
        for row in 0..rows.len() {
            let line = row * lines / rows.len();
            raster.lines[line].rows += 1;
            if let Some(id) = rows.id(row) {
                raster
                    .tasks
                    .resize(raster.tasks.len().max(id.index() + 1), (NOWHERE, None));
                raster.tasks[id.index()].0 = line as u32;
            }
        }
        raster
    }

    /// How many events have been read, and columns entered: while neither grows, the raster does not change.
    pub fn progress(&self) -> (usize, usize) {
        (self.read, self.entered)
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// The row in the middle of those that share a line.
    pub fn row(&self, line: usize) -> usize {
        let before: u32 = self.lines[..line.min(self.lines.len())]
            .iter()
            .map(|line| line.rows)
            .sum();
        let own = self.lines.get(line).map_or(0, |line| line.rows);
        (before + own / 2) as usize
    }

    /// Reads more events, up to the number `until` and the present `now`. False if that lies before what has been
    /// read: then a fresh raster is needed.
    pub fn advance(&mut self, trace: &Trace, until: usize, now: Time) -> bool {
        if until < self.read || self.entered > self.column(now) {
            return false;
        }
        if self.lines.is_empty() || self.columns == 0 || self.to <= self.from {
            return true;
        }
        for event in &trace.events()[self.read..until] {
            self.enter(event.at);
            self.apply(event);
        }
        self.read = until;
        self.enter(now);
        true
    }

    /// How many columns have begun by an instant.
    fn column(&self, at: Time) -> usize {
        let place = (at.secs() - self.from) / (self.to - self.from) * self.columns as f64;
        // Casts of negative or too large numbers saturate.
        if place < 0.0 {
            0
        } else {
            (place as usize).saturating_add(1).min(self.columns + 1)
        }
    }

    /// Fills the columns that begin up to an instant with the present state of each line.
    fn enter(&mut self, at: Time) {
        let entered = self.column(at);
        let new = self.entered..entered.min(self.columns);
        if !new.is_empty() {
            for (line, state) in self.lines.iter().enumerate() {
                let cell = state.cell();
                if cell.alive != 0 {
                    let first = line * self.columns;
                    self.cells[first + new.start..first + new.end].fill(cell);
                }
            }
        }
        self.entered = self.entered.max(entered);
    }

    fn apply(&mut self, event: &Event) {
        let id = event.task.index();
        if id >= self.tasks.len() && self.others != NOWHERE {
            self.tasks.resize(id + 1, (self.others, None));
        }
        let Some(&(line, before)) = self.tasks.get(id).filter(|task| task.0 != NOWHERE) else {
            return;
        };
        let line = line as usize;
        let after = match event.kind {
            Kind::Created { .. } => Some(State::Queued),
            // A task that has ended does not change any more.
            Kind::State { state, .. } if before.is_some() => Some(state),
            Kind::Ended { outcome, .. } if before.is_some() => {
                self.end(line, before, outcome, event.at);
                before.filter(|_| outcome == Outcome::Hung)
            }
            Kind::Polled { nanos } if nanos > 0 => {
                let first = self.column(Time(event.at.0.saturating_sub(nanos)));
                self.mark(line, first.max(1), self.column(event.at), Ink::Held);
                return;
            }
            _ => return,
        };
        self.tasks[id].1 = after;
        let states = &mut self.lines[line].states;
        if let Some(before) = before {
            states[before as usize] -= 1;
        }
        if let Some(after) = after {
            states[after as usize] += 1;
        }
        let now = self.lines[line].cell();
        if let Some(cell) = self.cell(line, event.at) {
            cell.inks |= now.inks;
            cell.peak = cell.peak.max(now.peak);
            cell.alive = cell.alive.max(now.alive);
        }
    }

    fn end(&mut self, line: usize, before: Option<State>, outcome: Outcome, at: Time) {
        let own = u32::from(before == Some(State::Running));
        let others = self.lines[line].states[State::Running as usize] - own;
        // One task that gets done is not marked while others of the line are inside their operations.
        if outcome != Outcome::Ok || others == 0 {
            let column = self.column(at);
            self.mark(line, column, column, Ink::of_outcome(outcome));
        }
    }

    /// Marks columns, which are counted from 1: 0 is before the first.
    fn mark(&mut self, line: usize, first: usize, last: usize, ink: Ink) {
        if first >= 1 {
            let row = &mut self.cells[line * self.columns..(line + 1) * self.columns];
            for cell in row.iter_mut().take(last).skip(first - 1) {
                cell.inks |= ink.bit();
            }
        }
    }

    fn cell(&mut self, line: usize, at: Time) -> Option<&mut Cell> {
        let column = self.column(at).checked_sub(1)?;
        (column < self.columns).then(|| &mut self.cells[line * self.columns + column])
    }

    /// Fills `streaks` with the cells to paint: neighbours with one ink are joined.
    pub fn streaks(&self, streaks: &mut Streaks) {
        for list in streaks.iter_mut() {
            list.clear();
        }
        let seen = self.entered.min(self.columns);
        for (line, state) in self.lines.iter().enumerate() {
            let cells = &self.cells[line * self.columns..][..seen];
            let mut last: Option<(Ink, usize)> = None;
            for (column, cell) in cells.iter().enumerate() {
                let ink = cell.ink(state.rows);
                if last.map(|(ink, _)| ink) == ink {
                    continue;
                }
                if let Some((ink, from)) = last {
                    let to = column;
                    streaks[ink as usize].push(Streak { line, from, to });
                }
                last = ink.map(|ink| (ink, column));
            }
            if let Some((ink, from)) = last {
                let to = seen;
                streaks[ink as usize].push(Streak { line, from, to });
            }
        }
    }

    /// For each column of a line, the most tasks that lived, and that were inside their operations.
    pub fn peaks(&self, line: usize) -> impl Iterator<Item = (u32, u32)> {
        let seen = self.entered.min(self.columns);
        let cells = self.cells.get(line * self.columns..).unwrap_or_default();
        cells[..seen.min(cells.len())]
            .iter()
            .map(|cell| (cell.alive, cell.peak))
    }
}

impl Line {
    /// The present state of the line, as a cell.
    fn cell(&self) -> Cell {
        let bit = |state: State, ink: Ink| u16::from(self.states[state as usize] > 0) * ink.bit();
        Cell {
            inks: bit(State::Queued, Ink::Queued) | bit(State::Backoff, Ink::Backoff),
            peak: self.states[State::Running as usize],
            alive: self.states.iter().sum(),
        }
    }
}

impl Cell {
    fn ink(self, rows: u32) -> Option<Ink> {
        let share = match u64::from(self.peak) * 3 {
            0 => 0,
            peak if peak > u64::from(rows) * 2 => Ink::Busy.bit(),
            peak if peak > u64::from(rows) => Ink::Waiting.bit(),
            _ => Ink::Sparse.bit(),
        };
        let inks = self.inks | share;
        Ink::ALL.get(inks.trailing_zeros() as usize).copied()
    }
}
