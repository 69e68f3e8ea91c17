//! The events of a run: plain data, small and `Copy`. [`Kind`] has a table of them.

use crate::Time;
use std::sync::Arc;

/// A logical task: one download, request, worker. Task 0 is the program's `main`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u32);

impl TaskId {
    /// The program itself.
    pub const MAIN: Self = Self(0);

    /// The task's place in order of creation.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A semaphore, lock, queue or the like of a run: its number in order of first use, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

impl ResourceId {
    /// No resource: recordings of older versions do not name resources, and some gauges belong to none.
    pub const UNKNOWN: Self = Self(0);
    /// The connections of a pool, which has no number: no event names it; its gauge shows which tasks hold connections.
    pub const CONNECTIONS: Self = Self(u32::MAX);
}

/// The kinds of resources that tasks wait for or hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// `asyncio.Semaphore`.
    Semaphore,
    /// `asyncio.Lock`.
    Lock,
    /// `asyncio.Event`.
    Event,
    /// `asyncio.Condition`.
    Condition,
    /// `asyncio.Barrier`.
    Barrier,
    /// `asyncio.Queue`.
    Queue,
    /// A token bucket.
    RateLimiter,
}

impl ResourceKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Semaphore,
        Self::Lock,
        Self::Event,
        Self::Condition,
        Self::Barrier,
        Self::Queue,
        Self::RateLimiter,
    ];

    /// The word that readers see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Semaphore => "semaphore",
            Self::Lock => "lock",
            Self::Event => "event",
            Self::Condition => "condition",
            Self::Barrier => "barrier",
            Self::Queue => "queue",
            Self::RateLimiter => "rate limiter",
        }
    }
}

/// A text in the trace's arena: copying it is cheap, and a name needs no allocation of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// The state of a task, as in the reference traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Created, or waiting for its turn: a permit, a slot, an item.
    Queued,
    /// Inside the operation: suspended on I/O or a timer, or holding the loop.
    Running,
    /// Sleeping between two attempts.
    Backoff,
}

impl State {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Queued, Self::Running, Self::Backoff];

    /// The word of exported traces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Backoff => "backoff",
        }
    }
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned.
    Ok,
    /// It failed, or returned an error that it caught.
    Error,
    /// It was cancelled, or its future was dropped.
    Cancelled,
    /// It ran into its time limit.
    Timeout,
    /// It can never end: the run is deadlocked.
    Hung,
    /// Its future was never polled.
    NeverStarted,
}

impl Outcome {
    /// The word of exported traces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timeout",
            Self::Hung => "hung",
            Self::NeverStarted => "never_started",
        }
    }
}

/// The object of a wait of a suspended task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// A timer.
    Timer {
        /// When it fires.
        until: Time,
    },
    /// Another task's end.
    Task(TaskId),
    /// The end of this many tasks.
    Tasks(u32),
    /// The end of the first of this many tasks.
    First(u32),
    /// A permit of a semaphore.
    Permit(ResourceId),
    /// A connection of a pool.
    Connection,
    /// A lock that another task holds.
    Lock(ResourceId),
    /// An event to be set.
    Event(ResourceId),
    /// A condition to be notified.
    Notify(ResourceId),
    /// The other tasks of a barrier.
    Barrier(ResourceId),
    /// A token of a rate limiter.
    Token(ResourceId),
    /// An item of a queue.
    Item(ResourceId),
    /// A free place in a queue.
    Slot(ResourceId),
    /// For an item: a consumer that takes it out of its queue.
    Consumer,
    /// For a plain function: the loop, to call it.
    Callback {
        /// When it is due.
        until: Time,
    },
    /// This many items of a queue to be marked as done.
    ItemsDone(u32, ResourceId),
    /// The end of a fetch that another task has begun.
    SharedFetch,
    /// An answer from the network.
    Response,
    /// A database or a disk.
    Storage,
    /// The work of another thread.
    Thread,
    /// The network, in a recorded program.
    Socket,
    /// A subprocess to end, in a recorded program.
    Process,
    /// A plain future to be done, in a recorded program.
    Future,
    /// The next turn of the loop.
    Turn,
}

impl WaitFor {
    /// Whether the waiter is not a task, but an item of a queue or a function that is to be called: it does nothing by itself,
    /// and may never end.
    pub fn is_passive(self) -> bool {
        matches!(self, Self::Consumer | Self::Callback { .. })
    }
}

/// The kind of a log line that a program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKind {
    /// The program's own output.
    Print,
    /// A remark of the runtime.
    Note,
}

/// The kind of an event.
///
/// Each [`Event`] is a time, a task and a [`Kind`]:
///
/// | kind | meaning |
/// |---|---|
/// | `Created { parent, name }` | the task was created, queued. Names are unique: a repeated one gets ` #2` |
/// | `State { state, text }` | it entered a state; `text` is the program's remark |
/// | `Wait { on, line }` | it was suspended: on a timer, a task, a number of tasks, a permit, an answer, a turn; and at which line of the source |
/// | `Woken { by, asked }` | it was woken by another task, or was asked to end |
/// | `Polled { nanos }` | it held the loop for this long, up to now |
/// | `Blocks { line }` | it blocks or computes, at this line of the source: in this step, and from here on |
/// | `Ended { outcome, detail }` | how it ended. The first end counts: a program may record its result itself |
/// | `NeverRetrieved` | it failed, and its error was dropped before it was retrieved |
/// | `Amount { total, unit }` | the amount that it moves: 50 "MB" |
/// | `Progress { done, total }` | bytes of its answer that have arrived: live runs only |
/// | `Resource { kind, name }` | it is the first to use a semaphore, lock or the like, which gets the next number |
/// | `Holds { resource, taken }` | it has taken a lock, or released it |
/// | `Gauge { gauge, value, of }` | a gauge, such as permits in use, has a new value |
/// | `Log { kind, text }` | the program printed something, or a remark |
/// | `SteppedIn { fails }` | the reader cancels it, or lets it fail; a remark for the log follows |
///
/// A `Woken` is recorded at the instant, and at the place in the trace, of the wake-up: within the step of the task that
/// wakes. The step of the woken task follows in a later turn of the loop. It is recorded only if no other event has the same
/// information: not for timers, whose waits have their deadlines, nor for answers from outside, nor
/// for a task's first step, which its creation explains. So in the most frequent case, very many tasks that sleep and are
/// gathered, the only one is that of the gathering task. If tasks await each other in place, the wake-up is that
/// of the innermost; the outer ones continue when the inner one ends, as `Wait { on: Task }` says. A task that asks itself
/// to end has run into a time limit; the tasks that `main` leaves behind are asked by `main`.
///
/// Times never decrease. After its end a task does not change its state, and after the end of the run nothing is recorded.
///
/// One download of 2 MB at half a second each has these events:
///
/// ```text
/// 0.0 s  main   Created { parent: None, name: "main" }
/// 0.0 s  main   State { Running }
/// 0.0 s  a.zip  Created { parent: main, name: "a.zip" }
/// 0.0 s  main   Wait { on: Tasks(1), line: 54 }
/// 0.0 s  main   Polled { nanos: 0 }
/// 0.0 s  a.zip  State { Running }
/// 0.0 s  a.zip  Amount { total: 2, unit: "MB" }
/// 0.0 s  a.zip  Log { Print, "Starting download: a.zip (2MB)" }
/// 0.0 s  a.zip  Wait { on: Timer { until: 1.0 s }, line: 31 }
/// 0.0 s  a.zip  Polled { nanos: 0 }
/// 1.0 s  a.zip  Log { Print, "Completed download: a.zip" }
/// 1.0 s  a.zip  Ended { Ok, "Data from a.zip (2MB)" }
/// 1.0 s  main   Woken { by: a.zip, asked: false }
/// 1.0 s  a.zip  Polled { nanos: 0 }
/// 1.0 s  main   Log { Note, "main returns" }
/// 1.0 s  main   Ended { Ok }
/// 1.0 s  main   Polled { nanos: 0 }
/// end    1.0 s, Completed
/// ```
///
/// `main` starts the task and waits for it; that was its first step. In its own first step the task records its amount,
/// prints, and waits for a timer. A second later the timer wakes it: it prints, records its result, and returns, which wakes
/// `main`. Each step ends with its `Polled`, here of no length: in virtual time only blocking takes time. A `Polled` comes
/// after the events of its step, so it may follow its task's end.
///
/// A new kind of event needs a row here, one in the writer and the reader of [`saved`](crate::saved), and one in the table
/// of its docs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// The task was created, queued.
    Created {
        /// The task that made it; `main` has none.
        parent: Option<TaskId>,
        /// Its name, unique in the trace.
        name: Text,
    },
    /// The task entered a state.
    State {
        /// The new state.
        state: State,
        /// The program's remark, for example "attempt 2".
        text: Text,
    },
    /// The task was suspended.
    Wait {
        /// What it waits for.
        on: WaitFor,
        /// The line of the playground's source that awaits.
        line: u32,
    },
    /// The task was woken by another one, or was asked to end. It is recorded immediately,
    /// within the step of the task that woke it; the woken task's own step comes later. Timers and answers from
    /// outside need no such event, nor does a new task.
    Woken {
        /// The task that held the loop; `None` if it was the reader.
        by: Option<TaskId>,
        /// Whether it was asked to end; by itself, if its time limit was reached.
        asked: bool,
    },
    /// The task has held the loop for `nanos`, up to this event's time.
    Polled {
        /// How long, in nanoseconds.
        nanos: u64,
    },
    /// The task, which holds the loop, begins to block or to compute.
    Blocks {
        /// The line of the playground's source that blocks or computes.
        line: u32,
    },
    /// The task ended. Only its first end is recorded.
    Ended {
        /// How.
        outcome: Outcome,
        /// The result or the error in words.
        detail: Text,
    },
    /// The task had failed, and its error cannot be retrieved any more: it was neither awaited nor read.
    NeverRetrieved,
    /// The amount that the task moves while it runs, for progress and totals.
    Amount {
        /// How much in all, in `unit`.
        total: f64,
        /// For example "MB".
        unit: Text,
    },
    /// A part of an answer has arrived; recorded at most a few times a second.
    Progress {
        /// Bytes that have arrived.
        done: f64,
        /// Bytes in all; 0 if unknown.
        total: f64,
    },
    /// A gauge (permits in use, queue length) took a new value.
    Gauge {
        /// The gauge's name.
        gauge: Text,
        /// The new value.
        value: f64,
        /// Whether it is a count, not a level such as tokens left.
        whole: bool,
        /// The resource that it belongs to, if any. A task that raises the gauge of a semaphore has taken a permit.
        of: ResourceId,
    },
    /// The task is the first to use a resource that tasks wait for or hold, which gets the next number.
    Resource {
        /// Its kind.
        kind: ResourceKind,
        /// Its name, unique among those of its kind; empty if the program gave none.
        name: Text,
    },
    /// The task has taken a lock, or released it. For permits, the gauge of the semaphore says so.
    Holds {
        /// The lock.
        resource: ResourceId,
        /// Whether it was taken.
        taken: bool,
    },
    /// A log line.
    Log {
        /// Whether the program printed it, or it is a remark.
        kind: LogKind,
        /// The line.
        text: Text,
    },
    /// The reader has stepped in: the run is not reproducible from its params alone.
    SteppedIn {
        /// Whether the task is to fail; otherwise it is cancelled.
        fails: bool,
    },
}

/// One event of the trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// When it happened.
    pub at: Time,
    /// The task that it happened to.
    pub task: TaskId,
    /// What happened.
    pub kind: Kind,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `main` returned, and the tasks that it left behind were cancelled.
    Completed,
    /// Nothing can ever continue: what each unfinished task waits for, in order of creation.
    Deadlocked(Arc<[String]>),
    /// The reader stopped it.
    Stopped,
    /// It reached the limit of events ([`MAX_EVENTS`]), for example by a loop in which no time passes.
    LimitReached,
}

impl Verdict {
    /// Whether the run was stopped, rather than completed or deadlocked.
    pub fn is_cut_short(&self) -> bool {
        matches!(self, Self::Stopped | Self::LimitReached)
    }
}

/// A run that has recorded this many events is stopped: one that never ends would exhaust the memory.
pub const MAX_EVENTS: usize = 5_000_000;

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Time,
    /// How.
    pub verdict: Verdict,
}
