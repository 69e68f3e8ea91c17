//! Background tasks: a periodic clean-up while main handles requests, after article 4.

use interleave_runtime::{Cx, Error, Result};
use serde_json::{Value, json};

/// When the rounds are, what a round takes, and what main has to do. All of it in seconds.
#[derive(Clone)]
pub struct Params {
    interval: f64,
    cleanup: f64,
    main_work: f64,
    /// How long the task tidies up when it is cancelled.
    tidy_up: Option<f64>,
}

async fn cleanup_old_data(cx: &Cx, round: u32, seconds: f64) {
    cx.running(format!("cleanup_old_data, round {round}"));
    cx.sleep(seconds).await; // @cleanup
}

/// As published: the sleep begins when the clean-up is over, so a round takes both.
async fn drifting(cx: Cx, p: Params) -> Result<()> {
    for round in 1.. {
        cx.queued("");
        cx.sleep(p.interval).await; // @interval article
        cleanup_old_data(&cx, round, p.cleanup).await;
    }
    Ok(())
}

/// Repaired: rounds begin an interval apart, however long each of them takes.
async fn steady(cx: Cx, p: Params) -> Result<()> {
    let mut due = cx.now();
    for round in 1.. {
        cx.queued("");
        due += p.interval;
        cx.sleep(due - cx.now()).await; // @due fixed
        cleanup_old_data(&cx, round, p.cleanup).await;
    }
    Ok(())
}

/// Sleeps and cleans up by turns until it is cancelled.
async fn background_task(cx: Cx, mode: Mode, p: Params) -> Result<()> {
    let (own, tidy_up) = (cx.clone(), p.tidy_up);
    let ended = match mode {
        Mode::Article => cx.catch_cancel(drifting(own, p)).await,
        Mode::Fixed => cx.catch_cancel(steady(own, p)).await,
    };
    if let Some(seconds) = tidy_up.filter(|&seconds| seconds > 0.0) {
        cx.running("tidies up");
        cx.sleep(seconds).await; // @tidy_up
        cx.print("Tidied up");
    }
    ended
}

async fn handle_requests(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await; // @work
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let rounds = p.clone();
    let task = cx.spawn_queued("background_task", |cx| background_task(cx, mode, rounds));
    let requests = cx.task("handle_requests", |cx| handle_requests(cx, p.main_work));
    requests.await?; // @requests
    task.cancel();
    let cancelled = match mode {
        Mode::Article => {
            // Asked, but not told yet: that takes a turn of the loop.
            cx.note("task.cancel(), not awaited: main returns before it is delivered");
            task.is_cancelled()
        }
        // Repaired: main waits until the task has ended.
        Mode::Fixed => task.await == Err(Error::Cancelled), // @task
    };
    Ok(json!({ "cancelled_before_main_returns": cancelled }))
}

// The page

use crate::page::*;

params!(Params, interval, cleanup, main_work, tidy_up);

const ARTICLE: &str = "The article: a round a minute";

playground! {
    title: "Background tasks",
    subtitle: "A periodic clean-up that drifts, and is not awaited",
    lead: "A task cleans up every minute while main handles requests. As published, the minute \
           begins when the clean-up is over, so each round is later than the schedule; and main \
           cancels the task but returns before that is delivered. Repaired, rounds keep to the \
           schedule, and main awaits the task.",
    aim: "Run periodic work beside main without drift, and await it when it is cancelled.",
    articles: [4],
    strategies: {
        Article: "As published: sleep after each round",
        Fixed: "Repaired: on schedule, and awaited",
    },
    messages: [
        "Task was destroyed but it is pending!",
    ],
    own_duration: |task| (task == "handle_requests").then(|| "/main_work".to_owned()),
}

fn fields() -> Vec<Field> {
    vec![
        // Rounds must take time, or there is no end to them; and not too many fit into a run.
        Field::number("interval", "Interval", 0.1, 86_400.0, 1.0, "s"),
        Field::seconds("cleanup", "Duration of a round"),
        Field::number("main_work", "Main's work", 0.0, 10_000.0, 1.0, "s"),
        Field::cleanup("tidy_up"),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let params = |interval, cleanup, main_work| Params {
        interval,
        cleanup,
        main_work,
        tidy_up: None,
    };
    let tidies_up = Params {
        tidy_up: Some(3.0),
        ..params(10.0, 4.0, 26.0)
    };
    vec![
        (ARTICLE, params(60.0, 0.5, 150.0)),
        ("An hour: the drift adds up", params(60.0, 5.0, 3600.0)),
        ("Rounds of no duration: no drift", params(60.0, 0.0, 200.0)),
        ("Cancelled during a round", params(10.0, 4.0, 26.0)),
        ("A clean-up when cancelled", tidies_up),
        ("Rounds longer than the interval", params(4.0, 5.0, 26.0)),
        ("No round before main returns", params(60.0, 0.5, 30.0)),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let over = Time::ZERO.after(p.main_work);
    let tidy_up = p.tidy_up.unwrap_or(0.0);
    let (alone, both) = (in_turn([p.main_work]), in_turn([p.main_work, tidy_up]));
    let work = format!("{} of requests", seconds(p.main_work));
    let sum = format!("{work} + {} of clean-up", seconds(tidy_up));
    let mut claims = vec![
        Mode::Article.takes("as published: main's work alone", alone, work),
        Mode::Fixed.takes("repaired: main's work and the clean-up", both, sum),
    ];
    if tidy_up > 0.0 {
        let tidied = |mode| Measure::Lines(mode, "Tidied up");
        let lost = "main has returned: the end of the loop cancels the task again";
        let kept = "main awaits the task";
        claims.extend([
            Mode::Article.counts(tidied, "as published: clean-ups that end", 0, lost),
            Mode::Fixed.counts(tidied, "repaired: clean-ups that end", 1, kept),
        ]);
    }
    let (last, at) = last_round(over, |begins| begins.after(p.cleanup).after(p.interval), p);
    if last > 1 {
        let (interval, cleanup, before) = (p.interval, p.cleanup, last - 1);
        let (at, sum) = (at.secs(), seconds(at.secs()));
        let formula = format!("{last} × {interval} + {before} × {cleanup} = {sum}");
        let label = format!("as published: start of round {last}");
        let begins = Mode::Article.claim(|mode| Measure::Begins(mode, 1, last), label, at, formula);
        let drifts =
            "The period is 60 s plus the clean-up time (60.0, 120.5, ... with 0.5 s): it drifts.";
        let said = begins.said(preset == ARTICLE, "asyncio.sleep(60) between two rounds");
        claims.push(said.but(drifts));
    }
    let mut due = p.interval;
    let next = |begins: Time| {
        let ended = begins.after(p.cleanup);
        due += p.interval;
        ended.after((due - ended.secs()).max(0.0))
    };
    let (last, at) = last_round(over, next, p);
    if last > 1 {
        let at = at.secs();
        let formula = match p.cleanup <= p.interval {
            true => format!("{last} × {} = {}", p.interval, seconds(at)),
            false => format!("rounds take longer than the interval: {}", seconds(at)),
        };
        let label = format!("repaired: start of round {last}");
        claims.push(Mode::Fixed.claim(|mode| Measure::Begins(mode, 1, last), label, at, formula));
    }
    claims
}

/// How many rounds begin before main is done, and when the last of them does.
fn last_round(over: Time, mut next: impl FnMut(Time) -> Time, p: &Params) -> (usize, Time) {
    let first = Time::ZERO.after(p.interval);
    let rounds = std::iter::successors(Some(first), |&begins| Some(next(begins)));
    // Main is woken first where both are due at the same instant.
    let rounds = rounds.take_while(|&begins| begins < over);
    rounds.fold((0, first), |(count, _), begins| (count + 1, begins))
}
