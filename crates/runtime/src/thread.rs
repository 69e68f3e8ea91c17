//! Blocking work in another thread, and the port through which a live run has threads.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::TimerId;
use crate::latch::Latch;
use crate::squares::Squares;
use interleave_trace::WaitFor;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;

/// Does blocking work of a live run outside of the thread of its loop.
pub trait Threads {
    /// Computes for `seconds` in another thread; the error is a message for the reader. Dropping the future ends that
    /// thread.
    fn compute(
        &self,
        seconds: f64,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<(), String>>>>;

    /// A pool of threads that compute. They end with it.
    fn pool(&self) -> Rc<dyn ThreadPool>;
}

/// The threads of a pool in a live run.
pub trait ThreadPool {
    /// Adds squares in a thread that has nothing to do, or in a new one; the error is a message for the reader. Dropping the
    /// future ends that thread.
    fn sum_of_squares(
        &self,
        work: Squares,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<u64, String>>>>;
}

impl Cx {
    /// Blocking work of this length in another thread, which the task awaits while the loop can run other tasks:
    /// `asyncio.to_thread(time.sleep, seconds)`, or `loop.run_in_executor(None, time.sleep, seconds)`.
    ///
    /// The number of threads is not limited. If several end at one instant, their results arrive in the order in which the
    /// threads were started.
    ///
    /// | event | effect on the thread | the answer |
    /// |---|---|---|
    /// | its work is done | | `Ok`, two turns later: the result reaches the loop by a callback |
    /// | the task is cancelled, or this is dropped | not waited for. CPython's thread runs on to its end, since it cannot be interrupted; here the trace does not show it | |
    ///
    /// # Errors
    ///
    /// In a live run: the browser has no thread for it.
    #[track_caller]
    pub fn to_thread(&self, seconds: f64) -> impl Future<Output = Result<()>> + use<> {
        let (cx, line) = (self.clone(), Location::caller().line());
        async move {
            let core = &cx.core;
            if let Some(threads) = &core.ports.threads {
                core.waits(WaitFor::Thread, line);
                let _under_way = core.listen();
                return threads.compute(seconds).await.map_err(Error::Failed);
            }
            cx.time_in_thread(seconds, line).await;
            Ok(())
        }
    }

    /// Simulates work in a thread: waits for `seconds`, at the line that awaits it.
    pub(crate) fn time_in_thread(
        &self,
        seconds: f64,
        line: u32,
    ) -> impl Future<Output = ()> + use<> {
        let cx = self.clone();
        async move {
            let core = &cx.core;
            let done = Rc::new(Latch::default());
            let until = core.now().after(seconds.max(0.0));
            let _timer = Armed(&cx, core.call_at(until, Rc::<Latch>::clone(&done)));
            done.wait(|| core.waits(WaitFor::Thread, line)).await;
        }
    }
}

/// Releases a timer when it is dropped.
struct Armed<'a>(&'a Cx, TimerId);

impl Drop for Armed<'_> {
    fn drop(&mut self) {
        self.0.core.release(self.1);
    }
}
