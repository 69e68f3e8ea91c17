//! Waiting for the first of several tasks and cancelling the others, after article 1.

use interleave_runtime::{Cx, Error, Result, wait_first};
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

async fn long_running_task(cx: Cx, delay: f64) -> Result<String> {
    cx.sleep(delay).await; // @work
    let value = format!("{} completed", cx.name());
    cx.done(&value);
    Ok(value)
}

/// Starts all, waits for the first, then cancels the others: waiting alone does not.
async fn program(cx: Cx, p: Params) -> Result<Value> {
    let start = |job: &Job| cx.spawn(&job.name, |cx| long_running_task(cx, job.delay));
    let tasks: Vec<_> = p.tasks.iter().map(start).collect();
    let (mut done, pending) = wait_first(tasks).await; // @first
    let name = |&(place, _): &(usize, _)| &p.tasks[place].name;
    let results = json!({
        "done": done.iter().map(name).collect::<Vec<_>>(),
        "pending": pending.iter().map(name).collect::<Vec<_>>(),
    });
    let (_, first) = done.swap_remove(0);
    cx.print(format!("First task completed: {}", first.await?));
    for (_, task) in pending {
        task.cancel();
        if let Err(Error::Cancelled) = /* @others */ task.await {
            cx.print("Task cancelled");
        }
    }
    Ok(results)
}

// The page

use crate::{Card, Claim, Field, Measure, Playground, Rows, Section, Strategy, in_turn, terms};
use interleave_trace::{Outcome, seconds};

/// The playground.
pub struct FirstCompleted;

const ARTICLE: &str = "The article: three tasks of two seconds";

/// In params, a task is a pair: its name and its delay.
impl From<Job> for (String, f64) {
    fn from(job: Job) -> Self {
        (job.name, job.delay)
    }
}

/// What the menu says of it.
pub const CARD: crate::Card = FirstCompleted::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<FirstCompleted>()
}

impl Playground for FirstCompleted {
    type Params = Params;

    const CARD: Card = Card {
        slug: "first-completed",
        title: "The first one is enough",
        lead: "Three servers are asked, one answer will do. To wait for the first cancels \
               nobody: whoever is not done runs on until somebody cancels it. And where \
               several are done at the same instant, there is nobody left to cancel.",
        section: Section::Coordinate,
        articles: &[1],
        cards: None,
        rust: include_str!("first_completed.rs"),
        python: include_str!("first_completed.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[Strategy::shown(
        "article",
        "Wait for the first, cancel the others",
        "wait_first(tasks).await",
    )];

    fn fields() -> Vec<Field> {
        let tasks = Rows::tuples(
            "task",
            vec![
                Field::text("name", "Name"),
                Field::seconds("delay", "Delay"),
            ],
            json!(["Task {n}", 1.0]),
        );
        vec![Field::rows("tasks", "Tasks", tasks)]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let job = |(n, &delay): (usize, &f64)| Job {
            name: format!("Task {n}"),
            delay,
        };
        let tasks = |delays: &[f64]| Params {
            tasks: (0..).zip(delays).map(job).collect(),
        };
        vec![
            (ARTICLE, tasks(&[2.0, 2.0, 2.0])),
            ("Distinct delays", tasks(&[2.0, 1.0, 3.0])),
            ("A photo finish", tasks(&[1.001, 1.0, 1.002, 1.0])),
            ("One is there at once", tasks(&[0.5, 0.0, 4.0])),
        ]
    }

    async fn program(cx: Cx, _: &'static str, params: Params) -> Result<Value> {
        program(cx, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let delays = || p.tasks.iter().map(|job| in_turn([job.delay]));
        let first = delays().fold(f64::INFINITY, f64::min);
        let late = delays().filter(|&delay| delay > first).count();
        let remaining = (preset == Some(ARTICLE)).then_some("\"Cancel remaining tasks\"");
        vec![
            Claim::new(
                "all is over when the first is done",
                Measure::Makespan("article"),
                first,
                format!("min({}) = {}", terms(delays(), ", "), seconds(first)),
            ),
            Claim::new(
                "tasks that are cancelled",
                Measure::Ended("article", Outcome::Cancelled),
                late as f64,
                format!("{late} of {} take longer than the first", p.tasks.len()),
            )
            .said(remaining)
            .but(
                "All three tasks take 2 s, so all three are done when main wakes; pending is \
                 empty and \"Task cancelled\" is never printed.",
            ),
        ]
    }
}
