//! A coroutine that was called and never awaited.

use crate::Num;
use interleave_runtime::{Cx, Result, Task};
use serde_json::{Value, json};

/// For how many seconds the coroutine would work.
#[derive(Clone)]
pub struct Params {
    duration: Num,
}

/// A call makes a task in place, and runs nothing of it.
fn get_data(cx: &Cx, seconds: f64) -> Task<&'static str> {
    cx.task("get_data", |cx| async move {
        cx.sleep(seconds).await; // @work
        cx.done("data");
        Ok("data")
    })
}

/// What is missing is `.await`. Where the value is not kept, rustc says so:
/// warning: unused `Task` that must be used
/// note: a task does nothing before it is awaited
fn forgotten(cx: &Cx, p: &Params) -> &'static str {
    let result = get_data(cx, p.duration.get()); // @ forgotten
    cx.print("result is a coroutine");
    drop(result);
    "coroutine"
}

/// The call is awaited: its work is done.
async fn awaited(cx: &Cx, p: &Params) -> Result<&'static str> {
    let _data = get_data(cx, p.duration.get()).await?; // @await awaited
    cx.print("result is a str");
    Ok("str")
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let kind = match mode {
        Mode::Forgotten => forgotten(&cx, &p),
        Mode::Awaited => awaited(&cx, &p).await?,
    };
    let warnings = u32::from(kind == "coroutine");
    Ok(json!({ "type": kind, "warnings": warnings }))
}

// The page

use crate::page::*;

params!(Params, duration);

playground! {
    title: "Forgotten `await`",
    subtitle: "A coroutine that is never started",
    lead: "Calling an async function runs nothing: it makes a coroutine. Without await its work is \
           never done, and the program ends too early, with a warning at most. Rust's compiler warns \
           before the program runs, Python when the coroutine is thrown away.",
    aim: "Recognise a coroutine that was never awaited, and the warnings about it.",
    articles: [0, 4],
    strategies: {
        Awaited: "await get_data()",
        Forgotten: "get_data()",
    },
    messages: [
        "RuntimeWarning: coroutine was never awaited",
        "unused implementer of Future that must be used: futures do nothing unless you .await or poll them",
        "object is not subscriptable: 'coroutine' object",
    ],
    own_duration: |task| (task == "get_data").then(|| "/duration".to_owned()),
}

fn fields() -> Vec<Field> {
    vec![Field::seconds("duration", "Duration of the work")]
}

fn presets() -> Vec<(&'static str, Params)> {
    let work = |duration| Params {
        duration: Num::Float(duration),
    };
    vec![
        ("One second of work", work(1.0)),
        ("Ten seconds", work(10.0)),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let never = |mode| Measure::Ended(mode, Outcome::NeverStarted);
    vec![
        Mode::Awaited
            .longest(&[p.duration.get()])
            .label("awaited: the duration of the work"),
        Mode::Forgotten.takes("forgotten: no time at all", 0.0, "0 s"),
        Mode::Forgotten.counts(
            never,
            "forgotten: tasks that were never started",
            1,
            "1 call",
        ),
    ]
}
