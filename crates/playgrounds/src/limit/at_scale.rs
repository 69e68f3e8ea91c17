//! Up to 100,000 tasks, all at once and limited by a semaphore.

use interleave_runtime::{Cx, Result, Semaphore, gather};
use serde_json::Value;

/// How many tasks, how long each of them takes, and how many permits there are.
#[derive(Clone)]
pub struct Params {
    tasks: u32,
    seconds: f64,
    permits: u32,
}

async fn wait(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await; // @wait
    Ok(())
}

async fn download(cx: Cx, n: u32, seconds: f64) -> Result<()> {
    cx.amount(1.0, "MB");
    cx.print(format!("Starting download {n}"));
    cx.sleep(seconds).await; // @download
    cx.print(format!("Completed download {n}"));
    Ok(())
}

/// All at once: a task that waits costs next to nothing.
async fn sleeps(cx: &Cx, p: &Params) -> Result<Vec<()>> {
    let start = |n| cx.spawn(&format!("task {n}"), |cx| wait(cx, p.seconds)); // @ sleeps
    gather((1..=p.tasks).map(start)).await // @sleeps
}

/// All at once, and each prints what it does.
async fn downloads(cx: &Cx, p: &Params) -> Result<Vec<()>> {
    let start = |n| cx.spawn(&format!("task {n}"), |cx| download(cx, n, p.seconds)); // @ downloads
    gather((1..=p.tasks).map(start)).await // @downloads
}

/// All start at once, but each waits for one of a limited number of permits.
async fn bounded(cx: &Cx, p: &Params) -> Result<Vec<()>> {
    let semaphore = Semaphore::new(p.permits as usize);
    let with_permit = async |cx: Cx, semaphore: Semaphore, seconds| {
        let _permit = semaphore.acquire(&cx).await; // @permit bounded
        cx.running("");
        wait(cx, seconds).await
    };
    let start = |n| {
        let semaphore = semaphore.clone();
        let work = |cx| with_permit(cx, semaphore, p.seconds);
        cx.spawn_queued(&format!("task {n}"), work)
    };
    gather((1..=p.tasks).map(start)).await // @bounded
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    match mode {
        Mode::Sleeps => sleeps(&cx, &p).await?,
        Mode::Bounded => bounded(&cx, &p).await?,
        Mode::Downloads => downloads(&cx, &p).await?,
    };
    Ok(Value::Null)
}

// The page

use crate::page::*;

params!(Params, tasks, seconds, permits);

playground! {
    title: "100,000 tasks",
    subtitle: "All at once, or limited by a semaphore",
    lead: "A task that sleeps costs next to nothing, so 100,000 of them can wait side by side. What \
           they ask for may not bear that: a semaphore lets in a limited number at a time, and the \
           others queue.",
    aim: "See what a hundred thousand waiting tasks cost, and what a semaphore does with them.",
    articles: [],
    strategies: {
        Sleeps: "gather",
        Bounded: "gather with a Semaphore",
        Downloads (hidden): "gather, with output",
    },
    benchmark: Benchmark::ManyTasks,
    own_duration: |task| task.starts_with("task ").then(|| "/seconds".to_owned()),
}

fn fields() -> Vec<Field> {
    vec![
        Field::whole("tasks", "Tasks", 1, 100_000, ""),
        Field::seconds("seconds", "Duration of a task"),
        Field::whole("permits", "Permits", 1, 100_000, ""),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let tasks = |tasks, permits| Params {
        tasks,
        seconds: 1.0,
        permits,
    };
    vec![
        ("24 tasks", tasks(24, 6)),
        ("1,000 tasks", tasks(1_000, 100)),
        ("10,000 tasks", tasks(10_000, 1_000)),
        ("100,000 tasks", tasks(100_000, 10_000)),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let at_once = |mode: Mode, label| mode.longest(&[p.seconds]).label(label);
    let (tasks, permits, each) = (p.tasks, p.permits, seconds(p.seconds));
    let rounds = tasks.div_ceil(permits.max(1));
    let all = in_turn((0..rounds).map(|_| p.seconds));
    let formula = format!("⌈{tasks} / {permits}⌉ × {each} = {}", seconds(all));
    vec![
        at_once(Mode::Sleeps, "gather: the duration of one task"),
        Mode::Bounded.takes("semaphore: tasks / permits, in rounds", all, formula),
        at_once(Mode::Downloads, "with output: the duration of one task"),
    ]
}
