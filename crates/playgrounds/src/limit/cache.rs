//! Cache and single flight: the exercise of article 1.

use interleave_runtime as runtime;
use interleave_runtime::{Cache, Cx, Error, Result, Source, gather};
use interleave_trace::sort_by;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A request: its time and its key.
#[derive(Clone)]
pub struct Request {
    at: f64,
    key: String,
}

/// The requests, the cache, and the service behind it.
#[derive(Clone)]
pub struct Params {
    /// For how many seconds an answer is good.
    ttl: f64,
    /// How long the service takes for each key; none that is not listed.
    latency: BTreeMap<String, f64>,
    /// How often the service fails for a key before it works.
    failures: Option<BTreeMap<String, u32>>,
    requests: Vec<Request>,
}

/// The service behind the cache: slow, and down at first.
struct Service {
    p: Params,
    /// How often each key was asked for.
    fetches: RefCell<BTreeMap<String, u32>>,
}

impl Service {
    async fn fetch(self: Rc<Self>, cx: Cx, key: String) -> Result<String> {
        let number = {
            let mut fetches = self.fetches.borrow_mut();
            let count = fetches.entry(key.clone()).or_default();
            *count += 1;
            *count
        };
        let task = cx.task(&format!("fetch {key}/{number}"), |cx| async move {
            let is_down = number <= self.p.failures(&key);
            let status = if is_down { 503 } else { 200 };
            let latency = self.p.latency(&key);
            let sent = runtime::Request::for_status(&key, status, latency);
            let answer = cx.fetch(sent).await?; // @latency
            if answer.status != 200 {
                return Err(Error::Failed(format!("{key} unavailable")));
            }
            cx.done(format!("{key} v{number}"));
            Ok(format!("{key} v{number}"))
        });
        task.await // @fetch
    }
}

/// On a miss it fetches, and keeps what comes.
async fn naive(cx: &Cx, kept: &Answers, service: Rc<Service>, key: &str) -> Found {
    if let Some(value) = kept.get(cx, key) {
        cx.running("hit");
        return Ok((value, Source::Hit));
    }
    cx.running("miss");
    let value = service.fetch(cx.clone(), key.to_owned()).await?; // @ naive
    kept.put(cx, key, value.clone());
    Ok((value, Source::Miss))
}

/// On a miss it fetches, unless a fetch is under way: then it waits for that.
async fn single_flight(cx: &Cx, kept: &Answers, service: Rc<Service>, key: &str) -> Found {
    let fetch = |cx| service.fetch(cx, key.to_owned());
    kept.get_or_fetch(cx, key, fetch).await // @flight single_flight
}

/// Requests one key: a hit, a miss, or joined to a fetch that was under way.
async fn ask(cx: Cx, mode: Mode, kept: Answers, service: Rc<Service>, key: String) -> Said {
    let found = match mode {
        Mode::Naive => naive(&cx, &kept, service, &key).await,
        Mode::SingleFlight => single_flight(&cx, &kept, service, &key).await,
    };
    match found {
        Ok((value, source)) => {
            let how = word(source);
            cx.done(format!("{how}: {value}"));
            Ok(how)
        }
        Err(Error::Failed(why)) => {
            cx.failed(why);
            Ok("error")
        }
        Err(error) => Err(error),
    }
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let kept = Answers::new(p.ttl);
    let fetches = RefCell::default();
    let service = Rc::new(Service { p, fetches });
    let client = |(i, request): (usize, &Request)| {
        let Request { at, key } = request.clone();
        let (kept, service) = (kept.clone(), Rc::clone(&service));
        cx.spawn_bare(move |cx| async move {
            cx.sleep(at).await; // @at
            let name = format!("request {} ({key})", i + 1);
            let request = cx.task(&name, |cx| ask(cx, mode, kept, service, key));
            request.starts_queued().await // @request
        })
    };
    let requests = service.p.requests.iter().enumerate();
    let how = gather(requests.map(client)).await?; // @gather
    let fetches: u32 = service.fetches.borrow().values().sum();
    Ok(json!({ "how": how, "fetches": fetches }))
}

type Answers = Cache<String>;
type Found = Result<(String, Source)>;
type Said = Result<&'static str>;

impl Params {
    fn latency(&self, key: &str) -> f64 {
        self.latency.get(key).copied().unwrap_or(0.0)
    }

    fn failures(&self, key: &str) -> u32 {
        let failures = self
            .failures
            .as_ref()
            .and_then(|failures| failures.get(key));
        failures.copied().unwrap_or(0)
    }
}

fn word(source: Source) -> &'static str {
    match source {
        Source::Hit => "hit",
        Source::Miss => "miss",
        Source::Joined => "joined",
    }
}

// The page

use crate::page::*;

params!(Request, at, key);
params!(Params, ttl, latency, failures, requests);

playground! {
    title: "Cache and single flight",
    subtitle: "One fetch for each key at a time",
    lead: "A cache saves the service requests that it has answered before. But while an answer is \
           under way the cache is empty, and each further request sends another fetch. With single \
           flight they wait for the fetch that is under way.",
    aim: "Answer all requests for a key with one fetch, those that come while it is under way too.",
    articles: [1],
    strategies: {
        Naive: "Naive: a fetch for each miss",
        SingleFlight: "Single flight: one fetch for each key",
    },
    outside: Outside::Network,
    own_duration: |task| {
        let (key, _) = task.strip_prefix("fetch ")?.rsplit_once('/')?;
        Some(format!("/latency/{}", in_pointer(key)))
    },
}

fn fields() -> Vec<Field> {
    let columns = [Field::seconds("at", "At"), Field::text("key", "Key")];
    let requests = Rows::objects("request", json!({ "at": 1.0, "key": "a" }), columns);
    let latency = Map::of("latency", FieldKind::seconds(), "key-{n}", json!(0.5));
    let failures = FieldKind::whole(0, 1_000, "");
    let failures = Map::of("key that fails", failures, "key-{n}", json!(1));
    vec![
        Field::rows("requests", "Requests", requests),
        Field::seconds("ttl", "Time to live"),
        Field::map("latency", "Latency of each key", latency).varies(),
        Field::map("failures", "Failures before the first success", failures).optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let request = |&(at, key): &(f64, &str)| Request {
        at,
        key: key.to_owned(),
    };
    let failures = |key: &str, count| Some(map_of([(key.to_owned(), count)]));
    let latency = [("a", 1.0), ("b", 0.5), ("c", 0.4)];
    let requests = [
        (0.0, "a"),
        (0.0, "a"),
        (0.2, "b"),
        (0.5, "a"),
        (0.6, "b"),
        (1.5, "a"),
        (2.0, "c"),
        (2.1, "c"),
        (3.0, "c"),
        (6.7, "a"),
    ];
    let exercise = Params {
        ttl: 5.0,
        latency: map_of(latency.map(|(key, s)| (key.to_owned(), s))),
        failures: failures("c", 1),
        requests: requests.iter().map(request).collect(),
    };
    let every = |part: f64| (0..12).map(move |i| request(&(f64::from(i) / part, "a")));
    let stampede = Params {
        failures: None,
        requests: every(10.0).collect(),
        ..exercise.clone()
    };
    let outage = Params {
        failures: failures("a", 3),
        requests: every(2.0).collect(),
        ..exercise.clone()
    };
    let stale = Params {
        ttl: 0.5,
        ..stampede.clone()
    };
    vec![
        ("The exercise: three keys, one fails once", exercise),
        ("Cache stampede: one key", stampede),
        ("Outage: three fetches fail", outage),
        ("Time to live of half a second", stale),
    ]
}

/// How many fetches the requests for one key lead to, in the order of their times.
fn fetches(p: &Params, requests: &[(String, Time)], shared: bool) -> usize {
    // Fetches land in the order in which they are sent.
    let (mut landings, mut stored): (Vec<Time>, Vec<Time>) = Default::default();
    for &(ref key, now) in requests {
        // What comes back at the very instant of a request comes too late for it.
        let kept = stored.partition_point(|&at| at < now);
        let is_kept = kept > 0 && now.secs() - stored[kept - 1].secs() < p.ttl;
        let is_under_way = shared && landings.last().is_some_and(|&at| at >= now);
        if !is_kept && !is_under_way {
            let landing = now.after(p.latency(key));
            landings.push(landing);
            if landings.len() > p.failures(key) as usize {
                stored.push(landing);
            }
        }
    }
    landings.len()
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let request = |request: &Request| (request.key.clone(), Time::ZERO.after(request.at));
    let mut requests: Vec<_> = p.requests.iter().map(request).collect();
    sort_by(&mut requests, Ord::cmp);
    let keys: Vec<&[(String, Time)]> = requests.chunk_by(|one, next| one.0 == next.0).collect();
    let count = |mode: Mode, label, shared| {
        let each: Vec<_> = keys.iter().map(|key| fetches(p, key, shared)).collect();
        let sum: usize = each.iter().sum();
        let shown = keys.iter().zip(&each).take(6);
        let shown: Vec<_> = shown.map(|(key, n)| format!("{}: {n}", key[0].0)).collect();
        let more = if keys.len() > 6 { " + …" } else { "" };
        let formula = format!("{}{more} = {sum}", shown.join(" + "));
        mode.counts(|mode| Measure::Named(mode, "fetch "), label, sum, formula)
    };
    vec![
        count(Mode::Naive, "naive: fetches, one for each miss", false),
        count(Mode::SingleFlight, "single flight: fetches", true),
    ]
}
