//! Tasks that are started first and awaited later: article 1's A, B and C.

use crate::{Num, repr};
use interleave_runtime::{Cx, Handle, Result, gather};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a task is to do: take its time.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "(String, Num)")]
pub struct Job {
    name: String,
    /// In seconds.
    duration: Num,
}

/// The tasks.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    tasks: Vec<Job>,
}

async fn background_task(cx: Cx, job: Job) -> Result<String> {
    let Job { name, duration } = job;
    cx.print(format!("Task {name} starting..."));
    cx.sleep(duration.get()).await; // @work
    cx.print(format!("Task {name} completed after {duration}s"));
    let value = format!("Result from {name}");
    cx.done(&value);
    Ok(value)
}

/// Starts every task: from here on they run by themselves.
fn start_all(cx: &Cx, p: &Params) -> Vec<Handle<String>> {
    let start = |job: &Job| cx.spawn(&job.name, |cx| background_task(cx, job.clone()));
    p.tasks.iter().map(start).collect()
}

/// Starts all, then waits for all at once.
async fn gathered(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let tasks = start_all(cx, p);
    gather(tasks).await // @gather
}

/// Starts all, then awaits one after the other: while it waits for A, B and C run on.
async fn await_each(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let tasks = start_all(cx, p);
    let mut values = Vec::new();
    for task in tasks {
        values.push(task.await?); // @await_each
    }
    Ok(values)
}

/// Starts none: each is awaited in place, and only then does the next one begin.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let mut values = Vec::new();
    for job in &p.tasks {
        let task = cx.task(&job.name, |cx| background_task(cx, job.clone()));
        values.push(task.await?); // @each
    }
    Ok(values)
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let values = match mode {
        "gather" => gathered(&cx, &p).await?,
        "await_each" => await_each(&cx, &p).await?,
        _ => sequential(&cx, &p).await?,
    };
    let shown: Vec<_> = values.iter().map(|value| repr(value)).collect();
    cx.print(format!("All tasks completed: [{}]", shown.join(", ")));
    Ok(json!({ "values": values }))
}

// The page

use crate::{Card, Claim, Field, Playground, Rows, Section, Strategy};

/// The playground.
pub struct BasicTasks;

/// In params, a task is a pair: its name and its duration.
impl From<Job> for (String, Num) {
    fn from(job: Job) -> Self {
        (job.name, job.duration)
    }
}

/// What the menu says of it.
pub const CARD: crate::Card = BasicTasks::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<BasicTasks>()
}

impl Playground for BasicTasks {
    type Params = Params;

    const CARD: Card = Card {
        slug: "basic-tasks",
        title: "Start now, await later",
        lead: "Awaiting a coroutine runs it on the spot. A task runs by itself from the \
               moment it is created, so it does not matter whether the three are awaited \
               with one gather or one by one: they are under way already.",
        section: Section::Start,
        articles: &[1, 4],
        cards: None,
        rust: include_str!("basic_tasks.rs"),
        python: include_str!("basic_tasks.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "sequential",
            "No tasks: await in place",
            "for job in &p.tasks",
        ),
        Strategy::shown(
            "await_each",
            "Tasks, awaited one by one",
            "for task in tasks",
        ),
        Strategy::shown("gather", "Tasks, gathered", "gather(tasks).await"),
    ];

    fn fields() -> Vec<Field> {
        let tasks = Rows::tuples(
            "task",
            vec![
                Field::text("name", "Name"),
                Field::seconds("duration", "Takes"),
            ],
            json!(["Task {n}", 1]),
        );
        vec![Field::rows("tasks", "Tasks", tasks)]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let job = |(name, &seconds): (char, &i64)| Job {
            name: name.to_string(),
            duration: Num::Int(seconds),
        };
        let tasks = |seconds: &[i64]| Params {
            tasks: ('A'..='Z').zip(seconds).map(job).collect(),
        };
        vec![
            ("The article's A, B and C", tasks(&[2, 1, 3])),
            ("The longest first", tasks(&[4, 3, 2, 1])),
            ("All alike", tasks(&[2; 8])),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, _: Option<&str>) -> Vec<Claim> {
        let durations: Vec<f64> = p.tasks.iter().map(|job| job.duration.get()).collect();
        let slow = Claim::sum("sequential", &durations).label("awaited in place: the sum");
        let each = Claim::longest("await_each", &durations)
            .label("awaited one by one, but all under way: the longest");
        let fast = Claim::longest("gather", &durations).label("gathered: the longest");
        let ratio = Claim::speed_up(&slow, &fast);
        let mut claims = vec![slow, each, fast];
        claims.extend(ratio);
        claims
    }
}
