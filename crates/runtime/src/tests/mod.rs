//! Tests of the runtime as a whole, all in virtual time: programs run, and their traces are read.
//!
//! # What must stay true
//!
//! - The same program has the same trace, however it is driven (`random`).
//! - Tasks take their steps first come, first served; equal deadlines fire in the order in which the timers were made
//!   (`order`).
//! - Every task ends once, and every future is dropped (`random`). A run that is stopped or dropped leaves no task
//!   alive, and its trace records no later event (`ending`).
//! - A deadlock is found, and says what each task waits for (`ending`).
//! - A cancellation does what the table in the crate's docs says (`cancelling`, `limits`, `queues`).
//! - Corner cases behave as in CPython (`asyncio`, `cases`, `groups`, `locks`, `tasks`, `timeouts`; and `tests/fuzz`, for
//!   programs made at random).
//! - A wake-up is recorded if another task causes it, and only then (`wakes`).
//! - Threads leave the loop free, and functions are called when they are due (`threads`).
//! - A trace tells several semaphores, locks and queues apart (`resources`).
//! - A task costs little: 100,000 sleeps (`order`).
//! - Stepping in from outside breaks none of this (`stepping_in`).

mod asyncio;
mod cancelling;
mod cases;
mod clocks;
mod ending;
mod folders;
mod groups;
mod limits;
mod locks;
mod many;
mod network;
mod order;
mod pages;
mod pools;
mod queues;
mod random;
mod rates;
mod resources;
mod semaphores;
mod stepping_in;
mod storages;
mod tables;
mod tasks;
mod threads;
mod timeouts;
mod wakes;

use super::*;
use interleave_trace::Time;
use interleave_trace::{Index, Kind, LogKind, Outcome, TaskId, Trace, Verdict};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A runtime in which the program has been started, but not driven.
fn started<Fut>(program: impl FnOnce(Cx) -> Fut) -> Runtime
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let runtime = Runtime::new(Ports::simulated());
    begin(&runtime, program);
    runtime
}

fn begin<Fut>(runtime: &Runtime, program: impl FnOnce(Cx) -> Fut)
where
    Fut: Future<Output = Result<()>> + 'static,
{
    runtime.start(|cx| {
        let program = program(cx);
        async move { program.await.map(|()| Value::Null) }
    });
}

/// A runtime in which the program has run to its end.
fn ran<Fut>(program: impl FnOnce(Cx) -> Fut) -> Runtime
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let runtime = started(program);
    runtime.run();
    runtime
}

/// The lines of a program that comes to its end.
fn log<Fut>(program: impl FnOnce(Cx) -> Fut) -> Vec<String>
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let runtime = ran(program);
    assert_eq!(verdict(&runtime).1, Verdict::Completed);
    let ends = ends(&runtime);
    assert!(!ends.iter().any(|end| end.starts_with("main ")), "{ends:?}");
    prints(&runtime)
}

/// The printed lines, with the time.
fn prints(runtime: &Runtime) -> Vec<String> {
    let trace = runtime.trace();
    let print = |event: &interleave_trace::Event| match event.kind {
        Kind::Log {
            kind: LogKind::Print,
            text,
        } => Some(format!("{} {}", event.at.secs(), trace.text(text))),
        _ => None,
    };
    trace.events().iter().filter_map(print).collect()
}

/// How each task ended, and when; `main` too, unless it just returned.
fn ends(runtime: &Runtime) -> Vec<String> {
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let rows = index.tasks().filter_map(|(id, task)| {
        let (name, end) = (trace.text(task.name), task.end);
        match end {
            Some(end) if id == TaskId::MAIN && end.outcome == Outcome::Ok => None,
            Some(end) => Some(format!("{name} {} {}", end.outcome.word(), end.at.secs())),
            None => Some(format!("{name} lives")),
        }
    });
    rows.collect()
}

/// When and how the run ended.
fn verdict(runtime: &Runtime) -> (f64, Verdict) {
    let trace = runtime.trace();
    let end = trace.end().expect("the run has ended");
    (end.at.secs(), end.verdict.clone())
}

async fn sleeps(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await;
    Ok(())
}

fn failed(why: &str) -> Error {
    Error::Failed(why.to_owned())
}

async fn crash(cx: Cx, seconds: f64, why: &str) -> Result<()> {
    cx.sleep(seconds).await;
    Err(failed(why))
}

/// When cancelled, fails with an error.
async fn breaks(cx: Cx) -> Result<()> {
    let _slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
    Err(failed("zde"))
}

/// When cancelled, prints that, and ends as cancelled.
async fn tells(cx: Cx, name: &str, seconds: f64) -> Result<()> {
    let slept = cx.catch_cancel(sleeps(cx.clone(), seconds)).await;
    if slept.is_err() {
        cx.print(format!("{name} told"));
    }
    slept
}

/// Cancels the task after a time, and prints its result.
async fn cancelled_after<T>(cx: &Cx, seconds: f64, task: Handle<T>) {
    cx.sleep(seconds).await;
    task.cancel();
    cx.print(words(&task.await));
}

/// A task's own handle.
#[derive(Clone, Default)]
struct Own(Rc<RefCell<Option<Handle<()>>>>);

impl Own {
    fn cancel(&self) {
        self.0.borrow().as_ref().map(Handle::cancel);
    }
}

/// Starts a task that can cancel itself.
fn with_itself<Fut>(cx: &Cx, make: impl FnOnce(Cx, Own) -> Fut) -> Handle<()>
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let own = Own::default();
    let task = cx.spawn("task", |cx| make(cx, own.clone()));
    *own.0.borrow_mut() = Some(task.clone());
    task
}

/// A result in short.
fn words<T>(result: &Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(Error::Group(errors)) => {
            let errors = errors.iter().map(|error| words::<()>(&Err(error.clone())));
            format!("[{}]", errors.collect::<Vec<_>>().join(", "))
        }
        Err(error) => error.to_string(),
    }
}

/// Cancels the tasks that have an instant, in order of the instants. Instants are multiples of `unit` seconds.
async fn cancel_some<T>(
    cx: &Cx,
    tasks: &[Handle<T>],
    instants: impl Iterator<Item = Option<u32>>,
    unit: f64,
) {
    let mut instants: Vec<_> = instants
        .zip(tasks)
        .filter_map(|(at, task)| Some((at?, task)))
        .collect();
    instants.sort_by_key(|&(at, _)| at);
    for (at, task) in instants {
        cx.sleep(f64::from(at) * unit - cx.now()).await;
        task.cancel();
    }
}

/// Fails unless two traces are exactly the same.
fn assert_same(one: &Trace, other: &Trace) {
    assert_eq!(one.events().len(), other.events().len());
    for (a, b) in one.events().iter().zip(other.events()) {
        assert_eq!(a, b);
    }
    assert_eq!(one, other);
}

/// Counts the living values of this type.
struct Alive(Rc<Cell<usize>>);

impl Alive {
    fn new(count: &Rc<Cell<usize>>) -> Self {
        count.set(count.get() + 1);
        Self(Rc::clone(count))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Prints when it is dropped.
struct Dropped(Cx, &'static str);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.print(self.1);
    }
}
