//! One after another, or together: article 2's three tasks, each a name and a delay.

use interleave_runtime::{Cx, Result, gather};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A task that only waits.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "(String, f64)")]
pub struct Job {
    name: String,
    /// In seconds.
    delay: f64,
}

/// The tasks.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    tasks: Vec<Job>,
}

async fn work(cx: Cx, job: Job) -> Result<String> {
    let Job { name, delay } = job;
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
    for job in tasks {
        let task = cx.task(&job.name, |cx| work(cx, job.clone()));
        values.push(task.await?); // @each
    }
    Ok(values)
}

/// Together: all start at once, and the slowest one decides.
async fn concurrent(cx: &Cx, tasks: &[Job]) -> Result<Vec<String>> {
    let start = |job: &Job| cx.spawn(&job.name, |cx| work(cx, job.clone()));
    gather(tasks.iter().map(start)).await // @gather
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let first_two = p.tasks.len().min(2);
    let values = match mode {
        "concurrent" => concurrent(&cx, &p.tasks).await?,
        "sequential_article" => sequential(&cx, &p.tasks[..first_two]).await?,
        _ => sequential(&cx, &p.tasks).await?,
    };
    Ok(json!({ "values": values }))
}

// The page

use crate::{Card, Claim, Field, Playground, Rows, Section, Strategy};

/// The playground.
pub struct SequentialVsConcurrent;

const ARTICLE: &str = "The article's three tasks";

/// In params, a task is a pair: its name and its delay.
impl From<Job> for (String, f64) {
    fn from(job: Job) -> Self {
        (job.name, job.delay)
    }
}

/// What the menu says of it.
pub const CARD: crate::Card = SequentialVsConcurrent::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<SequentialVsConcurrent>()
}

impl Playground for SequentialVsConcurrent {
    type Params = Params;

    const CARD: Card = Card {
        slug: "sequential-vs-concurrent",
        title: "One after another, or together",
        lead: "Three tasks that only wait. If each is awaited before the next one starts, \
               their delays add up. Started together, they wait side by side, and the \
               longest delay is all that it takes.",
        section: Section::Start,
        articles: &[2],
        cards: None,
        rust: include_str!("sequential_vs_concurrent.rs"),
        python: include_str!("sequential_vs_concurrent.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown("sequential", "One after another", "for job in tasks"),
        Strategy::shown(
            "concurrent",
            "Together",
            "gather(tasks.iter().map(start)).await",
        ),
        Strategy::hidden(
            "sequential_article",
            "The article: only the first two, one after another",
            "&p.tasks[..first_two]",
        ),
    ];

    fn fields() -> Vec<Field> {
        let tasks = Rows::tuples(
            "task",
            vec![
                Field::text("name", "Name"),
                Field::seconds("delay", "Delay"),
            ],
            json!(["Task-{n}", 1.0]),
        );
        vec![Field::rows("tasks", "Tasks", tasks)]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let job = |(n, &delay): (usize, &f64)| Job {
            name: format!("Task-{n}"),
            delay,
        };
        let tasks = |delays: &[f64]| Params {
            tasks: (1..).zip(delays).map(job).collect(),
        };
        vec![
            (ARTICLE, tasks(&[1.0, 0.5, 0.8])),
            ("Ten equal tasks", tasks(&[0.5; 10])),
            ("One slow task", tasks(&[0.2, 0.2, 4.0, 0.2, 0.2])),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let article = preset == Some(ARTICLE);
        let delays: Vec<f64> = p.tasks.iter().map(|job| job.delay).collect();
        let first_two = &delays[..delays.len().min(2)];
        let first_two = Claim::sum("sequential_article", first_two)
            .label("the first two, one after another")
            .said(article.then_some("~1.5 seconds"));
        let slow = Claim::sum("sequential", &delays)
            .said(article.then_some("~1.5 seconds"))
            .but("The article's sequential half awaits two tasks; all three take longer.");
        let fast = Claim::longest("concurrent", &delays)
            .said(article.then_some("~1.0 seconds (max of all delays)"));
        let ratio = Claim::speed_up(&slow, &fast);
        let mut claims = vec![slow, fast];
        claims.extend(ratio);
        claims.push(first_two);
        claims
    }
}
