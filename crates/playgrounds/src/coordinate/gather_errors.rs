//! Errors in gather: one of several tasks fails, after articles 0 and 1.

use crate::Num;
use interleave_runtime::{Cx, Error, Handle, Result, gather, wait_all};
use interleave_trace::time::round_micros;
use serde_json::{Map, Value, json};

/// A call to a service, and how it goes.
#[derive(Clone)]
pub struct Service {
    name: String,
    /// Seconds until the answer comes.
    delay: f64,
    /// Why there is no answer. Without words, there is one.
    error: Option<String>,
}

/// The services, which of them is called alone first, and how long main sleeps.
#[derive(Clone)]
pub struct Params {
    services: Vec<Service>,
    single: Option<usize>,
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

/// All tasks run to the end; an error is a result like any other.
async fn collect(cx: &Cx, p: &Params) -> Result<Value> {
    let values = wait_all(call_all(cx, p)).await; // @collect return_exceptions
    Ok(json!({ "values": shown(&values) }))
}

/// The first error is raised at once, and cancels nothing: others run on until main ends.
async fn default(cx: &Cx, p: &Params) -> Result<Value> {
    let gathered = gather(call_all(cx, p)).await; // @gather default
    let results = report(cx, gathered)?;
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
    match /* @alone */ single.await {
        Ok(_) => {}
        Err(Error::Failed(why)) => cx.print(format!("Caught error: {why}")),
        Err(error) => return Err(error),
    }
    let mut tasks = call_all(cx, p);
    let gathered = gather(&mut tasks).await; // @gather
    let mut results = report(cx, gathered)?;
    let values = match repaired {
        true => wait_all(call_all(cx, p)).await, // @second fixed
        false => await_again(tasks).await,       // @ article
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
fn report(cx: &Cx, gathered: Result<Vec<String>>) -> Result<Map<String, Value>> {
    let mut results = Map::new();
    match gathered {
        Ok(values) => {
            results.insert("values".to_owned(), json!(values));
        }
        Err(Error::Failed(why)) => {
            cx.print(format!("Gather failed with: {why}"));
            results.insert("raised".to_owned(), json!(why));
            results.insert("raised_at".to_owned(), json!(round_micros(cx.now())));
        }
        Err(error) => return Err(error),
    }
    Ok(results)
}

/// Results with their errors in words.
fn shown(values: &[Result<String>]) -> Vec<Value> {
    let show = |value: &Result<String>| match value {
        Ok(value) => json!(value),
        Err(error) => {
            let message = error.to_string();
            let kind = match error {
                Error::Cancelled => "CancelledError",
                _ if message == REUSED => "RuntimeError",
                _ => "ServiceError",
            };
            json!({ "error": format!("{kind}: {message}") })
        }
    };
    values.iter().map(show).collect()
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    match mode {
        Mode::ReturnExceptions => collect(&cx, &p).await,
        Mode::Default => default(&cx, &p).await,
        Mode::Article => as_published(&cx, &p, false).await,
        Mode::Fixed => as_published(&cx, &p, true).await,
    }
}

// The page

use crate::page::*;

params!(Service, name, delay, error = null);
params!(Params, services, single, linger);

const FIVE_SERVICES: &str = "Article 1: five services, the even ones fail";
const SECOND_FAILS: &str = "Article 0: the second of three fails";

playground! {
    title: "Errors in `gather`",
    subtitle: "The first error is raised, the others run on",
    lead: "gather raises the first error in the task that awaits it, and cancels nothing: the others \
           run on until they are done or main returns. With return_exceptions=True it returns \
           errors among the results. The program of article 1 awaits its coroutines twice, so its \
           second gather returns nothing but errors.",
    aim: "Decide whether an error is raised at once or returned among the results.",
    articles: [0, 1],
    strategies: {
        ReturnExceptions: "return_exceptions=True",
        Default: "gather: raises the first error",
        Article: "Article 1, as published",
        Fixed: "Article 1, repaired",
    },
    messages: [
        "RuntimeError: cannot reuse already awaited coroutine",
        "Task exception was never retrieved",
    ],
}

fn fields() -> Vec<Field> {
    let columns = [
        Field::name(),
        Field::seconds("delay", "Delay").varies(),
        Field::error(),
    ];
    let fresh = json!({ "name": "Service {n}", "delay": 1.0, "error": null });
    let last = MAX_ROWS as u32 - 1;
    let services = Rows::objects("service", fresh, columns);
    vec![
        Field::rows("services", "Services", services),
        Field::seconds("linger", "Main sleeps after the error").optional(),
        Field::whole("single", "Called alone first (index)", 0, last, "").optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let service = |name: String, delay, error: Option<String>| Service { name, delay, error };
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
    let none = Num::Int(0);
    vec![
        (FIVE_SERVICES, params(services(&[1.0; 5]), none)),
        (SECOND_FAILS, params(three.clone(), Num::Float(5.0))),
        ("Article 0, main returns at once", params(three, none)),
        ("Distinct delays", params(spread, Num::Float(2.0))),
        ("No failures", params(fine, none)),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let fails = |service: &&Service| service.error.as_ref().is_some_and(|why| !why.is_empty());
    let delays: Vec<f64> = p.services.iter().map(|service| service.delay).collect();
    let longest = delays.iter().copied().fold(0.0, f64::max);
    let failing = p.services.iter().filter(fails);
    let first = failing.clone().map(|service| service.delay);
    let first = first.reduce(f64::min);
    let (failing, count) = (failing.count(), p.services.len());

    let raised = first.unwrap_or(longest);
    let left = in_turn([raised, p.linger.map_or(0.0, Num::get)]);
    let late = |delay: &&f64| in_turn([**delay]) > left;
    let stopped = delays.iter().filter(late).count();
    let alone = delays[p.single.unwrap_or(0).min(count - 1)];
    let (published, repaired) = (in_turn([alone, longest]), in_turn([alone, raised, longest]));

    let of_five = preset == FIVE_SERVICES;
    let collected = Mode::ReturnExceptions.longest(&delays);
    let (label, formula) = (
        "return_exceptions=True: errors among the results",
        format!("{failing} of {count}"),
    );
    let errors = Mode::ReturnExceptions.ends(Outcome::Error, label, failing, formula);
    let said = "\"the error as part of the results list\"";
    let mut claims = vec![
        collected.label("return_exceptions=True: the longest delay"),
        errors.said(preset == SECOND_FAILS, said),
    ];
    claims.extend(first.map(|first| {
        let formula = format!("the earliest failure, {}", seconds(first));
        let label = "gather: raises at the first failure";
        Mode::Default.claim(Measure::FirstPrint, label, in_turn([first]), formula)
    }));
    let longer = format!("{stopped} of {count} take longer than {}", seconds(left));
    let reused = |mode| Measure::Lines(mode, " failed: cannot reuse already awaited coroutine");
    let two = format!("{alone} + {longest} = {}", seconds(published));
    let three = format!("{alone} + {raised} + {longest} = {}", seconds(repaired));
    claims.extend([
        Mode::Default
            .cancelled("gather: tasks cancelled when main returns", stopped, longer)
            .said(of_five, "\"Stop on first error (default)\"")
            .but(
                "gather's default raises to main at once, but stops nothing: the siblings run \
                 on. They are cancelled only if main returns before.",
            ),
        Mode::Article
            .counts(
                reused,
                "as published: results with this error",
                count,
                format!("all {count}"),
            )
            .said(of_five, "\"Collect errors with return_exceptions=True\"")
            .but(
                "It gathers the same coroutine objects again, so all five services \"failed: \
                 cannot reuse already awaited coroutine\", also 1, 3 and 5.",
            ),
        Mode::Article.takes("as published: one call and one gather", published, two),
        Mode::Fixed.takes("repaired: one call and two gathers", repaired, three),
    ]);
    claims
}
