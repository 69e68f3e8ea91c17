//! The core of a run, shared by all its parts: time, trace, tasks, the end.
//!
//! One thread, tasks polled in FIFO order, a trace of all events.

mod busy;
mod calls;
mod fiber;
mod interventions;
mod timers;
mod wakes;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::ports::Ports;
use crate::resource::Resource;
use fiber::Fiber;
use interleave_trace::Time;
use interleave_trace::{
    Kind, LogKind, MAX_EVENTS, Outcome, Recorder, ResourceId, State, TaskId, Text, Verdict,
    WaitFor, describe,
};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use wakes::{Job, Ready};

pub(crate) use busy::Busy;
use calls::Call;
pub(crate) use calls::{Callback, End};
pub(crate) use fiber::{Awaited, FiberId, Many};
use interventions::Interventions;
pub use interventions::Reach;
pub(crate) use timers::TimerId;
use timers::{Action, Timers};

/// Whether `main` still runs, and how far the cancellation of the tasks that it left behind has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Running,
    /// `main` has returned in this turn.
    Returned,
    /// Fibers that were ready when `main` returned take one more step.
    LastTurn,
    /// The tasks left behind are being cancelled.
    Closing,
    /// They have ended. asyncio's loop runs some more turns before it stops for good.
    Stopping {
        /// How many turns are left.
        turns: u8,
    },
}

/// From the turn in which the last task that `main` left behind ends: `gather` and the end of the loop's run are
/// callbacks, then asynchronous generators and the executor are shut down, each by a task with a callback.
const TURNS_TO_STOP: u8 = 6;

pub(crate) struct Core {
    pub ports: Ports,
    now: Cell<Time>,
    pub(crate) timers: RefCell<Timers>,
    pub(crate) fibers: RefCell<Vec<Fiber>>,
    pub(crate) ready: Arc<Ready>,
    /// One for each [`Job::Call`] in the ready queue, in the same order.
    calls: RefCell<VecDeque<Call>>,
    pub(crate) recorder: RefCell<Recorder>,
    /// The run is stopped once it has recorded this many events.
    pub(crate) max_events: Cell<usize>,
    pub(crate) busy: Cell<Busy>,
    /// When the present step began: of a fiber, or of a plain function.
    step: Cell<Time>,
    /// The fiber that is being polled.
    pub(crate) current: Cell<Option<FiberId>>,
    /// How many answers from outside are pending.
    pub(crate) listening: Cell<usize>,
    /// How many fibers have not ended.
    pub(crate) alive: Cell<usize>,
    /// How many functions are to be called later.
    pub(crate) callbacks: Cell<usize>,
    phase: Cell<Phase>,
    /// How many fibers that `main` left behind have not ended.
    left: Cell<usize>,
    /// How many steps are left of this turn.
    turn: Cell<usize>,
    pub(crate) interventions: Interventions,
    pub(crate) result: RefCell<serde_json::Value>,
    /// Parts of the results that are available even if `main` never returns.
    pub(crate) kept: RefCell<serde_json::Map<String, serde_json::Value>>,
}

impl Core {
    pub fn new(ports: Ports) -> Self {
        let mut recorder = Recorder::default();
        recorder.create(Time::ZERO, None, "main");
        Self {
            ports,
            now: Cell::default(),
            timers: RefCell::default(),
            fibers: RefCell::default(),
            ready: Arc::default(),
            calls: RefCell::default(),
            left: Cell::new(0),
            recorder: RefCell::new(recorder),
            max_events: Cell::new(MAX_EVENTS),
            busy: Cell::new(Busy::default()),
            step: Cell::default(),
            current: Cell::new(None),
            listening: Cell::new(0),
            alive: Cell::new(0),
            callbacks: Cell::new(0),
            phase: Cell::new(Phase::Running),
            turn: Cell::new(0),
            interventions: Interventions::default(),
            result: RefCell::default(),
            kept: RefCell::default(),
        }
    }

    // --- time ---------------------------------------------------------------

    pub fn now(&self) -> Time {
        self.now.get()
    }

    /// Moves virtual time forward to `at`.
    pub(crate) fn jump(&self, at: Time) {
        self.now.set(self.now().max(at));
    }

    /// Reads a wall clock: before the first step of a turn, and whenever a task hands the loop to another one. In between,
    /// time stands still.
    pub(crate) fn read_clock(&self) {
        if let Clock::Wall(read) = &self.ports.clock {
            self.now.set(self.now().max(read()));
        }
    }

    /// Records that the task that holds the loop blocks or computes at this line.
    pub fn blocks_at(&self, line: u32) {
        self.record(self.busy.get().task, Kind::Blocks { line });
    }

    /// Holds the loop for `seconds`: no other task can run.
    pub fn block(&self, seconds: f64) {
        self.note_wakes();
        let until = self.now().after(seconds);
        match &self.ports.clock {
            Clock::Virtual => self.now.set(until),
            Clock::Wall(_) => {
                let most = self.most_of_step();
                if until > most {
                    let remark = format_args!(
                        "would hold the loop for {seconds} s: in a live run, which freezes the page, it is {MAX_REAL_BLOCK} s"
                    );
                    self.log(self.busy.get().task, LogKind::Note, remark);
                }
                let until = until.min(most);
                while self.now() < until {
                    self.read_clock();
                }
            }
        }
    }

    /// The latest instant until which the present step may hold a real loop, over all its blocking calls.
    pub(crate) fn most_of_step(&self) -> Time {
        self.step.get().after(MAX_REAL_BLOCK)
    }

    pub fn arm(&self, deadline: Time, waker: &Waker) -> TimerId {
        let action = Action::Wake(waker.clone());
        self.timers.borrow_mut().arm(deadline, action)
    }

    /// Has `to` called at `deadline`: `loop.call_at`.
    pub fn call_at(&self, deadline: Time, to: Rc<dyn Callback>) -> TimerId {
        self.timers.borrow_mut().arm(deadline, Action::Call(to))
    }

    pub fn poll_timer(&self, timer: TimerId, waker: &Waker) -> bool {
        self.timers.borrow_mut().poll(timer, waker)
    }

    pub fn release(&self, timer: TimerId) {
        self.timers.borrow_mut().release(timer);
    }

    /// Counts a pending answer from outside, until the guard is dropped.
    pub fn listen(self: &Rc<Self>) -> Listening {
        self.listening.set(self.listening.get() + 1);
        Listening(Rc::clone(self))
    }

    // --- turns --------------------------------------------------------------

    /// Whether there are steps left in this turn.
    pub(crate) fn has_turn(&self) -> bool {
        self.turn.get() > 0
    }

    /// Begins a turn: every job that is ready now is done once in it. False if there is nothing to do.
    ///
    /// The number of jobs is stored, since a budget may interrupt a turn: timers
    /// that become due meanwhile must not fire before the next turn.
    pub(crate) fn begin_turn(&self) -> bool {
        match self.phase.get() {
            // asyncio's loop stops at the end of this turn.
            Phase::Returned => self.phase.set(Phase::LastTurn),
            Phase::LastTurn => {
                self.phase.set(Phase::Closing);
                self.cancel_left();
                if self.alive.get() == 0 {
                    let turns = TURNS_TO_STOP;
                    self.phase.set(Phase::Stopping { turns });
                }
            }
            Phase::Stopping { turns: 0 } => {
                self.abandon();
                return true;
            }
            Phase::Stopping { turns } => {
                let turns = turns - 1;
                self.phase.set(Phase::Stopping { turns });
            }
            Phase::Running | Phase::Closing => {}
        }
        self.read_clock();
        let due = |timer| self.ready.queue().push_back(Job::Ring(timer));
        self.timers.borrow_mut().due(self.now(), due);
        self.turn.set(self.ready.queue().len());
        // If `main` left no task behind, or all of them have ended, the loop stops even if nothing is ready.
        self.has_turn() || matches!(self.phase.get(), Phase::LastTurn | Phase::Stopping { .. })
    }

    /// Does the next job of this turn; true if a fiber took a step.
    pub(crate) fn next_step(self: &Rc<Self>) -> bool {
        self.turn.set(self.turn.get().saturating_sub(1));
        let next = self.ready.queue().pop_front();
        match next {
            Some(Job::Step(fiber)) => self.step(fiber),
            Some(Job::Ring(timer)) => self.ring(timer),
            Some(Job::Call) => self.call(),
            None => {}
        }
        matches!(next, Some(Job::Step(_)))
    }

    // --- the trace ----------------------------------------------------------

    pub fn create(&self, parent: TaskId, name: &str) -> TaskId {
        self.recorder
            .borrow_mut()
            .create(self.now(), Some(parent), name)
    }

    pub fn record(&self, task: TaskId, kind: Kind) {
        self.recorder.borrow_mut().push(self.now(), task, kind);
    }

    /// Interns a text for an event.
    pub fn intern(&self, text: impl Display) -> Text {
        self.recorder.borrow_mut().intern(text)
    }

    pub fn state(&self, task: TaskId, state: State, text: impl Display) {
        let text = self.intern(text);
        self.record(task, Kind::State { state, text });
    }

    pub fn log(&self, task: TaskId, kind: LogKind, text: impl Display) {
        let text = self.intern(text);
        self.record(task, Kind::Log { kind, text });
    }

    /// Sets a gauge that belongs to no resource.
    pub fn gauge(&self, task: TaskId, name: &str, value: f64, whole: bool) {
        let gauge = self.recorder.borrow_mut().intern_gauge(name);
        if let Some(gauge) = gauge {
            self.set_gauge(task, gauge, value, whole, ResourceId::UNKNOWN);
        }
    }

    pub fn set_gauge(&self, task: TaskId, gauge: Text, value: f64, whole: bool, of: ResourceId) {
        let kind = Kind::Gauge {
            gauge,
            value,
            whole,
            of,
        };
        self.record(task, kind);
    }

    /// Sets a gauge that counts something.
    pub fn count(&self, task: TaskId, name: &str, count: usize) {
        self.gauge(task, name, count as f64, true);
    }

    /// Keeps a part of the results, which is available even if `main` never returns.
    pub fn keep(&self, key: &str, values: impl IntoIterator<Item = serde_json::Value>) {
        let mut kept = self.kept.borrow_mut();
        let list = kept
            .entry(key)
            .or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let Some(list) = list.as_array_mut() {
            list.extend(values);
        }
    }

    pub fn ended(&self, task: TaskId, outcome: Outcome, detail: impl Display) {
        let detail = self.intern(detail);
        self.record(task, Kind::Ended { outcome, detail });
    }

    /// Records that the task that holds the loop is being suspended.
    pub fn waits(&self, on: WaitFor, line: u32) {
        self.suspends();
        self.record(self.busy.get().task, Kind::Wait { on, line });
    }

    /// The same, for a wait for a resource.
    pub fn waits_at(&self, resource: &Resource, on: impl FnOnce(ResourceId) -> WaitFor, line: u32) {
        let id = resource.id(self, self.busy.get().task);
        self.waits(on(id), line);
    }

    /// Records that the task that holds the loop is suspended in `other`, which it awaits in place.
    pub fn waits_in_place(&self, other: TaskId, line: u32) {
        let (task, on) = (self.busy.get().task, WaitFor::Task(other));
        if task != other {
            self.record(task, Kind::Wait { on, line });
        }
    }

    // --- the end ------------------------------------------------------------

    pub(crate) fn over(&self) -> bool {
        self.recorder.borrow().end().is_some()
    }

    pub(crate) fn main_returned(&self, returned: Result<serde_json::Value>) {
        let main = TaskId::MAIN;
        match returned {
            Ok(value) => {
                *self.result.borrow_mut() = value;
                self.log(main, LogKind::Note, "main returns");
                self.ended(main, Outcome::Ok, "");
            }
            Err(error) => {
                self.log(main, LogKind::Note, format_args!("main raises: {error}"));
                self.ended(main, error.outcome(), &error);
            }
        }
        self.phase.set(Phase::Returned);
    }

    fn cancel_left(&self) {
        let left = {
            let fibers = self.fibers.borrow();
            let ids = 1..fibers.len() as FiberId;
            let left = ids.filter(|&id| !fibers[id as usize].done);
            left.collect::<Vec<_>>()
        };
        self.left.set(left.len());
        // The trace names `main` as the task that cancels them.
        self.as_task(Some(TaskId::MAIN), || {
            for id in left {
                if let Some(fiber) = self.fibers.borrow_mut().get_mut(id as usize) {
                    fiber.left_behind = true;
                }
                self.cancel(id);
            }
        });
    }

    /// A fiber has ended. The run is over when `main` has returned and no task that it left behind is alive.
    pub(crate) fn fiber_ended(&self, was_left_behind: bool) {
        self.alive.set(self.alive.get().saturating_sub(1));
        // With no fiber alive, only functions that are due can still change the trace in the remaining turns.
        let is_last = self.phase.get() != Phase::Running && self.alive.get() == 0;
        if is_last && self.callbacks.get() == 0 {
            self.completed();
        } else if was_left_behind {
            self.left.set(self.left.get().saturating_sub(1));
            if self.left.get() == 0 && self.phase.get() == Phase::Closing {
                let turns = TURNS_TO_STOP;
                self.phase.set(Phase::Stopping { turns });
            }
        }
    }

    /// Stops the loop for good. Tasks that were started during the final clean-up may be alive, and are dropped.
    fn abandon(&self) {
        drop(self.fibers.take());
        self.completed();
    }

    fn completed(&self) {
        self.finish(Verdict::Completed);
    }

    /// Whether the run has reached its limit of events or text bytes.
    pub(crate) fn is_full(&self) -> bool {
        let trace = self.recorder.borrow();
        trace.events().len() >= self.max_events.get() || trace.text_bytes() >= MAX_TEXT_BYTES
    }

    /// Ends the run here and drops every task.
    pub(crate) fn finish(&self, verdict: Verdict) {
        self.recorder.borrow_mut().finish(self.now(), verdict);
        self.clear();
    }

    pub(crate) fn deadlocked(&self) {
        let mut pending = Vec::new();
        {
            let trace = self.recorder.borrow();
            let index = interleave_trace::Index::of(&trace);
            for (id, task) in index.tasks() {
                if task.end.is_none() {
                    pending.push((id, describe(&trace, &index, id)));
                }
            }
        }
        for &(task, _) in &pending {
            self.ended(task, Outcome::Hung, "");
        }
        let verdict = Verdict::Deadlocked(pending.into_iter().map(|(_, words)| words).collect());
        self.finish(verdict);
    }

    /// The bytes of tasks, timers and trace.
    pub(crate) fn bytes(&self) -> usize {
        let fibers = self.fibers.borrow();
        let tasks: usize = fibers.iter().map(Fiber::bytes).sum();
        let spare = fibers.capacity() - fibers.len();
        let timers = self.timers.borrow().bytes();
        tasks + spare * size_of::<Fiber>() + timers + self.recorder.borrow().bytes()
    }

    /// Drops every task. Events of the drops would come after the end, and are not recorded.
    ///
    /// Destructors may look up fibers, spawn, wake and cancel: nothing is
    /// borrowed meanwhile, and tasks that are spawned now are dropped immediately.
    pub(crate) fn clear(&self) {
        drop(self.fibers.take());
        self.ready.clear();
        drop(self.calls.take());
        let timers = self.timers.borrow_mut().disarm();
        drop(timers);
        self.turn.set(0);
        self.alive.set(0);
    }
}

/// A run is also stopped once its texts have this many bytes.
const MAX_TEXT_BYTES: usize = 256 << 20;

/// The longest that a step holds a real loop, in seconds: the page is frozen meanwhile.
pub(crate) const MAX_REAL_BLOCK: f64 = 2.0;

/// An answer from outside is pending while this lives.
#[must_use]
pub(crate) struct Listening(Rc<Core>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.listening.set(self.0.listening.get() - 1);
    }
}

impl Error {
    /// The outcome of a task that ends with this error.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Cancelled => Outcome::Cancelled,
            Self::TimedOut => Outcome::Timeout,
            Self::Failed(_) | Self::Group(_) => Outcome::Error,
        }
    }
}
