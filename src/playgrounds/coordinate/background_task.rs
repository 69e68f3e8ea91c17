//! A task that cleans up now and then while main does its work, after article 4.

use crate::runtime::{Cx, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The pause before each round, what a round takes, and what main has to do.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    /// In seconds, all of them.
    interval: f64,
    cleanup: f64,
    main_work: f64,
}

/// Sleeps and cleans up by turns, for ever. The sleep begins when the clean-up is over,
/// so a round takes both.
async fn background_task(cx: Cx, p: Params) -> Result<()> {
    let mut round = 0;
    loop {
        cx.queued("");
        cx.sleep(p.interval).await; // @interval
        round += 1;
        cx.running(format!("cleanup_old_data, round {round}"));
        cx.sleep(p.cleanup).await; // @cleanup
    }
}

async fn handle_requests(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await; // @work
    Ok(())
}

async fn program(cx: Cx, p: Params) -> Result<Value> {
    let task = cx.spawn_queued("background_task", |cx| background_task(cx, p.clone()));
    let requests = cx.task("handle_requests", |cx| handle_requests(cx, p.main_work));
    requests.await?; // @requests
    task.cancel();
    // Asked, but not told yet: that takes a turn of the loop.
    cx.note("task.cancel(), not awaited: main returns before it is delivered");
    Ok(json!({ "cancelled_before_main_returns": task.is_cancelled() }))
}

// The page

use crate::playgrounds::{Card, Claim, Field, Measure, Playground, Section, Strategy, in_turn};
use crate::time::Time;
use crate::trace::{Outcome, seconds};

/// The playground.
pub struct BackgroundTask;

const ARTICLE: &str = "The article: a round a minute";

impl Playground for BackgroundTask {
    type Params = Params;

    const CARD: Card = Card {
        slug: "background-task",
        title: "In the background",
        lead: "A task that cleans up every minute while main handles requests, or nearly: \
               the minute begins when the clean-up is over, so each round is a little later \
               than the clock on the wall says. When main is done it cancels the task, and \
               does not wait to see it end.",
        section: Section::Coordinate,
        articles: &[4],
        cards: None,
        rust: include_str!("background_task.rs"),
        python: include_str!("background_task.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[Strategy {
        mode: "article",
        title: "Sleep, clean up, and so on",
        headline: "cx.sleep(p.interval).await",
        shown: true,
    }];

    fn fields() -> Vec<Field> {
        vec![
            // Rounds must take time, or there is no end to them; and not too many fit into a run.
            Field::number("interval", "Pause before a round", 0.1, 86_400.0, 1.0, "s"),
            Field::seconds("cleanup", "A round takes"),
            Field::number("main_work", "Main works for", 0.0, 10_000.0, 1.0, "s"),
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
            (
                "Main is done before the first round",
                params(60.0, 0.5, 30.0),
            ),
        ]
    }

    async fn program(cx: Cx, _: &'static str, params: Params) -> Result<Value> {
        program(cx, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let sleeps = (preset == Some(ARTICLE)).then_some("asyncio.sleep(60) between two rounds");
        let over = Time::ZERO.after(p.main_work);
        let round = |begins: Time| begins.after(p.cleanup).after(p.interval);
        let rounds =
            std::iter::successors(Some(Time::ZERO.after(p.interval)), |&at| Some(round(at)));
        // Main is woken first where both are due at the same instant.
        let rounds: Vec<Time> = rounds.take_while(|&at| at < over).collect();
        let mut claims = vec![
            Claim::new(
                "main's work, and not a moment more",
                Measure::Makespan("article"),
                in_turn([p.main_work]),
                format!("{} of requests", seconds(p.main_work)),
            ),
            Claim::new(
                "tasks that are cancelled",
                Measure::Ended("article", Outcome::Cancelled),
                1.0,
                "the one in the background".to_owned(),
            ),
        ];
        let last = rounds.len();
        if let Some(at) = rounds.last().filter(|_| last > 1) {
            let (interval, cleanup) = (p.interval, p.cleanup);
            let (at, before) = (at.secs(), last - 1);
            claims.push(
                Claim::new(
                    &format!("when round {last} begins"),
                    Measure::Begins("article", 1, last),
                    at,
                    format!(
                        "{last} × {interval} + {before} × {cleanup} = {}",
                        seconds(at)
                    ),
                )
                .said(sleeps)
                .but(
                    "The period is 60 s plus the clean-up time (60.0, 120.5, ... with 0.5 s): \
                     it drifts.",
                ),
            );
        }
        claims
    }
}
