//! Tasks that are started first and awaited later: article 1's A, B and C.

use crate::{Num, repr};
use interleave_runtime::{Cx, Handle, Result, gather};
use serde_json::{Value, json};

/// A task that only sleeps: its name, and for how many seconds.
#[derive(Clone)]
pub struct Job(String, Num);

/// The tasks.
#[derive(Clone)]
pub struct Params {
    tasks: Vec<Job>,
}

async fn background_task(cx: Cx, Job(name, duration): Job) -> Result<String> {
    cx.print(format!("Task {name} starting..."));
    cx.sleep(duration.get()).await; // @work
    cx.print(format!("Task {name} completed after {duration}s"));
    let value = format!("Result from {name}");
    cx.done(&value);
    Ok(value)
}

/// Starts every task: from here on they run by themselves.
fn start_all(cx: &Cx, p: &Params) -> Vec<Handle<String>> {
    let start = |job: &Job| cx.spawn(&job.0, |cx| background_task(cx, job.clone()));
    p.tasks.iter().map(start).collect()
}

/// Starts all, then waits for all at once.
async fn gathered(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let tasks = start_all(cx, p);
    gather(tasks).await // @gather gather
}

/// Starts all, then awaits one after the other: while it waits for A, B and C run, too.
async fn await_each(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let tasks = start_all(cx, p);
    let mut values = Vec::new();
    for task in /* @ await_each */ tasks {
        values.push(task.await?); // @await_each
    }
    Ok(values)
}

/// Starts none: each is awaited in place, and only then does the next one begin.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let mut values = Vec::new();
    for job in /* @ sequential */ &p.tasks {
        let task = cx.task(&job.0, |cx| background_task(cx, job.clone()));
        values.push(task.await?); // @each
    }
    Ok(values)
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let values = match mode {
        Mode::Sequential => sequential(&cx, &p).await?,
        Mode::AwaitEach => await_each(&cx, &p).await?,
        Mode::Gather => gathered(&cx, &p).await?,
    };
    let shown: Vec<_> = values.iter().map(|value| repr(value)).collect();
    cx.print(format!("All tasks completed: [{}]", shown.join(", ")));
    Ok(json!({ "values": values }))
}

// The page

use crate::page::*;

params!(Params, tasks);
params!(Job(name, seconds));

playground! {
    title: "Tasks",
    subtitle: "Start now, await later",
    lead: "Awaiting a coroutine runs it on the spot. A task runs by itself from the moment it is \
           created, so one gather takes as long as awaiting the tasks one by one: all of them are \
           running already.",
    aim: "Tell a coroutine from a task, which runs from the moment it is created.",
    articles: [1, 4],
    strategies: {
        Sequential: "No tasks: await each coroutine",
        AwaitEach: "create_task, awaited one by one",
        Gather: "create_task, then gather",
    },
}

fn fields() -> Vec<Field> {
    let columns = [Field::name(), Field::seconds("duration", "Duration")];
    let tasks = Rows::tuples("task", json!(["Task {n}", 1]), columns);
    vec![Field::rows("tasks", "Tasks", tasks)]
}

fn presets() -> Vec<(&'static str, Params)> {
    let job = |(name, &seconds): (char, &i64)| Job(name.to_string(), Num::Int(seconds));
    let tasks = |seconds: &[i64]| Params {
        tasks: ('A'..='Z').zip(seconds).map(job).collect(),
    };
    vec![
        ("The article's A, B and C", tasks(&[2, 1, 3])),
        ("The longest first", tasks(&[4, 3, 2, 1])),
        ("Eight equal tasks", tasks(&[2; 8])),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let durations: Vec<f64> = p.tasks.iter().map(|job| job.1.get()).collect();
    let slow = Mode::Sequential.sum(&durations);
    let fast = Mode::Gather.longest(&durations);
    let each = Mode::AwaitEach.longest(&durations);
    let mut claims = Claim::compared(
        slow.label("coroutines: the sum of the durations"),
        fast.label("gather: the longest duration"),
    );
    claims.push(each.label("tasks awaited one by one: the longest duration"));
    claims
}
