//! Logical tasks: awaited in place, or spawned and awaited through a handle.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::{Awaited, Busy, Callback, Core, End, FiberId};
use interleave_trace::Time;
use interleave_trace::{Kind, LogKind, Outcome, State, TaskId, WaitFor};
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
    /// step in a later turn of the loop.
    ///
    /// Dropping the handle lets the task run on, unless it was being awaited: then it is cancelled.
    pub fn spawn<T: 'static, Fut>(&self, name: &str, make: impl FnOnce(Cx) -> Fut) -> Handle<T>
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        Handle::spawn(&self.core, self.task(name, make))
    }

    /// As [`Cx::spawn`], but the task counts as queued until it calls [`Cx::running`]:
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

    /// Starts a future like a task of its own, but without a lane: its events and waits count as
    /// those of this task.
    pub fn spawn_bare<T: 'static, Fut>(&self, make: impl FnOnce(Cx) -> Fut) -> Handle<T>
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        Handle::spawn_part(&self.core, self.id(), make(self.clone()))
    }

    /// Makes a lane for an item that is not a task: a piece of work that is handed from
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
/// Its record ends with the future: done or failed by its result, cancelled if
/// it is dropped half-way, never started if it is dropped without a poll. If it was not even awaited, there is a warning, as in
/// Python.
#[must_use = "a task does nothing before it is awaited"]
pub struct Task<T> {
    steps: Steps,
    /// `None` once it has ended.
    future: Option<Pin<Box<dyn Future<Output = Result<T>>>>>,
}

/// Records a task's steps, independent of the type of its result.
struct Steps {
    cx: Cx,
    started: bool,
    /// When it was made; `None` once it has been polled.
    made: Option<Time>,
    /// The line that awaits it in place; 0 before it is awaited.
    line: u32,
    /// It has been polled and was not ready.
    awaited: bool,
}

impl<T> Task<T> {
    pub(crate) fn new(cx: Cx, future: impl Future<Output = Result<T>> + 'static) -> Self {
        let steps = Steps {
            made: Some(cx.core.now()),
            cx,
            started: false,
            line: 0,
            awaited: false,
        };
        Self {
            steps,
            future: Some(Box::pin(future)),
        }
    }

    /// Marks the task as queued from its first step on, until it calls
    /// [`Cx::running`]: for tasks that need a permit first.
    pub fn starts_queued(mut self) -> Self {
        self.steps.started = true;
        self
    }
}

impl<T: 'static> Task<T> {
    /// Starts it as a task of its own: `asyncio.create_task(coroutine)`, for a coroutine that exists already.
    pub fn spawn(mut self, cx: &Cx) -> Handle<T> {
        let core = &cx.core;
        if self.steps.made.take().is_some_and(|made| made < core.now()) {
            let by = Some(cx.id());
            core.record(self.steps.cx.id(), Kind::Woken { by, asked: false });
        }
        Handle::spawn(core, self)
    }
}

impl Steps {
    /// Begins a step of the task. Returns the task that held the loop, and the error by which the reader lets this one fail.
    fn begin(&mut self, context: &Context<'_>) -> (Busy, Option<Error>) {
        let (core, task) = (&self.cx.core, self.cx.id());
        let outer = core.enter(task);
        if let Some(fiber) = core.current.get() {
            core.hosts(fiber, task, context.waker());
        }
        if let Some(made) = self.made.take() {
            core.begins_in_place(task, outer, made);
        }
        if !self.started {
            self.started = true;
            core.state(task, State::Running, "");
        }
        (outer, core.take_failure(task))
    }

    /// Whether the task was asked to end: even if it returns a value, it then ends as cancelled.
    fn ends_as_asked(&self) -> bool {
        self.cx.core.is_whole(self.cx.id()) && self.cx.core.ends_as_asked()
    }

    fn ended(&self, error: Option<&Error>) {
        let (core, task) = (&self.cx.core, self.cx.id());
        match error.map(|error| (error, error.outcome())) {
            None => core.ended(task, Outcome::Ok, ""),
            Some((error, Outcome::Error)) => core.ended(task, Outcome::Error, error),
            Some((_, outcome)) => core.ended(task, outcome, ""),
        }
    }

    /// The step is over.
    fn leave(&mut self, outer: Busy, is_pending: bool) {
        let core = &self.cx.core;
        core.leave(outer);
        if is_pending && !std::mem::replace(&mut self.awaited, true) {
            core.waits_in_place(self.cx.id(), self.line);
        }
    }

    /// The task is dropped before its end.
    fn dropped(&self) {
        let (core, task) = (&self.cx.core, self.cx.id());
        if self.started {
            return core.ended(task, Outcome::Cancelled, "");
        }
        if self.is_awaited() {
            return core.ended(task, Outcome::NeverStarted, "");
        }
        // The warning of CPython when it collects a coroutine that was never awaited.
        let name = self.cx.name();
        let warning = format_args!("RuntimeWarning: coroutine '{name}' was never awaited");
        core.log(core.busy.get().task, LogKind::Note, warning);
        core.ended(task, Outcome::NeverStarted, "never awaited");
    }

    /// Whether the program has awaited it, in place or as a task of its own, even if it was cancelled before its first step.
    fn is_awaited(&self) -> bool {
        self.line > 0
    }
}

impl<T> IntoFuture for Task<T> {
    type Output = Result<T>;
    type IntoFuture = InPlace<T>;

    #[track_caller]
    fn into_future(mut self) -> InPlace<T> {
        self.steps.line = Location::caller().line();
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
        let (outer, failure) = this.steps.begin(context);
        let polled = match failure {
            Some(error) => Poll::Ready(Err(error)),
            None => future.as_mut().poll(context),
        };
        let polled = match polled {
            Poll::Ready(Ok(_)) if this.steps.ends_as_asked() => Poll::Ready(Err(Error::Cancelled)),
            polled => polled,
        };
        if let Poll::Ready(result) = &polled {
            // What the future owns is dropped while the task still holds the loop.
            this.future = None;
            this.steps.ended(result.as_ref().err());
        }
        this.steps.leave(outer, polled.is_pending());
        polled
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if self.future.take().is_some() {
            self.steps.dropped();
        }
    }
}

/// Copies a result.
type Copy<T> = fn(&Result<T>) -> Result<T>;

/// The place for the result of a spawned task.
struct Slot<T> {
    /// `None` before the task has ended, and once it has been handed over.
    result: RefCell<Option<Result<T>>>,
    /// `Some` once a handle was cloned: clones the result, to hand it over more than once.
    copy: Cell<Option<Copy<T>>>,
    done: Done,
}

/// Whether a task has ended, and the waiters for its end.
#[derive(Default)]
struct Done {
    ended: Cell<bool>,
    /// The error that it ended with.
    error: RefCell<Option<Error>>,
    /// The waiters for the end, in the order in which they registered.
    waiters: RefCell<Vec<(u32, Waiter)>>,
    /// How many waiters there have been: the next key.
    keys: Cell<u32>,
    /// Its lane, unless it is a part of another task.
    lane: Option<TaskId>,
    /// Its result has been retrieved, or will be by a waiter.
    retrieved: Cell<bool>,
}

enum Waiter {
    Wake(Waker),
    /// A callback, for example of a wait for many tasks, and this task's place among them.
    Call(Rc<dyn Callback>, usize),
}

impl Done {
    fn add(&self, waiter: Waiter) -> u32 {
        let key = self.keys.get();
        self.keys.set(key + 1);
        self.waiters.borrow_mut().push((key, waiter));
        key
    }

    /// Replaces the waker of this key.
    fn wakes(&self, key: u32, waker: &Waker) {
        let mut waiters = self.waiters.borrow_mut();
        let waiter = waiters.iter_mut().find(|(other, _)| *other == key);
        if let Some((_, Waiter::Wake(old))) = waiter {
            old.clone_from(waker);
        }
    }

    fn remove(&self, key: u32) {
        self.waiters.borrow_mut().retain(|(other, _)| *other != key);
    }

    /// The result cannot be retrieved any more. Records what CPython reports when it collects such a task: its exception was
    /// never retrieved.
    #[inline(never)]
    fn dropped(&self, core: &Core) {
        let (Some(lane), Some(error)) = (self.lane, &*self.error.borrow()) else {
            return;
        };
        if !self.retrieved.get() && *error != Error::Cancelled {
            core.record(lane, Kind::NeverRetrieved);
        }
    }

    fn end(&self, core: &Core, error: Option<Error>) {
        self.ended.set(true);
        self.error.borrow_mut().clone_from(&error);
        for (_, waiter) in self.waiters.take() {
            match waiter {
                Waiter::Wake(waker) => waker.wake(),
                Waiter::Call(to, place) => {
                    let error = error.clone();
                    core.call_soon(to, End { place, error });
                }
            }
        }
    }
}

impl<T> Slot<T> {
    /// One of its owners is being dropped.
    fn let_go(self: &Rc<Self>, core: &Core) {
        if Rc::strong_count(self) == 1 {
            self.done.dropped(core);
        }
    }

    fn complete(&self, core: &Core, result: Result<T>) {
        let error = result.as_ref().err().cloned();
        *self.result.borrow_mut() = Some(result);
        self.done.end(core, error);
    }
}

/// One of several spawned tasks in a wait.
pub struct Part<'a> {
    pub core: &'a Rc<Core>,
    pub fiber: FiberId,
    /// Whether there were or are other handles of this task.
    pub is_shared: bool,
    done: &'a Done,
}

impl Part<'_> {
    /// Marks its result as retrieved: the wait handles its error.
    pub fn is_retrieved(&self) {
        self.done.retrieved.set(true);
    }

    pub fn is_done(&self) -> bool {
        self.done.ended.get()
    }

    /// The error that the task has ended with.
    pub fn error(&self) -> Option<Error> {
        self.done.error.borrow().clone()
    }

    /// As [`Handle::on_end`].
    pub fn on_end(&self, to: Rc<dyn Callback>, place: usize) -> u32 {
        if self.is_done() {
            let error = self.error();
            self.core.call_soon(to, End { place, error });
            return u32::MAX;
        }
        self.done.add(Waiter::Call(to, place))
    }
}

/// Leaves "cancelled" in the slot if the task is dropped before it has a result.
struct Promise<T>(Rc<Core>, Rc<Slot<T>>);

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        if !self.1.done.ended.get() {
            self.1.complete(&self.0, Err(Error::Cancelled));
        }
        self.1.let_go(&self.0);
    }
}

/// A spawned task: await it for its result, or cancel it.
///
/// | what happens to the handle | what happens to the task |
/// |---|---|
/// | awaited to the end | its result is handed over, once; a second request gets an error |
/// | cloned | several tasks can await it, and each gets a clone of the result |
/// | awaited by the task itself | an error: it would wait for ever |
/// | [`Handle::cancel`] | cancelled at its next step; it may clean up first |
/// | dropped while being awaited | cancelled |
/// | dropped otherwise | runs on; cancelled when `main` returns |
/// | the last one dropped, and the task has failed | recorded: its error was never retrieved |
pub struct Handle<T> {
    core: Rc<Core>,
    task: TaskId,
    fiber: FiberId,
    slot: Rc<Slot<T>>,
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        self.slot.let_go(&self.core);
    }
}

impl<T: Clone> Clone for Handle<T> {
    /// Another handle of the same task. From now on, each request for its result gets a clone of it.
    fn clone(&self) -> Self {
        self.slot.copy.set(Some(Result::clone));
        Self {
            core: Rc::clone(&self.core),
            task: self.task,
            fiber: self.fiber,
            slot: Rc::clone(&self.slot),
        }
    }
}

impl<T: 'static> Handle<T> {
    pub(crate) fn spawn(core: &Rc<Core>, task: Task<T>) -> Self {
        let id = task.steps.cx.id();
        let handle = Self::start(core, id, Some(id), task.into_future());
        if let Some(waker) = core.waker(handle.fiber) {
            core.hosts(handle.fiber, id, &waker);
        }
        handle
    }

    /// Starts a part of the logical task `id` that is polled by itself, and can be
    /// cancelled without the task.
    pub(crate) fn spawn_part(
        core: &Rc<Core>,
        id: TaskId,
        part: impl Future<Output = Result<T>> + 'static,
    ) -> Self {
        Self::start(core, id, None, part)
    }

    fn start(
        core: &Rc<Core>,
        id: TaskId,
        lane: Option<TaskId>,
        part: impl Future<Output = Result<T>> + 'static,
    ) -> Self {
        let done = Done {
            lane,
            ..Done::default()
        };
        let slot = Rc::new(Slot {
            result: RefCell::default(),
            copy: Cell::default(),
            done,
        });
        let promise = Promise(Rc::clone(core), Rc::clone(&slot));
        let fiber = core.spawn(id, async move {
            let mut result = part.await;
            if result.is_ok() && promise.0.ends_as_asked() {
                result = Err(Error::Cancelled);
            }
            promise.1.complete(&promise.0, result);
        });
        Self {
            core: Rc::clone(core),
            task: id,
            fiber,
            slot,
        }
    }
}

impl<T> Handle<T> {
    /// Asks the task to end; false if it has ended already.
    ///
    /// The cancellation is delivered at its next step: see [`Cx::catch_cancel`].
    pub fn cancel(&self) -> bool {
        self.core.cancel(self.fiber)
    }

    /// Whether the task has ended.
    pub fn is_done(&self) -> bool {
        self.slot.done.ended.get()
    }

    /// Whether the task has ended by being cancelled.
    pub fn is_cancelled(&self) -> bool {
        matches!(*self.slot.done.error.borrow(), Some(Error::Cancelled))
    }

    /// The result of the task, without waiting: `task.result()`. It is handed over once, unless the handle was cloned.
    ///
    /// # Errors
    ///
    /// The task's own error; or the task has not ended; or its result has been handed over.
    pub fn result(&self) -> Result<T> {
        let pending = || Err(Error::Failed("Result is not set.".to_owned()));
        self.take().unwrap_or_else(pending)
    }

    /// The task, independent of the type of its result.
    pub(crate) fn part(&self) -> Part<'_> {
        Part {
            core: &self.core,
            fiber: self.fiber,
            done: &self.slot.done,
            is_shared: self.slot.copy.get().is_some(),
        }
    }

    pub(crate) fn core(&self) -> &Rc<Core> {
        &self.core
    }

    pub(crate) fn fiber(&self) -> FiberId {
        self.fiber
    }

    pub(crate) fn task(&self) -> TaskId {
        self.task
    }

    /// Has `to` called when the task has ended; if it has ended, in the next turn.
    pub(crate) fn on_end(&self, to: &Rc<impl Callback + 'static>, place: usize) -> u32 {
        let to: Rc<dyn Callback> = Rc::clone(to) as Rc<dyn Callback>;
        self.part().on_end(to, place)
    }

    /// Removes a callback that [`Handle::on_end`] has registered.
    pub(crate) fn forget(&self, key: u32) {
        self.slot.done.remove(key);
    }

    /// Has `to` called when the task has ended, unless the returned guard is dropped before.
    pub(crate) fn registered(&self, to: &Rc<impl Callback + 'static>) -> Registered<'_, T> {
        let key = self.on_end(to, 0);
        Registered { handle: self, key }
    }

    /// Awaits the task at this line of the program.
    pub(crate) fn join_at(self, line: u32) -> Join<T> {
        Join {
            handle: self,
            line,
            waits: None,
            is_own: false,
        }
    }

    /// The result, if the task has ended. It is handed over once, unless the handle was cloned; a second request gets an
    /// error.
    pub(crate) fn take(&self) -> Option<Result<T>> {
        if !self.is_done() {
            return None;
        }
        self.slot.done.retrieved.set(true);
        let again = || {
            Err(Error::Failed(
                "the result has been handed over already".to_owned(),
            ))
        };
        let mut result = self.slot.result.borrow_mut();
        let result = match self.slot.copy.get() {
            Some(copy) => result.as_ref().map(copy),
            None => result.take(),
        };
        Some(result.unwrap_or_else(again))
    }
}

impl<T> IntoFuture for Handle<T> {
    type Output = Result<T>;
    type IntoFuture = Join<T>;

    #[track_caller]
    fn into_future(self) -> Join<T> {
        self.join_at(Location::caller().line())
    }
}

/// A callback at the end of a task, removed when this is dropped.
pub(crate) struct Registered<'a, T> {
    handle: &'a Handle<T>,
    key: u32,
}

impl<T> Drop for Registered<'_, T> {
    fn drop(&mut self) {
        self.handle.forget(self.key);
    }
}

/// A handle that is being awaited.
#[must_use = "nothing is awaited before it is polled"]
pub struct Join<T> {
    handle: Handle<T>,
    /// The line that awaits it.
    line: u32,
    /// Its key among the waiters for the task; `None` before it waits.
    waits: Option<u32>,
    /// The task awaits itself, and has yielded for a turn because of that.
    is_own: bool,
}

impl<T> Join<T> {
    fn stop(&mut self) {
        if let Some(key) = self.waits.take() {
            self.handle.forget(key);
            let core = &self.handle.core;
            core.stops_awaiting(&Awaited::One(self.handle.fiber));
        }
    }
}

impl<T> Future for Join<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut *self;
        let handle = &this.handle;
        if let Some(result) = handle.take() {
            this.stop();
            return Poll::Ready(result);
        }
        let core = &handle.core;
        if core.current.get() == Some(handle.fiber) {
            // The error comes in the next turn, unless the task is cancelled before.
            if !std::mem::replace(&mut this.is_own, true) {
                core.waits(WaitFor::Turn, this.line);
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            return Poll::Ready(Err(Error::Failed("Task cannot await on itself".to_owned())));
        }
        let done = &handle.slot.done;
        match this.waits {
            Some(key) => done.wakes(key, cx.waker()),
            None => {
                this.waits = Some(done.add(Waiter::Wake(cx.waker().clone())));
                core.awaits(Awaited::One(handle.fiber));
                core.waits(WaitFor::Task(handle.task), this.line);
            }
        }
        Poll::Pending
    }
}

impl<T> Drop for Join<T> {
    fn drop(&mut self) {
        if self.waits.is_some() {
            self.stop();
            self.handle.cancel();
        }
    }
}
