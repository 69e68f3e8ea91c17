//! Fibers: spawned futures, how they take steps and how they are cancelled.

use super::Core;
use super::wakes::{FiberWaker, Ready};
use crate::error::Error;
use interleave_trace::TaskId;
use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Wake, Waker};

/// Index of a fiber.
pub(crate) type FiberId = u32;

/// The fiber of `main`, which is the first.
const MAIN: FiberId = 0;

/// How often one request may reach a fiber by different paths before it counts as going round in a cycle.
const MAX_ROUNDS: u32 = 1000;

/// A spawned future, which the executor polls by itself; a logical task that is
/// awaited in place has no fiber of its own.
pub(crate) struct Fiber {
    pub task: TaskId,
    /// `None` while it is polled, and once it has ended.
    pub future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    waker: Arc<FiberWaker>,
    /// It was asked to end while it was ready or took a step; the cancellation is delivered when it next takes or ends a step:
    /// asyncio's `_must_cancel`. Reset if all requests are taken back before.
    must_cancel: bool,
    /// The cancellation is delivered at its next step in any case: there was nothing to pass it on to, or the awaited tasks
    /// ended as cancelled.
    thrown: bool,
    /// The cancellation is being delivered in this step, and no scope has taken it yet.
    telling: bool,
    /// It took a step with a cancellation that no scope took: the open scopes are not being polled.
    untold: bool,
    /// How many cancellation requests have not been taken back: `Task.cancelling()`.
    requests: u32,
    /// The open scopes, which catch a cancellation, in the order in which they were
    /// opened.
    scopes: Vec<Scope>,
    /// The awaited fibers to which a cancellation is passed on.
    awaits: Vec<Awaited>,
    /// The task that was suspended last in this fiber: a wake-up is for this task. `None` before
    /// the first time.
    pub waiter: Option<TaskId>,
    /// `main` left it behind.
    pub left_behind: bool,
    pub done: bool,
}

impl Fiber {
    /// The bytes of the fiber, its future and its waker.
    pub(crate) fn bytes(&self) -> usize {
        let future = self.future.as_deref();
        size_of::<Self>()
            + future.map_or(0, size_of_val)
            + size_of::<FiberWaker>()
            + size_of::<Scope>() * self.scopes.capacity()
            + size_of::<Awaited>() * self.awaits.capacity()
    }
}

/// Awaited fibers to which a cancellation is passed on: asyncio's `_fut_waiter`, where that is more than a bare future.
#[derive(Clone)]
pub(crate) enum Awaited {
    /// The end of another fiber.
    One(FiberId),
    /// The ends of many fibers.
    Many(Rc<dyn Many>),
}

/// Fibers that are awaited together, and asked to end together.
pub(crate) trait Many {
    /// The fibers to cancel now; none if there is nothing left to wait for.
    fn to_ask(&self) -> &[FiberId];
    /// Called after they have been asked to end.
    fn asked(&self);
}

impl PartialEq for Awaited {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(one), Self::One(other)) => one == other,
            (Self::Many(one), Self::Many(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

/// An open scope, which catches a cancellation.
struct Scope {
    /// Greater than the ids of the scopes around it.
    id: u32,
    /// Makes the fiber poll this scope.
    waker: Waker,
}

impl Core {
    pub fn spawn(&self, task: TaskId, future: impl Future<Output = ()> + 'static) -> FiberId {
        if self.over() {
            // Only a destructor can still spawn; its future is dropped here.
            return FiberId::MAX;
        }
        let mut fibers = self.fibers.borrow_mut();
        let id = fibers.len() as FiberId;
        let waker = Ready::register(&self.ready, id);
        self.alive.set(self.alive.get() + 1);
        fibers.push(Fiber {
            task,
            future: Some(Box::pin(future)),
            waker,
            must_cancel: false,
            thrown: false,
            telling: false,
            untold: false,
            requests: 0,
            scopes: Vec::new(),
            awaits: Vec::new(),
            waiter: None,
            left_behind: false,
            done: false,
        });
        id
    }

    /// Lets one fiber take a step.
    pub(crate) fn step(self: &Rc<Self>, id: FiberId) {
        let (future, waker, task, drop_it) = {
            let mut fibers = self.fibers.borrow_mut();
            let Some(fiber) = fibers.get_mut(id as usize) else {
                return;
            };
            fiber.waker.queued.store(false, Ordering::Relaxed);
            let Some(future) = fiber.future.take() else {
                return;
            };
            let must_cancel = std::mem::take(&mut fiber.must_cancel);
            let thrown = std::mem::take(&mut fiber.thrown);
            fiber.telling |= must_cancel || thrown;
            let drop_it = fiber.telling && (fiber.scopes.is_empty() || fiber.untold);
            let waker = Waker::from(Arc::clone(&fiber.waker));
            (future, waker, fiber.task, drop_it)
        };
        let mut future = Some(future);
        self.current.set(Some(id));
        self.begin_step(task);
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
            if drop_it && id == MAIN {
                self.main_returned(Err(Error::Cancelled));
            }
        }
        self.read_clock();
        self.note_wakes();
        self.end_busy();
        self.ready.set_busy_task(None);
        self.current.set(None);
        let (mut pass_on, mut was_left_behind) = (false, false);
        if let Some(fiber) = self.fibers.borrow_mut().get_mut(id as usize) {
            fiber.done = ended;
            fiber.future = future;
            was_left_behind = fiber.left_behind;
            if ended {
                fiber.awaits.clear();
            } else if fiber.telling {
                fiber.untold = true;
                fiber.waker.wake_by_ref();
            } else if fiber.must_cancel && !fiber.waker.is_queued() {
                // It asked itself to end and was suspended after that: the request is passed on to the fibers that it awaits now.
                fiber.must_cancel = false;
                pass_on = true;
            }
        }
        if pass_on {
            self.as_task(Some(task), || self.ask(id, true));
        }
        if ended {
            self.fiber_ended(was_left_behind);
        }
    }

    /// Asks a fiber to end: `Task.cancel()`. This makes it ready; the cancellation is delivered at its next step.
    ///
    /// A fiber that awaits others passes the request on instead, and continues
    /// with their results. Returns false if the fiber had ended.
    pub fn cancel(&self, first: FiberId) -> bool {
        if !self.cancel_at(first) {
            return false;
        }
        if self.current.get().is_none() {
            // No step is running whose end would record the wake-ups.
            self.note_wakes();
        }
        true
    }

    fn cancel_at(&self, first: FiberId) -> bool {
        let fibers = self.fibers.borrow();
        if fibers.get(first as usize).is_none_or(|fiber| fiber.done) {
            return false;
        }
        drop(fibers);
        self.ask(first, false);
        true
    }

    /// As [`Core::cancel`], but not recorded in the trace: the fiber only learns that its wait is over.
    pub fn cancel_unnoted(&self, fiber: FiberId) {
        self.note_wakes();
        self.cancel_at(fiber);
        self.ready.forget_notes(fiber);
    }

    /// Asks a fiber, or the fibers that it awaits, to end. With `counted`, the request to `first` has been counted before.
    fn ask(&self, first: FiberId, mut counted: bool) {
        let mut fibers = self.fibers.borrow_mut();
        let (mut asked, mut seen) = (vec![first], HashMap::<_, u32>::new());
        while let Some(id) = asked.pop() {
            let is_alive = |fibers: &[Fiber], id: FiberId| {
                fibers.get(id as usize).is_some_and(|fiber| !fiber.done)
            };
            if !is_alive(&fibers, id) {
                continue;
            }
            // Tasks that await each other in a cycle: the request has come back. CPython raises a `RecursionError`.
            let times = seen.entry(id).or_default();
            *times += 1;
            let is_ring = (*times > 1 && id == first) || *times > MAX_ROUNDS;
            let fiber = &mut fibers[id as usize];
            if !std::mem::take(&mut counted) {
                fiber.requests += 1;
            }
            if self.current.get() == Some(id) {
                fiber.must_cancel = true;
                fiber.waker.ask_later();
                continue;
            }
            if fiber.waker.is_queued() {
                fiber.must_cancel = true;
                fiber.tell();
                continue;
            }
            let awaits = fiber.awaits.clone();
            let before = asked.len();
            // A gather of tasks that have all ended, but whose callbacks are still due: it cannot be cancelled any more.
            let mut is_told_soon = false;
            // Backwards, so that the first one is asked first.
            for awaited in awaits.iter().rev() {
                let others = match awaited {
                    Awaited::One(other) => std::slice::from_ref(other),
                    Awaited::Many(many) => many.to_ask(),
                };
                let others = others.iter().rev().copied();
                let already = asked.len();
                asked.extend(others.filter(|&other| is_alive(&fibers, other)));
                if let Awaited::Many(many) = awaited {
                    match asked.len() > already {
                        true => many.asked(),
                        false => is_told_soon |= !many.to_ask().is_empty(),
                    }
                }
            }
            if asked.len() == before && is_told_soon {
                let fiber = &mut fibers[id as usize];
                fiber.must_cancel = true;
                fiber.waker.ask_later();
            } else if asked.len() == before || is_ring {
                asked.truncate(before);
                let fiber = &mut fibers[id as usize];
                fiber.thrown = true;
                fiber.tell();
            }
        }
    }

    /// Has a cancellation delivered to a fiber at its next step, since the tasks that it awaits were cancelled.
    pub(crate) fn throw(&self, fiber: FiberId) {
        if let Some(fiber) = self.fibers.borrow_mut().get_mut(fiber as usize) {
            fiber.thrown = true;
        }
    }

    /// Whether a fiber has ended, or has been asked to end and the cancellation is not delivered yet.
    pub fn is_asked(&self, fiber: FiberId) -> bool {
        let fibers = self.fibers.borrow();
        fibers
            .get(fiber as usize)
            .is_none_or(|fiber| fiber.done || fiber.must_cancel || fiber.thrown || fiber.telling)
    }

    /// How many cancellation requests of the fiber being polled were not taken back: `Task.cancelling()`.
    pub fn cancelling(&self) -> u32 {
        let mut requests = 0;
        self.with_current(|fiber| requests = fiber.requests);
        requests
    }

    /// Takes back one request of the fiber being polled; returns how many are left: `Task.uncancel()`.
    pub fn uncancel(&self) -> u32 {
        let mut left = 0;
        self.with_current(|fiber| {
            if fiber.requests > 0 {
                fiber.requests -= 1;
                fiber.must_cancel &= fiber.requests > 0;
            }
            left = fiber.requests;
        });
        left
    }

    /// Whether the fiber being polled, which returns, was asked to end in this step. Then it ends as cancelled.
    pub fn ends_as_asked(&self) -> bool {
        let mut asked = false;
        self.with_current(|fiber| asked = std::mem::take(&mut fiber.must_cancel));
        asked
    }

    /// Registers that the fiber being polled awaits `other`: a cancellation is passed on to it.
    pub fn awaits(&self, other: Awaited) {
        self.with_current(|fiber| {
            if !fiber.awaits.contains(&other) {
                fiber.awaits.push(other);
            }
        });
    }

    /// Registers that the fiber being polled does not await `other` any more.
    pub fn stops_awaiting(&self, other: &Awaited) {
        self.with_current(|fiber| fiber.awaits.retain(|awaited| awaited != other));
    }

    /// Opens a scope that catches a cancellation, inside those that are open.
    pub fn open_scope(&self, waker: &Waker) -> Option<(FiberId, u32)> {
        let fiber = self.current.get()?;
        let mut fibers = self.fibers.borrow_mut();
        let scopes = &mut fibers.get_mut(fiber as usize)?.scopes;
        let id = scopes.last().map_or(1, |last| last.id + 1);
        let waker = waker.clone();
        scopes.push(Scope { id, waker });
        Some((fiber, id))
    }

    /// Replaces the waker of a scope.
    pub fn wakes_scope(&self, fiber: FiberId, id: u32, waker: &Waker) {
        let mut fibers = self.fibers.borrow_mut();
        if let Some(fiber) = fibers.get_mut(fiber as usize)
            && let Some(place) = fiber.place_of(id)
        {
            fiber.scopes[place].waker.clone_from(waker);
        }
    }

    /// Closes a scope.
    pub fn close_scope(&self, fiber: FiberId, id: u32) {
        // While a runtime is being dropped its fibers have been removed already.
        if let Some(fiber) = self.fibers.borrow_mut().get_mut(fiber as usize)
            && let Some(place) = fiber.place_of(id)
        {
            fiber.scopes.remove(place);
        }
    }

    /// Takes the cancellation, if there is one and this is the innermost scope.
    pub fn take_cancel(&self, fiber: FiberId, id: u32) -> bool {
        let mut fibers = self.fibers.borrow_mut();
        let fiber = fibers.get_mut(fiber as usize);
        fiber.is_some_and(|fiber| {
            let is_innermost = fiber.scopes.last().is_some_and(|last| last.id == id);
            is_innermost && std::mem::take(&mut fiber.telling)
        })
    }

    /// The waker of a fiber.
    pub(crate) fn waker(&self, fiber: FiberId) -> Option<Waker> {
        let fibers = self.fibers.borrow();
        let fiber = fibers.get(fiber as usize)?;
        Some(Waker::from(Arc::clone(&fiber.waker)))
    }

    pub(crate) fn with_current(&self, change: impl FnOnce(&mut Fiber)) {
        if let Some(id) = self.current.get()
            && let Some(fiber) = self.fibers.borrow_mut().get_mut(id as usize)
        {
            change(fiber);
        }
    }
}

impl Fiber {
    /// Makes the fiber ready, and has its innermost scope polled.
    fn tell(&self) {
        self.waker.ask();
        if let Some(scope) = self.scopes.last() {
            scope.waker.wake_by_ref();
        }
    }

    /// The place of a scope among the open ones.
    fn place_of(&self, scope: u32) -> Option<usize> {
        self.scopes
            .binary_search_by_key(&scope, |open| open.id)
            .ok()
    }
}
