//! A task that cleans up now and then while main does its work, after article 4.

use interleave_runtime::{Cx, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// When the rounds are, what a round takes, and what main has to do. All of it in seconds.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    interval: f64,
    cleanup: f64,
    main_work: f64,
    /// How long the task tidies up when it is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
        cx.sleep(p.interval).await; // @interval
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
        cx.sleep(due - cx.now()).await; // @due
        cleanup_old_data(&cx, round, p.cleanup).await;
    }
    Ok(())
}

/// Sleeps and cleans up by turns until it is cancelled.
async fn background_task(cx: Cx, mode: &str, p: Params) -> Result<()> {
    let (own, tidy_up) = (cx.clone(), p.tidy_up);
    let ended = match mode {
        "fixed" => cx.catch_cancel(steady(own, p)).await,
        _ => cx.catch_cancel(drifting(own, p)).await,
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

async fn program(cx: Cx, mode: &'static str, p: Params) -> Result<Value> {
    let rounds = p.clone();
    let task = cx.spawn_queued("background_task", |cx| background_task(cx, mode, rounds));
    let requests = cx.task("handle_requests", |cx| handle_requests(cx, p.main_work));
    requests.await?; // @requests
    task.cancel();
    let cancelled = match mode {
        // Repaired: main waits until the task has ended.
        "fixed" => task.await == Err(Error::Cancelled), // @task
        _ => {
            // Asked, but not told yet: that takes a turn of the loop.
            cx.note("task.cancel(), not awaited: main returns before it is delivered");
            task.is_cancelled()
        }
    };
    Ok(json!({ "cancelled_before_main_returns": cancelled }))
}

// The page

use crate::{Card, Claim, Field, Measure, Playground, Section, Strategy, in_turn};
use interleave_trace::Time;
use interleave_trace::seconds;

/// The playground.
pub struct BackgroundTask;

const ARTICLE: &str = "The article: a round a minute";

/// What the menu says of it.
pub const CARD: crate::Card = BackgroundTask::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<BackgroundTask>()
}

impl Playground for BackgroundTask {
    type Params = Params;

    const CARD: Card = Card {
        slug: "background-task",
        title: "In the background",
        lead: "A task that cleans up every minute while main handles requests, or nearly: \
               the minute begins when the clean-up is over, so each round is a little later \
               than the clock on the wall says. When main is done it asks the task to end, and \
               returns before that is heard. Repaired, rounds keep to the clock, and main waits \
               until the task has ended.",
        section: Section::Coordinate,
        articles: &[4],
        cards: None,
        rust: include_str!("background_task.rs"),
        python: include_str!("background_task.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "article",
            "As published: a pause after each round",
            "cx.sleep(p.interval).await",
        ),
        Strategy::shown(
            "fixed",
            "Repaired: on the clock, and awaited",
            "cx.sleep(due - cx.now()).await",
        ),
    ];

    fn fields() -> Vec<Field> {
        vec![
            // Rounds must take time, or there is no end to them; and not too many fit into a run.
            Field::number("interval", "Pause before a round", 0.1, 86_400.0, 1.0, "s"),
            Field::seconds("cleanup", "A round takes"),
            Field::number("main_work", "Main works for", 0.0, 10_000.0, 1.0, "s"),
            Field::seconds("tidy_up", "The task tidies up when cancelled").optional(),
        ]
    }

    fn own_duration(task: &str) -> Option<String> {
        (task == "handle_requests").then(|| "/main_work".to_owned())
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
            (
                "Rounds that take no time do not drift",
                params(60.0, 0.0, 200.0),
            ),
            (
                "Cancelled in the middle of a round",
                params(10.0, 4.0, 26.0),
            ),
            ("A task that has to tidy up", tidies_up),
            ("Rounds longer than the interval", params(4.0, 5.0, 26.0)),
            (
                "Main is done before the first round",
                params(60.0, 0.5, 30.0),
            ),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let said = |words| (preset == Some(ARTICLE)).then_some(words);
        let over = Time::ZERO.after(p.main_work);
        let tidy_up = p.tidy_up.unwrap_or(0.0);
        let mut claims = vec![
            Claim::new(
                "as published: main's work, and not a moment more",
                Measure::Makespan("article"),
                in_turn([p.main_work]),
                format!("{} of requests", seconds(p.main_work)),
            ),
            Claim::new(
                "repaired: main's work, and until the task has ended",
                Measure::Makespan("fixed"),
                in_turn([p.main_work, tidy_up]),
                format!(
                    "{} of requests + {} of tidying up",
                    seconds(p.main_work),
                    seconds(tidy_up)
                ),
            ),
        ];
        if tidy_up > 0.0 {
            let tidied = |mode, label: &str, count, why: &str| {
                Claim::new(
                    label,
                    Measure::Lines(mode, "Tidied up"),
                    count,
                    why.to_owned(),
                )
            };
            claims.extend([
                tidied(
                    "article",
                    "as published: tasks that have tidied up",
                    0.0,
                    "main has returned: the loop's end cancels it once more",
                ),
                tidied(
                    "fixed",
                    "repaired: tasks that have tidied up",
                    1.0,
                    "main waits for it",
                ),
            ]);
        }
        let (last, at) = last_round(over, |begins| begins.after(p.cleanup).after(p.interval), p);
        if last > 1 {
            let (interval, cleanup, before) = (p.interval, p.cleanup, last - 1);
            let formula = format!(
                "{last} × {interval} + {before} × {cleanup} = {}",
                seconds(at.secs())
            );
            let label = format!("as published: when round {last} begins");
            let begins = Measure::Begins("article", 1, last);
            claims.push(
                Claim::new(&label, begins, at.secs(), formula)
                    .said(said("asyncio.sleep(60) between two rounds"))
                    .but(
                        "The period is 60 s plus the clean-up time (60.0, 120.5, ... with 0.5 s): \
                         it drifts.",
                    ),
            );
        }
        let mut due = p.interval;
        let next = |begins: Time| {
            let ended = begins.after(p.cleanup);
            due += p.interval;
            ended.after((due - ended.secs()).max(0.0))
        };
        let (last, at) = last_round(over, next, p);
        if last > 1 {
            let formula = match p.cleanup <= p.interval {
                true => format!("{last} × {} = {}", p.interval, seconds(at.secs())),
                false => format!(
                    "rounds take longer than the interval: {}",
                    seconds(at.secs())
                ),
            };
            let label = format!("repaired: when round {last} begins");
            let begins = Measure::Begins("fixed", 1, last);
            claims.push(Claim::new(&label, begins, at.secs(), formula));
        }
        claims
    }
}

/// How many rounds begin before main is done, and when the last of them does.
fn last_round(over: Time, mut next: impl FnMut(Time) -> Time, p: &Params) -> (usize, Time) {
    let first = Time::ZERO.after(p.interval);
    let rounds = std::iter::successors(Some(first), |&begins| Some(next(begins)));
    // Main is woken first where both are due at the same instant.
    let rounds = rounds.take_while(|&begins| begins < over);
    rounds.fold((0, first), |(count, _), begins| (count + 1, begins))
}
