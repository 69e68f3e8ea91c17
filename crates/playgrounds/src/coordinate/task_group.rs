//! TaskGroup: article 2's, also when one of its tasks fails.

use interleave_runtime::{Cx, Error, Handle, Result, TaskGroup};
use interleave_trace::time::round_micros;
use serde_json::{Value, json};

/// A task, and how it goes.
#[derive(Clone)]
pub struct Job {
    name: String,
    /// In seconds.
    delay: f64,
    /// What it fails with after its delay. Without words, it does not.
    error: Option<String>,
    /// How many seconds it cleans up when it is cancelled.
    cleanup: Option<f64>,
}

/// The tasks of the group.
#[derive(Clone)]
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
async fn program(cx: Cx, _: Mode, p: Params) -> Result<Value> {
    let group = TaskGroup::new(&cx);
    let mut tasks = Vec::new();
    for job in &p.tasks {
        tasks.push(group.spawn(&job.name, |cx| work(cx, job.clone()))?);
    }
    match group.join().await /* @group article */ {
        Ok(()) => {
            // A task that was cancelled fails no group, but has no result either.
            let values = tasks.iter().map(Handle::result).collect::<Result<Vec<_>>>()?;
            Ok(json!({ "values": values }))
        }
        Err(Error::Group(errors)) => {
            let raised: Vec<_> = errors.iter().map(Error::to_string).collect();
            cx.print(format!("ExceptionGroup: {}", Error::Group(errors)));
            Ok(json!({ "raised": raised, "raised_at": round_micros(cx.now()) }))
        }
        Err(error) => Err(error),
    }
}

// The page

use crate::page::*;

params!(Job, name, delay, error, cleanup);
params!(Params, tasks);

const ARTICLE: &str = "The article: three tasks that succeed";

playground! {
    title: "TaskGroup",
    subtitle: "All tasks end before the block is left",
    lead: "A TaskGroup is left when all of its tasks have ended. If one fails, the group cancels the \
           others, waits until they have cleaned up, and then raises an ExceptionGroup with every \
           error. No task is left running.",
    aim: "Start tasks as a group: if one fails, the others are cancelled and no error is lost.",
    articles: [2],
    strategies: {
        Article: "TaskGroup",
    },
    messages: [
        "ExceptionGroup: unhandled errors in a TaskGroup (sub-exception)",
    ],
}

impl Job {
    fn fails(&self) -> bool {
        self.error.as_ref().is_some_and(|why| !why.is_empty())
    }
}

fn fields() -> Vec<Field> {
    let columns = [
        Field::name(),
        Field::seconds("delay", "Delay").varies(),
        Field::error(),
        Field::cleanup("cleanup"),
    ];
    let tasks = Rows::objects("task", json!({ "name": "Task-{n}", "delay": 1.0 }), columns);
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
    let fine = [job(1, 1.0), job(2, 0.5), job(3, 0.8)];
    let one = [job(1, 1.0), fails(2, 0.5), job(3, 0.8)];
    let cleaning = [cleans(1, 2.0, 0.4), fails(2, 0.7), job(3, 0.3)];
    let two = [fails(1, 0.5), fails(2, 0.5), job(3, 0.8)];
    let late = [fails(1, 0.5), fails(2, 0.6), cleans(3, 0.8, 2.0)];
    let sets = [
        (ARTICLE, fine),
        ("One fails", one),
        ("One fails, another cleans up", cleaning),
        ("Two fail at the same instant", two),
        ("One would fail after another has", late),
    ];
    let params = |tasks: [Job; 3]| Params {
        tasks: tasks.into(),
    };
    sets.map(|(name, tasks)| (name, params(tasks))).into()
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let (delay, count) = (|job: &Job| in_turn([job.delay]), p.tasks.len());
    let failing = p.tasks.iter().filter(|job| job.fails());
    let Some(first) = failing.map(delay).reduce(f64::min) else {
        let delays: Vec<f64> = p.tasks.iter().map(|job| job.delay).collect();
        let (longest, all) = (Mode::Article.longest(&delays), format!("all {count}"));
        let done = Mode::Article.ends(Outcome::Ok, "tasks that return", count, all);
        return vec![
            longest.label("no failure: the longest delay"),
            done.said(preset == ARTICLE, "\"All tasks completed successfully\""),
        ];
    };
    let cancelled = || p.tasks.iter().filter(|job| delay(job) > first);
    let clean_up = cancelled().filter_map(|job| job.cleanup);
    let clean_up = clean_up.fold(0.0, f64::max);
    let left = in_turn([first, clean_up]);
    let formula = match clean_up > 0.0 {
        true => format!("{first} + {clean_up} = {}", seconds(left)),
        false => format!("the earliest failure, {}", seconds(first)),
    };
    let late = cancelled().count();
    let later = format!("{late} of {count} take longer");
    let label = "raised: the first failure, and the longest clean-up after it";
    vec![
        Mode::Article.claim(Measure::FirstPrint, label, left, formula),
        Mode::Article.cancelled("cancelled tasks", late, later),
    ]
}
