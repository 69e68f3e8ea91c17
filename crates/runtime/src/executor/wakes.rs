//! The ready queue, and which task made each fiber ready.
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
    /// It was asked to end.
    asked: bool,
}

/// A job for the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// A fiber takes a step.
    Step(FiberId),
    /// A timer that is due rings.
    Ring(TimerId),
    /// The first due callback is called.
    Call,
}

/// The jobs that are ready, in order.
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
        // The queue is valid even if a thread panicked while it held the lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notes(&self) -> MutexGuard<'_, Vec<Note>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Attributes wake-ups from now on to this task.
    pub fn set_busy_task(&self, task: Option<TaskId>) {
        let holder = task.map_or(0, |task| task.0.saturating_add(1));
        self.holder.store(holder, Ordering::Relaxed);
    }

    /// The task to which wake-ups are attributed now.
    pub fn busy_task(&self) -> Option<TaskId> {
        let holder = self.holder.load(Ordering::Relaxed);
        holder.checked_sub(1).map(TaskId)
    }

    /// Makes a new fiber ready. There is no wake-up event for that: the event that creates its task names the cause.
    pub fn register(ready: &Arc<Self>, fiber: FiberId) -> Arc<FiberWaker> {
        ready.queue().push_back(Job::Step(fiber));
        ready.outside.wake();
        Arc::new(FiberWaker {
            fiber,
            queued: AtomicBool::new(true),
            ready: Arc::clone(ready),
        })
    }

    /// Drops the notes of one fiber that have not been recorded.
    pub fn forget_notes(&self, fiber: FiberId) {
        self.notes().retain(|note| note.fiber != fiber);
    }

    /// Drops all jobs and notes.
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
    /// Makes the fiber ready because it was asked to end.
    pub fn ask(&self) {
        self.note(true);
        self.enqueue();
    }

    /// Notes that the fiber was asked to end, without making it ready: it will notice that by itself.
    pub fn ask_later(&self) {
        self.note(true);
    }

    /// Whether the fiber is ready.
    pub fn is_queued(&self) -> bool {
        self.queued.load(Ordering::Relaxed)
    }

    /// Makes the fiber ready; false if it is ready already.
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
    /// The task that holds the loop, or for which a callback is called.
    pub(crate) fn busy_task(&self) -> Option<TaskId> {
        self.ready.busy_task()
    }

    /// Records the wake-ups since this was last called.
    ///
    /// Not recorded: a fiber that wakes itself, or is woken by a part of its own task, only yields for a turn.
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

    /// The task that holds the loop is being suspended: the next wake-up of its fiber will be for this
    /// task.
    pub(crate) fn suspends(&self) {
        self.note_wakes();
        let task = self.busy.get().task;
        self.with_current(|fiber| fiber.waiter = Some(task));
    }

    /// Records which task lets a task begin that is awaited in place, unless it was made at this instant.
    pub(crate) fn begins_in_place(&self, task: TaskId, outer: Busy, made: Time) {
        if outer.task != task && self.now() > made {
            let by = Some(outer.task);
            self.record(task, Kind::Woken { by, asked: false });
        }
    }
}
