//! Fibers: spawned futures, how they take steps and how they are cancelled.

use super::executor::Core;
use crate::trace::TaskId;
use futures_util::task::AtomicWaker;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

/// Index of a fiber.
pub(crate) type FiberId = u32;

/// A spawned future, which the executor polls by itself; a logical task that is
/// awaited in place has none of its own.
pub(super) struct Fiber {
    task: TaskId,
    /// Absent while it is polled, and once it has ended.
    pub future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    waker: Arc<FiberWaker>,
    /// Somebody asked for cancellation and the fiber has not been told yet.
    cancel: bool,
    /// How many nested scopes would like to be told of a cancellation.
    scopes: u32,
    /// The fibers whose end this one awaits: a cancellation is passed on to them.
    awaits: Vec<FiberId>,
    pub done: bool,
}

#[derive(Default)]
pub(super) struct Ready {
    queue: Mutex<VecDeque<FiberId>>,
    /// Woken when a fiber becomes ready, for answers that come from outside.
    pub outside: AtomicWaker,
}

impl Ready {
    pub fn queue(&self) -> MutexGuard<'_, VecDeque<FiberId>> {
        // The queue is valid whatever panicked while holding it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct FiberWaker {
    fiber: FiberId,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for FiberWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.queue().push_back(self.fiber);
            self.ready.outside.wake();
        }
    }
}

impl Core {
    pub fn spawn(&self, task: TaskId, future: impl Future<Output = ()> + 'static) -> FiberId {
        let mut fibers = self.fibers.borrow_mut();
        let id = fibers.len() as FiberId;
        let waker = Arc::new(FiberWaker {
            fiber: id,
            queued: AtomicBool::new(false),
            ready: Arc::clone(&self.ready),
        });
        waker.wake_by_ref();
        self.alive.set(self.alive.get() + 1);
        fibers.push(Fiber {
            task,
            future: Some(Box::pin(future)),
            waker,
            cancel: false,
            scopes: 0,
            awaits: Vec::new(),
            done: false,
        });
        id
    }

    /// Lets one fiber take a step.
    pub(super) fn step(self: &Rc<Self>, id: FiberId) {
        let (future, waker, task, drop_it) = {
            let mut fibers = self.fibers.borrow_mut();
            let fiber = &mut fibers[id as usize];
            fiber.waker.queued.store(false, Ordering::Relaxed);
            let Some(future) = fiber.future.take() else {
                return;
            };
            fiber.awaits.clear();
            let drop_it = fiber.cancel && fiber.scopes == 0;
            (
                future,
                Waker::from(Arc::clone(&fiber.waker)),
                fiber.task,
                drop_it,
            )
        };
        self.read_clock();
        let mut future = Some(future);
        self.current.set(Some(id));
        self.hold(task);
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
        }
        self.read_clock();
        self.let_go();
        self.current.set(None);
        let mut fibers = self.fibers.borrow_mut();
        let fiber = &mut fibers[id as usize];
        fiber.done = ended;
        fiber.future = future;
        drop(fibers);
        if ended {
            self.fiber_ended();
        }
    }

    /// Asks a fiber to end. It is told at its next step, which this causes.
    ///
    /// A fiber that awaits another one passes the request on instead, and goes
    /// on with what that one answers. Returns whether the fiber could still be asked.
    pub fn cancel(&self, id: FiberId) -> bool {
        let mut fibers = self.fibers.borrow_mut();
        let mut asked = vec![id];
        let mut first = None;
        while let Some(id) = asked.pop() {
            let fiber = &mut fibers[id as usize];
            if fiber.done {
                first.get_or_insert(false);
                continue;
            }
            first.get_or_insert(true);
            let awaits = fiber.awaits.clone();
            let alive: Vec<_> = awaits
                .into_iter()
                .filter(|&i| !fibers[i as usize].done)
                .collect();
            if alive.is_empty() {
                let fiber = &mut fibers[id as usize];
                fiber.cancel = true;
                fiber.waker.wake_by_ref();
            } else {
                asked.extend(alive.into_iter().rev());
            }
        }
        first.unwrap_or(false)
    }

    /// Notes that the fiber being polled awaits another one's end.
    pub fn awaits(&self, other: FiberId) {
        self.with_current(|fiber| fiber.awaits.push(other));
    }

    /// Opens a scope that would like to be told of a cancellation; returns its depth, from 1.
    pub fn open_scope(&self) -> Option<(FiberId, u32)> {
        let id = self.current.get()?;
        let fiber = &mut self.fibers.borrow_mut()[id as usize];
        fiber.scopes += 1;
        Some((id, fiber.scopes))
    }

    /// Closes a scope.
    pub fn close_scope(&self, fiber: FiberId) {
        // While a runtime is being dropped its fibers are gone already.
        if let Some(fiber) = self.fibers.borrow_mut().get_mut(fiber as usize) {
            fiber.scopes -= 1;
        }
    }

    /// Takes the request for cancellation, if there is one and `depth` is the innermost scope.
    pub fn take_cancel(&self, fiber: FiberId, depth: u32) -> bool {
        let fiber = &mut self.fibers.borrow_mut()[fiber as usize];
        fiber.scopes == depth && std::mem::take(&mut fiber.cancel)
    }

    fn with_current(&self, change: impl FnOnce(&mut Fiber)) {
        if let Some(id) = self.current.get() {
            change(&mut self.fibers.borrow_mut()[id as usize]);
        }
    }
}
