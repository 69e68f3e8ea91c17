//! Items handed from task to task, in order: `asyncio.Queue`.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::Core;
use crate::resource::Resource;
use crate::waiters::{Waiters, Waiting};
use interleave_trace::{Kind, ResourceKind, State, TaskId, WaitFor};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// A queue with room for a number of items: first in, first out, unless it is made as a LIFO or priority queue. A clone is
/// the same queue.
///
/// A gauge has its length. A waiting task is queued: in [`Queue::put`] for a free
/// place, in [`Queue::get`] for an item. Both are first come, first served among
/// the waiting tasks; but as in asyncio, a woken task only tries again, and a task that
/// arrives at the same instant may be faster.
///
/// | dropped waiter | effect |
/// |---|---|
/// | before it is woken | it loses its place |
/// | after it was woken | the next one is woken instead |
///
/// An item is either with the putter, in the queue, or with the getter; only [`Queue::shutdown`] can drop items.
pub struct Queue<T>(Rc<Inner<T>>);

struct Inner<T> {
    /// Its name is that of the gauge.
    resource: Resource,
    /// The beginning of the gauge's name.
    gauge: &'static str,
    /// How many items it may hold; any number if 0.
    max: usize,
    items: RefCell<VecDeque<T>>,
    /// Takes the next item.
    take: fn(&mut VecDeque<T>) -> Option<T>,
    is_shut_down: Cell<bool>,
    getters: Waiters,
    putters: Waiters,
    /// Items that were put and have not been marked as done.
    unfinished: Cell<usize>,
    joiners: Waiters,
    /// The tasks that wait in `join`: the trace records how many items each still waits for.
    joining: RefCell<Vec<Joiner>>,
}

/// The error of a queue that was shut down.
const SHUT_DOWN: &str = "QueueShutDown";

/// A task that waits in `join`, and on which line.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Joiner {
    task: TaskId,
    line: u32,
}

/// A task that waits in `join` while this lives.
struct Joining<T>(Queue<T>, Joiner);

impl<T> Drop for Joining<T> {
    fn drop(&mut self) {
        let mut joining = self.0.0.joining.borrow_mut();
        let place = joining.iter().position(|joiner| *joiner == self.1);
        place.map(|place| joining.remove(place));
    }
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Queue<T> {
    /// A queue that holds at most `max` items, or any number if that is 0. `gauge` is the name of its
    /// gauge, and of the queue in messages if there are several.
    pub fn new(gauge: &'static str, max: usize) -> Self {
        Self::taking(gauge, max, VecDeque::pop_front)
    }

    /// The same, but last in, first out: `asyncio.LifoQueue`.
    pub fn lifo(gauge: &'static str, max: usize) -> Self {
        Self::taking(gauge, max, VecDeque::pop_back)
    }

    /// The same, but the least item is taken first: `asyncio.PriorityQueue`. Of equal ones, the one that was put first.
    pub fn priority(gauge: &'static str, max: usize) -> Self
    where
        T: Ord,
    {
        Self::taking(gauge, max, |items| {
            let mut least = 0;
            for place in 1..items.len() {
                if items[place] < items[least] {
                    least = place;
                }
            }
            items.remove(least)
        })
    }

    fn taking(gauge: &'static str, max: usize, take: fn(&mut VecDeque<T>) -> Option<T>) -> Self {
        Self(Rc::new(Inner {
            resource: Resource::named(ResourceKind::Queue, gauge),
            gauge,
            max,
            items: RefCell::default(),
            take,
            is_shut_down: Cell::default(),
            getters: Waiters::default(),
            putters: Waiters::default(),
            unfinished: Cell::default(),
            joiners: Waiters::default(),
            joining: RefCell::default(),
        }))
    }

    /// Puts an item into the queue. While the queue is full, the task waits, queued. The result is an error if the queue
    /// was shut down.
    #[track_caller]
    pub fn put(&self, cx: &Cx, item: T) -> Put<T> {
        Put {
            cx: cx.clone(),
            queue: self.clone(),
            item: Some(item),
            waiting: None,
            has_waited: false,
            line: Location::caller().line(),
        }
    }

    /// Takes the next item. The task is queued from here on, even if it need not wait, until it calls
    /// [`Cx::running`]. The result is an error if the queue was shut down and is empty.
    #[track_caller]
    pub fn get(&self, cx: &Cx) -> Get<T> {
        self.turn(cx, State::Queued, "");
        Get {
            cx: cx.clone(),
            queue: self.clone(),
            waiting: None,
            line: Location::caller().line(),
        }
    }

    /// Puts an item without waiting.
    ///
    /// # Errors
    ///
    /// The queue is full, or was shut down.
    pub fn put_nowait(&self, cx: &Cx, item: T) -> Result<()> {
        if self.0.is_shut_down.get() {
            return Err(Error::Failed(SHUT_DOWN.to_owned()));
        }
        if self.is_full() {
            return Err(Error::Failed("QueueFull".to_owned()));
        }
        self.add(cx, item);
        Ok(())
    }

    /// Takes the next item without waiting.
    ///
    /// # Errors
    ///
    /// The queue is empty.
    pub fn get_nowait(&self, cx: &Cx) -> Result<T> {
        let words = match self.0.is_shut_down.get() {
            true => SHUT_DOWN,
            false => "QueueEmpty",
        };
        self.remove(cx)
            .ok_or_else(|| Error::Failed(words.to_owned()))
    }

    /// Shuts the queue down: no item can be put any more, and all waiting tasks are woken. Its items can still be taken, unless
    /// the shutdown is `immediate`: then all items are dropped, and count as done.
    pub fn shutdown(&self, cx: &Cx, immediate: bool) {
        let inner = &self.0;
        inner.is_shut_down.set(true);
        if immediate {
            let dropped = inner.items.take();
            let left = inner.unfinished.get().saturating_sub(dropped.len());
            inner.unfinished.set(left);
            if !dropped.is_empty() {
                self.count(cx);
            }
            if left == 0 {
                inner.joining.take();
                inner.joiners.wake_some(&cx.core, usize::MAX);
            }
        }
        while inner.getters.len() > 0 {
            inner.getters.wake_one(&cx.core);
        }
        while inner.putters.len() > 0 {
            inner.putters.wake_one(&cx.core);
        }
    }

    fn add(&self, cx: &Cx, item: T) {
        let inner = &self.0;
        inner.items.borrow_mut().push_back(item);
        inner.unfinished.set(inner.unfinished.get() + 1);
        self.tell_joiners(&cx.core);
        inner.getters.wake_one(&cx.core);
        self.count(cx);
    }

    fn remove(&self, cx: &Cx) -> Option<T> {
        let item = (self.0.take)(&mut self.0.items.borrow_mut())?;
        self.0.putters.wake_one(&cx.core);
        self.count(cx);
        Some(item)
    }

    /// Marks one of the items that were taken out as done.
    ///
    /// # Errors
    ///
    /// More are marked than were put.
    pub fn task_done(&self, cx: &Cx) -> Result<()> {
        let left = self
            .0
            .unfinished
            .get()
            .checked_sub(1)
            .ok_or_else(|| Error::Failed("task_done() called too many times".to_owned()))?;
        self.0.unfinished.set(left);
        if left == 0 {
            self.0.joining.take();
            self.0.joiners.wake_some(&cx.core, usize::MAX);
        }
        self.tell_joiners(&cx.core);
        Ok(())
    }

    /// Waits until every item that was put has been marked as done.
    #[track_caller]
    pub fn join(&self, cx: &Cx) -> impl Future<Output = ()> + use<T> {
        let (queue, cx, line) = (self.clone(), cx.clone(), Location::caller().line());
        async move {
            if queue.0.unfinished.get() > 0 {
                cx.core.suspends();
                let joiner = Joiner {
                    task: cx.id(),
                    line,
                };
                queue.0.joining.borrow_mut().push(joiner);
                let _joining = Joining(queue.clone(), joiner);
                queue.tell_joiners(&cx.core);
                queue.0.joiners.wait(&cx.core).await;
            }
        }
    }

    /// The number of items in the queue.
    pub fn len(&self) -> usize {
        self.0.items.borrow().len()
    }

    /// Whether there is nothing to take.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room for another item.
    pub fn is_full(&self) -> bool {
        self.0.max > 0 && self.len() >= self.0.max
    }

    /// Records for each task in `join` how many items it still waits for.
    fn tell_joiners(&self, core: &Core) {
        let left = self.0.unfinished.get() as u32;
        for &Joiner { task, line } in &*self.0.joining.borrow() {
            let on = WaitFor::ItemsDone(left, self.0.resource.id(core, task));
            core.record(task, Kind::Wait { on, line });
        }
    }

    /// Records that the task waits for its turn, or has it. Not for `main`: its parts without lanes count as `main`, and if
    /// one of them waits, `main` itself need not.
    fn turn(&self, cx: &Cx, state: State, remark: &str) {
        if cx.id() != TaskId::MAIN {
            cx.core.state(cx.id(), state, remark);
        }
    }

    fn count(&self, cx: &Cx) {
        let inner = &self.0;
        let len = self.len() as f64;
        inner
            .resource
            .gauge(&cx.core, cx.id(), inner.gauge, len, true);
    }
}

/// An item on its way into a queue; see [`Queue::put`].
#[must_use = "nothing is put before it is awaited"]
pub struct Put<T> {
    cx: Cx,
    queue: Queue<T>,
    /// `None` once it is in the queue.
    item: Option<T>,
    waiting: Option<Waiting>,
    has_waited: bool,
    line: u32,
}

// Nothing in it is self-referential.
impl<T> Unpin for Put<T> {}

impl<T> Future for Put<T> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        let (core, inner) = (&this.cx.core, &this.queue.0);
        loop {
            if let Some(waiting) = &mut this.waiting {
                ready!(Pin::new(waiting).poll(context));
                this.waiting = None;
            }
            if inner.is_shut_down.get() {
                return Poll::Ready(Err(Error::Failed(SHUT_DOWN.to_owned())));
            }
            if !this.queue.is_full() {
                break;
            }
            if !std::mem::replace(&mut this.has_waited, true) {
                this.queue.turn(&this.cx, State::Queued, "queue full");
            }
            core.waits_at(&inner.resource, WaitFor::Slot, this.line);
            this.waiting = Some(inner.putters.wait(core));
        }
        if let Some(item) = this.item.take() {
            this.queue.add(&this.cx, item);
            this.queue.turn(&this.cx, State::Running, "");
        }
        Poll::Ready(Ok(()))
    }
}

impl<T> Drop for Put<T> {
    fn drop(&mut self) {
        let woken = self.waiting.as_ref().is_some_and(Waiting::is_woken);
        if woken && !self.queue.is_full() {
            self.queue.0.putters.wake_one(&self.cx.core);
        }
    }
}

/// An item on its way out of a queue; see [`Queue::get`].
#[must_use = "nothing is taken before it is awaited"]
pub struct Get<T> {
    cx: Cx,
    queue: Queue<T>,
    waiting: Option<Waiting>,
    line: u32,
}

impl<T> Future for Get<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut *self;
        let (core, inner) = (&this.cx.core, &this.queue.0);
        loop {
            if let Some(waiting) = &mut this.waiting {
                ready!(Pin::new(waiting).poll(context));
                this.waiting = None;
            }
            if let Some(item) = this.queue.remove(&this.cx) {
                return Poll::Ready(Ok(item));
            }
            if inner.is_shut_down.get() {
                return Poll::Ready(Err(Error::Failed(SHUT_DOWN.to_owned())));
            }
            core.waits_at(&inner.resource, WaitFor::Item, this.line);
            this.waiting = Some(inner.getters.wait(core));
        }
    }
}

impl<T> Drop for Get<T> {
    fn drop(&mut self) {
        let woken = self.waiting.as_ref().is_some_and(Waiting::is_woken);
        if woken && !self.queue.is_empty() {
            self.queue.0.getters.wake_one(&self.cx.core);
        }
    }
}
