//! The ready queue, and what made each fiber ready.
//!
//! A waker may be woken from anywhere, so it cannot write to the trace. It leaves a note with
//! [`Ready`], and the executor turns notes into events before anything else happens to the task that
//! held the loop: before it is suspended, computes on, or ends its step.

use super::busy::Busy;
use super::{Core, FiberId, TimerId};
use futures_util::task::AtomicWaker;
use interleave_trace::Time;
use interleave_trace::{Kind, TaskId};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Wake;

/// A fiber has been woken.
struct Note {
    fiber: FiberId,
    /// The task that held the loop.
    by: Option<TaskId>,
    /// It is to end.
    asked: bool,
}

/// What the loop does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// A fiber takes a step.
    Step(FiberId),
    /// A timer rings that has become due.
    Ring(TimerId),
    /// The first callback that is due is called.
    Call,
}

/// What is due, in order.
#[derive(Default)]
pub(crate) struct Ready {
    queue: Mutex<VecDeque<Job>>,
    notes: Mutex<Vec<Note>>,
    /// The task that holds the loop, plus 1; 0 if none does.
    holder: AtomicU32,
    /// Woken when a fiber becomes ready, for answers that come from outside.
    pub outside: AtomicWaker,
}

impl Ready {
    pub fn queue(&self) -> MutexGuard<'_, VecDeque<Job>> {
        // The queue is valid whatever panicked while holding it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notes(&self) -> MutexGuard<'_, Vec<Note>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wake-ups from now on are this task's.
    pub fn set_busy_task(&self, task: Option<TaskId>) {
        let holder = task.map_or(0, |task| task.0.saturating_add(1));
        self.holder.store(holder, Ordering::Relaxed);
    }

    /// The task whose wake-ups these are.
    pub fn busy_task(&self) -> Option<TaskId> {
        let holder = self.holder.load(Ordering::Relaxed);
        holder.checked_sub(1).map(TaskId)
    }

    /// A fiber that has just been made is ready; that its task was created says by whom.
    pub fn register(ready: &Arc<Self>, fiber: FiberId) -> Arc<FiberWaker> {
        ready.queue().push_back(Job::Step(fiber));
        ready.outside.wake();
        Arc::new(FiberWaker {
            fiber,
            queued: AtomicBool::new(true),
            ready: Arc::clone(ready),
        })
    }

    /// Forgets the notes of one fiber that have not been recorded.
    pub fn forget_notes(&self, fiber: FiberId) {
        self.notes().retain(|note| note.fiber != fiber);
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.queue().clear();
        self.notes().clear();
    }
}

/// Makes a fiber ready.
pub(crate) struct FiberWaker {
    fiber: FiberId,
    pub queued: AtomicBool,
    ready: Arc<Ready>,
}

impl FiberWaker {
    /// Makes the fiber ready because it is to end.
    pub fn ask(&self) {
        self.note(true);
        self.enqueue();
    }

    /// Says that the fiber is to end, which it will notice by itself.
    pub fn ask_later(&self) {
        self.note(true);
    }

    /// Whether the fiber is ready.
    pub fn is_queued(&self) -> bool {
        self.queued.load(Ordering::Relaxed)
    }

    /// False if it is ready already.
    fn enqueue(&self) -> bool {
        let fresh = !self.queued.swap(true, Ordering::Relaxed);
        if fresh {
            self.ready.queue().push_back(Job::Step(self.fiber));
            self.ready.outside.wake();
        }
        fresh
    }

    fn note(&self, asked: bool) {
        let by = self.ready.busy_task();
        if asked || by.is_some() {
            self.ready.notes().push(Note {
                fiber: self.fiber,
                by,
                asked,
            });
        }
    }
}

impl Wake for FiberWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.enqueue() {
            self.note(false);
        }
    }
}

impl Core {
    /// The task that holds the loop, or on whose behalf something is called.
    pub(crate) fn busy_task(&self) -> Option<TaskId> {
        self.ready.busy_task()
    }

    /// Records the wake-ups since this was last called.
    ///
    /// A fiber that wakes itself only asks for another turn, and so does one that is woken by a
    /// part of its own task.
    pub(crate) fn note_wakes(&self) {
        let notes = std::mem::take(&mut *self.ready.notes());
        for Note { fiber, by, asked } in notes {
            let fibers = self.fibers.borrow();
            let Some((waiter, task)) = fibers.get(fiber as usize).map(|f| (f.waiter, f.task))
            else {
                continue;
            };
            drop(fibers);
            let itself = self.current.get() == Some(fiber) || (by.is_some() && by == waiter);
            let woken = waiter.or(asked.then_some(task));
            if let Some(woken) = woken.filter(|_| asked || !itself) {
                self.record(woken, Kind::Woken { by, asked });
            }
        }
    }

    /// The task that holds the loop is being suspended: it is the one that its fiber's wake-up
    /// will be for.
    pub(crate) fn suspends(&self) {
        self.note_wakes();
        let task = self.busy.get().task;
        self.with_current(|fiber| fiber.waiter = Some(task));
    }

    /// Records which task lets one begin that is awaited in place, unless it was made just now.
    pub(crate) fn begins_in_place(&self, task: TaskId, outer: Busy, made: Time) {
        if outer.task != task && self.now() > made {
            let by = Some(outer.task);
            self.record(task, Kind::Woken { by, asked: false });
        }
    }
}
