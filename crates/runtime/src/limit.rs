//! A time limit that can be queried and moved while it is active.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::{Callback, Core, End, FiberId, TimerId};
use crate::timeout::Timeout;
use interleave_trace::{TaskId, Time};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A time limit for a piece of work: the object that `asyncio.timeout()` makes.
///
/// A clone is the same limit, so that the work can have one:
///
/// ```
/// use interleave_runtime::{Cx, Error, Limit, Result};
///
/// async fn patient(cx: Cx) -> Result<()> {
///     let limit = Limit::after(&cx, 1.0);
///     let own = limit.clone();
///     limit.on(async {
///         own.reschedule(Some(cx.now() + 5.0))?;
///         cx.sleep(3.0).await;
///         Ok(())
///     })
///     .await
/// }
/// ```
#[derive(Clone)]
pub struct Limit(Rc<Inner>);

struct Inner {
    core: Rc<Core>,
    /// The task whose work has the limit.
    task: TaskId,
    fiber: Cell<Option<FiberId>>,
    /// `None` if there is no limit.
    when: Cell<Option<Time>>,
    state: Rc<Cell<State>>,
    alarm: RefCell<Option<Rc<Alarm>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Created,
    Entered,
    /// The time is up, and the work was cancelled.
    Expiring,
    Expired,
    Exited,
}

impl Limit {
    /// A limit this number of seconds from now: `asyncio.timeout(seconds)`.
    pub fn after(cx: &Cx, seconds: f64) -> Self {
        let now = cx.core.now();
        let has_time = seconds > 0.0;
        Self::new(cx, Some(if has_time { now.after(seconds) } else { now }))
    }

    /// A limit at an instant, in seconds since the program started: `asyncio.timeout_at(when)`.
    pub fn at(cx: &Cx, when: f64) -> Self {
        Self::new(cx, Some(Time::ZERO.after(when.max(0.0))))
    }

    /// No limit yet: `asyncio.timeout(None)`.
    pub fn never(cx: &Cx) -> Self {
        Self::new(cx, None)
    }

    fn new(cx: &Cx, when: Option<Time>) -> Self {
        Self(Rc::new(Inner {
            core: Rc::clone(&cx.core),
            task: cx.id(),
            fiber: Cell::default(),
            when: Cell::new(when),
            state: Rc::new(Cell::new(State::Created)),
            alarm: RefCell::default(),
        }))
    }

    /// Runs `work` under this limit: `async with`. A limit can be used once.
    pub fn on<'a, T>(self, work: impl Future<Output = Result<T>> + 'a) -> Timeout<'a, T> {
        Timeout::new(self, work)
    }

    /// When the time is up, in seconds since the program started; none if there is no limit.
    pub fn when(&self) -> Option<f64> {
        self.0.when.get().map(Time::secs)
    }

    /// Whether the time was up before the work had ended.
    pub fn expired(&self) -> bool {
        matches!(self.0.state.get(), State::Expiring | State::Expired)
    }

    /// Moves the limit, or removes it. If the instant has passed, the time is up in the next turn of the loop.
    ///
    /// # Errors
    ///
    /// The work has not begun, has ended, or its time is up.
    pub fn reschedule(&self, when: Option<f64>) -> Result<()> {
        let words = match self.0.state.get() {
            State::Entered => {
                self.set(when.map(|when| Time::ZERO.after(when.max(0.0))));
                return Ok(());
            }
            State::Created => "Timeout has not been entered",
            State::Expiring => "Cannot change state of expiring Timeout",
            State::Expired => "Cannot change state of expired Timeout",
            State::Exited => "Cannot change state of finished Timeout",
        };
        Err(Error::Failed(words.to_owned()))
    }

    fn set(&self, when: Option<Time>) {
        self.disarm();
        let core = &self.0.core;
        self.0.when.set(when);
        let (Some(when), Some(fiber)) = (when, self.0.fiber.get()) else {
            return;
        };
        let alarm = Rc::new(Alarm {
            state: Rc::clone(&self.0.state),
            fiber,
            task: self.0.task,
            is_off: Cell::new(false),
            timer: Cell::default(),
        });
        let to: Rc<dyn Callback> = Rc::<Alarm>::clone(&alarm);
        if when > core.now() {
            alarm.timer.set(Some(core.call_at(when, to)));
        } else {
            core.call_soon(to, End::default());
        }
        *self.0.alarm.borrow_mut() = Some(alarm);
    }

    fn disarm(&self) {
        if let Some(alarm) = self.0.alarm.take() {
            alarm.is_off.set(true);
            if let Some(timer) = alarm.timer.take() {
                self.0.core.release(timer);
            }
        }
    }

    pub(crate) fn core(&self) -> &Rc<Core> {
        &self.0.core
    }

    /// The work begins, as part of this fiber.
    pub(crate) fn enter(&self, fiber: Option<FiberId>) -> Result<()> {
        if self.0.state.get() != State::Created {
            let words = "Timeout has already been entered".to_owned();
            return Err(Error::Failed(words));
        }
        self.0.state.set(State::Entered);
        self.0.fiber.set(fiber);
        self.set(self.0.when.get());
        Ok(())
    }

    /// The work has ended, or was dropped. Returns whether its time was up.
    pub(crate) fn leave(&self) -> bool {
        self.disarm();
        match self.0.state.get() {
            State::Entered => self.0.state.set(State::Exited),
            State::Expiring => {
                self.0.state.set(State::Expired);
                return true;
            }
            _ => {}
        }
        false
    }
}

/// The callback that cancels the task when the time is up.
struct Alarm {
    state: Rc<Cell<State>>,
    fiber: FiberId,
    task: TaskId,
    /// The limit was moved or removed after this had become due.
    is_off: Cell<bool>,
    timer: Cell<Option<TimerId>>,
}

impl Callback for Alarm {
    fn call(&self, core: &Core, _: End) {
        if !self.is_off.get() && self.state.get() == State::Entered {
            self.state.set(State::Expiring);
            // The trace names the task itself as the one that cancels it: the limit is its own.
            core.as_task(Some(self.task), || core.cancel(self.fiber));
        }
    }
}
