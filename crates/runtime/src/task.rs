//! Logical tasks: awaited in place, or spawned and awaited through a handle.

use crate::countdown::{Countdown, Until};
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::{Core, FiberId};
use interleave_trace::Time;
use interleave_trace::{Kind, Outcome, State, TaskId, WaitFor};
use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

impl Cx {
    /// A logical task that is awaited in place, like a coroutine: nothing happens before it is polled.
    pub fn task<T, Fut>(&self, name: &str, make: impl FnOnce(Cx) -> Fut) -> Task<T>
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        let task = self.core.create(self.id(), name);
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
        Handle::spawn_part(&self.core, self.id(), make(self.clone()))
    }

    /// Makes a lane for something that is no task itself: a piece of work that is handed from
    /// task to task, and so belongs to none. It is queued; the task that works on it records how it ends.
    #[track_caller]
    pub fn item(&self, name: &str) -> Self {
        let line = Location::caller().line();
        let item = self.core.create(TaskId::MAIN, name);
        let on = WaitFor::Consumer;
        self.core.record(item, Kind::Wait { on, line });
        Self::new(Rc::clone(&self.core), item)
    }
}

/// A logical task that runs where it is awaited; see [`Cx::task`].
///
/// Its record ends with the future: done or failed by its result, cancelled when
/// it is dropped half-way, never started when it is dropped without a poll.
#[must_use = "a task does nothing before it is awaited"]
pub struct Task<T> {
    cx: Cx,
    /// Absent once it has ended.
    future: Option<Pin<Box<dyn Future<Output = Result<T>>>>>,
    started: bool,
    /// When it was made; absent once it has been polled.
    made: Option<Time>,
    /// The line that awaits it in place.
    line: u32,
    /// It has been polled and was not ready.
    awaited: bool,
}

impl<T> Task<T> {
    pub(crate) fn new(cx: Cx, future: impl Future<Output = Result<T>> + 'static) -> Self {
        Self {
            made: Some(cx.core.now()),
            cx,
            future: Some(Box::pin(future)),
            started: false,
            line: 0,
            awaited: false,
        }
    }

    /// Marks the task as waiting for its turn from its first step on, until it says
    /// [`Cx::running`]: for tasks that need a permit first.
    pub fn starts_queued(mut self) -> Self {
        self.started = true;
        self
    }
}

impl<T> IntoFuture for Task<T> {
    type Output = Result<T>;
    type IntoFuture = InPlace<T>;

    #[track_caller]
    fn into_future(mut self) -> InPlace<T> {
        self.line = Location::caller().line();
        InPlace(self)
    }
}

/// A task that is being awaited in place.
#[must_use = "nothing is awaited before it is polled"]
pub struct InPlace<T>(Task<T>);

impl<T> Future for InPlace<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut self.0;
        let Some(future) = &mut this.future else {
            return Poll::Pending;
        };
        let (core, task) = (&this.cx.core, this.cx.id());
        let outer = core.enter(task);
        if let Some(fiber) = core.current.get() {
            core.hosts(fiber, task, context.waker());
        }
        if let Some(made) = this.made.take() {
            core.begins_in_place(task, outer, made);
        }
        if !this.started {
            this.started = true;
            core.state(task, State::Running, "");
        }
        let polled = match core.take_failure(task) {
            Some(error) => Poll::Ready(Err(error)),
            None => future.as_mut().poll(context),
        };
        if let Poll::Ready(result) = &polled {
            // What the future owns is dropped while the task still holds the loop.
            this.future = None;
            match result {
                Ok(_) => core.ended(task, Outcome::Ok, ""),
                Err(Error::Failed(message)) => core.ended(task, Outcome::Error, message),
                Err(error) => core.ended(task, error.outcome(), ""),
            }
        }
        core.leave(outer);
        if polled.is_pending() && !std::mem::replace(&mut this.awaited, true) {
            core.waits_in_place(task, this.line);
        }
        polled
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if self.future.take().is_some() {
            let outcome = if self.started {
                Outcome::Cancelled
            } else {
                Outcome::NeverStarted
            };
            self.cx.core.ended(self.cx.id(), outcome, "");
        }
    }
}

/// Where a spawned task leaves its result.
struct Slot<T> {
    /// Absent before the task has ended, and once it has been handed over.
    result: RefCell<Option<Result<T>>>,
    /// The task that waits for it.
    waiter: RefCell<Waiter>,
    ended: Cell<bool>,
}

enum Waiter {
    None,
    One(Waker),
    /// One of many that a task waits for, and its place among them.
    Many(Rc<Countdown>, usize),
}

impl<T> Slot<T> {
    fn complete(&self, result: Result<T>) {
        let failed = result.is_err();
        self.ended.set(true);
        *self.result.borrow_mut() = Some(result);
        match self.waiter.replace(Waiter::None) {
            Waiter::None => {}
            Waiter::One(waker) => waker.wake(),
            Waiter::Many(countdown, place) => countdown.ended(place, failed),
        }
    }
}

/// Leaves "cancelled" in the slot if the task is dropped before it has a result.
struct Promise<T>(Rc<Slot<T>>);

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        if !self.0.ended.get() {
            self.0.complete(Err(Error::Cancelled));
        }
    }
}

/// A spawned task: await it for its result, or cancel it.
///
/// | what happens to the handle | what happens to the task |
/// |---|---|
/// | awaited to the end | its result is handed over, once; a second request gets an error |
/// | [`Handle::cancel`] | told at its next step; it may clean up first |
/// | dropped while being awaited | cancelled |
/// | dropped otherwise | runs on; cancelled when `main` returns |
pub struct Handle<T> {
    core: Rc<Core>,
    task: TaskId,
    fiber: FiberId,
    slot: Rc<Slot<T>>,
    line: u32,
    /// It has been polled and was not ready.
    awaited: bool,
}

impl<T: 'static> Handle<T> {
    pub(crate) fn spawn(core: &Rc<Core>, task: Task<T>) -> Self {
        let id = task.cx.id();
        let handle = Self::spawn_part(core, id, task.into_future());
        if let Some(waker) = core.waker(handle.fiber) {
            core.hosts(handle.fiber, id, &waker);
        }
        handle
    }

    /// Starts a part of the logical task `id` that takes its steps by itself, and can be
    /// cancelled without the task.
    pub(crate) fn spawn_part(
        core: &Rc<Core>,
        id: TaskId,
        part: impl Future<Output = Result<T>> + 'static,
    ) -> Self {
        let slot = Rc::new(Slot {
            result: RefCell::default(),
            waiter: RefCell::new(Waiter::None),
            ended: Cell::new(false),
        });
        let promise = Promise(Rc::clone(&slot));
        let fiber = core.spawn(id, async move {
            let result = part.await;
            promise.0.complete(result);
        });
        Self {
            core: Rc::clone(core),
            task: id,
            fiber,
            slot,
            line: 0,
            awaited: false,
        }
    }
}

impl<T> Handle<T> {
    /// Asks the task to end; false if it has ended already.
    ///
    /// It is told at its next step: see [`Cx::catch_cancel`].
    pub fn cancel(&self) -> bool {
        self.core.cancel(self.fiber)
    }

    /// Whether anybody has asked the task to end.
    pub(crate) fn was_asked(&self) -> bool {
        self.core.was_asked(self.fiber)
    }

    /// Whether the task has ended.
    pub fn is_done(&self) -> bool {
        self.slot.ended.get()
    }

    /// Whether the task has ended by being cancelled.
    pub fn is_cancelled(&self) -> bool {
        matches!(*self.slot.result.borrow(), Some(Err(Error::Cancelled)))
    }

    pub(crate) fn core(&self) -> &Rc<Core> {
        &self.core
    }

    pub(crate) fn fiber(&self) -> FiberId {
        self.fiber
    }

    fn failed(&self) -> bool {
        matches!(*self.slot.result.borrow(), Some(Err(_)))
    }

    /// Counts the ends of tasks from now on; those that have ended are noted first, in order.
    pub(crate) fn count_down<'a>(
        handles: impl Iterator<Item = &'a Self>,
        until: Until,
        waker: &Waker,
    ) -> Rc<Countdown>
    where
        T: 'a,
    {
        let countdown = Rc::new(Countdown::new(until, waker));
        for (place, handle) in handles.enumerate() {
            if handle.is_done() {
                countdown.note(place, handle.failed());
            } else {
                countdown.expect_one();
                *handle.slot.waiter.borrow_mut() = Waiter::Many(Rc::clone(&countdown), place);
            }
        }
        countdown
    }

    /// The result, if the task has ended. It is handed over once; a second request gets an error.
    pub(crate) fn take(&self) -> Option<Result<T>> {
        let again = || {
            Err(Error::Failed(
                "the result has been handed over already".to_owned(),
            ))
        };
        let result = self.slot.result.borrow_mut().take();
        self.is_done().then(|| result.unwrap_or_else(again))
    }

    /// The result if the task has ended; otherwise the task that is being polled awaits the
    /// end, and for `with_them` see [`Core::awaits`].
    pub(crate) fn poll_end(&self, waker: &Waker, with_them: bool) -> Poll<Result<T>> {
        if let Some(result) = self.take() {
            return Poll::Ready(result);
        }
        *self.slot.waiter.borrow_mut() = Waiter::One(waker.clone());
        self.core.awaits(self.fiber, with_them);
        Poll::Pending
    }

    /// Gives up awaiting the task, which cancels it.
    pub(crate) fn give_up(&self) {
        if !self.is_done() {
            self.core.stops_awaiting([self.fiber].into_iter());
            self.cancel();
        }
    }
}

impl<T> IntoFuture for Handle<T> {
    type Output = Result<T>;
    type IntoFuture = Join<T>;

    #[track_caller]
    fn into_future(mut self) -> Join<T> {
        self.line = Location::caller().line();
        Join(self)
    }
}

/// A handle that is being awaited.
#[must_use = "nothing is awaited before it is polled"]
pub struct Join<T>(Handle<T>);

impl<T> Future for Join<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let handle = &mut self.0;
        let polled = handle.poll_end(cx.waker(), false);
        if polled.is_pending() && !handle.awaited {
            handle.awaited = true;
            handle.core.waits(WaitFor::Task(handle.task), handle.line);
        }
        polled
    }
}

impl<T> Drop for Join<T> {
    fn drop(&mut self) {
        if self.0.awaited {
            self.0.give_up();
        }
    }
}
