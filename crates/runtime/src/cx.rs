//! What a program sees of its runtime.

use crate::clock::TimerId;
use crate::error::Result;
use crate::executor::Core;
use crate::fetch::{Request, Response};
use crate::task::{Handle, Task};
use interleave_trace::Time;
use interleave_trace::{Kind, LogKind, Outcome, State, TaskId, WaitFor};
use std::fmt::Display;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// The context of one logical task: its way to time, other tasks, the network and the log.
///
/// A clone is as good as the original and costs nothing.
#[derive(Clone)]
pub struct Cx {
    pub(crate) core: Rc<Core>,
    task: TaskId,
}

impl Cx {
    pub(crate) fn new(core: Rc<Core>, task: TaskId) -> Self {
        Self { core, task }
    }

    /// Seconds since the program started.
    pub fn now(&self) -> f64 {
        self.core.now().secs()
    }

    /// Suspends the task for `seconds`; what is negative or not a number is a bare turn of the loop.
    #[track_caller]
    pub fn sleep(&self, seconds: f64) -> Sleep {
        Sleep {
            core: Rc::clone(&self.core),
            seconds,
            line: Location::caller().line(),
            for_token: false,
            state: SleepState::New,
        }
    }

    /// Holds the loop for `seconds`, as computing does: no other task can go on meanwhile.
    pub fn block(&self, seconds: f64) {
        self.core.block(seconds);
    }

    /// A logical task that is awaited in place, like a coroutine: nothing happens before it is polled.
    pub fn task<T, Fut>(&self, name: &str, make: impl FnOnce(Cx) -> Fut) -> Task<T>
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        let task = self.core.create(self.task, name);
        let cx = Cx::new(Rc::clone(&self.core), task);
        Task::new(cx.clone(), make(cx))
    }

    /// Starts a task of its own, like `asyncio.create_task`: it takes its first
    /// step when the loop comes round to it.
    ///
    /// Dropping the handle lets the task run on, unless it was being awaited: then it is cancelled.
    pub fn spawn<T: 'static, Fut>(&self, name: &str, make: impl FnOnce(Cx) -> Fut) -> Handle<T>
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        Handle::spawn(&self.core, self.task(name, make))
    }

    /// As [`Cx::spawn`], but the task waits for its turn until it says [`Cx::running`]:
    /// for tasks that need a permit first.
    pub fn spawn_queued<T: 'static, Fut>(
        &self,
        name: &str,
        make: impl FnOnce(Cx) -> Fut,
    ) -> Handle<T>
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        Handle::spawn(&self.core, self.task(name, make).starts_queued())
    }

    /// Starts a future like a task of its own, but without a lane: what it does counts as done
    /// by this task, and so do its waits.
    pub fn spawn_bare<T: 'static, Fut>(&self, make: impl FnOnce(Cx) -> Fut) -> Handle<T>
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        Handle::spawn_part(&self.core, self.task, make(self.clone()))
    }

    /// Makes a lane for something that is no task itself: a piece of work that is handed from
    /// task to task, and so belongs to none. It is queued; who works on it says what becomes of it.
    #[track_caller]
    pub fn item(&self, name: &str) -> Self {
        let line = Location::caller().line();
        let item = self.core.create(TaskId::MAIN, name);
        let on = WaitFor::Consumer;
        self.core.record(item, Kind::Wait { on, line });
        Self::new(Rc::clone(&self.core), item)
    }

    /// Sends a request. Where the run has no network, the request's own figures are played out.
    #[track_caller]
    pub fn fetch(&self, request: Request) -> impl Future<Output = Result<Response>> + use<> {
        crate::fetch::fetch(self.clone(), request, Location::caller().line())
    }

    /// Whether requests go out, rather than being played out.
    pub fn is_live(&self) -> bool {
        self.core.ports.network.is_some()
    }

    /// The program's own output: Python's `print`.
    pub fn print(&self, line: impl Display) {
        self.core.log(self.task, LogKind::Print, line);
    }

    /// A remark that is not part of the program's output.
    pub fn note(&self, line: impl Display) {
        self.core.log(self.task, LogKind::Note, line);
    }

    /// Says how much this task moves, for progress and totals: 50 "MB".
    pub fn amount(&self, total: f64, unit: &str) {
        let unit = self.core.intern(unit);
        self.core.record(self.task, Kind::Amount { total, unit });
    }

    /// Sets a gauge that counts something, such as jobs under way.
    pub fn count(&self, name: &str, count: usize) {
        self.core.count(self.task, name, count);
    }

    /// Sets a gauge that is a level, such as the tokens that are left.
    pub fn level(&self, name: &str, value: f64) {
        self.core.gauge(self.task, name, value, false);
    }

    /// Keeps values as a list in the results, so that they are there even if `main` never
    /// returns: makes the list, or appends to it.
    pub fn keep(&self, key: &str, values: impl IntoIterator<Item = serde_json::Value>) {
        self.core.keep(key, values);
    }

    /// The task waits for its turn: a permit, a slot, an item.
    pub fn queued(&self, remark: impl Display) {
        self.core.state(self.task, State::Queued, remark);
    }

    /// The task is inside its operation, with a remark such as "attempt 2".
    pub fn running(&self, remark: impl Display) {
        self.core.state(self.task, State::Running, remark);
    }

    /// The task sleeps before its next attempt.
    pub fn backoff(&self, remark: impl Display) {
        self.core.state(self.task, State::Backoff, remark);
    }

    /// Ends the task's record as done, with its result in words. The first end counts.
    pub fn done(&self, detail: impl Display) {
        self.core.ended(self.task, Outcome::Ok, detail);
    }

    /// Ends the task's record as failed although it returns a value: for programs that
    /// catch an error and hand it on. The first end counts.
    pub fn failed(&self, detail: impl Display) {
        self.core.ended(self.task, Outcome::Error, detail);
    }

    /// Ends the task's record as timed out although it returns a value. The first end counts.
    pub fn timed_out(&self, detail: impl Display) {
        self.core.ended(self.task, Outcome::Timeout, detail);
    }

    /// The task's name as the trace has it: a repeated one has a number.
    pub fn name(&self) -> String {
        self.core.recorder.borrow().name(self.task).to_owned()
    }

    pub(crate) fn id(&self) -> TaskId {
        self.task
    }
}

enum SleepState {
    New,
    /// A bare turn of the loop has been asked for.
    Yielded,
    Armed(TimerId),
    Done,
}

/// A sleeping task; see [`Cx::sleep`].
#[must_use = "nothing sleeps before it is awaited"]
pub struct Sleep {
    core: Rc<Core>,
    seconds: f64,
    line: u32,
    /// It is not a time that is waited for, but the token that comes with it.
    for_token: bool,
    state: SleepState,
}

impl Sleep {
    /// Takes the line that awaits from the caller's caller.
    pub(crate) fn at_line(mut self, line: u32) -> Self {
        self.line = line;
        self
    }

    /// Says that what is waited for is a token of a rate limiter.
    pub(crate) fn for_token(mut self, line: u32) -> Self {
        self.for_token = true;
        self.at_line(line)
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.state {
            SleepState::New if self.seconds > 0.0 => {
                let until: Time = self.core.now().after(self.seconds);
                let on = match self.for_token {
                    true => WaitFor::Token,
                    false => WaitFor::Timer { until },
                };
                self.core.waits(on, self.line);
                self.state = SleepState::Armed(self.core.arm(until, cx.waker()));
                Poll::Pending
            }
            SleepState::New => {
                self.core.waits(WaitFor::Turn, self.line);
                self.state = SleepState::Yielded;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            SleepState::Armed(timer) if !self.core.poll_timer(timer, cx.waker()) => Poll::Pending,
            SleepState::Armed(timer) => {
                self.core.release(timer);
                self.state = SleepState::Done;
                Poll::Ready(())
            }
            SleepState::Yielded | SleepState::Done => {
                self.state = SleepState::Done;
                Poll::Ready(())
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let SleepState::Armed(timer) = self.state {
            self.core.release(timer);
        }
    }
}
