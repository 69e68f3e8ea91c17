//! The threads of live runs: a worker for each piece of blocking work, and pools of workers for sums.

use futures_util::future::try_join_all;
use interleave_player::speed_up;
use interleave_runtime::{Squares, ThreadPool, Threads};
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::pin::Pin;
use std::rc::Rc;
use tokio::sync::oneshot;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, Worker};

/// What a worker runs, from the folder of the page's version.
const SCRIPT: &str = "compute.js";
/// How often, and for how many seconds each time, squares are added before a run.
const WARM_UPS: usize = 4;
const WARM_UP: f64 = 0.015;
/// What a reader is told if there is no worker.
const NO_THREAD: &str = "this browser has no thread to compute in: its Web Workers are blocked";

/// Computes in workers.
pub struct Workers;

impl Threads for Workers {
    fn compute(&self, seconds: f64) -> Pin<Box<dyn Future<Output = Result<(), String>>>> {
        Box::pin(async move {
            let thread = Thread::start()?;
            thread.ask(&JsValue::from_f64(seconds * 1e3)).await?;
            Ok(())
        })
    }

    fn pool(&self) -> Rc<dyn ThreadPool> {
        Rc::new(Pool::default())
    }
}

/// Adds squares for a moment before a run begins, so that the browser has compiled that code to its fast form. Otherwise the
/// first strategy would be slower than the others.
pub async fn warm_up() {
    let work = Squares {
        numbers: 10_000,
        rounds: 1,
        seconds: 0.0,
    };
    for _ in 0..WARM_UPS {
        let end = super::now() + WARM_UP;
        while super::now() < end {
            black_box(work.add());
        }
        // Meanwhile it is compiled, and the page stays responsive.
        super::turn().await;
    }
}

/// A pool of workers.
#[derive(Clone, Default)]
pub struct Pool {
    /// Idle workers. They end with the pool.
    idle: Rc<RefCell<Vec<Thread>>>,
}

impl ThreadPool for Pool {
    fn sum_of_squares(&self, work: Squares) -> Pin<Box<dyn Future<Output = Result<u64, String>>>> {
        let pool = self.clone();
        Box::pin(async move { Ok(pool.timed(work).await?.0) })
    }
}

impl Pool {
    /// The sum, and the seconds that its worker has computed for.
    async fn timed(&self, work: Squares) -> Result<(u64, f64), String> {
        let idle = self.idle.borrow_mut().pop();
        // If this is dropped, so is the worker, which ends it.
        let thread = idle.map_or_else(Thread::start, Ok)?;
        let message = js_sys::Array::of2(&work.numbers.into(), &work.rounds.into());
        let answer = js_sys::Array::from(&thread.ask(&message).await?);
        self.idle.borrow_mut().push(thread);
        let number = |place| answer.get(place).as_f64().ok_or(NO_THREAD);
        Ok((number(0)? as u64, number(1)?))
    }
}

/// Has some jobs done by a new pool of workers, and checks their results. Dropping the future ends the workers.
///
/// # Errors
///
/// There are no workers here, or a result is wrong.
pub async fn measure(workers: usize, jobs: u32, work: Squares) -> Result<speed_up::Pool, String> {
    let (pool, left, computing) = (Pool::default(), Cell::new(jobs), Cell::new(0.0));
    let start = super::now();
    let worker = async || {
        while let Some(fewer) = left.get().checked_sub(1) {
            left.set(fewer);
            let (sum, seconds) = pool.timed(work).await?;
            if sum != work.sum() {
                let expected = work.sum();
                return Err(format!("a worker has computed {sum}, but it is {expected}"));
            }
            computing.set(computing.get() + seconds);
        }
        Ok(())
    };
    try_join_all((0..workers).map(|_| worker())).await?;
    Ok(speed_up::Pool {
        workers,
        total: super::now() - start,
        computing: computing.get(),
    })
}

/// The measurements of workers that block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blocked {
    /// Seconds from the first request to the last answer.
    pub total: f64,
    /// The most that blocked at once.
    pub peak: usize,
    /// Seconds until a worker was there for its request, on average.
    pub start: f64,
}

/// Blocks a number of workers for some seconds, concurrently: `started` ones of a pool, or new ones.
/// Dropping the future ends the workers.
///
/// # Errors
///
/// There are no workers here.
pub async fn block(count: u32, seconds: f64, started: bool) -> Result<Blocked, String> {
    let millis = |millis: f64| JsValue::from_f64(millis);
    let new = async || {
        let thread = Thread::start()?;
        // It answers when it has loaded its script.
        thread.ask(&millis(0.0)).await?;
        Ok::<_, String>(thread)
    };
    let idle = match started {
        true => try_join_all((0..count).map(|_| new())).await?,
        false => Vec::new(),
    };
    let (idle, starting) = (RefCell::new(idle), Cell::new(0.0));
    let (flight, peak) = (Cell::new(0_usize), Cell::new(0));
    let start = super::now();
    let request = async || {
        let asked = super::now();
        let taken = idle.borrow_mut().pop();
        let thread = match taken {
            Some(thread) => {
                thread.ask(&millis(0.0)).await?;
                thread
            }
            None => new().await?,
        };
        starting.set(starting.get() + super::now() - asked);
        flight.set(flight.get() + 1);
        peak.set(peak.get().max(flight.get()));
        thread.ask(&millis(seconds * 1e3)).await?;
        flight.set(flight.get() - 1);
        Ok::<_, String>(())
    };
    try_join_all((0..count).map(|_| request())).await?;
    Ok(Blocked {
        total: super::now() - start,
        peak: peak.get(),
        start: starting.get() / f64::from(count.max(1)),
    })
}

/// Ends its worker when it is dropped.
struct Thread(Worker);

impl Drop for Thread {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.set_onerror(None);
        self.0.terminate();
    }
}

impl Thread {
    fn start() -> Result<Self, String> {
        let worker = Worker::new(&super::file(SCRIPT));
        worker.map(Self).map_err(|_| NO_THREAD.to_owned())
    }

    /// Sends it a message, and waits for the answer.
    async fn ask(&self, message: &JsValue) -> Result<JsValue, String> {
        let (send, answer) = oneshot::channel();
        let mut send = Some(send);
        let end = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            send.take().map(|send| send.send(data));
        });
        let _listening = Listening::to(&self.0, end.as_ref().unchecked_ref());
        let told = self.0.post_message(message);
        told.map_err(|_| NO_THREAD.to_owned())?;
        let answer = answer.await;
        answer.ok().flatten().ok_or_else(|| NO_THREAD.to_owned())
    }
}

/// While it lives, a function is told of a worker's answers and errors.
struct Listening<'a>(&'a Worker);

impl<'a> Listening<'a> {
    fn to(worker: &'a Worker, function: &js_sys::Function) -> Self {
        worker.set_onmessage(Some(function));
        worker.set_onerror(Some(function));
        Self(worker)
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.set_onerror(None);
    }
}
