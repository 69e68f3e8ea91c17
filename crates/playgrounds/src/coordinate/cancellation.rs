//! A task that is cancelled, is told, and cleans up: article 1's ten steps.

use crate::Num;
use interleave_runtime::{Cx, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The task's steps, when it is cancelled, and how it takes it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    steps: u32,
    /// Seconds a step.
    step_time: f64,
    cancel_after: f64,
    /// Seconds of clean-up.
    cleanup: Num,
    /// Ends as if nobody had asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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

async fn program(cx: Cx, p: Params) -> Result<Value> {
    let task = cx.spawn("cancellable_task", |cx| cancellable_task(cx, p.clone()));
    cx.sleep(p.cancel_after).await; // @before
    let accepted = task.cancel();
    let word = if accepted { "True" } else { "False" };
    cx.note(format!("task.cancel() -> {word}"));
    let cancelled = task.await == Err(Error::Cancelled); // @task
    if cancelled {
        cx.print("Task cancellation handled");
    }
    Ok(json!({ "cancel_accepted": accepted, "task_cancelled": cancelled }))
}

// The page

use crate::{Card, Claim, Field, Measure, Playground, Section, Strategy, in_turn};
use interleave_trace::Time;
use interleave_trace::{Outcome, seconds};

/// The playground.
pub struct Cancellation;

const ARTICLE: &str = "The article: cancelled after three seconds";

/// What the menu says of it.
pub const CARD: crate::Card = Cancellation::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<Cancellation>()
}

impl Playground for Cancellation {
    type Params = Params;

    const CARD: Card = Card {
        slug: "cancellation",
        title: "Please stop",
        lead: "To cancel a task is to ask it. It is told where it waits, may clean up as \
               long as it likes, and should then let the cancellation pass on. A task that \
               swallows it counts as finished, and one that is done cannot be asked.",
        section: Section::Coordinate,
        articles: &[1],
        cards: None,
        rust: include_str!("cancellation.rs"),
        python: include_str!("cancellation.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[Strategy::shown(
        "article",
        "Start, cancel, wait",
        "task.cancel()",
    )];

    fn fields() -> Vec<Field> {
        vec![
            Field::whole("steps", "Steps", 0, 10_000, ""),
            Field::seconds("step_time", "A step takes"),
            Field::seconds("cancel_after", "Cancelled after"),
            Field::seconds("cleanup", "Clean-up takes"),
            Field::flag("swallow", "Swallows the cancellation").optional(),
        ]
    }

    fn own_duration(task: &str) -> Option<String> {
        (task == "cancellable_task").then(|| "/step_time".to_owned())
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
            ("Swallowed: the task counts as done", swallows),
            ("Too late: the task is done", late),
            ("Cancelled at once", at_once),
        ]
    }

    async fn program(cx: Cx, _: &'static str, params: Params) -> Result<Value> {
        program(cx, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let said = |words| (preset == Some(ARTICLE)).then_some(words);
        let at = in_turn([p.cancel_after]);
        // When each step begins, and the end of the last one.
        let begins: Vec<f64> = (0..p.steps)
            .scan(Time::ZERO, |end, _| {
                let begins = *end;
                *end = end.after(p.step_time);
                Some((begins, *end))
            })
            .map(|(begins, _)| begins.secs())
            .collect();
        let ends = begins.last().map(|&last| in_turn([last, p.step_time]));
        // The first step is taken before anybody can ask; a tie is the cancellation's.
        let taken = 1 + begins.iter().skip(1).filter(|&&begins| begins < at).count();
        let taken = taken.min(begins.len());
        let told = ends.is_some_and(|ends| ends >= at);
        let over = in_turn([at, if told { p.cleanup.get() } else { 0.0 }]);
        let cancelled = told && p.swallow != Some(true);
        let how = match (told, p.swallow == Some(true)) {
            (false, _) => "it is done before",
            (true, true) => "it swallows the cancellation",
            (true, false) => "it passes the cancellation on",
        };
        vec![
            Claim::new(
                "steps that are begun",
                Measure::Lines("article", "Working on step "),
                taken as f64,
                format!("those that begin before {}", seconds(at)),
            ),
            Claim::new(
                "until the task has ended",
                Measure::Makespan("article"),
                over,
                match told {
                    true => format!("{at} + clean-up {} = {}", p.cleanup, seconds(over)),
                    false => format!("main waits {} for nothing", seconds(at)),
                },
            )
            .said(said("\"Cancel after 3 seconds\"")),
            Claim::new(
                "tasks that count as cancelled",
                Measure::Ended("article", Outcome::Cancelled),
                f64::from(u8::from(cancelled)),
                how.to_owned(),
            )
            .said(said("\"Re-raise to properly cancel the task\"")),
        ]
    }
}
