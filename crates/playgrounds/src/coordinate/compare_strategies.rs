//! The same tasks under eight ways of waiting for them, asyncio's and Rust's own.

use futures_util::future::{join_all, select_all, try_join_all};
use interleave_runtime::{Cx, Error, ErrorGroup, Handle, InPlace, Result, TaskGroup};
use interleave_runtime::{as_completed, gather, wait_all, wait_first};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A task, and how it goes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Job {
    name: String,
    /// In seconds.
    delay: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fails: Option<bool>,
}

/// The tasks, how long they clean up when cancelled, and how long main stays.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    tasks: Vec<Job>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cleanup: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    linger: Option<f64>,
}

async fn work(cx: Cx, job: Job, cleanup: Option<f64>) -> Result<String> {
    let (own, delay) = (cx.clone(), job.delay);
    let slept = cx.catch_cancel(async move {
        own.sleep(delay).await; // @work
        Ok(())
    });
    if let Err(cancelled) = slept.await {
        if let Some(seconds) = cleanup.filter(|&seconds| seconds > 0.0) {
            cx.note("cleaning up");
            cx.sleep(seconds).await; // @cleanup
        }
        return Err(cancelled);
    }
    if job.fails == Some(true) {
        return Err(Error::Failed(format!("{} failed", job.name)));
    }
    Ok(job.name)
}

/// The work as tasks, which run by themselves: asyncio's way.
fn spawn_all(cx: &Cx, p: &Params) -> Vec<Handle<String>> {
    let start = |job: &Job| cx.spawn(&job.name, |cx| work(cx, job.clone(), p.cleanup));
    p.tasks.iter().map(start).collect()
}

/// The work as futures, which run where they are awaited and end where they are dropped:
/// Rust's way. Dropping is at once, so that nobody cleans up.
fn futures(cx: &Cx, p: &Params) -> Vec<InPlace<String>> {
    let make = |job: &Job| {
        let task = cx.task(&job.name, |cx| work(cx, job.clone(), p.cleanup));
        task.into_future() // @futures
    };
    p.tasks.iter().map(make).collect()
}

async fn answer(cx: &Cx, mode: &str, p: &Params) {
    match mode {
        "return_exceptions" => {
            let results = wait_all(spawn_all(cx, p)).await; // @wait_all
            cx.print(format!("results: {}", words(&results)));
        }
        "gather" => match gather(spawn_all(cx, p)).await /* @gather */ {
            Ok(values) => cx.print(format!("values: {}", values.join(", "))),
            Err(error) => cx.print(format!("raised: {error}")),
        },
        "task_group" => {
            let mut group = TaskGroup::new(cx);
            for job in &p.tasks {
                group.spawn(&job.name, |cx| work(cx, job.clone(), p.cleanup));
            }
            match group.join().await /* @group */ {
                Ok(values) => cx.print(format!("values: {}", values.join(", "))),
                Err(ErrorGroup(errors)) => {
                    let errors: Vec<_> = errors.into_iter().map(Err).collect();
                    cx.print(format!("raised: {}", words(&errors)));
                }
            }
        }
        "first_completed" => {
            let (done, _running) = wait_first(spawn_all(cx, p)).await; // @first
            if let Some((_, first)) = done.into_iter().next() {
                cx.print(format!("first: {}", word(&first.await)));
            }
        }
        "as_completed" => {
            let mut results = as_completed(spawn_all(cx, p));
            while let Some((_, result)) = /* @next */ results.next().await {
                cx.print(format!("next: {}", word(&result)));
            }
        }
        "join_all" => {
            let results = join_all(futures(cx, p)).await;
            cx.print(format!("results: {}", words(&results)));
        }
        "try_join_all" => match try_join_all(futures(cx, p)).await {
            Ok(values) => cx.print(format!("values: {}", values.join(", "))),
            Err(error) => cx.print(format!("failed: {error}")),
        },
        _ => {
            let (first, _, others) = select_all(futures(cx, p)).await;
            drop(others);
            cx.print(format!("first: {}", word(&first)));
        }
    }
}

fn word(result: &Result<String>) -> String {
    match result {
        Ok(name) => name.clone(),
        Err(error) => error.to_string(),
    }
}

fn words(results: &[Result<String>]) -> String {
    results.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// Main has its answer, and stays a while: what it started and forgot runs on meanwhile.
async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    answer(&cx, mode, &p).await;
    if let Some(seconds) = p.linger.filter(|&seconds| seconds > 0.0) {
        cx.sleep(seconds).await; // @stay
    }
    Ok(json!({}))
}

// The page

use crate::{Card, Claim, Draw, Field, Measure, Playground, Rows, Section, Strategy, in_turn};
use interleave_trace::{Answer, Outcome, seconds};

/// The playground.
pub struct CompareStrategies;

/// Draws who is slow and who fails.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for job in &mut p.tasks {
        job.delay = f64::from(random.u32(5..=50)) / 10.0;
        job.fails = Some(random.u32(0..4) == 0);
    }
    p
}

/// What the menu says of it.
pub const CARD: crate::Card = CompareStrategies::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<CompareStrategies>()
}

impl Playground for CompareStrategies {
    type Params = Params;

    const CARD: Card = Card {
        slug: "compare-strategies",
        title: "Who waits for whom",
        lead: "The same tasks, eight ways to wait for them. They differ in when main has its \
               answer and in what becomes of the others then: some run on, some are \
               cancelled and clean up, some are dropped on the spot.",
        section: Section::Coordinate,
        articles: &[],
        cards: None,
        rust: include_str!("compare_strategies.rs"),
        python: include_str!("compare_strategies.py"),
    };

    const ANSWER: Answer = Answer::LastLine;

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "return_exceptions",
            "gather, errors as results",
            "wait_all(spawn_all(cx, p)).await",
        ),
        Strategy::shown("gather", "gather", "gather(spawn_all(cx, p)).await"),
        Strategy::shown("task_group", "Task group", "group.join().await"),
        Strategy::shown(
            "first_completed",
            "Wait for the first",
            "wait_first(spawn_all(cx, p)).await",
        ),
        Strategy::shown("as_completed", "As completed", "results.next().await"),
        Strategy::shown(
            "join_all",
            "Rust: join_all",
            "join_all(futures(cx, p)).await",
        ),
        Strategy::shown(
            "try_join_all",
            "Rust: try_join_all",
            "try_join_all(futures(cx, p)).await",
        ),
        Strategy::shown("select", "Rust: select", "select_all(futures(cx, p)).await"),
    ];

    fn fields() -> Vec<Field> {
        let tasks = Rows::objects(
            "task",
            vec![
                Field::text("name", "Name"),
                Field::seconds("delay", "Delay"),
                Field::flag("fails", "Fails").optional(),
            ],
            json!({ "name": "Task {n}", "delay": 1.0, "fails": false }),
        );
        vec![
            Field::rows("tasks", "Tasks", tasks),
            Field::seconds("cleanup", "Clean-up when cancelled").optional(),
            Field::seconds("linger", "Main stays after its answer").optional(),
        ]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let params = |tasks: &[(&str, f64, bool)], cleanup, linger| Params {
            tasks: tasks
                .iter()
                .map(|&(name, delay, fails)| Job {
                    name: name.to_owned(),
                    delay,
                    fails: Some(fails),
                })
                .collect(),
            cleanup: Some(cleanup),
            linger: Some(linger),
        };
        let one_fails = [
            ("quick", 1.0, false),
            ("fails", 2.0, true),
            ("slow", 3.0, false),
            ("slowest", 4.0, false),
        ];
        let none_fails = one_fails.map(|(name, delay, _)| (name, delay, false));
        let first_fails = one_fails.map(|(name, delay, fails)| (name, delay, fails || delay < 2.0));
        let alike = one_fails.map(|(name, _, fails)| (name, 2.0, fails));
        vec![
            ("One of four fails", params(&one_fails, 0.5, 1.5)),
            ("None fails", params(&none_fails, 0.5, 1.5)),
            ("The first one fails", params(&first_fails, 0.5, 1.5)),
            ("All end at the same instant", params(&alike, 0.5, 1.5)),
            ("Main goes home at once", params(&one_fails, 0.5, 0.0)),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, _: Option<&str>) -> Vec<Claim> {
        let fates = Self::STRATEGIES.iter().filter_map(|strategy| {
            let fate = fate(strategy.mode, p)?;
            Some((strategy, fate))
        });
        let claims = fates.flat_map(|(strategy, fate)| {
            let (mode, title) = (strategy.mode, strategy.title);
            let answer = Claim::new(
                &format!("{title}: main has its answer"),
                Measure::FirstPrint(mode),
                fate.answer,
                format!("{} {}", fate.why, seconds(fate.answer)),
            );
            let cancelled = Claim::new(
                &format!("{title}: tasks that are cancelled"),
                Measure::Ended(mode, Outcome::Cancelled),
                fate.cancelled as f64,
                format!("{} of {}, {}", fate.cancelled, p.tasks.len(), fate.whom),
            );
            [answer, cancelled]
        });
        claims.collect()
    }

    const DRAW: Option<Draw<Params>> = Some(draw);
}

/// What follows from the params for one strategy.
struct Fate {
    /// When main has its answer, and why then.
    answer: f64,
    why: &'static str,
    /// How many tasks are cancelled, and which.
    cancelled: usize,
    whom: &'static str,
}

/// From so many futures on, `try_join_all` sees a failure only when all before it are done.
const SMALL: usize = 30;

fn fate(mode: &str, p: &Params) -> Option<Fate> {
    let fails = |job: &&Job| job.fails == Some(true);
    let end = |job: &Job| in_turn([job.delay]);
    let after = |at: f64| p.tasks.iter().filter(|job| end(job) > at).count();
    let last = p.tasks.iter().map(end).fold(0.0, f64::max);
    let first = p.tasks.iter().map(end).fold(f64::INFINITY, f64::min);
    let failure = p.tasks.iter().filter(fails).map(end).reduce(f64::min);
    let (raised, why) = match failure {
        Some(at) => (at, "the first failure,"),
        None => (last, "nothing fails: the longest,"),
    };
    let left = |answer: f64| after(in_turn([answer, p.linger.unwrap_or(0.0)]));
    let fate = |answer, why, cancelled, whom| Fate {
        answer,
        why,
        cancelled,
        whom,
    };
    let nobody = "all of them have ended";
    Some(match mode {
        "return_exceptions" | "join_all" => fate(last, "the longest,", 0, nobody),
        "gather" => fate(raised, why, left(raised), "not done when main returns"),
        "task_group" if after(raised) > 0 => {
            let answer = in_turn([raised, p.cleanup.unwrap_or(0.0)]);
            let why = "the first failure and the clean-up,";
            fate(answer, why, after(raised), "by the group")
        }
        "task_group" => fate(raised, why, 0, nobody),
        "first_completed" => fate(
            first,
            "the first,",
            left(first),
            "not done when main returns",
        ),
        "as_completed" => fate(first, "the first of many,", 0, nobody),
        "try_join_all" if p.tasks.len() > SMALL => return None,
        "try_join_all" => {
            // Futures are polled in order: after the one that fails, nobody is asked any more.
            let is_it = |job: &Job| fails(&job) && Some(end(job)) == failure;
            let place = p.tasks.iter().position(is_it).unwrap_or(p.tasks.len());
            let tied = p
                .tasks
                .iter()
                .skip(place + 1)
                .filter(|job| end(job) == raised);
            let cancelled = after(raised) + tied.count();
            fate(raised, why, cancelled, "dropped, without a clean-up")
        }
        _ => {
            let others = p.tasks.len() - 1;
            fate(first, "the first,", others, "dropped, without a clean-up")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_stays_in_range_and_follows_from_its_seed() {
        let tasks = || CompareStrategies::presets().swap_remove(0).1;
        let mut failures = 0;
        for seed in 0..1000 {
            let drawn = draw(tasks(), seed);
            for job in &drawn.tasks {
                assert!((0.5..=5.0).contains(&job.delay), "{}", job.delay);
                failures += usize::from(job.fails == Some(true));
            }
            assert_eq!(json!(drawn), json!(draw(tasks(), seed)));
        }
        assert!((900..1100).contains(&failures), "{failures} of 4000 failed");
    }
}
