//! What the event loop does besides tasks: callbacks, and blocking work in a thread.

use crate::Num;
use interleave_runtime::{Cx, Result};
use serde_json::{Value, json};

/// Seconds until the callback is due, of blocking work, and of sleep after it.
#[derive(Clone)]
pub struct Params {
    callback_after: Num,
    blocking: Num,
    sleep: Num,
}

/// Blocks a thread of the pool; the loop is free for the callback.
async fn in_a_thread(cx: Cx, seconds: f64) -> Result<&'static str> {
    cx.to_thread(seconds).await?; // @work article
    let result = "Blocking work done";
    cx.done(result);
    Ok(result)
}

/// Blocks the loop itself: the callback has to wait.
async fn on_the_loop(cx: Cx, seconds: f64) -> Result<&'static str> {
    cx.block(seconds); // @ blocking
    let result = "Blocking work done";
    cx.done(result);
    Ok(result)
}

async fn rest(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await; // @rest
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let callback = |cx: Cx| cx.print("Callback executed!");
    cx.call_later(p.callback_after.get(), "call_later callback", callback);
    let seconds = p.blocking.get();
    let work = match mode {
        Mode::Article => cx.task("run_in_executor", |cx| in_a_thread(cx, seconds)),
        Mode::Blocking => cx.task("blocking call", |cx| on_the_loop(cx, seconds)),
    };
    let result = work.await?; // @result
    cx.print(result);
    let rest = cx.task("sleep", |cx| rest(cx, p.sleep.get()));
    rest.await?; // @sleep
    Ok(json!({ "result": result }))
}

// The page

use crate::page::*;

params!(Params, callback_after, blocking, sleep);

const ARTICLE: &str = "The article's example";

playground! {
    title: "Event loop: `call_later` and threads",
    subtitle: "Blocking work in a thread, or on the loop",
    lead: "The loop calls a function when it is due, if it is free then. Blocking work in a thread \
           leaves it free. The same work on the loop holds up all else: the callback is late.",
    aim: "See when the loop calls a callback, and move blocking work to a thread.",
    articles: [1],
    strategies: {
        Blocking: "A blocking call on the loop",
        Article: "run_in_executor",
    },
    outside: Outside::Threads,
    own_duration: |task| match task {
        "run_in_executor" | "blocking call" => Some("/blocking".to_owned()),
        "sleep" => Some("/sleep".to_owned()),
        _ => None,
    },
}

fn fields() -> Vec<Field> {
    vec![
        Field::seconds("callback_after", "Callback due after"),
        Field::seconds("blocking", "Blocking work"),
        Field::seconds("sleep", "Sleep of main after it"),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let example = |callback_after, blocking, sleep| Params {
        callback_after: Num::Float(callback_after),
        blocking: Num::Float(blocking),
        sleep: Num::Float(sleep),
    };
    vec![
        (ARTICLE, example(2.0, 1.0, 3.0)),
        (
            "The callback is due while the work blocks",
            example(0.5, 2.0, 1.0),
        ),
        (
            "main returns before the callback is due",
            example(5.0, 1.0, 1.0),
        ),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let (due, work, rest) = (p.callback_after.get(), p.blocking.get(), p.sleep.get());
    let total = in_turn([work, rest]);
    let sum = || format!("{} + {} = {}", p.blocking, p.sleep, seconds(total));
    let mut claims = vec![
        Mode::Blocking.takes("on the loop: work, then sleep", total, sum()),
        Mode::Article
            .takes("in a thread: the same", total, sum())
            .said(preset == ARTICLE, "about 4 seconds in all"),
    ];
    // A callback that is due just when `main` returns may or may not be called.
    if due < total - 1e-6 {
        let first = |mode| Measure::Begins(mode, 1, 1);
        let late = in_turn([due.max(work)]);
        let formula = format!(
            "max({}, {}) = {}",
            p.callback_after,
            p.blocking,
            seconds(late)
        );
        claims.extend([
            Mode::Blocking.claim(first, "on the loop: the callback runs at", late, formula),
            Mode::Article.claim(
                first,
                "in a thread: the callback runs at",
                in_turn([due]),
                format!("{} = {}", p.callback_after, seconds(due)),
            ),
        ]);
    }
    claims
}
