//! A task that is cancelled and cleans up: article 1's ten steps.

use crate::Num;
use interleave_runtime::{Cx, Error, Result};
use serde_json::{Value, json};

/// The task's steps, when it is cancelled, and what it does then.
#[derive(Clone)]
pub struct Params {
    steps: u32,
    /// Seconds a step.
    step_time: f64,
    cancel_after: f64,
    /// Seconds of clean-up.
    cleanup: Num,
    /// Whether it swallows the cancellation, and so ends as done.
    swallow: Option<bool>,
}

async fn work(cx: Cx, steps: u32, step_time: f64) -> Result<()> {
    for step in 0..steps {
        cx.print(format!("Working on step {step}"));
        cx.sleep(step_time).await; // @step
    }
    Ok(())
}

/// Being cancelled is an error like any other: here it is caught, and raised again.
async fn cancellable_task(cx: Cx, p: Params) -> Result<()> {
    let worked = cx
        .catch_cancel(work(cx.clone(), p.steps, p.step_time))
        .await;
    if let Err(Error::Cancelled) = worked {
        cx.print("Task was cancelled, cleaning up...");
        if p.cleanup.get() > 0.0 {
            cx.sleep(p.cleanup.get()).await; // @cleanup
        }
        if p.swallow == Some(true) {
            return Ok(());
        }
    }
    worked
}

async fn program(cx: Cx, _: Mode, p: Params) -> Result<Value> {
    let task = cx.spawn("cancellable_task", |cx| cancellable_task(cx, p.clone()));
    cx.sleep(p.cancel_after).await; // @before
    let accepted = task.cancel(); // @ article
    let word = if accepted { "True" } else { "False" };
    cx.note(format!("task.cancel() -> {word}"));
    let cancelled = match /* @task */ task.await {
        Err(Error::Cancelled) => {
            cx.print("Task cancellation handled");
            true
        }
        ended => ended.map(|()| false)?,
    };
    Ok(json!({ "cancel_accepted": accepted, "task_cancelled": cancelled }))
}

// The page

use crate::page::*;

params!(Params, steps, step_time, cancel_after, cleanup, swallow);

const ARTICLE: &str = "The article: cancelled after three seconds";

playground! {
    title: "Cancellation",
    subtitle: "A request to stop, which the task may clean up after",
    lead: "cancel() asks a task to stop. A CancelledError is raised where the task waits; it may \
           clean up, and should then let the error pass. A task that swallows it counts as \
           finished, and cancelling a task that is done has no effect.",
    aim: "Cancel a task, let it clean up, and see a program that swallows the request and runs on.",
    articles: [1],
    strategies: {
        Article: "create_task, cancel, await",
    },
    messages: [
        "asyncio.exceptions.CancelledError",
    ],
    own_duration: |task| (task == "cancellable_task").then(|| "/step_time".to_owned()),
}

fn fields() -> Vec<Field> {
    vec![
        Field::whole("steps", "Steps", 0, 10_000, ""),
        Field::seconds("step_time", "Duration of a step"),
        Field::seconds("cancel_after", "Cancelled after"),
        Field::seconds("cleanup", "Clean-up"),
        Field::flag("swallow", "Swallow CancelledError").optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let article = Params {
        steps: 10,
        step_time: 1.0,
        cancel_after: 3.0,
        cleanup: Num::Int(0),
        swallow: None,
    };
    let cleans = Params {
        cleanup: Num::Float(2.0),
        ..article.clone()
    };
    let swallows = Params {
        swallow: Some(true),
        ..cleans.clone()
    };
    let late = Params {
        steps: 2,
        ..article.clone()
    };
    let at_once = Params {
        cancel_after: 0.0,
        ..article.clone()
    };
    vec![
        (ARTICLE, article),
        ("Clean-up takes time", cleans),
        ("CancelledError swallowed", swallows),
        ("Cancelled after it is done", late),
        ("Cancelled at once", at_once),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let article = preset == ARTICLE;
    let at = in_turn([p.cancel_after]);
    // When each step begins, and the end of the last one.
    let ends = |end: &Time| Some(end.after(p.step_time));
    let times = std::iter::successors(Some(Time::ZERO), ends);
    let begins: Vec<f64> = times.map(Time::secs).take(p.steps as usize).collect();
    let ends = begins.last().map(|&last| in_turn([last, p.step_time]));
    // The first step is taken before main can cancel; a tie is the cancellation's.
    let taken = 1 + begins.iter().skip(1).filter(|&&begins| begins < at).count();
    let taken = taken.min(begins.len());
    let told = ends.is_some_and(|ends| ends >= at);
    let over = in_turn([at, if told { p.cleanup.get() } else { 0.0 }]);
    let cancelled = told && p.swallow != Some(true);
    let how = match (told, p.swallow == Some(true)) {
        (false, _) => "it is done before",
        (true, true) => "it swallows the CancelledError",
        (true, false) => "it lets the CancelledError pass",
    };
    let steps = |mode| Measure::Lines(mode, "Working on step ");
    let before = format!("those that begin before {}", seconds(at));
    let formula = match told {
        true => format!("{at} + clean-up {} = {}", p.cleanup, seconds(over)),
        false => format!("cancel() at {} has no effect", seconds(at)),
    };
    vec![
        Mode::Article.counts(steps, "steps that begin", taken, before),
        Mode::Article
            .takes("until the task has ended", over, formula)
            .said(article, "\"Cancel after 3 seconds\""),
        Mode::Article
            .cancelled("cancelled tasks", usize::from(cancelled), how)
            .said(article, "\"Re-raise to properly cancel the task\""),
    ]
}
