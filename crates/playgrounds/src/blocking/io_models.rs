//! The same requests: one after another, with async, in threads, and in processes.

use interleave_runtime::{Cx, Result, gather};
use serde_json::{Value, json};

/// How many requests there are and how long each takes; how long threads and processes
/// take to start.
#[derive(Clone)]
pub struct Params {
    requests: u32,
    seconds: f64,
    thread_start: f64,
    process_start: f64,
}

/// A library that blocks: the loop is held until the answer is there.
async fn blocking(cx: Cx, n: u32, seconds: f64) -> Result<u32> {
    cx.block(seconds);
    cx.print(format!("request {n}: done"));
    Ok(n)
}

/// A library that awaits: the loop is free meanwhile.
async fn awaiting(cx: Cx, n: u32, seconds: f64) -> Result<u32> {
    cx.sleep(seconds).await; // @wait
    cx.print(format!("request {n}: done"));
    Ok(n)
}

/// The library that blocks, in a thread or a process of its own, which has to start first.
async fn elsewhere(cx: Cx, n: u32, start: f64, seconds: f64) -> Result<u32> {
    cx.to_thread(start + seconds).await?; // @elsewhere
    cx.print(format!("request {n}: done"));
    Ok(n)
}

/// One request after another.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<u32>> {
    let mut done = Vec::new();
    for n in 1..=p.requests {
        let request = cx.task(&format!("request {n}"), |cx| blocking(cx, n, p.seconds));
        done.push(request.await?); // @each sequential
    }
    Ok(done)
}

/// A task for each request, all on one thread.
async fn concurrent(cx: &Cx, p: &Params) -> Result<Vec<u32>> {
    let request = |n| cx.spawn(&format!("request {n}"), |cx| awaiting(cx, n, p.seconds));
    gather((1..=p.requests).map(request)).await // @all concurrent
}

/// A thread for each request.
async fn threads(cx: &Cx, p: &Params) -> Result<Vec<u32>> {
    let work = |cx, n| elsewhere(cx, n, p.thread_start, p.seconds);
    let request = |n| cx.spawn(&format!("request {n}"), |cx| work(cx, n)); // @ threads
    gather((1..=p.requests).map(request)).await // @threads
}

/// A process for each request.
async fn processes(cx: &Cx, p: &Params) -> Result<Vec<u32>> {
    let work = |cx, n| elsewhere(cx, n, p.process_start, p.seconds);
    let request = |n| cx.spawn(&format!("request {n}"), |cx| work(cx, n)); // @ processes
    gather((1..=p.requests).map(request)).await // @processes
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let done = match mode {
        Mode::Sequential => sequential(&cx, &p).await?,
        Mode::Concurrent => concurrent(&cx, &p).await?,
        Mode::Threads => threads(&cx, &p).await?,
        Mode::Processes => processes(&cx, &p).await?,
    };
    Ok(json!({ "done": done }))
}

// The page

use crate::page::*;

params!(Params, requests, seconds, thread_start, process_start);

playground! {
    title: "Async, threads, processes",
    subtitle: "The same requests in four ways",
    lead: "Ten requests that wait take as long as one, whether tasks, threads or processes wait for \
           them. They differ in what each costs: a task some bytes, a thread a stack, a process an \
           interpreter. Live, threads and processes are Web Workers.",
    aim: "Choose between tasks, threads and processes by what they cost.",
    articles: [0],
    strategies: {
        Sequential: "One after another",
        Concurrent: "async: gather",
        Threads: "Threads",
        Processes: "Processes",
    },
    outside: Outside::Threads,
    benchmark: Benchmark::IoModels,
    own_duration: |task| task.starts_with("request ").then(|| "/seconds".to_owned()),
}

fn fields() -> Vec<Field> {
    vec![
        Field::whole("requests", "Requests", 1, 50, ""),
        Field::seconds("seconds", "Duration of a request"),
        Field::seconds("thread_start", "Start of a thread"),
        Field::seconds("process_start", "Start of a process"),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let requests = |requests, seconds| Params {
        requests,
        seconds,
        thread_start: 0.001,
        process_start: 0.05,
    };
    vec![
        ("Ten requests", requests(10, 0.1)),
        ("Ten short ones", requests(10, 0.01)),
        ("Fifty requests", requests(50, 0.1)),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let (requests, each) = (p.requests, seconds(p.seconds));
    let all = in_turn((0..requests).map(|_| p.seconds));
    let started = |mode: Mode, label, start: f64| {
        let takes = in_turn([start + p.seconds]);
        let formula = format!("{} + {each} = {}", seconds(start), seconds(takes));
        mode.takes(label, takes, formula)
    };
    let slow = Mode::Sequential.takes(
        "one after another: the sum",
        all,
        format!("{requests} × {each} = {}", seconds(all)),
    );
    let fast = Mode::Concurrent.longest(&[p.seconds]);
    let fast = fast.label("async: as long as one request");
    let mut claims = Claim::compared(slow, fast);
    claims.extend([
        started(Mode::Threads, "threads: start and request", p.thread_start),
        started(
            Mode::Processes,
            "processes: start and request",
            p.process_start,
        ),
    ]);
    claims
}
