//! Performance monitor: article 1 measures the same operation, one after another and all at once.

use interleave_runtime::{Cx, Result, gather};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// How many operations, and how long each takes.
#[derive(Clone)]
pub struct Params {
    n: usize,
    duration: f64,
}

/// Measures operations.
#[derive(Clone, Default)]
struct Monitor {
    durations: Rc<RefCell<Vec<f64>>>,
}

impl Monitor {
    async fn measure<F>(self, cx: Cx, operation: F) -> Result<()>
    where
        F: Future<Output = Result<()>>,
    {
        let start = cx.now();
        operation.await?;
        self.durations.borrow_mut().push(cx.now() - start);
        Ok(())
    }

    fn summary(&self) -> String {
        let durations = self.durations.borrow();
        let count = durations.len();
        let average = durations.iter().sum::<f64>() / count as f64;
        format!("{count} operations, {average:.4}s on average")
    }
}

/// Stands in for a request or a query: it does nothing but wait.
async fn io_bound(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await; // @io
    cx.done("I/O operation completed");
    Ok(())
}

/// One after another: the sum of all.
async fn sequential(cx: &Cx, p: &Params, monitor: &Monitor) -> Result<()> {
    for i in 0..p.n {
        let (monitor, seconds) = (monitor.clone(), p.duration);
        let operation = cx.task(&format!("seq_io_task_{i}"), |cx| {
            monitor.measure(cx.clone(), io_bound(cx, seconds))
        });
        operation.await?; // @each sequential
    }
    Ok(())
}

/// All at once: as long as one.
async fn concurrent(cx: &Cx, p: &Params, monitor: &Monitor) -> Result<()> {
    let start = |i| {
        let (monitor, seconds) = (monitor.clone(), p.duration);
        cx.spawn(&format!("io_task_{i}"), |cx| {
            monitor.measure(cx.clone(), io_bound(cx, seconds))
        })
    };
    gather((0..p.n).map(start)).await?; // @gather concurrent
    Ok(())
}

/// The article: one, then the other, and what was measured.
async fn article(cx: &Cx, p: &Params) -> Result<()> {
    let (monitor, start) = (Monitor::default(), cx.now());
    concurrent(cx, p, &monitor).await?;
    let (fast, start) = (cx.now() - start, cx.now());
    sequential(cx, p, &monitor).await?;
    let slow = cx.now() - start;
    cx.print(format!("Concurrent I/O: {fast:.4}s"));
    cx.print(format!("Sequential I/O: {slow:.4}s"));
    if fast > 0.0 {
        let speed_up = slow / fast; // @ article
        cx.print(format!("Speed-up: {speed_up:.2}x"));
    }
    cx.print(monitor.summary());
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    match mode {
        Mode::Sequential => sequential(&cx, &p, &Monitor::default()).await?,
        Mode::Concurrent => concurrent(&cx, &p, &Monitor::default()).await?,
        Mode::Article => article(&cx, &p).await?,
    }
    Ok(json!({}))
}

// The page

use crate::page::*;

params!(Params, n, duration);

playground! {
    title: "Performance monitor",
    subtitle: "What ten I/O operations cost, one after another and at once",
    lead: "Ten operations that only wait, a tenth of a second each. One after another they take a \
           second, gathered a tenth of it. Each is measured by itself: none of them gets faster, \
           they only overlap.",
    aim: "Measure single operations and the whole, and see which of the two concurrency changes.",
    articles: [1],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather",
        Article (hidden): "The article: gather, then one after another, measured",
    },
    own_duration: |task| task.contains("io_task_").then(|| "/duration".to_owned()),
}

fn fields() -> Vec<Field> {
    vec![
        Field::whole("n", "Operations", 1, 10_000, ""),
        Field::seconds("duration", "Duration of an operation"),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let operations = |n, duration| Params { n, duration };
    vec![
        ("The article: ten of 0.1 s", operations(10, 0.1)),
        ("A hundred of 20 ms", operations(100, 0.02)),
        ("Three of two seconds", operations(3, 2.0)),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let durations = vec![p.duration; p.n];
    let each = seconds(p.duration);
    let slow = Mode::Sequential.sum(&durations);
    let formula = format!("{} × {each} = {}", p.n, seconds(slow.expected));
    let fast = Mode::Concurrent.longest(&[p.duration]);
    let fast = fast.label("concurrent: one duration").formula(&*each);
    let both = in_turn(std::iter::repeat_n(p.duration, p.n + 1));
    let sum = format!("{each} + {} × {each} = {}", p.n, seconds(both));
    let both = Mode::Article.takes("the article: one, then the other", both, sum);
    let mut claims = Claim::compared(slow.formula(formula), fast);
    claims.push(both);
    claims
}
