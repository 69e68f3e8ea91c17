//! Deterministic asyncio semantics for Rust, with a trace.
//!
//! A [`Runtime`] runs one program, an `async fn` over a [`Cx`], on one thread, and records what happens in an
//! [`interleave_trace::Trace`]. It does not depend on a browser: it reaches time, network and storage through
//! [`Ports`].
//!
//! # Layout
//!
//! Used by programs:
//!
//! - [`Cx`]: time, tasks, requests and the log, as one task sees them (`cx`); the files below add their methods to it
//! - [`Task`] and [`Handle`]: a coroutine awaited in place, and a task of its own (`task`)
//! - [`gather()`], [`wait_all`]: the end of all tasks (`gather`); [`wait()`], [`wait_first`]: of some (`wait`);
//!   [`as_completed()`]: of each as it ends; [`shield()`]: of one that is not to be cancelled; [`TaskGroup`]: all or
//!   none (`group`)
//! - [`Cx::timeout`], [`Cx::wait_for`]: a time limit (`timeout`); [`Limit`]: one that can be moved (`limit`)
//! - [`Cx::catch_cancel`]: catching a cancellation (`cancel`)
//! - [`Semaphore`], [`Lock`], [`Event`], [`Condition`], [`Barrier`], [`Queue`], [`Pool`], [`Table`], [`Folder`], [`Pages`], [`RateLimiter`], [`Cache`], [`retry()`], [`Cx::fetch`]: one file each
//! - [`Cx::block`], [`Cx::to_thread`]: blocking work, on the loop and off it (`cx`, `thread`); [`Cx::call_later`]: a plain
//!   function that the loop calls (`call_later`); [`Cx::sum_of_squares`], [`Workers`]: computing, on the loop and in a pool
//!   of threads (`squares`)
//!
//! Used by the code that drives a run:
//!
//! - [`Runtime`], [`Status`]: one run, driven from outside (`run`)
//! - [`Ports`], [`Clock`], [`Network`], [`Threads`]: the ports to the world outside, one file each; [`Database`] and
//!   [`Files`] (`storage`), [`PageSource`] (`pages`)
//! - [`StepIn`]: a task is cancelled or failed from outside, in the middle of a run (`step_in`)
//! - `executor`: present, trace and end, shared by all parts of a run. Private to it: `fiber` (spawned futures, their
//!   steps and cancellation), `wakes` (the ready queue, and which task made a task ready), `calls` (callbacks), `timers`,
//!   `busy` (the task on the loop), `interventions`
//! - `resource`: the identity of semaphores, locks and the like in the trace
//! - `latch`: a future that a callback sets; `waiters`: a queue of waiting tasks, first come, first woken
//!
//! # Which Python
//!
//! This crate behaves as CPython 3.13 does, down to the order of events within an instant; 3.14 behaves the same.
//! Older versions differ: up to 3.11, `wait_for` wraps its coroutine in a task, which begins a turn
//! later; up to 3.12, a group inside of another one may swallow the cancellation of the outer one. Tests compare programs
//! with the newest Python of the machine.
//!
//! # Turns
//!
//! [`Runtime::run_until`] does what is due up to an instant, in a limited number of steps, and returns the status of the
//! run. A turn works like an iteration of asyncio's loop:
//!
//! 1. Timers that are due join the ready queue, by deadline, then in the order in which they were made.
//! 2. The jobs that are ready now are done, first come, first served: a task takes one step, a timer rings, a callback is
//!    called. Jobs that become ready meanwhile wait for the next turn.
//! 3. If nothing is ready, a virtual clock jumps to the next deadline, unless that lies beyond the limit.
//!
//! So a task takes its step in the turn after its timer rang. A task that awaits another one continues in the turn after
//! the other has ended; a task that gathers tasks, waits for them, or leaves their group, one turn later still, since these
//! use a callback, as in asyncio.
//!
//! The trace of a run does not depend on how limits and budgets slice it.
//!
//! There are two kinds of tasks, as in asyncio. [`Cx::spawn`] is `create_task`: a *fiber*, which the executor polls by
//! itself and which takes its first step in a later turn of the loop. [`Cx::task`] is a coroutine: a logical task
//! with a record of its own, polled by the task that awaits it. [`Cx::spawn_queued`] is `spawn` for tasks that need a
//! permit before they count as running.
//!
//! # Clocks and timers
//!
//! Under [`Clock::Virtual`] time stands still during a step, except in [`Cx::block`], which computes for some seconds.
//! Under [`Clock::Wall`] it is read before a turn's first step, and when the loop passes from one task to another.
//! Deadlines are whole nanoseconds; the sum of present and delay is made in seconds and rounded once, as CPython does,
//! so that ties in Python are ties here.
//!
//! A sleep is an entry in a heap of deadlines, with a waker. A sleep that is dropped frees its slot; its entry is
//! skipped when it is due. Nothing in the runtime blocks: the code that drives it calls again at the deadline. So
//! 100,000 sleeps need one timer of the browser.
//!
//! Without a [`Network`] a request is simulated: it sleeps for its `latency`, then returns the `answer` that it
//! carries. With one, its future aborts the request when it is dropped, and reports the bytes that have arrived through a
//! [`Report`]: the trace has a `Progress` at most every tenth of a second.
//!
//! # Cancellation
//!
//! A cancellation is a request to end, which makes the task ready and is delivered at its next step: asyncio throws a
//! `CancelledError` where the task is suspended; here, its future is dropped there, up to the innermost scope that catches
//! it, and guards on the way record the end of each task. [`Cx::catch_cancel`], time limits and groups are such scopes. What
//! a program sees:
//!
//! | what happens | to which task | what follows |
//! |---|---|---|
//! | `handle.cancel()` | one that has not taken its first step | it is dropped unpolled: *never started* (*cancelled*, if it was queued for a permit by `spawn_queued`) |
//! | | one that sleeps or waits for a permit | dropped at its next step: *cancelled* |
//! | | one inside `cx.catch_cancel(work)` | `work` is dropped and the scope answers `Err(Cancelled)`. The task continues from there, may clean up with `await`, and its own result decides whether it was cancelled. Of nested scopes the innermost catches it |
//! | | the same task again, in its clean-up | dropped: *cancelled*, unless it is inside another scope |
//! | | itself | delivered where it next waits; if it returns before, *cancelled* |
//! | | one that awaits another task | the request is passed on to that task; the first continues with its answer |
//! | | one that awaits a task by [`shield()`] | delivered to itself; that task continues |
//! | | one in `gather` | passed on to all of its tasks; `gather` answers with the first that fails or ends as cancelled, and with *cancelled* if all of them swallow the request |
//! | | one in `wait_all` | passed on to all of its tasks; delivered when the last of them has ended |
//! | | one in `wait`, `wait_first` or `as_completed` | delivered to itself; the tasks that it waits for continue |
//! | | one in a `TaskGroup` | delivered to its body, or in its `join`; all of its tasks are cancelled, once. It continues when the last of them has ended: with their errors, if there are any |
//! | | one in `cx.timeout` or `cx.wait_for` | delivered to the work, which cleans up first |
//! | | one that has ended | nothing; `cancel` returns false |
//! | [`Runtime::step_in`] with [`StepIn::Cancel`] | one that was spawned, and `main` | as `handle.cancel()`, at the present instant |
//! | | one that is awaited in place | nothing: there is no handle to it; [`Runtime::reach`] names the task that it is part of |
//! | [`Runtime::step_in`] with [`StepIn::Fail`] | any that has begun, in place or not | its future is dropped at its next step, which is due at once, and the task that awaits it gets the error |
//! | a time limit is reached | the task whose work has the limit | cancelled, as above. If there is no other request, the work's `Err(Cancelled)` is turned into `Err(TimedOut)` |
//! | a task of a `TaskGroup` fails | the others in the group, and its body | cancelled, as above; the group is left after the last clean-up, with the errors |
//! | `wait_first` has its first result | the others | continue; the handles are given back |
//! | a `Handle` is dropped | its task | continues |
//! | a handle is dropped while it is being awaited | its task | cancelled, as above |
//! | a `gather` or `wait_all` is dropped while it waits, or a `TaskGroup` | all of its tasks | cancelled, as above |
//! | a task awaited in place is dropped | itself | *cancelled*, or *never started* if it was never polled |
//! | `main` returns | the tasks that it left behind | those that are ready take one more step; then each is cancelled as above, and the run ends some turns after the last clean-up. Tasks that they have started meanwhile are dropped |
//! | the run is stopped or dropped | every task | all futures are dropped; the trace ends at that instant and records nothing after |
//!
//! [`Cx::cancelling`] and [`Cx::uncancel`] count requests as asyncio does; limits and groups use them to tell their own
//! requests from others.
//!
//! [`gather()`] returns the first failure immediately; the other tasks continue, and their results are lost. [`wait_all`]
//! returns every result, failures included. Both hand over results in the order of the handles, not of
//! the ends, and both use one wake-up for all tasks, not one for each.
//!
//! # The end
//!
//! A run ends in one of three ways, its [`Verdict`](interleave_trace::Verdict):
//!
//! - **Completed**: `main` has returned, or failed, and no task that it left behind is alive.
//! - **Deadlocked**: no task is ready, no timer is armed, no answer is pending, yet a task is alive. Every task that
//!   has not ended gets the outcome *hung*, and the verdict says what each of them waits for.
//! - **Stopped**: [`Runtime::stop`] was called, or the runtime was dropped.
//!
//! # What a task costs
//!
//! A spawned task is a boxed future, a waker, a slot for its result, and a handful of events: created, running, one
//! wait, a poll for each step, ended. Names and messages are pieces of one arena, so events are small and `Copy`.
//! Waiting for many tasks is one counter. The test `a_hundred_thousand_sleeps` checks this: 100,000 tasks, no more than
//! seven events each.

mod as_completed;
mod barrier;
mod cache;
mod call_later;
mod cancel;
mod clock;
mod condition;
mod cx;
mod error;
mod event;
mod executor;
mod fetch;
mod folder;
mod gather;
mod group;
mod latch;
mod limit;
mod lock;
mod network;
mod pages;
mod pool;
mod ports;
mod queue;
mod rate_limit;
mod resource;
mod retry;
mod run;
mod semaphore;
mod shield;
mod sleep;
mod squares;
mod step_in;
mod storage;
mod table;
mod task;
mod thread;
mod timeout;
mod wait;
mod waiters;
mod within;

pub use as_completed::{AsCompleted, as_completed};
pub use barrier::Barrier;
pub use cache::{Cache, Source};
pub use clock::Clock;
pub use condition::{Condition, Notified};
pub use cx::Cx;
pub use error::{Error, Result};
pub use event::Event;
pub use executor::Reach;
pub use folder::Folder;
pub use gather::{gather, wait_all};
pub use group::{Grouped, TaskGroup};
pub use limit::Limit;
pub use lock::{Acquire, Lock, Locked};
pub use network::{Network, Report, Request, Response, Server, api};
pub use pages::{Document, Page, PageSource, Pages, Visit};
pub use pool::{Connection, Pool};
pub use ports::Ports;
pub use queue::{Get, Put, Queue};
pub use rate_limit::RateLimiter;
pub use retry::{Backoff, Jitter, retry};
pub use run::{Runtime, Status};
pub use semaphore::{Permit, Semaphore};
pub use shield::shield;
pub use sleep::Sleep;
pub use squares::{Squares, Workers};
pub use step_in::StepIn;
pub use storage::{Answered, Change, Database, Files, Row, Schema, Statement};
pub use table::Table;
pub use task::{Handle, InPlace, Join, Task};
pub use thread::{ThreadPool, Threads};
pub use timeout::Timeout;
pub use wait::{Places, When, wait, wait_first};

#[cfg(test)]
mod tests;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
