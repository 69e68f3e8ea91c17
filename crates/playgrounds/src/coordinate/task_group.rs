//! Tasks that stand and fall together: article 2's task group, also when one fails.

use interleave_runtime::{Cx, Error, ErrorGroup, Result, TaskGroup};
use interleave_trace::time::round_micros;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A task, and how it goes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Job {
    name: String,
    /// In seconds.
    delay: f64,
    /// What it fails with after its delay. Without words, it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// How many seconds it cleans up when it is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cleanup: Option<f64>,
}

/// The tasks of the group.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    tasks: Vec<Job>,
}

async fn work(cx: Cx, job: Job) -> Result<String> {
    let name = &job.name;
    cx.print(format!("Starting {name}"));
    let (own, delay) = (cx.clone(), job.delay);
    let slept = cx.catch_cancel(async move {
        own.sleep(delay).await; // @work
        Ok(())
    });
    if let Err(cancelled) = slept.await {
        if let Some(seconds) = job.cleanup.filter(|&seconds| seconds > 0.0) {
            cx.note("cleaning up");
            cx.sleep(seconds).await; // @cleanup
        }
        return Err(cancelled);
    }
    if let Some(why) = job.error.filter(|why| !why.is_empty()) {
        return Err(Error::Failed(why));
    }
    cx.print(format!("Completed {name}"));
    let value = format!("Result from {name}");
    cx.done(&value);
    Ok(value)
}

/// The group is left when all of its tasks have ended, well or cancelled as one failed.
async fn program(cx: Cx, p: Params) -> Result<Value> {
    let mut group = TaskGroup::new(&cx);
    for job in &p.tasks {
        group.spawn(&job.name, |cx| work(cx, job.clone()));
    }
    match group.join().await /* @group */ {
        Ok(values) => Ok(json!({ "values": values })),
        Err(errors) => {
            cx.print(format!("ExceptionGroup: {errors}"));
            let ErrorGroup(errors) = errors;
            let raised: Vec<_> = errors.iter().map(Error::to_string).collect();
            Ok(json!({ "raised": raised, "raised_at": round_micros(cx.now()) }))
        }
    }
}

// The page

use crate::{Card, Claim, Field, Measure, Playground, Rows, Section, Strategy, in_turn};
use interleave_trace::{Outcome, seconds};

/// The playground.
pub struct Group;

const ARTICLE: &str = "The article: three tasks that succeed";

impl Job {
    fn fails(&self) -> bool {
        self.error.as_ref().is_some_and(|why| !why.is_empty())
    }
}

/// What the menu says of it.
pub const CARD: crate::Card = Group::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<Group>()
}

impl Playground for Group {
    type Params = Params;

    const CARD: Card = Card {
        slug: "task-group",
        title: "All of them or none",
        lead: "A task group is left when all of its tasks have ended. If one fails, the \
               group cancels the others, waits until they have cleaned up, and only then \
               raises, with every error there was. Nothing runs on behind your back.",
        section: Section::Coordinate,
        articles: &[2],
        cards: None,
        rust: include_str!("task_group.rs"),
        python: include_str!("task_group.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[Strategy::shown(
        "article",
        "A task group",
        "group.join().await",
    )];

    fn fields() -> Vec<Field> {
        let tasks = Rows::objects(
            "task",
            vec![
                Field::text("name", "Name"),
                Field::seconds("delay", "Delay"),
                Field::text("error", "Fails with").optional(),
                Field::seconds("cleanup", "Cleans up for").optional(),
            ],
            json!({ "name": "Task-{n}", "delay": 1.0 }),
        );
        vec![Field::rows("tasks", "Tasks", tasks)]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let job = |n: usize, delay| Job {
            name: format!("Task-{n}"),
            delay,
            error: None,
            cleanup: None,
        };
        let fails = |n: usize, delay| Job {
            error: Some(format!("Task-{n} failed")),
            ..job(n, delay)
        };
        let cleans = |n, delay, cleanup| Job {
            cleanup: Some(cleanup),
            ..job(n, delay)
        };
        let tasks = |tasks: [Job; 3]| Params {
            tasks: tasks.into(),
        };
        vec![
            (ARTICLE, tasks([job(1, 1.0), job(2, 0.5), job(3, 0.8)])),
            (
                "One fails",
                tasks([job(1, 1.0), fails(2, 0.5), job(3, 0.8)]),
            ),
            (
                "One fails, another cleans up",
                tasks([cleans(1, 2.0, 0.4), fails(2, 0.7), job(3, 0.3)]),
            ),
            (
                "Two fail at the same instant",
                tasks([fails(1, 0.5), fails(2, 0.5), job(3, 0.8)]),
            ),
            (
                "One fails while another already has",
                tasks([fails(1, 0.5), fails(2, 0.6), cleans(3, 0.8, 2.0)]),
            ),
        ]
    }

    async fn program(cx: Cx, _: &'static str, params: Params) -> Result<Value> {
        program(cx, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let said = |words| (preset == Some(ARTICLE)).then_some(words);
        let delay = |job: &Job| in_turn([job.delay]);
        let failing = p.tasks.iter().filter(|job| job.fails());
        let Some(first) = failing.map(delay).reduce(f64::min) else {
            let delays: Vec<f64> = p.tasks.iter().map(|job| job.delay).collect();
            let count = p.tasks.len();
            let done = Claim::new(
                "tasks that return",
                Measure::Ended("article", Outcome::Ok),
                count as f64,
                format!("all {count}"),
            );
            return vec![
                Claim::longest("article", &delays).label("nothing fails: the longest"),
                done.said(said("\"All tasks completed successfully\"")),
            ];
        };
        let cancelled = || p.tasks.iter().filter(|job| delay(job) > first);
        let clean_up = cancelled()
            .filter_map(|job| job.cleanup)
            .fold(0.0, f64::max);
        let left = in_turn([first, clean_up]);
        let formula = match clean_up > 0.0 {
            true => format!("{first} + {clean_up} = {}", seconds(left)),
            false => format!("the earliest that fails, {}", seconds(first)),
        };
        let count = cancelled().count();
        vec![
            Claim::new(
                "the first failure, and the longest clean-up it causes",
                Measure::FirstPrint("article"),
                left,
                formula,
            ),
            Claim::new(
                "tasks that it cancels",
                Measure::Ended("article", Outcome::Cancelled),
                count as f64,
                format!("{count} of {} take longer", p.tasks.len()),
            ),
        ]
    }
}
