//! A pool of connections: the one that was returned last is used next.

use crate::cx::Cx;
use crate::waiters::{Waiters, Waiting};
use interleave_trace::{CONNECTIONS, WaitFor};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// A number of connections that are open from the start, as in `asyncpg`, which keeps the free ones in an
/// `asyncio.LifoQueue`.
///
/// The gauge [`CONNECTIONS`] is the number in use. Tasks wait first come, first served; but as with a queue, a woken task
/// only tries again, and a task that arrives at the same instant may be faster. A clone is the same pool.
#[derive(Clone)]
pub struct Pool(Rc<Inner>);

struct Inner {
    /// The numbers of the free connections; the last is used next.
    free: RefCell<Vec<usize>>,
    waiters: Waiters,
    in_use: Cell<usize>,
    /// The most connections that were in use at once.
    peak: Cell<usize>,
}

impl Pool {
    /// A pool of this many connections.
    pub fn new(size: usize) -> Self {
        Self(Rc::new(Inner {
            free: RefCell::new((1..=size).rev().collect()),
            waiters: Waiters::default(),
            in_use: Cell::default(),
            peak: Cell::default(),
        }))
    }

    /// The most connections that were in use at once.
    pub fn peak(&self) -> usize {
        self.0.peak.get()
    }

    /// Waits for a connection, which is given back when it is dropped: `async with pool.acquire()`.
    #[track_caller]
    pub fn acquire(&self, cx: &Cx) -> Acquiring {
        Acquiring {
            cx: cx.clone(),
            pool: self.clone(),
            waiting: None,
            line: Location::caller().line(),
        }
    }
}

/// A task that waits for a connection; see [`Pool::acquire`].
#[must_use = "nothing is acquired before it is awaited"]
pub struct Acquiring {
    cx: Cx,
    pool: Pool,
    waiting: Option<Waiting>,
    line: u32,
}

impl Future for Acquiring {
    type Output = Connection;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Connection> {
        let this = &mut *self;
        let inner = &this.pool.0;
        loop {
            if let Some(waiting) = &mut this.waiting {
                ready!(Pin::new(waiting).poll(context));
                this.waiting = None;
            }
            if let Some(number) = inner.free.borrow_mut().pop() {
                inner.in_use.set(inner.in_use.get() + 1);
                inner.peak.set(inner.peak.get().max(inner.in_use.get()));
                this.cx.count(CONNECTIONS, inner.in_use.get());
                return Poll::Ready(Connection {
                    cx: this.cx.clone(),
                    pool: this.pool.clone(),
                    number,
                });
            }
            this.cx.core.waits(WaitFor::Connection, this.line);
            this.waiting = Some(inner.waiters.wait(&this.cx.core));
        }
    }
}

impl Drop for Acquiring {
    fn drop(&mut self) {
        let inner = &self.pool.0;
        let woken = self.waiting.as_ref().is_some_and(Waiting::is_woken);
        if woken && !inner.free.borrow().is_empty() {
            inner.waiters.wake_one(&self.cx.core);
        }
    }
}

/// A connection of a [`Pool`], whose name is `conn-1` and so on; dropping it gives it back.
#[must_use = "a connection that is dropped is given back"]
pub struct Connection {
    cx: Cx,
    pool: Pool,
    number: usize,
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "conn-{}", self.number)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let inner = &self.pool.0;
        inner.in_use.set(inner.in_use.get() - 1);
        self.cx.count(CONNECTIONS, inner.in_use.get());
        inner.free.borrow_mut().push(self.number);
        inner.waiters.wake_one(&self.cx.core);
    }
}
