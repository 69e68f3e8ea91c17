//! Task groups: if one task fails, the others are cancelled.

use crate::cancel::Scope;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::{Callback, Core, End, FiberId};
use crate::task::Handle;
use interleave_trace::{Kind, TaskId, WaitFor};
use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A group of tasks. If one fails, the others are cancelled, and the group is left only after all have ended:
/// `asyncio.TaskGroup`.
///
/// [`Cx::task_group`] is `async with asyncio.TaskGroup() as group:`, around a body that may wait. Where the body only
/// starts tasks, [`TaskGroup::new`] and [`TaskGroup::join`] do.
///
/// | event | effect |
/// |---|---|
/// | all tasks return | the group is left; each value is with its [`Handle::result`] |
/// | one fails | the others are cancelled, in the order in which they were started, and so is the body |
/// | | they clean up; after the last one the group is left with [`Error::Group`]: all errors, in the order of the failures |
/// | a single one is cancelled | nothing: the others run on |
/// | the body fails | the tasks are cancelled; its error is the last of the group |
/// | the task around the group is cancelled | all are cancelled, once; it gets the cancellation when the last one has ended. If one failed, the answer is that error, and it gets the cancellation when it next waits |
/// | a task is started when the group is shutting down, or has been left | refused |
/// | the group is dropped without a join | all are cancelled |
///
/// A clone is the same group, so that its tasks can start others.
#[derive(Clone)]
pub struct TaskGroup(Rc<Inner>);

struct Inner {
    cx: Cx,
    family: Rc<Family>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.family.left.get() > 0 {
            self.family.abort(&self.cx.core);
        }
    }
}

/// The shared state of a group's tasks.
#[derive(Default)]
struct Family {
    /// The task around the group.
    task: TaskId,
    /// The fiber of that task, once it is inside the group.
    parent: Cell<Option<FiberId>>,
    /// All tasks that were started, in that order.
    started: RefCell<Vec<FiberId>>,
    /// How many have not ended.
    left: Cell<usize>,
    errors: RefCell<Vec<Error>>,
    is_exiting: Cell<bool>,
    is_aborting: Cell<bool>,
    parent_cancel_requested: Cell<bool>,
    /// The task that waits for the last one.
    completed: RefCell<Option<Waker>>,
}

impl Cx {
    /// Runs `body` with a group, then waits for the group's tasks: `async with asyncio.TaskGroup() as group:`.
    ///
    /// If a task fails while the body waits, the body is cancelled. See [`TaskGroup`].
    #[track_caller]
    pub fn task_group<'a, R, Fut>(&self, body: impl FnOnce(TaskGroup) -> Fut) -> Grouped<'a, R>
    where
        Fut: Future<Output = Result<R>> + 'a,
    {
        let group = TaskGroup::new(self);
        let body = body(group.clone());
        Grouped::new(group, Box::pin(body), Location::caller().line())
    }
}

impl TaskGroup {
    /// A group without tasks. Do not wait between this and [`TaskGroup::join`]: if a task fails meanwhile, the others are
    /// cancelled, but that wait is not interrupted.
    pub fn new(cx: &Cx) -> Self {
        Self(Rc::new(Inner {
            cx: cx.clone(),
            family: Rc::new(Family {
                task: cx.id(),
                ..Family::default()
            }),
        }))
    }

    /// Starts a task in the group, as [`Cx::spawn`] does: `group.create_task`.
    ///
    /// # Errors
    ///
    /// The group is shutting down, or all of its tasks have ended and it is being left. The task never starts then.
    pub fn spawn<T: 'static, Fut>(
        &self,
        name: &str,
        make: impl FnOnce(Cx) -> Fut,
    ) -> Result<Handle<T>>
    where
        Fut: Future<Output = Result<T>> + 'static,
    {
        let family = &self.0.family;
        let refused = |why: &str| Err(Error::Failed(format!("TaskGroup is {why}")));
        if family.is_exiting.get() && family.left.get() == 0 {
            return refused("finished");
        }
        if family.is_aborting.get() {
            return refused("shutting down");
        }
        let task = self.0.cx.spawn(name, make);
        family.left.set(family.left.get() + 1);
        family.started.borrow_mut().push(task.fiber());
        task.part().is_retrieved();
        task.on_end(family, 0);
        Ok(task)
    }

    /// Waits until all tasks have ended, as a [`Cx::task_group`] does whose body has returned.
    #[track_caller]
    pub fn join(self) -> Grouped<'static, ()> {
        Grouped::new(self, Box::pin(async { Ok(()) }), Location::caller().line())
    }
}

impl Family {
    /// Cancels all tasks that have not ended.
    fn abort(&self, core: &Core) {
        self.is_aborting.set(true);
        let started = self.started.borrow().clone();
        // The trace names the task around the group as the one that cancels them, whichever task failed.
        core.as_task(Some(self.task), || {
            for fiber in started {
                core.cancel(fiber);
            }
        });
    }

    /// Cancels the task around the group, since a task of the group has failed. If it only waits for the
    /// group, that interrupts nothing, and the trace has a plain wake-up, not a cancellation.
    fn cancel_parent(&self, core: &Core, parent: FiberId) {
        self.parent_cancel_requested.set(true);
        if self.is_exiting.get() {
            core.cancel_unnoted(parent);
        } else {
            core.cancel(parent);
        }
    }
}

impl Callback for Family {
    fn call(&self, core: &Core, end: End) {
        self.left.set(self.left.get() - 1);
        if self.left.get() == 0 {
            self.completed.take().into_iter().for_each(Waker::wake);
        }
        let error = match end.error {
            None | Some(Error::Cancelled) => return,
            Some(error) => error,
        };
        self.errors.borrow_mut().push(error);
        if !self.is_aborting.get() && !self.parent_cancel_requested.get() {
            let parent = self.parent.get();
            if self.is_exiting.get() && parent.is_some() {
                let by = core.busy_task();
                core.record(self.task, Kind::Woken { by, asked: false });
            }
            self.abort(core);
            parent.inspect(|&parent| self.cancel_parent(core, parent));
        }
    }
}

/// A group and its body; see [`Cx::task_group`].
#[must_use = "a group that is dropped cancels its tasks"]
pub struct Grouped<'a, R> {
    group: TaskGroup,
    scope: Scope,
    /// `None` once it has ended.
    body: Option<Pin<Box<dyn Future<Output = Result<R>> + 'a>>>,
    /// The result of the body, until it is handed over.
    ended: Option<Result<R>>,
    /// The task around the group was cancelled, and gets the cancellation when the group is left.
    propagates: bool,
    waits: bool,
    line: u32,
}

impl<'a, R> Grouped<'a, R> {
    fn new(
        group: TaskGroup,
        body: Pin<Box<dyn Future<Output = Result<R>> + 'a>>,
        line: u32,
    ) -> Self {
        Self {
            scope: Scope::new(&group.0.cx.core),
            group,
            body: Some(body),
            ended: None,
            propagates: false,
            waits: false,
            line,
        }
    }

    /// The body has ended.
    fn exits(&mut self, ended: Result<R>) {
        self.body = None;
        let family = &self.group.0.family;
        family.is_exiting.set(true);
        self.propagates = matches!(ended, Err(Error::Cancelled));
        if ended.is_err() && !family.is_aborting.get() {
            family.abort(&self.group.0.cx.core);
        }
        self.ended = Some(ended);
    }

    /// The answer of the group, once all tasks have ended.
    fn answer(&mut self, ended: Result<R>) -> Result<R> {
        let (core, family) = (&self.group.0.cx.core, &self.group.0.family);
        // All tasks have ended: there is nothing left to cancel.
        let mut errors = family.errors.take();
        if family.parent_cancel_requested.get() && core.uncancel() == 0 {
            self.propagates = false;
        }
        if self.propagates && errors.is_empty() {
            return Err(Error::Cancelled);
        }
        let ended = match ended {
            Err(error) if error != Error::Cancelled => {
                errors.push(error);
                None
            }
            ended => Some(ended),
        };
        match ended {
            Some(ended) if errors.is_empty() => ended,
            _ => {
                // A cancellation from elsewhere is not lost: the task gets it when it next waits.
                if core.cancelling() > 0 {
                    core.uncancel();
                    core.current.get().map(|fiber| core.cancel(fiber));
                }
                Err(Error::Group(errors))
            }
        }
    }
}

// Nothing in it is self-referential.
impl<R> Unpin for Grouped<'_, R> {}

impl<R> Future for Grouped<'_, R> {
    type Output = Result<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R>> {
        let this = &mut *self;
        let mut is_told = this.scope.is_told(cx);
        this.group.0.family.parent.set(this.scope.fiber());
        if let Some(body) = &mut this.body {
            let ended = match std::mem::take(&mut is_told) {
                true => Err(Error::Cancelled),
                false => match body.as_mut().poll(cx) {
                    Poll::Ready(ended) => ended,
                    Poll::Pending => return Poll::Pending,
                },
            };
            this.exits(ended);
        }
        let (core, family) = (&this.group.0.cx.core, &this.group.0.family);
        if is_told && !family.is_aborting.get() {
            this.propagates = true;
            family.abort(core);
        }
        let left = family.left.get();
        if left > 0 {
            *family.completed.borrow_mut() = Some(cx.waker().clone());
            if !std::mem::replace(&mut this.waits, true) {
                core.waits(WaitFor::Tasks(left as u32), this.line);
            }
            return Poll::Pending;
        }
        match this.ended.take() {
            Some(ended) => {
                this.scope.close();
                Poll::Ready(this.answer(ended))
            }
            None => Poll::Pending,
        }
    }
}

impl<R> Drop for Grouped<'_, R> {
    fn drop(&mut self) {
        let family = &self.group.0.family;
        family.is_exiting.set(true);
        family.completed.take();
        if family.left.get() > 0 {
            family.abort(&self.group.0.cx.core);
        }
        self.body = None;
    }
}
