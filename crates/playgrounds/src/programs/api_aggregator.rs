//! API aggregator: article 2's three calls for each of four users, gathered within a gather.

use interleave_runtime::{Cx, Error, Request, Result, gather, wait_all};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The users, what is asked for each, and how the services answer.
#[derive(Clone)]
pub struct Params {
    user_ids: Vec<u32>,
    calls: Vec<String>,
    /// How long each call takes, in seconds.
    latency: BTreeMap<String, f64>,
    /// The calls that fail: a user, and what is asked for.
    failing: Option<Vec<(u32, String)>>,
}

/// One call. A service that is down answers 503.
async fn call(cx: Cx, p: Rc<Params>, user: u32, name: String) -> Result<String> {
    let (status, latency) = (p.status(user, &name), p.latency(&name));
    let request = Request::for_status(&format!("users/{user}/{name}"), status, latency);
    let answer = cx.fetch(request).await?; // @get
    if answer.status != 200 {
        return Err(Error::Failed(format!("{name} unavailable for {user}")));
    }
    let part = format!("{name} of {user}");
    cx.done(&part);
    Ok(part)
}

/// A user's data, all calls at once. One that fails leaves a gap and stops nothing.
async fn all_calls(cx: Cx, p: Rc<Params>, user: u32) -> Result<Value> {
    let start = |name: &String| {
        let (p, asked) = (Rc::clone(&p), name.clone());
        cx.spawn(&format!("{user} {name}"), |cx| call(cx, p, user, asked))
    };
    let parts = wait_all(p.calls.iter().map(start)).await; // @calls
    Ok(record(&cx, &p, parts))
}

/// A user's data, one call after another.
async fn call_by_call(cx: Cx, p: Rc<Params>, user: u32) -> Result<Value> {
    let mut parts = Vec::new();
    for name in &p.calls {
        let (p, asked) = (Rc::clone(&p), name.clone());
        let call = cx.task(&format!("{user} {name}"), |cx| call(cx, p, user, asked));
        match /* @call sequential */ call.await {
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            part => parts.push(part),
        }
    }
    Ok(record(&cx, &p, parts))
}

/// The parts by name; null for those that failed.
fn record(cx: &Cx, p: &Params, parts: Vec<Result<String>>) -> Value {
    let count = parts.len();
    let parts = parts.into_iter().map(|part| json!(part.ok()));
    let record: serde_json::Map<_, _> = p.calls.iter().cloned().zip(parts).collect();
    let there = record.values().filter(|part| !part.is_null()).count();
    cx.done(format!("{there}/{count} parts"));
    Value::Object(record)
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let p = Rc::new(p);
    let name = |user: u32| format!("user {user}");
    let mut users = Vec::new();
    match mode {
        Mode::Sequential => {
            for &user in &p.user_ids {
                let data = cx.task(&name(user), |cx| call_by_call(cx, Rc::clone(&p), user));
                users.push(data.await?); // @each
            }
        }
        Mode::SequentialUsers => {
            for &user in &p.user_ids {
                let data = cx.task(&name(user), |cx| all_calls(cx, Rc::clone(&p), user));
                users.push(data.await?); // @each sequential_users
            }
        }
        Mode::Concurrent => {
            let start = |&user: &u32| {
                let p = Rc::clone(&p);
                cx.spawn(&name(user), |cx| all_calls(cx, p, user))
            };
            users = gather(p.user_ids.iter().map(start)).await?; // @users concurrent
        }
    }
    Ok(json!({ "users": users }))
}

impl Params {
    fn latency(&self, name: &str) -> f64 {
        self.latency.get(name).copied().unwrap_or(0.0)
    }

    fn status(&self, user: u32, name: &str) -> u16 {
        let mut failing = self.failing.iter().flatten();
        let fails = failing.any(|(who, what)| *who == user && what == name);
        if fails { 503 } else { 200 }
    }
}

// The page

use crate::page::*;

params!(Params, user_ids, calls, latency, failing);

playground! {
    title: "API aggregator",
    subtitle: "A `gather` of users, and in each a `gather` of calls",
    lead: "Four users, three calls for each. With a gather for the users, and in each a gather for \
           the calls, all twelve are under way at once and take as long as the slowest. A call \
           that fails leaves a gap in its user's record and stops no other.",
    aim: "Nest one gather in another, and keep what came when a call fails.",
    articles: [2],
    strategies: {
        Sequential: "One call after another",
        SequentialUsers: "One user after another, calls gathered",
        Concurrent: "gather in gather",
    },
    outside: Outside::Network,
    own_duration: |task| {
        let (user, name) = task.split_once(' ')?;
        user.parse::<u32>().ok()?;
        Some(format!("/latency/{}", in_pointer(name)))
    },
    problems: |p| {
        let is_unknown = |name: &&String| !p.latency.contains_key(*name);
        let unknown = p.calls.iter().find(is_unknown);
        let problem = |name: &String| Problem {
            path: "latency".to_owned(),
            message: format!("has none for the call {name:?}"),
        };
        unknown.map(problem).into_iter().collect()
    },
}

fn fields() -> Vec<Field> {
    let ids = FieldKind::whole(0, 1_000_000_000, "");
    let name = FieldKind::Text { max: 200 };
    let columns = [
        Field::whole("user", "User", 0, 1_000_000_000, ""),
        Field::text("call", "Call"),
    ];
    let failing = Rows::tuples("failing call", json!([101, "orders"]), columns);
    vec![
        Field::list(
            "user_ids",
            "Users",
            List::not_empty("user", ids, json!(100)),
        ),
        Field::list(
            "calls",
            "Calls for each user",
            List::of("call", name, json!("call-{n}")),
        ),
        Field::map(
            "latency",
            "Duration of each call",
            Map::of("duration", FieldKind::seconds(), "call-{n}", json!(0.3)),
        )
        .varies(),
        Field::rows("failing", "Calls that fail", failing.or_none()).optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let times = [("user", 0.3), ("orders", 0.4), ("preferences", 0.2)];
    let article = Params {
        user_ids: vec![101, 102, 103, 104],
        calls: times.map(|(name, _)| name.to_owned()).to_vec(),
        latency: map_of(times.map(|(name, seconds)| (name.to_owned(), seconds))),
        failing: Some(Vec::new()),
    };
    let failing = [(102, "orders"), (104, "user"), (104, "preferences")];
    let failing = Params {
        failing: Some(failing.map(|(user, name)| (user, name.to_owned())).to_vec()),
        ..article.clone()
    };
    let mut slow = article.clone();
    slow.latency.insert("orders".to_owned(), 2.0);
    let many = Params {
        user_ids: (101..=120).collect(),
        ..article.clone()
    };
    vec![
        ("The article: four users", article),
        ("Three calls fail", failing),
        ("One slow service", slow),
        ("Twenty users", many),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let calls: Vec<f64> = p.calls.iter().map(|name| p.latency(name)).collect();
    let users = p.user_ids.len();
    let of_one = |seconds: f64| in_turn([seconds]);
    let slowest = calls.iter().copied().map(of_one).fold(0.0, f64::max);
    let all: Vec<f64> = (0..users).flat_map(|_| calls.iter().copied()).collect();
    let slow = Mode::Sequential.sum(&all);
    let (sum, most) = (
        terms(calls.iter().copied(), " + "),
        terms(calls.iter().copied(), ", "),
    );
    let formula = format!("{users} × ({sum}) = {}", seconds(slow.expected));
    let slow = slow
        .formula(formula)
        .label("one call after another: the sum of all");
    let takes = in_turn(std::iter::repeat_n(slowest, users));
    let formula = format!("{users} × max({most}) = {}", seconds(takes));
    let label = "one user after another: the slowest call of each";
    let by_user = Mode::SequentialUsers.takes(label, takes, formula);
    let fast = Mode::Concurrent
        .longest(&calls)
        .label("gather in gather: the slowest call");
    let pairs = || {
        let of = |&user: &u32| p.calls.iter().map(move |name| (user, name));
        p.user_ids.iter().flat_map(of)
    };
    let down = pairs()
        .filter(|(user, name)| p.status(*user, name) != 200)
        .count();
    let formula = format!("{down} of {}", pairs().count());
    let failures = Mode::Concurrent.counts(Measure::Failures, "failed calls", down, formula);
    let ratio = Claim::speed_up(&slow, &fast);
    let claims = [slow, by_user, fast].into_iter().chain(ratio);
    claims.chain([failures]).collect()
}
