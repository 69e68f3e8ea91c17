//! Computing: sums of squares, on the loop or in a pool of threads.

use crate::clock::Clock;
use crate::executor::MAX_REAL_BLOCK;
use crate::{Cx, Error, Result, Semaphore, ThreadPool};
use interleave_trace::WaitFor;
use std::hint::black_box;
use std::panic::Location;
use std::rc::Rc;

/// A sum of squares to compute, of the numbers from 0 on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Squares {
    /// How many numbers. Up to 200,000 the sum is exact in a JavaScript number, too.
    pub numbers: u32,
    /// How often a live run adds them, so that there is something to measure.
    pub rounds: u32,
    /// How long the computation takes in virtual time, in seconds.
    pub seconds: f64,
}

impl Squares {
    /// The sum, by its formula: the expected result.
    pub fn sum(self) -> u64 {
        let n = u64::from(self.numbers);
        n * n.saturating_sub(1) * (2 * n).saturating_sub(1) / 6
    }

    /// The sum, computed by adding: in floating point, as a thread in JavaScript does it.
    ///
    /// A function of its own: engines switch to optimised code at the next call of a function.
    #[inline(never)]
    pub fn add(self) -> f64 {
        let mut sum = 0.0;
        for number in 0..black_box(self.numbers) {
            sum += f64::from(number) * f64::from(number);
        }
        sum
    }
}

impl Cx {
    /// Adds squares on the loop: no other task can run meanwhile. A live run really computes. It stops after a step has
    /// held the loop for two seconds, since the page is frozen meanwhile, and the trace says so.
    #[track_caller]
    pub fn sum_of_squares(&self, work: Squares) -> u64 {
        let core = &self.core;
        core.blocks_at(Location::caller().line());
        if matches!(core.ports.clock, Clock::Virtual) {
            core.block(work.seconds);
            return work.sum();
        }
        core.note_wakes();
        let most = core.most_of_step();
        let mut sum = work.sum();
        for _ in 0..work.rounds {
            if core.now() >= most {
                self.note(format_args!(
                    "would compute for longer than {MAX_REAL_BLOCK} s without a turn for the page: in a live run, it stops here"
                ));
                break;
            }
            sum = black_box(work.add()) as u64;
            core.read_clock();
        }
        sum
    }
}

/// A pool of threads that compute, each one job at a time: `ProcessPoolExecutor(n)`.
///
/// | event | effect on the pool |
/// |---|---|
/// | more jobs than threads | the others wait, first come, first served |
/// | the task is cancelled, or the job's future is dropped | its thread is ended, and the next job gets a new one. CPython's process finishes its job, since it cannot be interrupted |
///
/// A clone is the same pool.
#[derive(Clone)]
pub struct Workers {
    free: Semaphore,
    /// The real threads, in a live run.
    threads: Option<Rc<dyn ThreadPool>>,
}

impl Workers {
    /// A pool of this many threads. A live run starts each when there is a job for it, and ends them with the pool.
    pub fn new(cx: &Cx, threads: usize) -> Self {
        Self {
            free: Semaphore::named("workers", threads),
            threads: cx.core.ports.threads.as_ref().map(|port| port.pool()),
        }
    }

    /// Adds squares in a thread of the pool, as soon as one is free: `loop.run_in_executor(pool, f)`. A task of
    /// [`Cx::spawn_queued`] is queued until then.
    ///
    /// # Errors
    ///
    /// In a live run: the browser has no thread for it.
    #[track_caller]
    pub fn sum_of_squares(
        &self,
        cx: &Cx,
        work: Squares,
    ) -> impl Future<Output = Result<u64>> + use<> {
        let line = Location::caller().line();
        let (free, cx) = (self.free.acquire_at(cx, line), cx.clone());
        let threads = self.threads.clone();
        async move {
            let _thread = free.await;
            cx.running("");
            let Some(threads) = threads else {
                cx.time_in_thread(work.seconds, line).await;
                return Ok(work.sum());
            };
            cx.core.waits(WaitFor::Thread, line);
            let _under_way = cx.core.listen();
            threads.sum_of_squares(work).await.map_err(Error::Failed)
        }
    }
}
