//! Computing: sums of squares on the loop, in tasks, and in a pool of workers.

use interleave_runtime::{Cx, Result, Squares, Workers, gather};
use serde_json::{Value, json};

/// How many jobs there are, what each computes, and how many workers there are.
#[derive(Clone)]
pub struct Params {
    jobs: u32,
    numbers: u32,
    /// How long a job takes in virtual time.
    seconds: f64,
    workers: u32,
    /// How often a live run adds the squares of a job.
    rounds: u32,
}

impl Params {
    /// What each job computes.
    fn squares(&self) -> Squares {
        Squares {
            numbers: self.numbers,
            rounds: self.rounds,
            seconds: self.seconds,
        }
    }
}

/// Nothing in it awaits: the loop is held until the sum is there.
async fn on_the_loop(cx: Cx, squares: Squares, n: u32) -> Result<u64> {
    let result = cx.sum_of_squares(squares);
    cx.print(format!("job {n}: {result}"));
    Ok(result)
}

/// Another thread computes, and this task waits for it.
async fn in_a_worker(cx: Cx, squares: Squares, n: u32, workers: Workers) -> Result<u64> {
    let result = workers.sum_of_squares(&cx, squares).await?; // @compute
    cx.print(format!("job {n}: {result}"));
    Ok(result)
}

/// One job after another.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<u64>> {
    let mut results = Vec::new();
    for n in 1..=p.jobs {
        let job = cx.task(&format!("job {n}"), |cx| on_the_loop(cx, p.squares(), n));
        results.push(job.await?); // @each sequential
    }
    Ok(results)
}

/// A task for each job. One loop runs them all, one at a time.
async fn concurrent(cx: &Cx, p: &Params) -> Result<Vec<u64>> {
    let job = |n| cx.spawn(&format!("job {n}"), |cx| on_the_loop(cx, p.squares(), n));
    gather((1..=p.jobs).map(job)).await // @gather concurrent
}

/// Workers compute in parallel, each one job at a time.
async fn pool(cx: &Cx, p: &Params) -> Result<Vec<u64>> {
    let workers = Workers::new(cx, p.workers as usize);
    let job = |n| {
        let (squares, workers) = (p.squares(), workers.clone());
        let work = |cx| in_a_worker(cx, squares, n, workers);
        cx.spawn_queued(&format!("job {n}"), work)
    };
    gather((1..=p.jobs).map(job)).await // @pool pool
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let results = match mode {
        Mode::Sequential => sequential(&cx, &p).await?,
        Mode::Concurrent => concurrent(&cx, &p).await?,
        Mode::Pool => pool(&cx, &p).await?,
    };
    let expected = p.squares().sum();
    let correct = results.iter().all(|&result| result == expected);
    Ok(json!({ "results": results, "correct": correct }))
}

// The page

use crate::page::*;

params!(Params, jobs, numbers, seconds, workers, rounds);

playground! {
    title: "CPU-bound work and workers",
    subtitle: "Sums of squares on the event loop, and in parallel",
    lead: "Async helps with waiting, not with computing: a loop has one thread, so tasks that compute \
           run one after another. A pool of workers computes in parallel, on as many cores as there \
           are. Live, workers are Web Workers.",
    aim: "Tell I/O-bound work from CPU-bound work, and share the latter among cores.",
    articles: [0, 1, 4],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather: no gain",
        Pool: "A pool of workers",
    },
    messages: [
        "ProcessPoolExecutor, multiprocessing, global interpreter lock (GIL)",
        "AttributeError: Can't pickle local object",
    ],
    outside: Outside::Threads,
    benchmark: Benchmark::SpeedUp,
    own_duration: |task| task.starts_with("job ").then(|| "/seconds".to_owned()),
}

fn fields() -> Vec<Field> {
    vec![
        Field::whole("jobs", "Jobs", 1, 24, ""),
        Field::whole("numbers", "Squares in each sum", 0, 200_000, ""),
        Field::seconds("seconds", "Simulated: duration of a job"),
        Field::whole("workers", "Workers", 1, 64, ""),
        Field::whole(
            "rounds",
            "Live: how often a job computes its sum",
            1,
            20_000,
            "",
        ),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let jobs = |jobs, workers| Params {
        jobs,
        numbers: 100_000,
        seconds: 1.0,
        workers,
        rounds: 1_000,
    };
    vec![
        ("Four jobs, four workers", jobs(4, 4)),
        ("Four jobs, two workers", jobs(4, 2)),
        ("Nine jobs, four workers", jobs(9, 4)),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let (jobs, workers, each) = (p.jobs, p.workers, seconds(p.seconds));
    let all = in_turn((0..jobs).map(|_| p.seconds));
    let rounds = jobs.div_ceil(workers.max(1));
    let shared = in_turn((0..rounds).map(|_| p.seconds));
    let sum = || format!("{jobs} × {each} = {}", seconds(all));
    let in_rounds = format!("⌈{jobs} / {workers}⌉ × {each} = {}", seconds(shared));
    let slow = Mode::Sequential.takes("one after another: the sum", all, sum());
    let fast = Mode::Pool.takes("workers: jobs / workers, in rounds", shared, in_rounds);
    let mut claims = Claim::compared(slow, fast);
    claims.extend([
        Mode::Concurrent.takes("gather: the same sum", all, sum()),
        Mode::Concurrent.claim(
            Measure::LongestStep,
            "gather: the longest time that a task holds the loop",
            in_turn([p.seconds]),
            format!("one job = {each}"),
        ),
        Mode::Pool.claim(
            Measure::LongestStep,
            "workers: the longest time that a task holds the loop",
            0.0,
            "no step takes time",
        ),
    ]);
    claims
}
