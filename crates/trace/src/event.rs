//! The events of a run: plain data, small and `Copy`.

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

/// A text of the trace's arena: a copy costs nothing, and so does the 100,000th task's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// What a task is about, as in the reference traces.
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

/// What a suspended task waits for.
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
    Permit,
    /// A token of a rate limiter.
    Token,
    /// An item of a queue.
    Item,
    /// A free place in a queue.
    Slot,
    /// Of an item: a consumer that takes it out of its queue.
    Consumer,
    /// This many items of a queue to be marked as done.
    ItemsDone(u32),
    /// The end of a fetch that another task has begun.
    SharedFetch,
    /// An answer from the network.
    Response,
    /// The next turn of the loop.
    Turn,
}

/// The kind of a log line that a program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKind {
    /// The program's own output.
    Print,
    /// A remark of the runtime.
    Note,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// The task came into being, queued.
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
    /// The task was woken by what another one did, or was asked to end. It is recorded as it happens,
    /// within the step of the task that did it; the woken task's own step comes later. Timers and answers from
    /// outside need no such event, nor does a task that has just been made.
    Woken {
        /// The task that held the loop; none if it was the reader.
        by: Option<TaskId>,
        /// Whether it was asked to end; by itself, if its time was up.
        asked: bool,
    },
    /// The task has held the loop for `nanos`, up to this event's time.
    Polled {
        /// How long, in nanoseconds.
        nanos: u64,
    },
    /// The task ended. Only its first end is recorded.
    Ended {
        /// How.
        outcome: Outcome,
        /// The result or the error in words.
        detail: Text,
    },
    /// What the task moves while it runs, for progress and totals.
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
        /// Bytes in all; 0 where the sender does not say.
        total: f64,
    },
    /// A gauge (permits in use, queue length) took a new value.
    Gauge {
        /// The gauge's name.
        gauge: Text,
        /// The new value.
        value: f64,
        /// Whether it counts something, rather than being a level such as tokens left.
        whole: bool,
    },
    /// A log line.
    Log {
        /// Whose words these are.
        kind: LogKind,
        /// The line.
        text: Text,
    },
}

/// One event of the trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// When it happened.
    pub at: Time,
    /// To which task.
    pub task: TaskId,
    /// What happened.
    pub kind: Kind,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `main` returned, and whatever it left behind was cancelled.
    Completed,
    /// Nothing can ever go on: what each unfinished task waits for, in order of creation.
    Deadlocked(Arc<[String]>),
    /// The reader stopped it.
    Stopped,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Time,
    /// How.
    pub verdict: Verdict,
}
