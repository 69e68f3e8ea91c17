//! The same tasks, awaited in eight ways, asyncio's and Rust's own.

use futures_util::future::{join_all, select_all, try_join_all};
use interleave_runtime::{Cx, Error, Handle, InPlace, Result, TaskGroup};
use interleave_runtime::{as_completed, gather, wait_all, wait_first};
use serde_json::{Value, json};

/// A task, and how it goes.
#[derive(Clone)]
pub struct Job {
    name: String,
    /// In seconds.
    delay: f64,
    fails: Option<bool>,
}

/// The tasks, their clean-up when cancelled, and how long main sleeps before it returns.
#[derive(Clone)]
pub struct Params {
    tasks: Vec<Job>,
    cleanup: Option<f64>,
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
/// Rust's way. What is dropped ends at once, without a clean-up.
fn futures(cx: &Cx, p: &Params) -> Vec<InPlace<String>> {
    let make = |job: &Job| {
        let task = cx.task(&job.name, |cx| work(cx, job.clone(), p.cleanup));
        task.into_future() // @futures
    };
    p.tasks.iter().map(make).collect()
}

async fn answer(cx: &Cx, mode: Mode, p: &Params) -> Result<()> {
    match mode {
        Mode::ReturnExceptions => {
            let results = wait_all(spawn_all(cx, p)).await; // @wait_all return_exceptions
            cx.print(format!("results: {}", words(&results)));
        }
        Mode::Gather => match gather(spawn_all(cx, p)).await /* @gather gather */ {
            Ok(values) => cx.print(format!("values: {}", values.join(", "))),
            Err(Error::Failed(why)) => cx.print(format!("raised: {why}")),
            Err(error) => return Err(error),
        },
        Mode::TaskGroup => {
            let group = TaskGroup::new(cx);
            let mut tasks = Vec::new();
            for job in &p.tasks {
                tasks.push(group.spawn(&job.name, |cx| work(cx, job.clone(), p.cleanup))?);
            }
            match group.join().await /* @group task_group */ {
                Ok(()) => {
                    let values = tasks.iter().map(Handle::result);
                    let values = values.collect::<Result<Vec<_>>>()?;
                    cx.print(format!("values: {}", values.join(", ")));
                }
                Err(Error::Group(errors)) => {
                    let errors: Vec<_> = errors.into_iter().map(Err).collect();
                    cx.print(format!("raised: {}", words(&errors)));
                }
                Err(error) => return Err(error),
            }
        }
        Mode::FirstCompleted => {
            let (done, _running) = wait_first(spawn_all(cx, p)).await; // @first first_completed
            if let Some((_, first)) = done.into_iter().next() {
                cx.print(format!("first: {}", result_or_failure(first.await)?));
            }
        }
        Mode::AsCompleted => {
            let mut results = as_completed(spawn_all(cx, p));
            while let Some((_, result)) = /* @next as_completed */ results.next().await {
                cx.print(format!("next: {}", result_or_failure(result)?));
            }
        }
        Mode::JoinAll => {
            let results = join_all(futures(cx, p)).await; // @ join_all
            cx.print(format!("results: {}", words(&results)));
        }
        Mode::TryJoinAll => match try_join_all(futures(cx, p)).await /* @ try_join_all */ {
            Ok(values) => cx.print(format!("values: {}", values.join(", "))),
            Err(error) => cx.print(format!("failed: {error}")),
        },
        Mode::Select => {
            let (first, _, others) = select_all(futures(cx, p)).await; // @ select
            drop(others);
            cx.print(format!("first: {}", word(&first)));
        }
    }
    Ok(())
}

/// A value or a failure in words. A cancellation is returned as an error.
fn result_or_failure(result: Result<String>) -> Result<String> {
    match result {
        Err(Error::Failed(why)) => Ok(why),
        result => result,
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

/// Main has its result, and sleeps before it returns; other tasks run on meanwhile.
async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    answer(&cx, mode, &p).await?;
    if let Some(seconds) = p.linger.filter(|&seconds| seconds > 0.0) {
        cx.sleep(seconds).await; // @stay
    }
    Ok(json!({}))
}

// The page

use crate::page::*;

params!(Job, name, delay, fails);
params!(Params, tasks, cleanup, linger);
use interleave_trace::Answer;

playground! {
    title: "`gather`, `wait`, TaskGroup compared",
    subtitle: "The same tasks, awaited in eight ways",
    lead: "The same tasks, awaited in eight ways. They differ in when main has its result, and in \
           what happens to unfinished tasks then: they run on, are cancelled and clean up, or are \
           dropped at once.",
    aim: "Choose a way to wait by when it returns, and by what it does with unfinished tasks.",
    articles: [],
    strategies: {
        ReturnExceptions: "gather(return_exceptions=True)",
        Gather: "gather",
        TaskGroup: "TaskGroup",
        FirstCompleted: "wait(FIRST_COMPLETED)",
        AsCompleted: "as_completed",
        JoinAll: "Rust: join_all",
        TryJoinAll: "Rust: try_join_all",
        Select: "Rust: select_all",
    },
    answer: Answer::LastLine,
    draw: draw,
}

/// Draws delays and failures.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for job in &mut p.tasks {
        job.delay = f64::from(random.u32(5..=50)) / 10.0;
        job.fails = Some(random.u32(0..4) == 0);
    }
    p
}

fn fields() -> Vec<Field> {
    let columns = [
        Field::name(),
        Field::seconds("delay", "Delay"),
        Field::flag("fails", "Fails").optional(),
    ];
    let fresh = json!({ "name": "Task {n}", "delay": 1.0, "fails": false });
    vec![
        Field::rows("tasks", "Tasks", Rows::objects("task", fresh, columns)),
        Field::cleanup("cleanup"),
        Field::seconds("linger", "Main sleeps after its result").optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let job = |(name, delay, fails): (&str, f64, bool)| Job {
        name: name.to_owned(),
        delay,
        fails: Some(fails),
    };
    let params = |tasks: &[(&'static str, f64, bool)], linger| Params {
        tasks: tasks.iter().copied().map(job).collect(),
        cleanup: Some(0.5),
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
        ("One of four fails", params(&one_fails, 1.5)),
        ("No failures", params(&none_fails, 1.5)),
        ("The first one fails", params(&first_fails, 1.5)),
        ("All end at the same instant", params(&alike, 1.5)),
        ("Main returns at once", params(&one_fails, 0.0)),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let strategies = Mode::MODES.iter().zip(Mode::STRATEGIES);
    let claims = strategies.filter_map(|(&mode, strategy)| {
        let (end, title) = (end(mode, p)?, strategy.title);
        let formula = format!("{}, {}", end.why, seconds(end.answer));
        let label = format!("{title}: main has its result");
        let answer = mode.claim(Measure::FirstPrint, label, end.answer, formula);
        let formula = format!("{} of {}, {}", end.cancelled, p.tasks.len(), end.which);
        let label = format!("{title}: cancelled tasks");
        Some([answer, mode.cancelled(label, end.cancelled, formula)])
    });
    claims.flatten().collect()
}

/// What follows from the params for one strategy.
struct End {
    /// When main has its result, and why then.
    answer: f64,
    why: &'static str,
    /// How many tasks are cancelled, and which.
    cancelled: usize,
    which: &'static str,
}

/// With more futures, `try_join_all` sees a failure only when all before it are done.
const SMALL: usize = 30;

fn end(mode: Mode, p: &Params) -> Option<End> {
    let fails = |job: &&Job| job.fails == Some(true);
    let end = |job: &Job| in_turn([job.delay]);
    let after = |at: f64| p.tasks.iter().filter(|job| end(job) > at).count();
    let last = p.tasks.iter().map(end).fold(0.0, f64::max);
    let first = p.tasks.iter().map(end).fold(f64::INFINITY, f64::min);
    let failure = p.tasks.iter().filter(fails).map(end).reduce(f64::min);
    let (raised, why) = match failure {
        Some(at) => (at, "the first failure"),
        None => (last, "no failure: the longest delay"),
    };
    let (answer, why) = match mode {
        Mode::ReturnExceptions | Mode::JoinAll => (last, "the longest delay"),
        Mode::Gather | Mode::TryJoinAll => (raised, why),
        Mode::TaskGroup if after(raised) > 0 => {
            let answer = in_turn([raised, p.cleanup.unwrap_or(0.0)]);
            (answer, "the first failure and the clean-up")
        }
        Mode::TaskGroup => (raised, why),
        Mode::FirstCompleted | Mode::AsCompleted | Mode::Select => (first, "the shortest delay"),
    };
    let (cancelled, which) = match mode {
        Mode::ReturnExceptions | Mode::AsCompleted | Mode::JoinAll => (0, "all have ended"),
        Mode::Gather | Mode::FirstCompleted => {
            let left = in_turn([answer, p.linger.unwrap_or(0.0)]);
            (after(left), "not done when main returns")
        }
        Mode::TaskGroup => (after(raised), "by the group"),
        Mode::TryJoinAll if p.tasks.len() > SMALL => return None,
        Mode::TryJoinAll => {
            // Futures are polled in order: those behind the one that fails are not polled again.
            let is_it = |job: &Job| fails(&job) && Some(end(job)) == failure;
            let place = p.tasks.iter().position(is_it).unwrap_or(p.tasks.len());
            let behind = p.tasks.iter().skip(place + 1);
            let tied = behind.filter(|job| end(job) == raised);
            let cancelled = after(raised) + tied.count();
            (cancelled, "dropped without a clean-up")
        }
        Mode::Select => (p.tasks.len() - 1, "dropped without a clean-up"),
    };
    Some(End {
        answer,
        why,
        cancelled,
        which,
    })
}
