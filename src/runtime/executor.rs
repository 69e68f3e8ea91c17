//! The executor: one thread, tasks polled in FIFO order, a trace of all that happens.
//!
//! A turn works like an iteration of asyncio's loop: timers that are due wake
//! their tasks in the order in which they were made, then whatever is ready
//! takes one step. What is woken meanwhile goes to the back of the queue.

use super::clock::{Clock, TimerId, Timers};
use super::cx::Cx;
use super::error::{Error, Result};
use super::fetch::Network;
use crate::time::Time;
use crate::trace::{
    Kind, LogKind, Outcome, State, TaskId, Text, Trace, Verdict, WaitFor, describe,
};
use futures_util::task::AtomicWaker;
use std::cell::{Cell, Ref, RefCell};
use std::collections::VecDeque;
use std::fmt::Display;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

/// What a run needs of the world outside.
#[derive(Clone)]
pub struct Ports {
    /// Where time comes from.
    pub clock: Clock,
    /// Where `Cx::fetch` goes; without one it is simulated with the request's own figures.
    pub network: Option<Rc<dyn Network>>,
}

impl Ports {
    /// No world at all: virtual time, simulated network.
    pub fn simulated() -> Self {
        Self {
            clock: Clock::Virtual,
            network: None,
        }
    }
}

/// Where a run stands after it was driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The budget is used up, there is more to do at once.
    Busy,
    /// Nothing to do before this deadline.
    Sleeping(Time),
    /// Only an answer from outside can wake a task.
    Listening,
    /// The run is over; the trace says how.
    Ended,
}

/// One run of one program: its tasks, clock and trace.
///
/// Dropping it drops every task.
#[must_use = "dropping the runtime ends the run"]
pub struct Runtime {
    core: Rc<Core>,
}

impl Runtime {
    /// A runtime in which nothing has been started.
    pub fn new(ports: Ports) -> Self {
        let mut trace = Trace::default();
        trace.create(Time::ZERO, None, "main");
        Self {
            core: Rc::new(Core {
                ports,
                now: Cell::default(),
                timers: RefCell::default(),
                fibers: RefCell::default(),
                ready: Arc::default(),
                trace: RefCell::new(trace),
                hold: Cell::new(Hold::default()),
                current: Cell::new(None),
                listening: Cell::new(0),
                alive: Cell::new(0),
                phase: Cell::new(Phase::Running),
                result: RefCell::default(),
            }),
        }
    }

    /// Makes `program` the `main` of this run. It takes its first step when the runtime is driven.
    ///
    /// What `main` returns is kept for [`Runtime::result`]; when it returns, what
    /// it left running is cancelled, as `asyncio.run` does.
    pub fn start<F, Fut>(&self, program: F)
    where
        F: FnOnce(Cx) -> Fut,
        Fut: Future<Output = Result<serde_json::Value>> + 'static,
    {
        let main = program(Cx::new(Rc::clone(&self.core), TaskId::MAIN));
        let core = Rc::downgrade(&self.core);
        self.core.spawn(TaskId::MAIN, async move {
            if let Some(core) = core.upgrade() {
                core.state(TaskId::MAIN, State::Running, "");
            }
            let returned = main.await;
            if let Some(core) = core.upgrade() {
                core.main_returned(returned);
            }
        });
    }

    /// Does all there is to do up to the instant `limit`, in at most `budget` steps.
    ///
    /// Under a virtual clock, time ends up at the last deadline that is not
    /// after `limit`. Under a wall clock, pass the present.
    pub fn run_until(&self, limit: Time, mut budget: usize) -> Status {
        let core = &self.core;
        if core.over() {
            return Status::Ended;
        }
        loop {
            core.read_clock();
            core.timers.borrow_mut().fire(core.now(), Waker::wake);
            let ready = core.ready.queue().len();
            for _ in 0..ready {
                if budget == 0 {
                    return Status::Busy;
                }
                budget -= 1;
                let Some(fiber) = core.ready.queue().pop_front() else {
                    break;
                };
                core.step(fiber);
                if core.over() {
                    return Status::Ended;
                }
            }
            if !core.ready.queue().is_empty() {
                continue;
            }
            let next = core.timers.borrow_mut().next();
            match next {
                Some(next) if core.ports.clock.is_wall() => {
                    core.read_clock();
                    if next > core.now() {
                        return Status::Sleeping(next);
                    }
                }
                Some(next) if next > limit => return Status::Sleeping(next),
                Some(next) => core.now.set(core.now().max(next)),
                None if core.listening.get() > 0 => return Status::Listening,
                None => {
                    core.deadlocked();
                    return Status::Ended;
                }
            }
        }
    }

    /// Runs to the end at once. Only for a virtual clock without a network.
    pub fn run(&self) {
        while self.run_until(Time::MAX, usize::MAX) == Status::Busy {}
    }

    /// Stops the run where it is. Its trace keeps what has happened; every task is dropped.
    pub fn stop(&self) {
        let core = &self.core;
        core.trace.borrow_mut().finish(core.now(), Verdict::Stopped);
        core.clear();
    }

    /// Asks for `waker` to be woken when an answer from outside makes a task ready.
    pub fn notify(&self, waker: &Waker) {
        self.core.ready.outside.register(waker);
    }

    /// The record of the run so far.
    pub fn trace(&self) -> Ref<'_, Trace> {
        self.core.trace.borrow()
    }

    /// The run's present: under a virtual clock the last deadline reached.
    pub fn now(&self) -> Time {
        self.core.now()
    }

    /// The run's present, measured afresh under a wall clock.
    pub fn read_now(&self) -> Time {
        match &self.core.ports.clock {
            Clock::Virtual => self.now(),
            Clock::Wall(read) => self.now().max(read()),
        }
    }

    /// What `main` returned; null before, and when it did not return.
    pub fn result(&self) -> serde_json::Value {
        self.core.result.borrow().clone()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // Tasks own the core and the core owns the tasks: break the ring.
        self.stop();
    }
}

/// Whether `main` still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Running,
    /// `main` has returned; what it left behind is being cancelled.
    Closing,
}

/// Index of a fiber.
pub(crate) type FiberId = u32;

/// A spawned future, which the executor polls by itself; a logical task that is
/// awaited in place has none of its own.
struct Fiber {
    task: TaskId,
    /// Absent while it is polled, and once it has ended.
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    waker: Arc<FiberWaker>,
    /// Somebody asked for cancellation and the fiber has not been told yet.
    cancel: bool,
    /// How many nested scopes would like to be told of a cancellation.
    scopes: u32,
    /// The fibers whose end this one awaits: a cancellation is passed on to them.
    awaits: Vec<FiberId>,
    done: bool,
}

#[derive(Default)]
struct Ready {
    queue: Mutex<VecDeque<FiberId>>,
    /// Woken when a fiber becomes ready, for answers that come from outside.
    outside: AtomicWaker,
}

impl Ready {
    fn queue(&self) -> MutexGuard<'_, VecDeque<FiberId>> {
        // The queue is valid whatever panicked while holding it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct FiberWaker {
    fiber: FiberId,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for FiberWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.queue().push_back(self.fiber);
            self.ready.outside.wake();
        }
    }
}

/// Which task holds the loop, and since when.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hold {
    task: TaskId,
    since: Time,
    /// Another task held the loop within this hold, so that an empty rest need not be recorded.
    nested: bool,
}

pub(crate) struct Core {
    pub ports: Ports,
    now: Cell<Time>,
    timers: RefCell<Timers>,
    fibers: RefCell<Vec<Fiber>>,
    ready: Arc<Ready>,
    trace: RefCell<Trace>,
    hold: Cell<Hold>,
    /// The fiber that is being polled.
    current: Cell<Option<FiberId>>,
    /// Answers from outside that are under way.
    listening: Cell<usize>,
    /// Fibers that have not ended.
    alive: Cell<usize>,
    phase: Cell<Phase>,
    result: RefCell<serde_json::Value>,
}

impl Core {
    // --- time ---------------------------------------------------------------

    pub fn now(&self) -> Time {
        self.now.get()
    }

    /// Under a wall clock, time is read once a step and stands still in between.
    fn read_clock(&self) {
        if let Clock::Wall(read) = &self.ports.clock {
            self.now.set(self.now().max(read()));
        }
    }

    /// Holds the loop for `seconds`: nobody else can go on.
    pub fn block(&self, seconds: f64) {
        let until = self.now().after(seconds);
        match &self.ports.clock {
            Clock::Virtual => self.now.set(until),
            Clock::Wall(_) => {
                let until = until.min(self.now().after(MAX_REAL_BLOCK));
                while self.now() < until {
                    self.read_clock();
                }
            }
        }
    }

    pub fn arm(&self, deadline: Time, waker: &Waker) -> TimerId {
        self.timers.borrow_mut().arm(deadline, waker.clone())
    }

    pub fn poll_timer(&self, timer: TimerId, waker: &Waker) -> bool {
        self.timers.borrow_mut().poll(timer, waker)
    }

    pub fn release(&self, timer: TimerId) {
        self.timers.borrow_mut().release(timer);
    }

    /// Counts an answer from outside that is under way, until the guard is dropped.
    pub fn listen(self: &Rc<Self>) -> Listening {
        self.listening.set(self.listening.get() + 1);
        Listening(Rc::clone(self))
    }

    // --- the trace ----------------------------------------------------------

    pub fn create(&self, parent: TaskId, name: &str) -> TaskId {
        self.trace
            .borrow_mut()
            .create(self.now(), Some(parent), name)
    }

    pub fn record(&self, task: TaskId, kind: Kind) {
        self.trace.borrow_mut().push(self.now(), task, kind);
    }

    /// Keeps a text for an event.
    pub fn intern(&self, text: impl Display) -> Text {
        self.trace.borrow_mut().intern(text)
    }

    pub fn state(&self, task: TaskId, state: State, text: impl Display) {
        let text = self.intern(text);
        self.record(task, Kind::State { state, text });
    }

    pub fn log(&self, task: TaskId, kind: LogKind, text: impl Display) {
        let text = self.intern(text);
        self.record(task, Kind::Log { kind, text });
    }

    pub fn ended(&self, task: TaskId, outcome: Outcome, detail: impl Display) {
        let detail = self.intern(detail);
        self.record(task, Kind::Ended { outcome, detail });
    }

    /// Records that the task that holds the loop is being suspended.
    pub fn waits(&self, on: WaitFor, line: u32) {
        self.record(self.hold.get().task, Kind::Wait { on, line });
    }

    // --- who holds the loop -------------------------------------------------

    /// `task` holds the loop from now; the answer goes to [`Core::leave`].
    pub fn enter(&self, task: TaskId) -> Hold {
        let outer = self.hold.get();
        self.record_hold(outer, false);
        self.hold.set(Hold {
            task,
            since: self.now(),
            nested: false,
        });
        outer
    }

    /// The task that entered last lets go of the loop.
    pub fn leave(&self, outer: Hold) {
        let own = self.hold.get();
        self.record_hold(own, !own.nested);
        self.hold.set(Hold {
            since: self.now(),
            nested: true,
            ..outer
        });
    }

    fn record_hold(&self, hold: Hold, even_if_empty: bool) {
        let nanos = self.now().0 - hold.since.0;
        if self.current.get().is_some() && (nanos > 0 || even_if_empty) {
            self.record(hold.task, Kind::Held { nanos });
        }
    }

    // --- fibers -------------------------------------------------------------

    pub fn spawn(&self, task: TaskId, future: impl Future<Output = ()> + 'static) -> FiberId {
        let mut fibers = self.fibers.borrow_mut();
        let id = fibers.len() as FiberId;
        let waker = Arc::new(FiberWaker {
            fiber: id,
            queued: AtomicBool::new(false),
            ready: Arc::clone(&self.ready),
        });
        waker.wake_by_ref();
        self.alive.set(self.alive.get() + 1);
        fibers.push(Fiber {
            task,
            future: Some(Box::pin(future)),
            waker,
            cancel: false,
            scopes: 0,
            awaits: Vec::new(),
            done: false,
        });
        id
    }

    /// Lets one fiber take a step.
    fn step(self: &Rc<Self>, id: FiberId) {
        let (future, waker, task, drop_it) = {
            let mut fibers = self.fibers.borrow_mut();
            let fiber = &mut fibers[id as usize];
            fiber.waker.queued.store(false, Ordering::Relaxed);
            let Some(future) = fiber.future.take() else {
                return;
            };
            fiber.awaits.clear();
            let drop_it = fiber.cancel && fiber.scopes == 0;
            (
                future,
                Waker::from(Arc::clone(&fiber.waker)),
                fiber.task,
                drop_it,
            )
        };
        self.read_clock();
        let mut future = Some(future);
        self.current.set(Some(id));
        self.hold.set(Hold {
            task,
            since: self.now(),
            nested: false,
        });
        let ended = match future.as_mut() {
            // Dropping the future is the cancellation: guards record it on the way.
            _ if drop_it => true,
            Some(future) => future
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_ready(),
            None => true,
        };
        if ended {
            future = None;
        }
        self.read_clock();
        let own = self.hold.get();
        self.record_hold(own, !own.nested);
        self.current.set(None);
        let mut fibers = self.fibers.borrow_mut();
        let fiber = &mut fibers[id as usize];
        fiber.done = ended;
        fiber.future = future;
        drop(fibers);
        if ended {
            self.fiber_ended();
        }
    }

    /// Asks a fiber to end. It is told at its next step, which this causes.
    ///
    /// A fiber that awaits another one passes the request on instead, and goes
    /// on with what that one answers. Returns whether the fiber could still be asked.
    pub fn cancel(&self, id: FiberId) -> bool {
        let mut fibers = self.fibers.borrow_mut();
        let mut asked = vec![id];
        let mut first = None;
        while let Some(id) = asked.pop() {
            let fiber = &mut fibers[id as usize];
            if fiber.done {
                first.get_or_insert(false);
                continue;
            }
            first.get_or_insert(true);
            let awaits = fiber.awaits.clone();
            let alive: Vec<_> = awaits
                .into_iter()
                .filter(|&i| !fibers[i as usize].done)
                .collect();
            if alive.is_empty() {
                let fiber = &mut fibers[id as usize];
                fiber.cancel = true;
                fiber.waker.wake_by_ref();
            } else {
                asked.extend(alive.into_iter().rev());
            }
        }
        first.unwrap_or(false)
    }

    /// Notes that the fiber being polled awaits another one's end.
    pub fn awaits(&self, other: FiberId) {
        self.with_current(|fiber| fiber.awaits.push(other));
    }

    /// Opens a scope that would like to be told of a cancellation; returns its depth, from 1.
    pub fn open_scope(&self) -> Option<(FiberId, u32)> {
        let id = self.current.get()?;
        let fiber = &mut self.fibers.borrow_mut()[id as usize];
        fiber.scopes += 1;
        Some((id, fiber.scopes))
    }

    /// Closes a scope.
    pub fn close_scope(&self, fiber: FiberId) {
        // While a runtime is being dropped its fibers are gone already.
        if let Some(fiber) = self.fibers.borrow_mut().get_mut(fiber as usize) {
            fiber.scopes -= 1;
        }
    }

    /// Takes the request for cancellation, if there is one and `depth` is the innermost scope.
    pub fn take_cancel(&self, fiber: FiberId, depth: u32) -> bool {
        let fiber = &mut self.fibers.borrow_mut()[fiber as usize];
        fiber.scopes == depth && std::mem::take(&mut fiber.cancel)
    }

    fn with_current(&self, change: impl FnOnce(&mut Fiber)) {
        if let Some(id) = self.current.get() {
            change(&mut self.fibers.borrow_mut()[id as usize]);
        }
    }

    // --- the end ------------------------------------------------------------

    fn over(&self) -> bool {
        self.trace.borrow().end().is_some()
    }

    fn main_returned(&self, returned: Result<serde_json::Value>) {
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
        self.phase.set(Phase::Closing);
        let left: Vec<_> = (1..self.fibers.borrow().len() as FiberId).collect();
        for id in left {
            if !self.fibers.borrow()[id as usize].done {
                self.cancel(id);
            }
        }
    }

    /// The run is over when `main` has returned and nothing that it left behind is alive.
    fn fiber_ended(&self) {
        self.alive.set(self.alive.get() - 1);
        if self.phase.get() == Phase::Closing && self.alive.get() == 0 {
            self.trace
                .borrow_mut()
                .finish(self.now(), Verdict::Completed);
            self.clear();
        }
    }

    fn deadlocked(&self) {
        let mut pending = Vec::new();
        {
            let trace = self.trace.borrow();
            let index = crate::trace::Index::of(&trace);
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
        self.trace.borrow_mut().finish(self.now(), verdict);
        self.clear();
    }

    /// Drops every task. What the drops would record comes after the end and is not.
    fn clear(&self) {
        let futures: Vec<_> = {
            let mut fibers = self.fibers.borrow_mut();
            fibers
                .iter_mut()
                .filter_map(|fiber| fiber.future.take())
                .collect()
        };
        drop(futures);
        self.fibers.borrow_mut().clear();
        self.ready.queue().clear();
    }
}

/// The longest that `block` holds a real loop, in seconds: the page is frozen meanwhile.
const MAX_REAL_BLOCK: f64 = 10.0;

/// An answer from outside is under way while this lives.
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
            Self::Failed(_) => Outcome::Error,
        }
    }
}
