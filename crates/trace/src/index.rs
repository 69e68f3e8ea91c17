//! The state of a run at some instant, made by reading its trace up to there.
//!
//! An index only moves forward, and reads each event once: the
//! work of a frame depends on its new events. To seek to any instant, see
//! [`Recording`](crate::Recording).

mod few;
mod flight;
mod gauge;
mod grown;
mod mark;
mod pieces;
mod task;
mod waits;

use crate::Event;
use crate::Stats;
use crate::Time;
use crate::WaitQueues;
use crate::analysis::Holders;
use crate::{Kind, Outcome, ResourceId, State, TaskId, Text, Trace, WaitFor};
pub use few::Few;
pub use flight::Flight;
pub use gauge::{Gauge, IN_FLIGHT, Series};
pub use grown::Grown;
pub(crate) use mark::Mark;
pub(crate) use pieces::Pieces;
pub use task::Task;
use waits::Lines;
pub use waits::Wait;

/// A time that a task spent in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The state.
    pub state: State,
    /// When it was entered.
    pub start: Time,
    /// When it was left; `None` if it has not been left.
    pub end: Option<Time>,
}

/// A time during which a task held the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Which task.
    pub task: TaskId,
    /// Its start.
    pub start: Time,
    /// Its end; equal to the start if time stood still.
    pub end: Time,
}

impl Poll {
    /// Its start and its end.
    pub fn times(&self) -> (Time, Time) {
        (self.start, self.end)
    }
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

/// Tasks, spans, gauges, log and totals of a trace up to an instant.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The number of events read.
    read: usize,
    /// Shared with the marks of a recording until they change.
    tasks: Pieces<Task>,
    gauges: Grown<Gauge>,
    polls: Grown<Poll>,
    blocks: Grown<Poll>,
    log: Grown<u32>,
    lines: Lines,
    /// The operations in flight, and their number over time.
    flight: Flight,
    in_flight: Grown<(Time, f64)>,
    stats: Stats,
    holders: Holders,
    /// The wait queues of all resources.
    pub(crate) wait_queues: WaitQueues,
}

/// A hold of the loop this long (in seconds) keeps others waiting noticeably.
const NOTICEABLE: f64 = 0.01;

impl Index {
    /// The index of a whole trace.
    pub fn of(trace: &Trace) -> Self {
        let mut index = Self::default();
        index.advance(trace, Time::MAX);
        index
    }

    /// Reads new events, up to and including those at `until`; true if there were any.
    pub fn advance(&mut self, trace: &Trace, until: Time) -> bool {
        self.read_on(trace, until, usize::MAX) > 0
    }

    /// As [`Index::advance`], but reads at most `most` events; returns how many it has read.
    pub fn read_on(&mut self, trace: &Trace, until: Time, most: usize) -> usize {
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
            .map(|(i, task)| (TaskId(i as u32), task))
    }

    /// The task, if it has been created by now.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(id.index())
    }

    /// The number of tasks so far, `main` included.
    pub fn task_count(&self) -> usize {
        self.tasks.len()
    }

    /// The number of events read.
    pub fn events_read(&self) -> usize {
        self.read
    }

    /// When each task held the loop, in order.
    pub fn polls(&self) -> &[Poll] {
        &self.polls
    }

    /// The holds that noticeably kept other tasks from running.
    pub fn blocks(&self) -> &[Poll] {
        &self.blocks
    }

    /// The places in [`Trace::events`] of the events for a log, in order.
    pub fn log(&self) -> &[u32] {
        &self.log
    }

    /// The totals of the run so far.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// The holders of a lock, of a semaphore's permits, or of a pool's connections, in the order of acquiring.
    pub fn holders(&self, of: ResourceId) -> impl ExactSizeIterator<Item = TaskId> {
        self.holders.of(of)
    }

    /// The resources that a task holds, in their order; a semaphore comes once for each permit.
    pub fn holds(&self, id: TaskId) -> impl Iterator<Item = ResourceId> {
        let holds = self.task(id).is_some_and(|task| task.holds > 0);
        let all = holds.then(|| self.holders.all());
        all.into_iter()
            .flatten()
            .filter(move |&(_, holder)| holder == id)
            .map(|(resource, _)| resource)
    }

    fn apply(&mut self, trace: &Trace, event: Event, place: u32) {
        let (at, id) = (event.at, event.task);
        self.stats.time_passes(at);
        self.wait_queues.apply(id, &event.kind);
        self.flies(&event);
        match event.kind {
            Kind::Created { parent, name } => {
                let depth = parent.map_or(0, |parent| {
                    let parent = &mut self.tasks[parent.index()];
                    parent.last_child = Some(id);
                    parent.depth.saturating_add(1)
                });
                self.tasks.push(Task::new(name, parent, depth, at));
                self.stats.created(id);
                self.log.push(place);
            }
            Kind::State { state, .. } => {
                let task = &mut self.tasks[id.index()];
                task.backoffs += u32::from(state == State::Backoff);
                // Items and functions take no steps: a new state shows that the item was taken, or the function called.
                if task.wait().is_some_and(|wait| wait.on.is_passive()) {
                    task.close_wait(at);
                }
                let Some(before) = task.enter(state, at) else {
                    return;
                };
                self.stats.moved(id, before, state);
                self.log.push(place);
            }
            Kind::Ended { outcome, detail } => {
                let task = &mut self.tasks[id.index()];
                let amount = task.amount.map(|(total, _)| total);
                self.stats.ended(id, task.state(), outcome, amount);
                let end = TaskEnd {
                    at,
                    outcome,
                    detail,
                };
                task.ends(end, &mut self.lines);
                self.log.push(place);
            }
            Kind::Wait { on, line } => {
                let task = &mut self.tasks[id.index()];
                task.waits_for(on, line, at, &mut self.lines);
                if on == WaitFor::Response {
                    task.received = None;
                }
            }
            Kind::Woken { by, asked } => {
                let task = &mut self.tasks[id.index()];
                if let Some(wait) = task.waits.last_mut() {
                    // If it is woken several times, the last wake-up counts.
                    (wait.until, wait.by, wait.asked) = (Some(at), by, asked);
                }
                let by = by.filter(|&by| by != id);
                if let Some(by) = by.and_then(|by| self.tasks.get_mut(by.index())) {
                    by.woke.push((at, id));
                }
            }
            Kind::Polled { nanos } => {
                let start = Time(at.0 - nanos);
                let task = &mut self.tasks[id.index()];
                task.ran += nanos;
                task.polls.push(self.polls.len() as u32);
                let open = task.open_wait().filter(|wait| start > wait.since);
                // These do not end the wait: the hold in which the wait began, which ends after it; and steps of a task
                // that is awaited in place, which are within those of the task that awaits it.
                match open.map(|wait| wait.on) {
                    Some(WaitFor::Task(other)) if self.lives(other) => {}
                    Some(_) => self.tasks[id.index()].close_wait(start),
                    None => {}
                }
                self.held(Poll {
                    task: id,
                    start,
                    end: at,
                });
            }
            Kind::Amount { total, unit } => {
                let task = &mut self.tasks[id.index()];
                let before = task.amount.replace((total, unit));
                let before = before.map_or(0.0, |(total, _)| total);
                self.stats.amount(total - before, unit);
            }
            Kind::Progress { done, total } => {
                self.tasks[id.index()].received = Some((done, total));
            }
            Kind::Gauge {
                gauge,
                value,
                whole,
                of,
            } => {
                self.held_by(trace, &event);
                self.gauge_is(gauge, at, value, whole, of);
            }
            Kind::Resource { .. } | Kind::Blocks { .. } => {}
            Kind::Holds { .. } => self.held_by(trace, &event),
            Kind::Log { .. } => self.log.push(place),
            Kind::NeverRetrieved => self.tasks[id.index()].never_retrieved = true,
            Kind::SteppedIn { fails } => self.tasks[id.index()].let_fail |= fails,
        }
    }

    /// Updates the holders, if a permit or a lock was taken or given back.
    fn held_by(&mut self, trace: &Trace, event: &Event) {
        if let Some((task, taken)) = self.holders.apply(trace, event)
            && let Some(task) = self.tasks.get_mut(task.index())
        {
            task.holds = match taken {
                true => task.holds + 1,
                false => task.holds.saturating_sub(1),
            };
        }
    }

    /// Adds a hold of the loop.
    fn held(&mut self, hold: Poll) {
        let seconds = hold.end - hold.start;
        self.stats.held(seconds);
        self.polls.push(hold);
        if seconds >= NOTICEABLE {
            self.blocks.push(hold);
        }
    }

    /// Whether a task has not ended.
    fn lives(&self, id: TaskId) -> bool {
        self.task(id).is_some_and(|task| task.end.is_none())
    }
}
