//! `asyncio.Barrier`: a fixed number of tasks that wait for each other.

use crate::condition::Condition;
use crate::cx::Cx;
use crate::error::{Error, Result};
use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

/// A barrier: the tasks that reach it wait until `parties` of them have, and then all continue. It can be reused. A clone is
/// the same barrier.
///
/// | event | effect |
/// |---|---|
/// | the last of the tasks arrives | all continue, each with a number of its own |
/// | a waiting task is cancelled | it leaves; the others wait for one more. Two can then get the same number, as in CPython |
/// | [`Barrier::reset`] | the waiting tasks fail; the barrier is as new |
/// | [`Barrier::abort`] | the waiting tasks fail, and all later ones |
#[derive(Clone)]
pub struct Barrier(Rc<Inner>);

struct Inner {
    condition: Condition,
    parties: usize,
    state: Cell<State>,
    /// How many tasks are in it.
    count: Cell<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Filling,
    Draining,
    Resetting,
    Broken,
}

impl Barrier {
    /// A barrier for `parties` tasks, at least one.
    pub fn new(parties: usize) -> Self {
        Self(Rc::new(Inner {
            condition: Condition::of_barrier(),
            parties: parties.max(1),
            state: Cell::new(State::Filling),
            count: Cell::default(),
        }))
    }

    /// How many tasks it is for.
    pub fn parties(&self) -> usize {
        self.0.parties
    }

    /// How many tasks wait.
    pub fn n_waiting(&self) -> usize {
        match self.0.state.get() {
            State::Filling => self.0.count.get(),
            _ => 0,
        }
    }

    /// Whether it was aborted.
    pub fn broken(&self) -> bool {
        self.0.state.get() == State::Broken
    }

    /// Waits for the others; the number of the task among them, from 0.
    ///
    /// # Errors
    ///
    /// The barrier was reset or aborted, or the task was cancelled.
    #[track_caller]
    pub fn wait<'a>(&'a self, cx: &'a Cx) -> impl Future<Output = Result<usize>> + 'a {
        self.wait_at(cx, Location::caller().line())
    }

    async fn wait_at(&self, cx: &Cx, line: u32) -> Result<usize> {
        let inner = &self.0;
        let condition = &inner.condition;
        let mut locked = condition.acquire_at(cx, line).await;
        let is_open = || !matches!(inner.state.get(), State::Draining | State::Resetting);
        condition
            .wait_for_at(cx, &mut locked, is_open, line)
            .await?;
        if self.broken() {
            return Err(Error::Failed("Barrier aborted".to_owned()));
        }
        let index = inner.count.get();
        inner.count.set(index + 1);
        // Declared after the guard of the lock, so dropped before it.
        let _inside = Inside { inner, cx };
        if index + 1 == inner.parties {
            inner.state.set(State::Draining);
            condition.notify_all(cx)?;
            return Ok(index);
        }
        let is_over = || inner.state.get() != State::Filling;
        condition
            .wait_for_at(cx, &mut locked, is_over, line)
            .await?;
        match inner.state.get() {
            State::Broken | State::Resetting => {
                Err(Error::Failed("Abort or reset of barrier".to_owned()))
            }
            _ => Ok(index),
        }
    }

    /// Lets all waiting tasks fail; the barrier can be used again.
    #[track_caller]
    pub fn reset<'a>(&'a self, cx: &'a Cx) -> impl Future<Output = ()> + 'a {
        let state = |count| match count {
            0 => State::Filling,
            _ => State::Resetting,
        };
        self.change(cx, state, Location::caller().line())
    }

    /// Lets all waiting tasks fail, and all later ones.
    #[track_caller]
    pub fn abort<'a>(&'a self, cx: &'a Cx) -> impl Future<Output = ()> + 'a {
        self.change(cx, |_| State::Broken, Location::caller().line())
    }

    /// Enters the state that follows from the number of tasks in it, and wakes all waiting tasks.
    async fn change(&self, cx: &Cx, state: fn(usize) -> State, line: u32) {
        let inner = &self.0;
        let _locked = inner.condition.acquire_at(cx, line).await;
        inner.state.set(state(inner.count.get()));
        inner.condition.notify_some(cx, usize::MAX);
    }
}

/// A task that is in the barrier while this lives.
struct Inside<'a> {
    inner: &'a Inner,
    cx: &'a Cx,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let inner = self.inner;
        inner.count.set(inner.count.get().saturating_sub(1));
        if inner.count.get() == 0 {
            if matches!(inner.state.get(), State::Resetting | State::Draining) {
                inner.state.set(State::Filling);
            }
            inner.condition.notify_some(self.cx, usize::MAX);
        }
    }
}
