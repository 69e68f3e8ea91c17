//! Sequential vs concurrent: article 2's three tasks, each a name and a delay.

use interleave_runtime::{Cx, Result, gather};
use serde_json::{Value, json};

/// A task that only sleeps: its name, and for how many seconds.
#[derive(Clone)]
pub struct Job(String, f64);

/// The tasks.
#[derive(Clone)]
pub struct Params {
    tasks: Vec<Job>,
}

async fn work(cx: Cx, Job(name, delay): Job) -> Result<String> {
    cx.print(format!("Starting {name}"));
    cx.sleep(delay).await; // @work
    cx.print(format!("Completed {name}"));
    let value = format!("Result from {name}");
    cx.done(&value);
    Ok(value)
}

/// One after another: each task starts when the one before it is done.
async fn sequential(cx: &Cx, tasks: &[Job]) -> Result<Vec<String>> {
    let mut values = Vec::new();
    for job in /* @ sequential */ tasks {
        let task = cx.task(&job.0, |cx| work(cx, job.clone()));
        values.push(task.await?); // @each
    }
    Ok(values)
}

/// Concurrently: all start at once, and the longest delay decides.
async fn concurrent(cx: &Cx, tasks: &[Job]) -> Result<Vec<String>> {
    let start = |job: &Job| cx.spawn(&job.0, |cx| work(cx, job.clone()));
    gather(tasks.iter().map(start)).await // @gather concurrent
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let first_two = p.tasks.len().min(2);
    let values = match mode {
        Mode::Sequential => sequential(&cx, &p.tasks).await?,
        Mode::Concurrent => concurrent(&cx, &p.tasks).await?,
        Mode::SequentialArticle => sequential(&cx, &p.tasks[..first_two]).await?, // @ sequential_article
    };
    Ok(json!({ "values": values }))
}

// The page

use crate::page::*;

params!(Params, tasks);
params!(Job(name, seconds));

const ARTICLE: &str = "The article's three tasks";

playground! {
    title: "Sequential vs concurrent",
    subtitle: "One after another, or together",
    lead: "Three tasks that only sleep. Awaited one after another, their delays add up. Run \
           concurrently, they take as long as the longest delay.",
    aim: "Tell awaiting coroutines one by one, which adds up their times, from running them concurrently.",
    articles: [2],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather",
        SequentialArticle (hidden): "The article: the first two, one after another",
    },
}

fn fields() -> Vec<Field> {
    let columns = [Field::name(), Field::seconds("delay", "Delay")];
    let tasks = Rows::tuples("task", json!(["Task-{n}", 1.0]), columns);
    vec![Field::rows("tasks", "Tasks", tasks)]
}

fn presets() -> Vec<(&'static str, Params)> {
    let job = |(n, &delay): (usize, &f64)| Job(format!("Task-{n}"), delay);
    let tasks = |delays: &[f64]| Params {
        tasks: (1..).zip(delays).map(job).collect(),
    };
    vec![
        (ARTICLE, tasks(&[1.0, 0.5, 0.8])),
        ("Ten equal tasks", tasks(&[0.5; 10])),
        ("One slow task", tasks(&[0.2, 0.2, 4.0, 0.2, 0.2])),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let delays: Vec<f64> = p.tasks.iter().map(|&Job(_, delay)| delay).collect();
    let slow = Mode::Sequential
        .sum(&delays)
        .said(preset == ARTICLE, "~1.5 seconds")
        .but("The article's sequential half awaits two tasks; all three take longer.");
    let fast = Mode::Concurrent
        .longest(&delays)
        .said(preset == ARTICLE, "~1.0 seconds (max of all delays)");
    let first_two = Mode::SequentialArticle
        .sum(&delays[..delays.len().min(2)])
        .label("the first two, one after another: the sum")
        .said(preset == ARTICLE, "~1.5 seconds");
    let mut claims = Claim::compared(slow, fast);
    claims.push(first_two);
    claims
}
