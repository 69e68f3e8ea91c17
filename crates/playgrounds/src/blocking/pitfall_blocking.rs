//! A blocking call inside of a coroutine, and three ways out.

use crate::Num;
use interleave_runtime::{Cx, Result, gather};
use serde_json::{Value, json};

/// A worker: its name, and for how many seconds it works.
#[derive(Clone)]
pub struct Worker(String, Num);

/// Workers, and a ticker beside them that prints every `interval` seconds.
#[derive(Clone)]
pub struct Params {
    workers: Vec<Worker>,
    ticks: u32,
    interval: Num,
    /// Seconds of work between two turns of the loop, if it is cut into pieces.
    piece: Option<f64>,
}

async fn worker(cx: Cx, mode: Mode, seconds: f64, piece: f64) -> Result<()> {
    match mode {
        // Time passes, and no other task can run.
        Mode::Blocking => cx.block(seconds), // @ blocking
        // Somebody else works, and this task waits for it.
        Mode::Async => cx.sleep(seconds).await, // @sleep async
        // Another thread works, and this task waits for it.
        Mode::Executor => cx.to_thread(seconds).await?, // @thread executor
        // This task works, and lets others run in between.
        Mode::InPieces => {
            let mut left = seconds;
            while left > 0.0 {
                cx.block(left.min(piece));
                left -= piece;
                cx.sleep(0.0).await; // @pieces in_pieces
            }
        }
    }
    cx.done("done");
    Ok(())
}

async fn ticker(cx: Cx, ticks: u32, interval: f64) -> Result<()> {
    for i in 0..ticks {
        cx.print(format!("tick {i}"));
        cx.keep("ticks", [cx.now().into()]);
        cx.sleep(interval).await; // @tick
    }
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    cx.keep("ticks", []);
    let (ticks, interval) = (p.ticks, p.interval.get());
    let piece = p.piece.unwrap_or(PIECE);
    let mut tasks = vec![cx.spawn("ticker", |cx| ticker(cx, ticks, interval))];
    for Worker(name, seconds) in &p.workers {
        let seconds = seconds.get();
        let work = |cx| worker(cx, mode, seconds, piece);
        tasks.push(match mode {
            // It takes as long as its pieces and those of the others in between.
            Mode::InPieces => cx.spawn(&format!("{name}, in pieces"), work),
            _ => cx.spawn(name, work),
        });
    }
    gather(tasks).await?; // @gather
    Ok(json!({}))
}

/// Long enough to get something done, short enough for nobody to notice.
const PIECE: f64 = 0.1;

// The page

use crate::page::*;

params!(Params, workers, ticks, interval, piece);
params!(Worker(name, seconds));

playground! {
    title: "Blocking the event loop",
    subtitle: "A blocking call in a coroutine, and three ways out",
    lead: "A coroutine that blocks holds the loop: nothing else runs, however asynchronous it is. \
           Await instead, move the work to a thread, or cut it into pieces. Live, the page itself \
           freezes while the loop is blocked.",
    aim: "Find the call that blocks the loop, and choose one of three ways to replace it.",
    articles: [0, 1, 4],
    strategies: {
        Blocking: "time.sleep in a coroutine",
        Async: "await asyncio.sleep",
        Executor: "run_in_executor",
        InPieces: "In pieces, with sleep(0)",
    },
    messages: [
        "Executing <Task> took seconds",
        "blocking calls: time.sleep, requests.get",
    ],
    outside: Outside::Threads,
}

fn fields() -> Vec<Field> {
    let columns = [Field::name(), Field::seconds("duration", "Work")];
    let workers = Rows::tuples("worker", json!(["worker {n}", 1.0]), columns);
    let piece = Field::number(
        "piece",
        "Piece of work (default: 0.1)",
        0.01,
        60.0,
        0.01,
        "s",
    );
    vec![
        Field::rows("workers", "Workers", workers),
        Field::whole("ticks", "Ticks", 0, 10_000, ""),
        Field::seconds("interval", "Time between ticks"),
        piece.optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let work = |workers: &[(&str, f64)], ticks, interval| Params {
        workers: workers
            .iter()
            .map(|&(name, seconds)| Worker(name.to_owned(), Num::Float(seconds)))
            .collect(),
        ticks,
        interval: Num::Float(interval),
        piece: None,
    };
    let three = [("resize", 0.8), ("parse", 0.4), ("hash", 0.6)];
    vec![
        (
            "The articles' bad function",
            work(&[("bad_function", 5.0)], 5, 1.0),
        ),
        ("Three workers", work(&three, 6, 0.25)),
        ("Many short ones", work(&[("step", 0.05); 12], 6, 0.1)),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let work: Vec<f64> = p.workers.iter().map(|worker| worker.1.get()).collect();
    let (interval, ticks) = (p.interval.get(), p.ticks);
    let all = in_turn(work.iter().copied());
    let longest = work.iter().map(|&work| in_turn([work])).fold(0.0, f64::max);
    let ticking = in_turn((0..ticks).map(|_| interval));
    // The first tick comes before the workers; the next one when they let go of the loop.
    let blocked = match ticks {
        0 => all,
        _ => in_turn(
            [all.max(interval)]
                .into_iter()
                .chain((1..ticks).map(|_| interval)),
        ),
    };
    let takes = |mode: Mode, label: &str| {
        let takes = longest.max(ticking);
        let formula = format!(
            "max({}, {ticks} × {}) = {}",
            seconds(longest),
            p.interval,
            seconds(takes)
        );
        mode.takes(label, takes, formula)
    };
    let more = ticks.saturating_sub(1);
    vec![
        Mode::Blocking.takes(
            "blocking: all work, then the ticks that are left",
            blocked,
            format!(
                "max({}, {}) + {more} × {1} = {}",
                seconds(all),
                p.interval,
                seconds(blocked)
            ),
        ),
        takes(Mode::Async, "awaited: the longest of work and ticks"),
        takes(Mode::Executor, "in threads: the same"),
        Mode::Blocking.claim(
            Measure::LongestStep,
            "blocking: the longest time that a task holds the loop",
            longest,
            format!("the longest work = {}", seconds(longest)),
        ),
        Mode::Executor.claim(
            Measure::LongestStep,
            "in threads: the longest time that a task holds the loop",
            0.0,
            "no step takes time",
        ),
    ]
}
