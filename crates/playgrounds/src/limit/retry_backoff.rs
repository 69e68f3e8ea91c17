//! Another attempt after a pause that grows: the exercise of articles 0 and 1.

use crate::Num;
use interleave_runtime as runtime;
use interleave_runtime::{Backoff, Cx, Error, Jitter, Result, gather, retry};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::rc::Rc;

/// A request, and how often it fails before it succeeds.
#[derive(Clone, Serialize, Deserialize)]
pub struct Request {
    name: String,
    /// Seconds until the answer comes, good or bad.
    latency: f64,
    failures: u32,
}

/// The requests, and how to try again.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    base: Num,
    factor: Num,
    max_delay: Num,
    attempts: u32,
    requests: Vec<Request>,
    /// What chance says, from 0 to 1: one for each pause, taken in turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    let luck = |failures| luck(&p, i, failures);
    let attempt = |number| attempt(cx.clone(), request.clone(), number);
    match retry(&cx, &backoff, luck, attempt).await /* @backoff */ {
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

/// All at once; if they fail together, chance has to keep them from trying again together.
async fn concurrent(cx: &Cx, p: &Rc<Params>, jitter: Jitter) -> Result<Vec<Tried>> {
    let start = |(i, request): (usize, &Request)| {
        cx.spawn(&request.name, |cx| try_request(cx, Rc::clone(p), i, jitter))
    };
    gather(p.requests.iter().enumerate().map(start)).await // @gather
}

/// One after another, pauses and all.
async fn sequential(cx: &Cx, p: &Rc<Params>) -> Result<Vec<Tried>> {
    let mut attempts = Vec::new();
    for (i, request) in p.requests.iter().enumerate() {
        let task = cx.task(&request.name, |cx| {
            try_request(cx, Rc::clone(p), i, Jitter::None)
        });
        attempts.push(task.await?); // @each
    }
    Ok(attempts)
}

/// What chance says to a request that has failed so often; it was drawn with the params.
fn luck(p: &Params, request: usize, failures: u32) -> f64 {
    let luck = p.luck.as_deref().filter(|luck| !luck.is_empty());
    let pause = request * (p.attempts as usize - 1) + failures as usize - 1;
    luck.map_or(0.5, |luck| luck[pause % luck.len()])
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let p = Rc::new(p);
    let attempts = match mode {
        "sequential" => sequential(&cx, &p).await?,
        "full_jitter" => concurrent(&cx, &p, Jitter::Full).await?,
        "equal_jitter" => concurrent(&cx, &p, Jitter::Equal).await?,
        _ => concurrent(&cx, &p, Jitter::None).await?,
    };
    Ok(json!({ "succeeded_at_attempt": attempts }))
}

// The page

use crate::{
    Card, Claim, Draw, Field, FieldKind, List, Measure, Playground, Problem, Rows, Section,
    Strategy, in_turn,
};
use interleave_trace::seconds;

/// The playground.
pub struct RetryBackoff;

/// More attempts than this, of all requests, would be more than a page can hold.
const MOST_ATTEMPTS: usize = 100_000;

const EXERCISE: &str = "The exercise: four requests, one beyond hope";

/// Draws anew what is left to chance: who is slow, who fails how often, and the luck of each pause.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for request in &mut p.requests {
        request.latency = f64::from(random.u32(1..=8)) / 10.0;
        request.failures = random.u32(0..=p.attempts);
    }
    let pauses = p.requests.len() * (p.attempts as usize - 1);
    let luck = |_| f64::from(random.u32(0..=1000)) / 1000.0;
    p.luck = Some((0..pauses.clamp(1, 200)).map(luck).collect());
    p
}

/// Values that look like chance: multiples of the golden ratio, their whole part left out.
fn some_luck(count: u32) -> Vec<f64> {
    let one = |i| f64::from(i * 618 % 1000) / 1000.0;
    (1..=count).map(one).collect()
}

/// What the menu says of it.
pub const CARD: crate::Card = RetryBackoff::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<RetryBackoff>()
}

impl Playground for RetryBackoff {
    type Params = Params;

    const CARD: Card = Card {
        slug: "retry-backoff",
        title: "Try again, but not at once",
        lead: "A request that fails is worth another attempt, after a pause that doubles \
               each time: a server in trouble gets room to recover. Clients that failed \
               together also come back together, unless chance spreads their pauses.",
        section: Section::Limit,
        articles: &[0, 1],
        cards: None,
        rust: include_str!("retry_backoff.rs"),
        python: include_str!("retry_backoff.py"),
    };

    const FETCHES: bool = true;

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::hidden(
            "sequential",
            "One request after another",
            "for (i, request) in p.requests.iter().enumerate()",
        ),
        Strategy::shown(
            "concurrent",
            "All at once, exact pauses",
            "concurrent(&cx, &p, Jitter::None)",
        ),
        Strategy::shown(
            "full_jitter",
            "Full jitter: any part of the pause",
            "concurrent(&cx, &p, Jitter::Full)",
        ),
        Strategy::shown(
            "equal_jitter",
            "Equal jitter: at least half of it",
            "concurrent(&cx, &p, Jitter::Equal)",
        ),
    ];

    fn fields() -> Vec<Field> {
        let requests = Rows::objects(
            "request",
            vec![
                Field::text("name", "Name"),
                Field::seconds("latency", "Takes"),
                Field::whole("failures", "Fails", 0, 1_000, "times"),
            ],
            json!({ "name": "api-{n}", "latency": 0.3, "failures": 2 }),
        );
        let luck = List {
            noun: "draw",
            item: Box::new(FieldKind::number(0.0, 1.0, 0.1, "")),
            min: 0,
            fresh: json!(0.5),
        };
        vec![
            Field::rows("requests", "Requests", requests),
            Field::seconds("base", "First pause"),
            Field::number("factor", "Each pause grows by", 0.0, 100.0, 0.5, "×"),
            Field::seconds("max_delay", "Longest pause"),
            Field::whole("attempts", "Attempts", 1, 50, ""),
            Field::list("luck", "Luck of the pauses, 0 to 1", luck).optional(),
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
            luck: Some(some_luck(16)),
        };
        let herd = Params {
            requests: (1..=12).map(|i| request(i, 0.1, 4)).collect(),
            luck: Some(some_luck(48)),
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
            (EXERCISE, exercise),
            ("A herd: twelve that fail together", herd),
            ("Pauses that do not grow", steady),
            ("Ten attempts, up to a minute apart", patient),
        ]
    }

    fn problems(p: &Params) -> Vec<Problem> {
        let attempts = p.requests.len() * p.attempts as usize;
        Problem::too_many(
            "attempts",
            "attempts of all requests",
            attempts,
            MOST_ATTEMPTS,
        )
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, _: Option<&str>) -> Vec<Claim> {
        let pause = |failures| {
            let grown = p.base.get() * p.factor.get().powf(f64::from(failures - 1));
            grown.min(p.max_delay.get())
        };
        let steps = |request: &Request| {
            let failures = request.failures.min(p.attempts - 1);
            let pauses = (1..=failures).flat_map(|k| [pause(k), request.latency]);
            [request.latency]
                .into_iter()
                .chain(pauses)
                .collect::<Vec<_>>()
        };
        let each: Vec<f64> = p.requests.iter().map(|r| in_turn(steps(r))).collect();
        let all = in_turn(p.requests.iter().flat_map(steps));
        let mut slow = Claim::sum("sequential", &each);
        (slow.formula, slow.expected) =
            (format!("all attempts and pauses = {}", seconds(all)), all);
        let fast = Claim::longest("concurrent", &each).label("together: whoever tries longest");
        let hopeless = p
            .requests
            .iter()
            .filter(|r| r.failures >= p.attempts)
            .count();
        let fails = |mode, label: &str| {
            let formula = format!(
                "{hopeless} of {}: {} failures or more",
                p.requests.len(),
                p.attempts
            );
            Claim::new(label, Measure::Failures(mode), hopeless as f64, formula)
        };
        let pauses: Vec<f64> = (1..p.attempts).map(pause).collect();
        let longest = in_turn(pauses.iter().copied());
        let ratio = Claim::speed_up(&slow, &fast);
        let mut claims = vec![slow, fast];
        claims.extend(ratio);
        claims.push(fails("concurrent", "requests that are given up"));
        let mut jitter = fails("full_jitter", "with jitter, just as many are given up");
        jitter.formula = format!(
            "chance changes when, not whether: {hopeless} of {}; pauses add up to at most {}",
            p.requests.len(),
            seconds(longest)
        );
        claims.push(jitter);
        claims
    }

    const DRAW: Option<Draw<Params>> = Some(draw);
}
