//! Asynchronous iterators: range, Fibonacci and counter as streams, after articles 0 and 1.

use futures_util::stream::{self, LocalBoxStream, Stream, StreamExt};
use interleave_runtime::{Cx, Result, gather};
use interleave_trace::time::round_micros;
use serde_json::{Map, Value, json};
use std::iter::StepBy;
use std::ops::Range;

/// The iterators, and when their values come.
#[derive(Clone)]
pub struct Params {
    /// Seconds for each value.
    delay: f64,
    /// From, up to but not with, and the step if it is not 1.
    range: Vec<i64>,
    /// How many Fibonacci numbers.
    fibonacci: u32,
    /// Up to where the counter counts.
    counter: i64,
    /// After how many values the loop is left, in the strategies that leave it early.
    take: Option<usize>,
    /// How long the clean-up of a generator takes, in seconds.
    cleanup: Option<f64>,
    /// Seconds that `main` sleeps after the loop.
    after: Option<f64>,
}

/// The default of `after`, in seconds.
const AFTER: f64 = 0.5;

type Numbers = LocalBoxStream<'static, i64>;

/// Waits, then yields.
fn async_range(cx: Cx, p: &Params) -> impl Stream<Item = i64> + use<> {
    let delay = p.delay;
    stream::iter(p.values()).then(move |value| {
        let cx = cx.clone();
        async move {
            cx.sleep(delay).await; // @range
            value
        }
    })
}

/// Yields, then waits: also after the last value.
fn async_fibonacci(cx: Cx, p: &Params) -> impl Stream<Item = i64> + use<> {
    let (delay, count) = (p.delay, p.fibonacci);
    stream::unfold((0, 0, 1), move |(i, a, b)| {
        let cx = cx.clone();
        async move {
            if i > 0 {
                cx.sleep(delay).await; // @fibonacci
            }
            (i < count).then_some((a, (i + 1, b, a + b)))
        }
    })
}

/// Never waits: nothing else runs until it has counted to its end.
fn counter(p: &Params) -> impl Stream<Item = i64> + use<> {
    stream::iter(1..=p.counter)
}

/// Python's `async for`.
async fn consume(cx: Cx, mut numbers: Numbers) -> Result<Value> {
    let mut values = Vec::new();
    while let Some(value) = numbers.next().await {
        cx.print(value);
        values.push(json!([value, round_micros(cx.now())]));
    }
    cx.done(format!("{} values", values.len()));
    Ok(json!(values))
}

const NAMES: [&str; 3] = ["async_range", "async_fibonacci", "AsyncCounter"];

/// The stream of this name.
fn numbers(cx: &Cx, name: &str, p: &Params) -> Numbers {
    match name {
        "async_range" => async_range(cx.clone(), p).boxed_local(),
        "async_fibonacci" => async_fibonacci(cx.clone(), p).boxed_local(),
        _ => counter(p).boxed_local(),
    }
}

/// One loop after another.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<Value>> {
    let mut values = Vec::new();
    for name in NAMES {
        let task = cx.task(name, |cx| consume(cx.clone(), numbers(&cx, name, p)));
        values.push(task.await?); // @each sequential
    }
    Ok(values)
}

/// A loop in each of three tasks.
async fn concurrent(cx: &Cx, p: &Params) -> Result<Vec<Value>> {
    let start = |name| cx.spawn(name, |cx| consume(cx.clone(), numbers(&cx, name, p)));
    gather(NAMES.map(start)).await // @all concurrent
}

async fn clean_up(cx: Cx, seconds: f64) -> Result<()> {
    cx.print("Clean-up begins");
    cx.sleep(seconds).await; // @clean_up
    cx.print("Clean-up is done");
    Ok(())
}

/// A range with a clean-up at its end: a generator with `finally`.
struct Generator {
    cx: Cx,
    delay: f64,
    values: StepBy<Range<i64>>,
    /// How long the clean-up takes, while it is still to be done.
    cleanup: Option<f64>,
}

impl Generator {
    fn new(cx: &Cx, p: &Params) -> Self {
        Self {
            cx: cx.clone(),
            delay: p.delay,
            values: p.values(),
            cleanup: Some(p.cleanup.unwrap_or_default()),
        }
    }

    async fn next(&mut self) -> Result<Option<i64>> {
        let Some(value) = self.values.next() else {
            self.close().await?;
            return Ok(None);
        };
        let (cx, delay) = (self.cx.clone(), self.delay);
        let waited = self.cx.catch_cancel(async move {
            cx.sleep(delay).await; // @range
            Ok(())
        });
        if let Err(cancelled) = waited.await {
            // On its way out it passes through `finally`.
            self.close().await?;
            return Err(cancelled);
        }
        Ok(Some(value))
    }

    /// Cleans up, unless that has been done: Python's `aclose()`.
    async fn close(&mut self) -> Result<()> {
        if let Some(seconds) = self.cleanup.take() {
            let task = self.cx.task("clean-up", |cx| clean_up(cx, seconds));
            task.await?; // @close
        }
        Ok(())
    }
}

impl Drop for Generator {
    /// Nothing can be awaited here, so a task cleans up. asyncio does the same.
    fn drop(&mut self) {
        if let Some(seconds) = self.cleanup.take() {
            let _left_behind = self.cx.spawn("clean-up", |cx| clean_up(cx, seconds));
        }
    }
}

/// Takes some values. `aclosing` waits for the clean-up before the block is left.
async fn take(cx: Cx, p: Params, mode: Mode) -> Result<usize> {
    let (mut numbers, mut taken) = (Generator::new(&cx, &p), 0);
    while let Some(value) = numbers.next().await? {
        cx.print(value);
        taken += 1;
        if taken >= p.take.unwrap_or_default() {
            break;
        }
    }
    match mode {
        Mode::Closing => numbers.close().await?, // @ closing
        _ => drop(numbers),                      // @ leave_early
    }
    cx.print("The loop is left");
    Ok(taken)
}

async fn leave_early(cx: &Cx, p: &Params, mode: Mode) -> Result<Value> {
    let task = cx.task("consumer", |cx| take(cx, p.clone(), mode));
    let taken = task.await?; // @consumer
    cx.sleep(p.after.unwrap_or(AFTER)).await; // @after
    Ok(json!({ "taken": taken }))
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let values = match mode {
        Mode::Sequential => sequential(&cx, &p).await?,
        Mode::Concurrent => concurrent(&cx, &p).await?,
        Mode::LeaveEarly | Mode::Closing => return leave_early(&cx, &p, mode).await,
    };
    let named = NAMES.map(str::to_owned).into_iter().zip(values);
    Ok(Value::Object(named.collect::<Map<_, _>>()))
}

impl Params {
    /// Start, stop and step of the range.
    fn bounds(&self) -> [i64; 3] {
        let at = |place: usize, other| self.range.get(place).copied().unwrap_or(other);
        [at(0, 0), at(1, 0), at(2, 1)]
    }

    fn values(&self) -> StepBy<Range<i64>> {
        let [start, stop, step] = self.bounds();
        (start..stop).step_by(step.max(1) as usize)
    }
}

// The page

use crate::MAX_SECONDS;
use crate::page::*;

params!(
    Params, delay, range, fibonacci, counter, take, cleanup, after
);

playground! {
    title: "Asynchronous iterators",
    subtitle: "`async for`, alone, together, and left early",
    lead: "Three iterators: a range that waits before each value, Fibonacci numbers that wait after \
           each, and a counter that never waits. In three tasks their values interleave. Leave a \
           loop early, and see when the generator cleans up.",
    aim: "Read values as they come with async for, and clean up when a loop is left early.",
    articles: [0, 1],
    strategies: {
        Sequential: "One loop after another",
        Concurrent: "gather",
        LeaveEarly: "break",
        Closing: "break, in aclosing",
    },
    problems: problems,
    own_duration: |task| match task {
        "clean-up" => Some("/cleanup".to_owned()),
        "async_range" | "async_fibonacci" => Some("/delay".to_owned()),
        _ => None,
    },
}

/// More values than this are not made.
const MOST: i64 = 10_000;

fn problems(p: &Params) -> Vec<Problem> {
    let problem = |message: String| Problem {
        path: "range".to_owned(),
        message,
    };
    let [start, stop, step] = p.bounds();
    if !(2..=3).contains(&p.range.len()) {
        let count = p.range.len();
        return vec![problem(format!(
            "must be start, stop and perhaps a step, not {count} values"
        ))];
    }
    if step < 1 {
        return vec![problem(format!("the step must be at least 1, not {step}"))];
    }
    match (stop - start).max(0) / step {
        many if many > MOST => vec![problem(format!(
            "must have at most {MOST} values, not {many}"
        ))],
        _ => Vec::new(),
    }
}

fn fields() -> Vec<Field> {
    let bound = FieldKind::Number {
        min: -1_000_000.0,
        max: 1_000_000.0,
        step: 1.0,
        unit: "",
        whole: true,
    };
    let range = List::not_empty("bound", bound, json!(5));
    vec![
        Field::seconds("delay", "Duration of a value"),
        Field::list("range", "Range: start, stop, and step", range),
        // The next one would not fit into 64 bits for long.
        Field::whole("fibonacci", "Fibonacci numbers", 0, 90, ""),
        Field::whole("counter", "Counter's last value", 0, 10_000, ""),
        Field::whole("take", "Leave the loop after", 0, 10_000, "values").optional(),
        Field::seconds("cleanup", "Clean-up of a generator").optional(),
        Field::number(
            "after",
            "Sleep of main after the loop",
            0.1,
            MAX_SECONDS,
            0.1,
            "s",
        )
        .optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let article = Params {
        delay: 0.1,
        range: vec![0, 5],
        fibonacci: 7,
        counter: 3,
        take: Some(2),
        cleanup: Some(0.3),
        after: Some(0.5),
    };
    let at_once = Params {
        after: Some(0.1),
        ..article.clone()
    };
    let to_the_end = Params {
        take: Some(9),
        ..article.clone()
    };
    let slow = Params {
        delay: 0.5,
        range: vec![10, 40, 10],
        fibonacci: 4,
        ..article.clone()
    };
    vec![
        ("The articles' three iterators", article),
        ("main returns during the clean-up", at_once),
        ("The loop is not left early", to_the_end),
        ("Slower, in steps of ten", slow),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let times = |count: usize| vec![p.delay; count];
    let [range, fibonacci] = [p.values().count(), p.fibonacci as usize];
    let all = in_turn(times(range + fibonacci));
    let formula = format!(
        "({range} + {fibonacci} + 0) × {} = {}",
        p.delay,
        seconds(all)
    );
    let slow = Mode::Sequential.takes("one after another: the sum", all, formula);
    let most = in_turn(times(range.max(fibonacci)));
    let formula = format!(
        "max({range}, {fibonacci}, 0) × {} = {}",
        p.delay,
        seconds(most)
    );
    let fast = Mode::Concurrent.takes("gather: the longest loop", most, formula);
    let mut claims = Claim::compared(slow, fast);
    let (cleanup, after) = (p.cleanup.unwrap_or_default(), p.after.unwrap_or(AFTER));
    let take = p.take.unwrap_or_default().max(1);
    let left = times(take.min(range));
    let told = format!("{} × {}", left.len(), p.delay);
    let with = |more: &[f64]| in_turn(left.iter().chain(more).copied());
    let both = with(&[cleanup, after]);
    let formula = format!("{told} + {cleanup} + {after} = {}", seconds(both));
    let is_left = take <= range;
    let label = "aclosing: the clean-up, then the sleep of main";
    claims.push(Mode::Closing.takes(label, both, formula.clone()));
    claims.push(match is_left {
        true => {
            let takes = with(&[after]);
            let formula = format!("{told} + {after} = {}", seconds(takes));
            let label = "break: main does not wait for the clean-up";
            Mode::LeaveEarly.takes(label, takes, formula)
        }
        false => Mode::LeaveEarly.takes("break, not reached: cleaned up at the end", both, formula),
    });
    let [main, end] = [after, cleanup].map(|seconds| Time::ZERO.after(seconds));
    if is_left && main != end {
        let (label, done) = ("break: clean-ups that are done", usize::from(main > end));
        let how = match main > end {
            true => "a task cleans up while main sleeps",
            false => "main returns before, which cancels the task",
        };
        let lines = |mode| Measure::Lines(mode, "Clean-up is done");
        claims.push(Mode::LeaveEarly.counts(lines, label, done, how));
    }
    claims
}
