//! Fibers: spawned futures, how they take steps and how they are cancelled.

use super::Core;
use super::wakes::{FiberWaker, Ready};
use crate::error::Error;
use interleave_trace::TaskId;
use std::collections::HashSet;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Wake, Waker};

/// Index of a fiber.
pub(crate) type FiberId = u32;

/// The fiber of `main`, which is the first.
const MAIN: FiberId = 0;

/// A spawned future, which the executor polls by itself; a logical task that is
/// awaited in place has none of its own.
pub(crate) struct Fiber {
    pub task: TaskId,
    /// Absent while it is polled, and once it has ended.
    pub future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    waker: Arc<FiberWaker>,
    /// Cancellation was requested and not yet delivered.
    cancel: bool,
    /// Cancellation was requested at some time, delivered or not.
    cancel_requested: bool,
    /// In this step the cancellation is not delivered: a fiber that it awaits has not ended.
    cancel_deferred: bool,
    /// It took a step with such a request, and no scope took the request: the scopes that are
    /// open are not being awaited.
    cancel_undelivered: bool,
    /// The scopes that would like to be told of a cancellation, in the order in which they were
    /// opened.
    scopes: Vec<Scope>,
    /// The fibers whose end this one awaits: a cancellation is passed on to them.
    awaits: Vec<FiberId>,
    /// A cancellation that is passed on also reaches this fiber, when all of them have ended.
    cancelled_with_them: bool,
    /// The task that was suspended last in this fiber: it is the one that is woken. None before
    /// the first time.
    pub waiter: Option<TaskId>,
    pub done: bool,
}

/// A scope that would like to be told of a cancellation.
struct Scope {
    /// Greater than those of the scopes around it.
    id: u32,
    /// What has the fiber poll this very scope.
    waker: Waker,
}

impl Core {
    pub fn spawn(&self, task: TaskId, future: impl Future<Output = ()> + 'static) -> FiberId {
        if self.over() {
            // Only a destructor can still be spawning; what it spawns is dropped here.
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
            cancel: false,
            cancel_requested: false,
            cancel_deferred: false,
            cancel_undelivered: false,
            scopes: Vec::new(),
            awaits: Vec::new(),
            cancelled_with_them: false,
            waiter: None,
            done: false,
        });
        id
    }

    /// Lets one fiber take a step.
    pub(crate) fn step(self: &Rc<Self>, id: FiberId) {
        let (future, waker, task, asked, drop_it) = {
            let mut fibers = self.fibers.borrow_mut();
            let cancel_deferred = defers_cancel(&fibers, id);
            let Some(fiber) = fibers.get_mut(id as usize) else {
                return;
            };
            fiber.waker.queued.store(false, Ordering::Relaxed);
            let Some(future) = fiber.future.take() else {
                return;
            };
            fiber.awaits.clear();
            fiber.cancelled_with_them = false;
            fiber.cancel_deferred = cancel_deferred;
            let asked = fiber.cancel && !cancel_deferred;
            let drop_it = asked && (fiber.scopes.is_empty() || fiber.cancel_undelivered);
            (
                future,
                Waker::from(Arc::clone(&fiber.waker)),
                fiber.task,
                asked,
                drop_it,
            )
        };
        let mut future = Some(future);
        self.current.set(Some(id));
        self.begin_busy(task);
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
        {
            let mut fibers = self.fibers.borrow_mut();
            let still_deferred = defers_cancel(&fibers, id);
            if let Some(fiber) = fibers.get_mut(id as usize) {
                fiber.done = ended;
                fiber.future = future;
                if asked && fiber.cancel {
                    fiber.cancel_undelivered = true;
                    fiber.waker.wake_by_ref();
                } else if fiber.cancel_deferred && !still_deferred {
                    fiber.waker.wake_by_ref();
                }
            }
        }
        if ended {
            self.fiber_ended();
        }
    }

    /// Asks a fiber to end. It is told at its next step, which this causes.
    ///
    /// A fiber that awaits others passes the request on instead, and goes on
    /// with what they answer. Returns whether the fiber could still be asked.
    pub fn cancel(&self, first: FiberId) -> bool {
        let mut fibers = self.fibers.borrow_mut();
        let alive =
            |fibers: &[Fiber], id: FiberId| fibers.get(id as usize).is_some_and(|f| !f.done);
        if !alive(&fibers, first) {
            return false;
        }
        let (mut asked, mut seen) = (vec![first], HashSet::new());
        while let Some(id) = asked.pop() {
            let awaits = &fibers[id as usize].awaits;
            let others: Vec<_> = awaits
                .iter()
                .copied()
                .filter(|&i| alive(&fibers, i))
                .collect();
            // A fiber is awaited by one other only, so that a ring leads back to the first.
            let is_ring = !seen.insert(id);
            let fiber = &mut fibers[id as usize];
            fiber.cancel_requested = true;
            if others.is_empty() || (is_ring && id == first) {
                fiber.cancel = true;
                fiber.waker.ask();
                if let Some(scope) = fiber.scopes.last() {
                    scope.waker.wake_by_ref();
                }
            } else if !is_ring {
                fiber.cancel |= fiber.cancelled_with_them;
                asked.extend(others.into_iter().rev());
            }
        }
        drop(fibers);
        if self.current.get().is_none() {
            // There is no step whose end would note it.
            self.note_wakes();
        }
        true
    }

    /// Whether a fiber has been asked to end and has not been told yet, or has ended.
    pub fn is_asked(&self, fiber: FiberId) -> bool {
        let fibers = self.fibers.borrow();
        fibers
            .get(fiber as usize)
            .is_none_or(|fiber| fiber.done || fiber.cancel)
    }

    /// Whether anybody has asked the fiber to end.
    pub fn was_asked(&self, fiber: FiberId) -> bool {
        let fibers = self.fibers.borrow();
        fibers
            .get(fiber as usize)
            .is_some_and(|fiber| fiber.cancel_requested)
    }

    /// Whether the fiber being polled is to take the next turn as well.
    pub fn is_woken(&self) -> bool {
        let mut woken = false;
        self.with_current(|fiber| woken = fiber.waker.queued.load(Ordering::Relaxed));
        woken
    }

    /// Notes that the fiber being polled awaits another one's end: a
    /// cancellation is for that one, and if `with_them` then also for this one.
    pub fn awaits(&self, other: FiberId, with_them: bool) {
        self.with_current(|fiber| {
            fiber.awaits.push(other);
            fiber.cancelled_with_them |= with_them;
        });
    }

    /// Notes that the fiber being polled does not await these any more.
    pub fn stops_awaiting(&self, others: impl Iterator<Item = FiberId>) {
        self.with_current(|fiber| {
            if !fiber.awaits.is_empty() {
                let others: HashSet<_> = others.collect();
                fiber.awaits.retain(|id| !others.contains(id));
            }
        });
    }

    /// Opens a scope that would like to be told of a cancellation, within those that are open.
    pub fn open_scope(&self, waker: &Waker) -> Option<(FiberId, u32)> {
        let fiber = self.current.get()?;
        let mut fibers = self.fibers.borrow_mut();
        let scopes = &mut fibers.get_mut(fiber as usize)?.scopes;
        let id = scopes.last().map_or(1, |last| last.id + 1);
        let waker = waker.clone();
        scopes.push(Scope { id, waker });
        Some((fiber, id))
    }

    /// From now on a scope is polled when it is woken by this.
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
        // While a runtime is being dropped its fibers are gone already.
        if let Some(fiber) = self.fibers.borrow_mut().get_mut(fiber as usize)
            && let Some(place) = fiber.place_of(id)
        {
            fiber.scopes.remove(place);
        }
    }

    /// Takes the request for cancellation, if there is one and this is the innermost scope.
    pub fn take_cancel(&self, fiber: FiberId, id: u32) -> bool {
        let mut fibers = self.fibers.borrow_mut();
        let fiber = fibers.get_mut(fiber as usize);
        fiber.is_some_and(|fiber| {
            let is_innermost = fiber.scopes.last().is_some_and(|last| last.id == id);
            !fiber.cancel_deferred && is_innermost && std::mem::take(&mut fiber.cancel)
        })
    }

    /// What makes a fiber ready.
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
    /// Where among the open scopes this one is.
    fn place_of(&self, scope: u32) -> Option<usize> {
        self.scopes
            .binary_search_by_key(&scope, |open| open.id)
            .ok()
    }
}

/// Whether a fiber that was asked to end is not to be told yet: it is cancelled with those that
/// it awaits, and one of them has not ended.
fn defers_cancel(fibers: &[Fiber], id: FiberId) -> bool {
    let alive = |&id: &FiberId| fibers.get(id as usize).is_some_and(|other| !other.done);
    fibers.get(id as usize).is_some_and(|fiber| {
        fiber.cancel && fiber.cancelled_with_them && fiber.awaits.iter().any(alive)
    })
}
