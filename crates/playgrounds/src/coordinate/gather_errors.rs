//! One of several fails: what gather does with the others, after articles 0 and 1.

use crate::Num;
use interleave_runtime::{Cx, Error, Handle, Result, gather, wait_all};
use interleave_trace::time::round_micros;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A call to a service, and how it goes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Service {
    name: String,
    /// Seconds until the answer comes.
    delay: f64,
    /// Why there is no answer. Without words, there is one.
    error: Option<String>,
}

/// The services, which of them is called alone first, and how long main stays.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    services: Vec<Service>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    single: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    linger: Option<Num>,
}

async fn call(cx: Cx, service: Service) -> Result<String> {
    let Service { name, delay, error } = service;
    cx.sleep(delay).await; // @call
    if let Some(why) = error.filter(|why| !why.is_empty()) {
        return Err(Error::Failed(why));
    }
    let value = format!("{name} succeeded");
    cx.done(&value);
    Ok(value)
}

fn call_all(cx: &Cx, p: &Params) -> Vec<Handle<String>> {
    let start = |service: &Service| cx.spawn(&service.name, |cx| call(cx, service.clone()));
    p.services.iter().map(start).collect()
}

/// Everybody runs to the end; an error is a result like any other.
async fn collect(cx: &Cx, p: &Params) -> Result<Value> {
    let values = wait_all(call_all(cx, p)).await; // @collect
    Ok(json!({ "values": shown(&values) }))
}

/// The first error is raised at once, and stops nobody: the others run on until main ends.
async fn default(cx: &Cx, p: &Params) -> Result<Value> {
    let gathered = gather(call_all(cx, p)).await; // @gather
    let results = report(cx, gathered);
    if let Some(seconds) = p.linger.filter(|seconds| seconds.get() > 0.0) {
        cx.sleep(seconds.get()).await; // @linger
    }
    Ok(Value::Object(results))
}

/// One call alone, then a gather that raises, then one that collects.
async fn as_published(cx: &Cx, p: &Params, repaired: bool) -> Result<Value> {
    let alone = p.single.unwrap_or(0).min(p.services.len() - 1);
    let service = p.services[alone].clone();
    let single = cx.task(&service.name.clone(), |cx| call(cx, service));
    if let Err(error) = /* @alone */ single.await {
        cx.print(format!("Caught error: {error}"));
    }
    let mut tasks = call_all(cx, p);
    let gathered = gather(&mut tasks).await; // @gather
    let mut results = report(cx, gathered);
    let values = match repaired {
        true => wait_all(call_all(cx, p)).await, // @second
        false => await_again(tasks).await,
    };
    for (Service { name, .. }, value) in p.services.iter().zip(&values) {
        match value {
            Ok(value) => cx.print(format!("{name} succeeded: {value}")),
            Err(error) => cx.print(format!("{name} failed: {error}")),
        }
    }
    results.insert("second_gather".to_owned(), json!(shown(&values)));
    Ok(Value::Object(results))
}

/// The article's second gather is given the coroutines of its first one. Python lets them
/// end, then says of each that it was awaited before. Rust would not even compile that, as
/// what is awaited is moved away: the first gather had to be lent the tasks to get here.
async fn await_again(tasks: Vec<Handle<String>>) -> Vec<Result<String>> {
    let ended = wait_all(tasks).await; // @second
    let again = |_| Err(Error::Failed(REUSED.to_owned()));
    ended.into_iter().map(again).collect()
}

const REUSED: &str = "cannot reuse already awaited coroutine";

/// What the first gather came to.
fn report(cx: &Cx, gathered: Result<Vec<String>>) -> Map<String, Value> {
    let mut results = Map::new();
    match gathered {
        Ok(values) => {
            results.insert("values".to_owned(), json!(values));
        }
        Err(error) => {
            cx.print(format!("Gather failed with: {error}"));
            results.insert("raised".to_owned(), json!(error.to_string()));
            results.insert("raised_at".to_owned(), json!(round_micros(cx.now())));
        }
    }
    results
}

/// Results with their errors in words.
fn shown(values: &[Result<String>]) -> Vec<Value> {
    let show = |value: &Result<String>| match value {
        Ok(value) => json!(value),
        Err(error) => {
            let message = error.to_string();
            let kind = if message == REUSED {
                "RuntimeError"
            } else {
                "ServiceError"
            };
            json!({ "error": format!("{kind}: {message}") })
        }
    };
    values.iter().map(show).collect()
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    match mode {
        "return_exceptions" => collect(&cx, &p).await,
        "default" => default(&cx, &p).await,
        _ => as_published(&cx, &p, mode == "fixed").await,
    }
}

// The page

use crate::{Card, Claim, Field, MAX_ROWS, Measure, Playground, Rows, Section, Strategy, in_turn};
use interleave_trace::{Outcome, seconds};

/// The playground.
pub struct GatherErrors;

const FIVE_SERVICES: &str = "Article 1: five services, the even ones fail";
const SECOND_FAILS: &str = "Article 0: the second of three fails";

/// What the menu says of it.
pub const CARD: crate::Card = GatherErrors::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<GatherErrors>()
}

impl Playground for GatherErrors {
    type Params = Params;

    const CARD: Card = Card {
        slug: "gather-errors",
        title: "When one of them fails",
        lead: "A gather raises the first error to whoever awaits it, and stops nobody: the \
               others run on, and end when they are done or when main returns. Asked for \
               exceptions it hands them over as results. The article's own program awaits \
               its coroutines twice, and so its second gather has nothing but errors.",
        section: Section::Coordinate,
        articles: &[0, 1],
        cards: None,
        rust: include_str!("gather_errors.rs"),
        python: include_str!("gather_errors.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "return_exceptions",
            "Errors as results",
            "wait_all(call_all(cx, p)).await",
        ),
        Strategy::shown(
            "default",
            "The first error is raised",
            "gather(call_all(cx, p)).await",
        ),
        Strategy::shown(
            "article",
            "Article 1, as published",
            "await_again(tasks).await",
        ),
        Strategy::shown(
            "fixed",
            "Article 1, repaired",
            "true => wait_all(call_all(cx, p)).await",
        ),
    ];

    fn fields() -> Vec<Field> {
        let services = Rows::objects(
            "service",
            vec![
                Field::text("name", "Name"),
                Field::seconds("delay", "Delay"),
                Field::text("error", "Fails with").optional(),
            ],
            json!({ "name": "Service {n}", "delay": 1.0, "error": null }),
        );
        let last = MAX_ROWS as u32 - 1;
        vec![
            Field::rows("services", "Services", services),
            Field::seconds("linger", "Main stays after the error").optional(),
            Field::whole("single", "Called alone first, from 0", 0, last, "").optional(),
        ]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let service = |name: String, delay, why: Option<String>| Service {
            name,
            delay,
            error: why,
        };
        // The even ones fail.
        let services = |delays: &[f64]| {
            let service = |(n, &delay): (usize, &f64)| {
                let why = (n % 2 == 0).then(|| format!("Service {n} failed"));
                service(format!("Service {n}"), delay, why)
            };
            (1..).zip(delays).map(service).collect::<Vec<_>>()
        };
        let second = |n: u32| {
            let why = (n == 2).then(|| format!("Error in task {n}"));
            service(format!("Task {n}"), f64::from(n), why)
        };
        let params = |services: Vec<Service>, linger| Params {
            services,
            single: Some(1),
            linger: Some(linger),
        };
        let three: Vec<_> = (1..=3).map(second).collect();
        let spread = services(&[0.5, 1.0, 1.5, 2.0, 4.0]);
        let mut fine = spread.clone();
        for service in &mut fine {
            service.error = None;
        }
        vec![
            (FIVE_SERVICES, params(services(&[1.0; 5]), Num::Int(0))),
            (SECOND_FAILS, params(three.clone(), Num::Float(5.0))),
            (
                "Article 0, and main returns at once",
                params(three, Num::Int(0)),
            ),
            (
                "Distinct delays, and main stays a while",
                params(spread, Num::Float(2.0)),
            ),
            ("Nothing fails", params(fine, Num::Int(0))),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        claims(p, preset)
    }
}

fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
    let fails = |service: &&Service| service.error.as_ref().is_some_and(|why| !why.is_empty());
    let delays: Vec<f64> = p.services.iter().map(|service| service.delay).collect();
    let longest = delays.iter().copied().fold(0.0, f64::max);
    let failing = p.services.iter().filter(fails);
    let first = failing
        .clone()
        .map(|service| service.delay)
        .reduce(f64::min);
    let (failing, count) = (failing.count(), p.services.len());
    let said = |article, words| (preset == Some(article)).then_some(words);

    let raised = first.unwrap_or(longest);
    let linger = p.linger.map_or(0.0, Num::get);
    let left = in_turn([raised, linger]);
    let stopped = delays
        .iter()
        .filter(|&&delay| in_turn([delay]) > left)
        .count();
    let alone = delays[p.single.unwrap_or(0).min(count - 1)];
    let (published, repaired) = (in_turn([alone, longest]), in_turn([alone, raised, longest]));

    let mut claims = vec![
        Claim::longest("return_exceptions", &delays).label("errors as results: the longest"),
        Claim::new(
            "errors as results: how many",
            Measure::Ended("return_exceptions", Outcome::Error),
            failing as f64,
            format!("{failing} of {count}"),
        )
        .said(said(
            SECOND_FAILS,
            "\"the error as part of the results list\"",
        )),
    ];
    if let Some(first) = first {
        claims.push(Claim::new(
            "raised: main knows at the first failure",
            Measure::FirstPrint("default"),
            in_turn([first]),
            format!("the earliest that fails, {}", seconds(first)),
        ));
    }
    claims.push(
        Claim::new(
            "raised: services that are stopped, all of them by the end of main",
            Measure::Ended("default", Outcome::Cancelled),
            stopped as f64,
            format!("{stopped} of {count} take longer than {}", seconds(left)),
        )
        .said(said(FIVE_SERVICES, "\"Stop on first error (default)\""))
        .but(
            "gather's default raises to main at once, but stops nothing: the siblings run on. \
             They are cancelled only if main returns before.",
        ),
    );
    claims.push(
        Claim::new(
            "as published: results that are this very error",
            Measure::Lines("article", " failed: cannot reuse already awaited coroutine"),
            count as f64,
            format!("all {count}"),
        )
        .said(said(
            FIVE_SERVICES,
            "\"Collect errors with return_exceptions=True\"",
        ))
        .but(
            "It gathers the same coroutine objects again, so all five services \"failed: cannot \
             reuse already awaited coroutine\", also 1, 3 and 5.",
        ),
    );
    claims.push(Claim::new(
        "as published: one call, and one gather",
        Measure::Makespan("article"),
        published,
        format!("{alone} + {longest} = {}", seconds(published)),
    ));
    claims.push(Claim::new(
        "repaired: one call, and two gathers",
        Measure::Makespan("fixed"),
        repaired,
        format!("{alone} + {raised} + {longest} = {}", seconds(repaired)),
    ));
    claims
}
