//! A run: one program in one executor, driven from outside.
//!
//! A turn works like an iteration of asyncio's loop: timers that are due join
//! the ready queue by deadline, then in the order in which they were made, then every ready job
//! is done. Jobs that become ready meanwhile go to the back of the queue.

use crate::clock::Clock;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::Core;
use crate::ports::Ports;
#[cfg(doc)]
use interleave_trace::MAX_EVENTS;
use interleave_trace::Time;
use interleave_trace::{State, TaskId, Trace, Verdict};
use serde_json::Value;
use std::cell::Ref;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// How long steps may follow one another under a wall clock, in seconds: less than a frame of a screen.
const SLICE: f64 = 0.01;

/// The state of a run after it was driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The budget of steps or time is used up; there is more to do immediately.
    Busy,
    /// There is nothing to do before this deadline.
    Sleeping(Time),
    /// Only an answer from outside can wake a task.
    AwaitingIo,
    /// The run is over; the trace has its verdict.
    Ended,
}

/// One run of one program: its tasks, clock and trace.
///
/// Dropping it drops every task.
#[must_use = "dropping the runtime ends the run"]
pub struct Runtime {
    pub(super) core: Rc<Core>,
}

impl Runtime {
    /// A runtime in which nothing has been started.
    pub fn new(ports: Ports) -> Self {
        Self {
            core: Rc::new(Core::new(ports)),
        }
    }

    /// Makes `program` the `main` of this run. It takes its first step when the runtime is driven.
    ///
    /// The value that `main` returns is kept for [`Runtime::result`]. When it returns, ready
    /// tasks take one more step, then all tasks that it left running are
    /// cancelled, as `asyncio.run` does; the run ends after the last clean-up.
    pub fn start<F, Fut>(&self, program: F)
    where
        F: FnOnce(Cx) -> Fut,
        Fut: Future<Output = Result<serde_json::Value>> + 'static,
    {
        let main = program(Cx::new(Rc::clone(&self.core), TaskId::MAIN));
        let mut main = Box::pin(main);
        let core = Rc::downgrade(&self.core);
        let fiber = self.core.spawn(TaskId::MAIN, async move {
            if let Some(core) = core.upgrade() {
                core.state(TaskId::MAIN, State::Running, "");
            }
            let failure = || core.upgrade()?.take_failure(TaskId::MAIN);
            let returned = poll_fn(|cx| match failure() {
                Some(error) => Poll::Ready(Err(error)),
                None => main.as_mut().poll(cx),
            });
            let mut returned = returned.await;
            drop(main);
            if let Some(core) = core.upgrade() {
                if returned.is_ok() && core.ends_as_asked() {
                    returned = Err(Error::Cancelled);
                }
                core.main_returned(returned);
            }
        });
        if let Some(waker) = self.core.waker(fiber) {
            self.core.hosts(fiber, TaskId::MAIN, &waker);
        }
    }

    /// Does everything that is due up to the instant `limit`, in at most `budget` steps.
    ///
    /// Under a virtual clock, time ends up at the last deadline that is not
    /// after `limit`, or further if a task blocked beyond it; later deadlines are left
    /// for the next call. Under a wall clock, pass the present; after about 10 ms of steps,
    /// further steps are left for the next call, too, so that the thread can do its
    /// other work.
    ///
    /// A run that has recorded [`MAX_EVENTS`] is stopped: a loop in which no time passes would never end.
    ///
    /// The trace of a run does not depend on how limits and budgets slice it.
    pub fn run_until(&self, limit: Time, mut budget: usize) -> Status {
        let core = &self.core;
        let is_wall = core.ports.clock.is_wall();
        core.read_clock();
        let end_of_slice = core.now().after(SLICE);
        loop {
            if core.over() {
                return Status::Ended;
            }
            if !is_wall && core.now() > limit {
                return Status::Sleeping(core.now());
            }
            if core.is_full() {
                core.finish(Verdict::LimitReached);
                continue;
            }
            if core.has_turn() {
                if budget == 0 || is_wall && core.now() > end_of_slice {
                    return Status::Busy;
                }
                if core.next_step() {
                    budget -= 1;
                }
                continue;
            }
            if core.begin_turn() {
                continue;
            }
            let next = core.timers.borrow_mut().next();
            match next {
                Some(next) if is_wall => {
                    core.read_clock();
                    if next > core.now() {
                        return Status::Sleeping(next);
                    }
                }
                Some(next) if next > limit => return Status::Sleeping(next),
                Some(next) => core.jump(next),
                None if core.listening.get() > 0 => return Status::AwaitingIo,
                None => core.deadlocked(),
            }
        }
    }

    /// Runs to the end in one call. Only for a virtual clock without a network.
    pub fn run(&self) {
        while self.run_until(Time::MAX, usize::MAX) == Status::Busy {}
    }

    /// Stops the run where it is. Its trace keeps the events so far; every task is dropped.
    pub fn stop(&self) {
        let core = &self.core;
        if core.recorder.borrow().end().is_none() {
            // The last event may be long ago.
            core.read_clock();
        }
        core.finish(Verdict::Stopped);
    }

    /// Stops the run once it has recorded this many events, instead of [`MAX_EVENTS`].
    pub fn limit_events(&self, most: usize) {
        self.core.max_events.set(most);
    }

    /// Asks for `waker` to be woken when an answer from outside makes a task ready.
    pub fn notify(&self, waker: &Waker) {
        self.core.ready.outside.register(waker);
    }

    /// The trace of the run so far.
    pub fn trace(&self) -> Ref<'_, Trace> {
        Ref::map(self.core.recorder.borrow(), |recorder| &**recorder)
    }

    /// The trace of the run, which is stopped if it was not over.
    pub fn into_trace(self) -> Trace {
        self.stop();
        self.core.recorder.take().into_trace()
    }

    /// The run's present: under a virtual clock the last deadline reached.
    pub fn now(&self) -> Time {
        self.core.now()
    }

    /// The bytes that the run holds now: live tasks, timers, and the trace. Counted from sizes, without the overhead of the
    /// allocator; so it is a little less than the memory in use.
    pub fn bytes(&self) -> usize {
        self.core.bytes()
    }

    /// The run's present, measured afresh under a wall clock.
    pub fn read_now(&self) -> Time {
        match &self.core.ports.clock {
            Clock::Virtual => self.now(),
            Clock::Wall(read) => self.now().max(read()),
        }
    }

    /// Reads the values that have been kept under a key so far.
    pub fn kept<T>(&self, key: &str, read: impl FnOnce(&[serde_json::Value]) -> T) -> T {
        let kept = self.core.kept.borrow();
        let list = kept.get(key).and_then(serde_json::Value::as_array);
        read(list.map_or(&[], Vec::as_slice))
    }

    /// The value that `main` returned, and the values that were kept meanwhile. Null if there is neither;
    /// the kept values are lost if a program returns a value that is not an object.
    pub fn result(&self) -> serde_json::Value {
        let returned = self.core.result.borrow().clone();
        let kept = self.core.kept.borrow();
        match returned {
            Value::Null if kept.is_empty() && !self.is_deadlocked() => Value::Null,
            Value::Null => Value::Object(kept.clone()),
            Value::Object(object) => {
                Value::Object(kept.clone().into_iter().chain(object).collect())
            }
            other => other,
        }
    }

    fn is_deadlocked(&self) -> bool {
        let trace = self.trace();
        trace
            .end()
            .is_some_and(|end| matches!(end.verdict, Verdict::Deadlocked(_)))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // Tasks own the core and the core owns the tasks: break the cycle.
        self.stop();
    }
}
