//! The state of a run at some instant, made by reading its trace up to there.
//!
//! An index only moves forward, and only reads events that it has not read: the
//! work of a frame is that of its new events. To go anywhere else, see
//! [`Recording`](super::Recording).

mod flight;
mod gauge;
mod grown;
mod mark;
mod waits;

use super::lineup::Lineups;
use super::model::{Kind, Outcome, State, TaskId, Text, Trace, WaitFor};
use super::past::Pasts;
use super::stats::Stats;
use crate::time::Time;
pub use flight::Flight;
pub use gauge::{Gauge, IN_FLIGHT, Series};
use grown::Grown;
pub(super) use mark::Mark;
use std::collections::BTreeMap;
use std::sync::Arc;
pub use waits::{Suspension, Wait};

/// A time that a task spent in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The state.
    pub state: State,
    /// When it was entered.
    pub start: Time,
    /// When it was left; `None` while it lasts.
    pub end: Option<Time>,
}

/// A time during which a task held the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Which task.
    pub task: TaskId,
    /// Since when.
    pub start: Time,
    /// Until when; equal to the start where time stood still.
    pub end: Time,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskEnd {
    /// When.
    pub at: Time,
    /// How.
    pub outcome: Outcome,
    /// The result or the error in words.
    pub detail: Text,
}

/// One logical task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name, unique in the trace.
    pub name: Text,
    /// The task that made it.
    pub parent: Option<TaskId>,
    /// How many tasks are above it; `main` has none.
    pub depth: u16,
    /// The task that it made last.
    pub last_child: Option<TaskId>,
    /// When it came into being.
    pub created: Time,
    /// When it first entered [`State::Running`].
    pub started: Option<Time>,
    /// How it ended, once it has.
    pub end: Option<TaskEnd>,
    /// What it waits for, or last waited for.
    pub wait: Option<Wait>,
    /// What it moves, and the unit.
    pub amount: Option<(f64, Text)>,
    /// What has arrived of the answer that it waits for, in bytes: so many, of so many in all (0: unknown).
    pub received: Option<(f64, f64)>,
    /// When it held the loop.
    pub holds: Vec<(Time, Time)>,
    /// When it was suspended at which line, in order; those of no length are left out.
    waits: Vec<Suspension>,
    /// Finished spans of some length, by state; neighbours in one state are joined.
    closed: [Vec<(Time, Time)>; 3],
    /// The last running span of no length.
    blink: Option<(Time, Time)>,
    /// Nanoseconds spent in each state, the present one apart.
    spent: [u64; 3],
    /// The present state and since when.
    state: (State, Time),
}

impl Task {
    /// The spans of the task, without a gap from its creation to its end.
    ///
    /// Spans of no length are left out, but a task that ran and took no time
    /// keeps one. The last span is open while the task lives, and for ever if it hangs.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        let mut rest = State::ALL.map(|state| (state, self.closed(state)));
        let in_order = std::iter::from_fn(move || {
            let next = rest.iter_mut().filter(|(_, list)| !list.is_empty());
            let (state, list) = next.min_by_key(|(_, list)| list[0])?;
            let (start, end) = list[0];
            *list = &list[1..];
            Some(Span {
                state: *state,
                start,
                end: Some(end),
            })
        });
        in_order.chain(self.open())
    }

    /// The finished spans in one state, in order: start and end.
    pub fn closed(&self, state: State) -> &[(Time, Time)] {
        let closed = &self.closed[state as usize];
        let runs = || self.open().is_some_and(|span| span.state == State::Running);
        if state == State::Running && closed.is_empty() && !runs() {
            self.blink.as_slice()
        } else {
            closed
        }
    }

    /// The span that lasts; of a task that hangs, for ever.
    pub fn open(&self) -> Option<Span> {
        let lasts = self.end.is_none_or(|end| end.outcome == Outcome::Hung);
        let (state, start) = self.state;
        lasts.then_some(Span {
            state,
            start,
            end: None,
        })
    }

    /// The present state; the last one if the task has ended.
    pub fn state(&self) -> State {
        self.state.0
    }

    /// Seconds spent in `state` up to `now`.
    pub fn time_in(&self, state: State, now: Time) -> f64 {
        let open = self.open().filter(|span| span.state == state);
        let lasts = open.map_or(0.0, |span| now - span.start);
        Time(self.spent[state as usize]).secs() + lasts
    }

    fn close(&mut self, at: Time) {
        let (state, start) = self.state;
        if start == at {
            if state == State::Running {
                self.blink = Some((at, at));
            }
            return;
        }
        self.spent[state as usize] += at.0 - start.0;
        let closed = &mut self.closed[state as usize];
        match closed.last_mut() {
            Some(last) if last.1 == start => last.1 = at,
            _ => closed.push((start, at)),
        }
    }
}

/// Tasks, spans, gauges, log and figures of a trace up to an instant.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The number of events read.
    read: usize,
    /// Shared with the marks of a recording until they change.
    tasks: Vec<Arc<Task>>,
    gauges: Vec<Gauge>,
    holds: Grown<Hold>,
    blocks: Grown<Hold>,
    log: Grown<u32>,
    /// How many tasks are suspended at each line of the source.
    waiting: BTreeMap<u32, u32>,
    /// What is in flight, and how many were when.
    flight: Flight,
    in_flight: Grown<(Time, f64)>,
    stats: Stats,
    /// What each task has waited for.
    pasts: Pasts,
    /// Who waits in which order.
    pub(super) lineups: Lineups,
}

/// A hold of the loop this long (in seconds) keeps others waiting noticeably.
const NOTICEABLE: f64 = 0.01;

impl Index {
    /// The index of all that a trace holds.
    pub fn of(trace: &Trace) -> Self {
        let mut index = Self::default();
        index.advance(trace, Time::MAX);
        index
    }

    /// Reads on, up to and including the events at `until`; true if there were any.
    pub fn advance(&mut self, trace: &Trace, until: Time) -> bool {
        self.read_on(trace, until, usize::MAX) > 0
    }

    /// As [`Index::advance`], but reads at most so many events; says how many it has read.
    pub(super) fn read_on(&mut self, trace: &Trace, until: Time, most: usize) -> usize {
        let unread = &trace.events()[self.read..];
        let due = unread.iter().take(most);
        let before = self.read;
        for event in due.take_while(|event| event.at <= until) {
            self.apply(trace, *event, self.read as u32);
            self.read += 1;
        }
        self.read - before
    }

    /// All tasks in order of creation, `main` first.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskId, &Task)> {
        self.tasks
            .iter()
            .enumerate()
            .map(|(i, task)| (TaskId(i as u32), &**task))
    }

    /// The task, if it has been created by now.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(id.index()).map(|task| &**task)
    }

    /// The number of tasks so far, `main` included.
    pub fn task_count(&self) -> usize {
        self.tasks.len()
    }

    /// The number of events read.
    pub fn events_read(&self) -> usize {
        self.read
    }

    /// Who held the loop when, in order.
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// The holds that kept the others from going on noticeably.
    pub fn blocks(&self) -> &[Hold] {
        &self.blocks
    }

    /// The places in [`Trace::events`] of what belongs into a log, in order.
    pub fn log(&self) -> &[u32] {
        &self.log
    }

    /// The figures of the run so far.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// What each task has waited for, and who woke it.
    pub fn pasts(&self) -> &Pasts {
        &self.pasts
    }

    fn apply(&mut self, trace: &Trace, event: super::Event, place: u32) {
        self.pasts.apply(trace, &event);
        let (at, id) = (event.at, event.task);
        self.stats.time_passes(at);
        self.lineups.apply(id, &event.kind);
        self.flies(&event);
        match event.kind {
            Kind::Created { parent, name } => {
                let depth = parent.map_or(0, |parent| {
                    let parent = own(&mut self.tasks, parent);
                    parent.last_child = Some(id);
                    parent.depth.saturating_add(1)
                });
                self.tasks.push(Arc::new(Task {
                    name,
                    parent,
                    depth,
                    last_child: None,
                    created: at,
                    started: None,
                    end: None,
                    wait: None,
                    amount: None,
                    received: None,
                    holds: Vec::new(),
                    waits: Vec::new(),
                    closed: Default::default(),
                    blink: None,
                    spent: [0; 3],
                    state: (State::Queued, at),
                }));
                self.stats.created(id);
            }
            Kind::State { state, .. } => {
                let task = own(&mut self.tasks, id);
                if task.end.is_some() {
                    return;
                }
                if state == State::Running {
                    task.started.get_or_insert(at);
                }
                if task.state.0 == state {
                    return;
                }
                task.close(at);
                self.stats.moved(id, task.state.0, state);
                task.state = (state, at);
            }
            Kind::Ended { outcome, detail } => {
                let task = own(&mut self.tasks, id);
                if task.end.is_some() {
                    return;
                }
                if outcome != Outcome::Hung {
                    task.close(at);
                    task.goes_on(at, &mut self.waiting);
                }
                self.stats.ended(
                    id,
                    task.state.0,
                    outcome,
                    task.amount.map(|(total, _)| total),
                );
                task.end = Some(TaskEnd {
                    at,
                    outcome,
                    detail,
                });
            }
            Kind::Wait { on, line } => {
                let (since, task) = (at, own(&mut self.tasks, id));
                task.wait = Some(Wait { on, since, line });
                if task.end.is_none() && on != WaitFor::Taker {
                    task.waits_at(line, at, &mut self.waiting);
                }
                if on == WaitFor::Response {
                    task.received = None;
                }
                return;
            }
            Kind::Held { nanos } => {
                let hold = Hold {
                    task: id,
                    start: Time(at.0 - nanos),
                    end: at,
                };
                self.stats.held(hold.end - hold.start);
                own(&mut self.tasks, id).holds.push((hold.start, hold.end));
                self.holds.push(hold);
                if hold.end - hold.start >= NOTICEABLE {
                    self.blocks.push(hold);
                }
                return;
            }
            Kind::Amount { total, unit } => {
                let task = own(&mut self.tasks, id);
                let before = task.amount.replace((total, unit));
                let before = before.map_or(0.0, |(total, _)| total);
                self.stats.amount(total - before, unit);
                return;
            }
            Kind::Progress { done, total } => {
                own(&mut self.tasks, id).received = Some((done, total));
                return;
            }
            Kind::Gauge {
                gauge,
                value,
                whole,
            } => {
                self.gauge_is(trace, gauge, at, value, whole);
                return;
            }
            Kind::Woken { .. } => return,
            Kind::Log { .. } => {}
        }
        self.log.push(place);
    }
}

/// A task to be changed: a copy of its own if marks share it.
fn own(tasks: &mut [Arc<Task>], id: TaskId) -> &mut Task {
    Arc::make_mut(&mut tasks[id.index()])
}
