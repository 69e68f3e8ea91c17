//! At scale: as many tasks as the reader likes, all at once and so many at a time.

use interleave_runtime::{Cx, Result, Semaphore, gather};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many tasks, how long each of them takes, and how many permits there are.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    tasks: u32,
    seconds: f64,
    permits: u32,
}

async fn wait(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await; // @wait
    Ok(())
}

async fn download(cx: Cx, n: u32, seconds: f64) -> Result<()> {
    cx.amount(1.0, "MB");
    cx.print(format!("Starting download {n}"));
    cx.sleep(seconds).await; // @download
    cx.print(format!("Completed download {n}"));
    Ok(())
}

/// All at once: a task that waits costs next to nothing.
async fn sleeps(cx: &Cx, p: &Params) -> Result<Vec<()>> {
    let start = |n| cx.spawn(&format!("task {n}"), |cx| wait(cx, p.seconds));
    gather((1..=p.tasks).map(start)).await // @sleeps
}

/// All at once, and each says what it does.
async fn downloads(cx: &Cx, p: &Params) -> Result<Vec<()>> {
    let start = |n| cx.spawn(&format!("task {n}"), |cx| download(cx, n, p.seconds));
    gather((1..=p.tasks).map(start)).await // @downloads
}

/// All are there, but only so many get a permit at a time.
async fn bounded(cx: &Cx, p: &Params) -> Result<Vec<()>> {
    let semaphore = Semaphore::new(p.permits as usize);
    let with_permit = async |cx: Cx, semaphore: Semaphore, seconds| {
        let _permit = semaphore.acquire(&cx).await; // @permit
        cx.running("");
        wait(cx, seconds).await
    };
    let start = |n| {
        let semaphore = semaphore.clone();
        let work = |cx| with_permit(cx, semaphore, p.seconds);
        cx.spawn_queued(&format!("task {n}"), work)
    };
    gather((1..=p.tasks).map(start)).await // @bounded
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    match mode {
        "bounded" => bounded(&cx, &p).await?,
        "downloads" => downloads(&cx, &p).await?,
        _ => sleeps(&cx, &p).await?,
    };
    Ok(Value::Null)
}

// The page

use crate::{Card, Claim, Field, Measure, Playground, Section, Strategy, in_turn};
use interleave_trace::seconds;

/// The playground.
pub struct AtScale;

/// What the menu says of it.
pub const CARD: crate::Card = AtScale::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<AtScale>()
}

impl Playground for AtScale {
    type Params = Params;

    const CARD: Card = Card {
        slug: "at-scale",
        title: "A hundred thousand at once",
        lead: "A task that waits costs next to nothing, so as many as you like can wait side \
               by side. What they ask for may not be so patient: permits let in only so many \
               at a time, and the others queue.",
        section: Section::Limit,
        articles: &[],
        cards: None,
        rust: include_str!("at_scale.rs"),
        python: include_str!("at_scale.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "sleeps",
            "All at once",
            "cx.spawn(&format!(\"task {n}\"), |cx| wait(cx, p.seconds))",
        ),
        Strategy::shown(
            "bounded",
            "So many at a time",
            "semaphore.acquire(&cx).await",
        ),
        Strategy::hidden(
            "downloads",
            "All at once, and each says what it does",
            "cx.spawn(&format!(\"task {n}\"), |cx| download(cx, n, p.seconds))",
        ),
    ];

    fn fields() -> Vec<Field> {
        vec![
            Field::whole("tasks", "Tasks", 1, 100_000, ""),
            Field::seconds("seconds", "Each takes"),
            Field::whole("permits", "Permits", 1, 100_000, ""),
        ]
    }

    fn own_duration(task: &str) -> Option<String> {
        task.starts_with("task ").then(|| "/seconds".to_owned())
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let tasks = |tasks, permits| Params {
            tasks,
            seconds: 1.0,
            permits,
        };
        vec![
            ("Two dozen", tasks(24, 6)),
            ("A thousand", tasks(1_000, 100)),
            ("Ten thousand", tasks(10_000, 1_000)),
            ("A hundred thousand", tasks(100_000, 10_000)),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, _: Option<&str>) -> Vec<Claim> {
        let at_once =
            |mode| Claim::longest(mode, &[p.seconds]).label("all at once: as long as one");
        let rounds = p.tasks.div_ceil(p.permits.max(1));
        let in_rounds = in_turn((0..rounds).map(|_| p.seconds));
        let formula = format!(
            "⌈{} / {}⌉ × {} = {}",
            p.tasks,
            p.permits,
            seconds(p.seconds),
            seconds(in_rounds)
        );
        let bounded = Measure::Makespan("bounded");
        vec![
            at_once("sleeps"),
            Claim::new(
                "so many at a time: as many rounds as it takes",
                bounded,
                in_rounds,
                formula,
            ),
            at_once("downloads"),
        ]
    }
}
