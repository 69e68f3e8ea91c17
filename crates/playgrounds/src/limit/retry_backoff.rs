//! Retry with exponential backoff: the exercise of articles 0 and 1.

use crate::Num;
use interleave_runtime as runtime;
use interleave_runtime::{Backoff, Cx, Error, Jitter, Result, gather, retry};
use serde_json::{Value, json};
use std::rc::Rc;

/// A request, and how often it fails before it succeeds.
#[derive(Clone)]
pub struct Request {
    name: String,
    /// Seconds until the answer comes, good or bad.
    latency: f64,
    failures: u32,
}

/// The requests, and how to try again.
#[derive(Clone)]
pub struct Params {
    base: Num,
    factor: Num,
    max_delay: Num,
    attempts: u32,
    requests: Vec<Request>,
    /// Jitter samples from 0 to 1, one for each pause, in turn.
    luck: Option<Vec<f64>>,
}

/// The number of the attempt that succeeded; `None` if all of them failed.
type Tried = Option<u32>;

/// One attempt: the first ones are answered with "503 Service Unavailable".
async fn attempt(cx: Cx, request: Request, number: u32) -> Result<u32> {
    let status = if number <= request.failures { 503 } else { 200 };
    let sent = runtime::Request::for_status(&request.name, status, request.latency);
    let answer = cx.fetch(sent).await?; // @attempt
    match answer.status {
        200 => Ok(number),
        status => Err(Error::Failed(format!("status {status}"))),
    }
}

/// A request with as many attempts as it may have.
async fn try_request(cx: Cx, p: Rc<Params>, i: usize, jitter: Jitter) -> Result<Tried> {
    let backoff = Backoff {
        base: p.base,
        factor: p.factor,
        max_delay: p.max_delay,
        attempts: p.attempts,
        jitter,
    };
    let request = &p.requests[i];
    let sample = |failures| sample(&p, i, failures);
    let attempt = |number| attempt(cx.clone(), request.clone(), number);
    match retry(&cx, &backoff, sample, attempt).await /* @backoff */ {
        Ok((_, attempts)) => {
            cx.done(format!("ok after {attempts} attempts"));
            Ok(Some(attempts))
        }
        Err(Error::Failed(_)) => {
            cx.failed(format!("failed after {} attempts", p.attempts));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// All at once; if they fail together, only jitter keeps them from retrying together.
async fn concurrent(cx: &Cx, p: &Rc<Params>, jitter: Jitter) -> Result<Vec<Tried>> {
    let start = |(i, request): (usize, &Request)| {
        cx.spawn(&request.name, |cx| try_request(cx, Rc::clone(p), i, jitter))
    };
    gather(p.requests.iter().enumerate().map(start)).await // @gather
}

/// One after another, pauses and all.
async fn sequential(cx: &Cx, p: &Rc<Params>) -> Result<Vec<Tried>> {
    let mut attempts = Vec::new();
    for (i, request) in /* @ sequential */ p.requests.iter().enumerate() {
        let task = cx.task(&request.name, |cx| {
            try_request(cx, Rc::clone(p), i, Jitter::None)
        });
        attempts.push(task.await?); // @each
    }
    Ok(attempts)
}

/// The jitter sample of a pause; the samples were drawn with the params.
fn sample(p: &Params, request: usize, failures: u32) -> f64 {
    let samples = p.luck.as_deref().filter(|samples| !samples.is_empty());
    let pause = request * (p.attempts as usize - 1) + failures as usize - 1;
    samples.map_or(0.5, |samples| samples[pause % samples.len()])
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let p = Rc::new(p);
    let attempts = match mode {
        Mode::Sequential => sequential(&cx, &p).await?,
        Mode::Concurrent => concurrent(&cx, &p, Jitter::None).await?, // @ concurrent
        Mode::FullJitter => concurrent(&cx, &p, Jitter::Full).await?, // @ full_jitter
        Mode::EqualJitter => concurrent(&cx, &p, Jitter::Equal).await?, // @ equal_jitter
    };
    Ok(json!({ "succeeded_at_attempt": attempts }))
}

// The page

use crate::page::*;

params!(Request, name, latency, failures);
params!(Params, base, factor, max_delay, attempts, requests, luck);

/// More attempts than this, of all requests, would be more than a page can hold.
const MOST_ATTEMPTS: usize = 100_000;

playground! {
    title: "Retry with exponential backoff",
    subtitle: "Pauses that double, with and without jitter",
    lead: "A request that fails is tried again after a pause that doubles each time: a server in \
           trouble gets time to recover. Clients that failed together also retry together, unless \
           jitter spreads their pauses.",
    aim: "Retry failed requests after growing pauses, and spread the retries with jitter.",
    articles: [0, 1],
    strategies: {
        Sequential (hidden): "One after another",
        Concurrent: "gather, no jitter",
        FullJitter: "gather, full jitter",
        EqualJitter: "gather, equal jitter",
    },
    outside: Outside::Network,
    draw: draw,
    problems: problems,
}

/// Draws latencies, failures and the jitter of each pause.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for request in &mut p.requests {
        request.latency = f64::from(random.u32(1..=8)) / 10.0;
        request.failures = random.u32(0..=p.attempts);
    }
    let pauses = p.requests.len() * (p.attempts as usize - 1);
    let sample = |_| f64::from(random.u32(0..=1000)) / 1000.0;
    p.luck = Some((0..pauses.clamp(1, 200)).map(sample).collect());
    p
}

/// Samples that look random: the fractions of multiples of the golden ratio.
fn samples(count: u32) -> Option<Vec<f64>> {
    let sample = |i| f64::from(i * 618 % 1000) / 1000.0;
    Some((1..=count).map(sample).collect())
}

fn problems(p: &Params) -> Vec<Problem> {
    let attempts = p.requests.len() * p.attempts as usize;
    let what = "attempts of all requests";
    Problem::too_many("attempts", what, attempts, MOST_ATTEMPTS)
}

fn fields() -> Vec<Field> {
    let columns = [
        Field::name(),
        Field::seconds("latency", "Delay"),
        Field::whole("failures", "Fails", 0, 1_000, "times"),
    ];
    let fresh = json!({ "name": "api-{n}", "latency": 0.3, "failures": 2 });
    let sample = FieldKind::number(0.0, 1.0, 0.1, "");
    let samples = List::of("sample", sample, json!(0.5));
    let requests = Rows::objects("request", fresh, columns);
    vec![
        Field::rows("requests", "Requests", requests),
        Field::seconds("base", "First pause"),
        Field::number("factor", "Growth of the pause", 0.0, 100.0, 0.5, "×"),
        Field::seconds("max_delay", "Longest pause"),
        Field::whole("attempts", "Attempts", 1, 50, ""),
        Field::list("luck", "Jitter samples, 0 to 1", samples).optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let request = |i: usize, latency, failures| Request {
        name: format!("api-{i}"),
        latency,
        failures,
    };
    let exercise = Params {
        base: Num::Float(0.5),
        factor: Num::Float(2.0),
        max_delay: Num::Float(4.0),
        attempts: 5,
        requests: vec![
            request(1, 0.3, 0),
            request(2, 0.3, 2),
            request(3, 0.2, 9),
            request(4, 0.4, 4),
        ],
        luck: samples(16),
    };
    let herd = Params {
        requests: (1..=12).map(|i| request(i, 0.1, 4)).collect(),
        luck: samples(48),
        ..exercise.clone()
    };
    let steady = Params {
        factor: Num::Float(1.0),
        ..exercise.clone()
    };
    let patient = Params {
        attempts: 10,
        max_delay: Num::Float(60.0),
        ..exercise.clone()
    };
    vec![
        ("The exercise: four requests, one always fails", exercise),
        ("Thundering herd: twelve fail together", herd),
        ("Constant pauses", steady),
        ("Ten attempts, up to a minute apart", patient),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let pause = |failures| {
        let grown = p.base.get() * p.factor.get().powf(f64::from(failures - 1));
        grown.min(p.max_delay.get())
    };
    let steps = |request: &Request| {
        let failures = request.failures.min(p.attempts - 1);
        let latency = request.latency;
        let retries = (1..=failures).flat_map(|k| [pause(k), latency]);
        [latency].into_iter().chain(retries).collect::<Vec<_>>()
    };
    let each: Vec<f64> = p.requests.iter().map(|r| in_turn(steps(r))).collect();
    let all = in_turn(p.requests.iter().flat_map(steps));
    let slow = Mode::Sequential.takes(
        "one after another: the sum of the durations",
        all,
        format!("all attempts and pauses = {}", seconds(all)),
    );
    let fast = Mode::Concurrent.longest(&each);
    let count = p.requests.len();
    let fails = |request: &&Request| request.failures >= p.attempts;
    let failing = p.requests.iter().filter(fails).count();
    let formula = format!("{failing} of {count}: {} failures or more", p.attempts);
    let longest = seconds(in_turn((1..p.attempts).map(pause)));
    let jitter = format!(
        "jitter changes when, not whether: {failing} of {count}; pauses add up to at most {longest}"
    );
    let fails = |mode: Mode, label: &str, formula: String| {
        mode.counts(Measure::Failures, label, failing, formula)
    };
    let mut claims = Claim::compared(slow, fast.label("gather: the longest retries"));
    claims.extend([
        fails(Mode::Concurrent, "requests that fail", formula),
        fails(Mode::FullJitter, "with jitter: as many fail", jitter),
    ]);
    claims
}
