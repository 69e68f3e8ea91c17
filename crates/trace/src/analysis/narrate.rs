//! A run in plain sentences: one for each noteworthy event.
//!
//! Equal events of several tasks at one instant share a sentence. The sentence of a wait is made when its instant is
//! over, so that waits without duration have none. Sentences are stored as figures
//! and turned into words when they are read.

use super::cycle::cycle;
use super::holders::Holders;
use crate::Time;
use crate::{
    Event, Index, Kind, Outcome, ResourceId, State, TaskId, Text, Trace, Verdict, WaitFor,
};

/// A sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// When it happened.
    pub at: Time,
    pub(crate) what: What,
    /// The first tasks of the sentence.
    pub(crate) tasks: [TaskId; NAMED],
    /// How many tasks the sentence is about.
    pub(crate) count: u32,
}

/// How many tasks a sentence names.
const NAMED: usize = 3;

/// The content of a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum What {
    Started {
        by: TaskId,
    },
    /// The shortest and the longest sleep.
    Sleeps(Time, Time),
    /// The holders of the resource: the first two, and how many there are.
    Waits(WaitFor, [TaskId; 2], u32),
    Woken {
        by: TaskId,
        on: WaitFor,
    },
    Taken {
        by: Text,
    },
    Asked {
        by: Option<TaskId>,
    },
    TimeUp,
    /// The shortest and the longest time that the tasks took.
    Ended(Outcome, Time, Time, Text),
    Remark(State, Text),
    Blocked(Time),
    Returned,
    /// A cycle of waits: each task waits for the next one, and the last for the first. For each task, the resource that
    /// it waits for and the next one holds; `None` if it waits for that task's end.
    Cycle([Option<ResourceId>; NAMED]),
    Over {
        deadlocked: bool,
    },
}

/// The state of a task in the story.
#[derive(Clone, Copy, Debug, Default)]
struct Actor {
    created: Time,
    started: Option<Time>,
    on: Option<WaitFor>,
    /// When it last backed off: its remark has the duration.
    backed: Option<Time>,
    /// The place of its wait among those of this instant.
    pending: Option<u32>,
}

/// Waits in the order in which they began; `None` if they have ended.
type Waits = Vec<Option<(TaskId, WaitFor)>>;

/// The sentences of a run. Like an index, it only moves forward.
#[derive(Clone, Debug, Default)]
pub struct Story {
    lines: Vec<Line>,
    read: usize,
    /// Where the lines of the present instant begin.
    instant: usize,
    now: Time,
    actors: Vec<Actor>,
    holders: Holders,
    /// The waits that began at this instant and have not ended.
    waits: Waits,
    /// The sentences and waits of this instant, before sentences were made of the waits.
    before: Option<(Vec<Line>, Waits)>,
    over: bool,
}

/// A hold of the loop this long is worth a sentence, in nanoseconds.
const NOTICEABLE: u64 = 10_000_000;

/// How many sentences of the instant are searched for one to join.
const NEAR: usize = 12;

impl Story {
    /// Reads all new events.
    pub fn advance(&mut self, trace: &Trace) {
        if let Some(next) = trace.events().get(self.read)
            && let Some((lines, waits)) = self.before.take()
            && next.at == self.now
        {
            self.take_back(lines, waits);
        }
        while let Some(event) = trace.events().get(self.read) {
            if event.at > self.now {
                self.tell_waits(trace);
                (self.now, self.instant) = (event.at, self.lines.len());
            }
            self.apply(trace, event);
            self.read += 1;
        }
        // The events so far may end in the middle of an instant. If it continues, the sentences of its waits are withdrawn.
        if !self.waits.is_empty() {
            self.before = Some((self.lines[self.instant..].to_vec(), self.waits.clone()));
        }
        self.tell_waits(trace);
        if let (Some(end), false) = (trace.end(), self.over) {
            self.over = true;
            self.now = end.at;
            let deadlocked = matches!(end.verdict, Verdict::Deadlocked(_));
            if deadlocked {
                self.tell_cycle(trace);
            }
            if !end.verdict.is_cut_short() {
                self.say(trace, TaskId::MAIN, What::Over { deadlocked });
            }
        }
    }

    /// Withdraws the sentences of the waits of this instant, since it is not over.
    fn take_back(&mut self, lines: Vec<Line>, waits: Waits) {
        self.lines.truncate(self.instant);
        self.lines.extend(lines);
        for (place, wait) in waits.iter().enumerate() {
            if let Some((id, _)) = wait {
                self.actors[id.index()].pending = Some(place as u32);
            }
        }
        self.waits = waits;
    }

    /// The sentences up to an instant, in order.
    pub fn until(&self, now: Time) -> &[Line] {
        let count = self.lines.partition_point(|line| line.at <= now);
        &self.lines[..count]
    }

    fn apply(&mut self, trace: &Trace, event: &Event) {
        let (at, id) = (event.at, event.task);
        if let Kind::Created { .. } = event.kind {
            self.actors.push(Actor {
                created: at,
                ..Actor::default()
            });
        }
        let Some(actor) = self.actors.get_mut(id.index()) else {
            return;
        };
        match event.kind {
            Kind::Created { parent, .. } => {
                if let Some(by) = parent {
                    self.say(trace, id, What::Started { by });
                }
            }
            Kind::State { state, text } => {
                if state == State::Running {
                    actor.started.get_or_insert(at);
                }
                actor.backed = (state == State::Backoff).then_some(at);
                let told = state != State::Queued && !trace.text(text).is_empty();
                if told && actor.on == Some(WaitFor::Consumer) {
                    self.end_wait(id);
                    self.taken(trace, id, text);
                } else if told {
                    self.say(trace, id, What::Remark(state, text));
                }
            }
            Kind::Wait { on, .. } => {
                if on.is_passive() {
                    self.is_item(id);
                }
                let actor = &mut self.actors[id.index()];
                let told = match (actor.on.replace(on), on) {
                    (Some(WaitFor::ItemsDone(..)), WaitFor::ItemsDone(..)) => true,
                    (Some(before), on) => before == on,
                    (None, WaitFor::Turn) => true,
                    (None, _) => false,
                };
                if let Some(place) = actor.pending {
                    self.waits[place as usize] = Some((id, on));
                } else if !told && on != WaitFor::Turn && actor.backed != Some(at) {
                    actor.pending = Some(self.waits.len() as u32);
                    self.waits.push(Some((id, on)));
                }
            }
            Kind::Woken { by, asked } => {
                let on = self.end_wait(id);
                match (by, on) {
                    (by, _) if asked && by == Some(id) => self.say(trace, id, What::TimeUp),
                    (by, _) if asked => self.say(trace, id, What::Asked { by }),
                    (Some(by), Some(on)) => self.say(trace, id, What::Woken { by, on }),
                    _ => {}
                }
            }
            Kind::Polled { nanos } => {
                if nanos >= NOTICEABLE {
                    self.say(trace, id, What::Blocked(Time(nanos)));
                }
                let slept = self.actors[id.index()].on;
                if matches!(slept, Some(WaitFor::Timer { until }) if until <= Time(at.0 - nanos)) {
                    self.actors[id.index()].on = None;
                }
            }
            Kind::Ended { outcome, detail } => {
                let since = actor.started.unwrap_or(actor.created);
                let took = Time(at.0 - since.0);
                self.end_wait(id);
                match outcome {
                    Outcome::Ok if id == TaskId::MAIN => self.say(trace, id, What::Returned),
                    Outcome::Error => self.say(trace, id, What::Ended(outcome, took, took, detail)),
                    _ => self.say(trace, id, What::Ended(outcome, took, took, Text::default())),
                }
            }
            _ => {
                self.holders.apply(trace, event);
            }
        }
    }

    /// Withdraws the sentence that this task was started: it is an item, which gets a sentence when it is taken.
    fn is_item(&mut self, id: TaskId) {
        let last = self.lines.last_mut().filter(|line| {
            let place = (line.count as usize).min(NAMED) - 1;
            let is_last = line.count as usize > NAMED || line.tasks[place] == id;
            matches!(line.what, What::Started { .. }) && is_last
        });
        match last {
            Some(line) if line.count > 1 => line.count -= 1,
            Some(_) => {
                self.lines.pop();
            }
            None => {}
        }
    }

    /// Adds the sentence that an item is taken, in place of the same remark of its consumer just before.
    fn taken(&mut self, trace: &Trace, item: TaskId, by: Text) {
        let said = self.lines.last().is_some_and(|line| match line.what {
            What::Remark(_, said) => {
                let is_taker = trace.name(line.tasks[0]) == trace.text(by);
                is_taker && trace.text(said) == trace.name(item)
            }
            _ => false,
        });
        if said {
            self.lines.pop();
        }
        self.say(trace, item, What::Taken { by });
    }

    /// Ends the wait of a task; returns what it waited for.
    fn end_wait(&mut self, id: TaskId) -> Option<WaitFor> {
        let actor = self.actors.get_mut(id.index())?;
        if let Some(place) = actor.pending.take() {
            self.waits[place as usize] = None;
        }
        actor.on.take()
    }

    fn tell_waits(&mut self, trace: &Trace) {
        for wait in std::mem::take(&mut self.waits) {
            let Some((id, on)) = wait else { continue };
            self.actors[id.index()].pending = None;
            let what = match on {
                WaitFor::Timer { until } => {
                    let time = Time(until.0.saturating_sub(self.now.0));
                    What::Sleeps(time, time)
                }
                on => {
                    let holders = on.held().map(|id| self.holders.of(id));
                    let count = holders.as_ref().map_or(0, ExactSizeIterator::len);
                    let mut named = [TaskId::MAIN; 2];
                    for (name, holder) in named.iter_mut().zip(holders.into_iter().flatten()) {
                        *name = holder;
                    }
                    What::Waits(on, named, count as u32)
                }
            };
            self.say(trace, id, what);
        }
    }

    /// Adds a sentence for the tasks that wait for each other in a deadlock.
    fn tell_cycle(&mut self, trace: &Trace) {
        let Some(cycle) = cycle(&Index::of(trace)) else {
            return;
        };
        let (mut tasks, mut on) = ([TaskId::MAIN; NAMED], [None; NAMED]);
        for (place, link) in cycle.iter().take(NAMED).enumerate() {
            (tasks[place], on[place]) = (link.task, link.on);
        }
        self.lines.push(Line {
            at: self.now,
            what: What::Cycle(on),
            tasks,
            count: cycle.len() as u32,
        });
    }

    /// Adds a sentence, or adds the task to an equal sentence of this instant.
    fn say(&mut self, trace: &Trace, id: TaskId, what: What) {
        let near = self.lines.len().saturating_sub(NEAR).max(self.instant);
        let line = self.lines[near..]
            .iter_mut()
            .rev()
            .find(|line| line.at == self.now && line.what.joins(what, trace));
        match line {
            Some(line) => {
                if let Some(free) = line.tasks.get_mut(line.count as usize) {
                    *free = id;
                }
                line.count += 1;
                line.what = line.what.with(what);
            }
            None => self.lines.push(Line {
                at: self.now,
                what,
                tasks: [id; NAMED],
                count: 1,
            }),
        }
    }
}

impl What {
    /// Whether one sentence can have both contents, for different tasks.
    fn joins(self, other: Self, trace: &Trace) -> bool {
        match (self, other) {
            (Self::Sleeps(..), Self::Sleeps(..)) => true,
            (Self::Ended(a, .., why), Self::Ended(b, .., other)) => a == b && why == other,
            (Self::Remark(a, said), Self::Remark(b, other)) => {
                a == b && trace.text(said) == trace.text(other)
            }
            (Self::Taken { by }, Self::Taken { by: other }) => trace.text(by) == trace.text(other),
            (Self::Returned | Self::Cycle(_) | Self::Over { .. } | Self::Blocked(_), _) => false,
            (one, other) => one == other,
        }
    }

    /// The content of the joined sentence.
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Sleeps(least, most), Self::Sleeps(a, b)) => {
                Self::Sleeps(least.min(a), most.max(b))
            }
            (Self::Ended(how, least, most, why), Self::Ended(_, a, b, _)) => {
                Self::Ended(how, least.min(a), most.max(b), why)
            }
            (one, _) => one,
        }
    }
}
