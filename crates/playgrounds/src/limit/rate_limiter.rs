//! Article 2's rate limiter, as published and repaired.

use crate::{Num, grants};
use interleave_runtime::{Cx, RateLimiter, Request, Result, gather};
use interleave_trace::time::round_micros;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The limit, and the requests that it is for.
#[derive(Clone)]
pub struct Params {
    rate: Num,
    per: Num,
    n: usize,
    latency: Num,
    pause: Option<Num>,
}

/// The article's limiter, as published.
struct Published {
    rate: f64,
    per: f64,
    allowance: Cell<f64>,
    last_check: Cell<f64>,
}

impl Published {
    async fn acquire(&self, cx: &Cx) {
        // Taken before the sleep, so that the time slept is counted again by the next call.
        let now = cx.now();
        let time_passed = now - self.last_check.replace(now); // @ sequential
        let allowance = self.allowance.get() + time_passed * (self.rate / self.per);
        self.allowance.set(allowance.min(self.rate));
        if self.allowance.get() < 1.0 {
            // A call during this sleep finds the same allowance, and sleeps as long.
            let missing = 1.0 - self.allowance.get();
            cx.sleep(missing * (self.per / self.rate)).await; // @token concurrent
            self.allowance.set(0.0);
        } else {
            self.allowance.set(self.allowance.get() - 1.0);
        }
        cx.level("allowance", self.allowance.get());
    }
}

enum Limiter {
    Published(Published),
    /// One caller at a time, and the time slept is counted once.
    Repaired(RateLimiter),
}

impl Limiter {
    async fn acquire(&self, cx: &Cx) {
        match self {
            Self::Published(limiter) => limiter.acquire(cx).await,
            Self::Repaired(limiter) => limiter.acquire(cx).await, // @token fixed_sequential
        }
    }
}

/// What all requests share.
#[derive(Clone)]
struct Shared {
    limiter: Rc<Limiter>,
    /// When each was let through.
    grants: Rc<RefCell<Vec<f64>>>,
    latency: f64,
}

async fn request(cx: Cx, shared: Shared, i: usize) -> Result<()> {
    shared.limiter.acquire(&cx).await;
    shared.grants.borrow_mut().push(round_micros(cx.now()));
    cx.running("granted");
    // A request that takes no time need not be played out, but live it is sent.
    if shared.latency > 0.0 || cx.is_live() {
        let page = format!("page-{i}");
        let request = Request::for_status(&page, 200, shared.latency);
        cx.fetch(request).await?; // @latency
    }
    Ok(())
}

/// All requests ask at once.
async fn concurrent(cx: &Cx, p: &Params, shared: &Shared) -> Result<()> {
    let ask = |i| {
        let shared = shared.clone();
        cx.spawn_queued(&format!("request {i}"), |cx| request(cx, shared, i))
    };
    gather((1..=p.n).map(ask)).await?; // @gather
    Ok(())
}

/// Each request asks when the one before is done.
async fn sequential(cx: &Cx, p: &Params, shared: &Shared) -> Result<()> {
    for i in 1..=p.n {
        let shared = shared.clone();
        let task = cx.task(&format!("request {i}"), |cx| request(cx, shared, i));
        task.starts_queued().await?; // @each
        if let Some(pause) = p.pause.filter(|pause| pause.get() > 0.0) {
            cx.sleep(pause.get()).await; // @pause
        }
    }
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let (rate, per) = (p.rate.get(), p.per.get());
    let limiter = match mode {
        Mode::FixedConcurrent | Mode::FixedSequential => {
            Limiter::Repaired(RateLimiter::new(&cx, rate, per)) // @ fixed_concurrent
        }
        Mode::Concurrent | Mode::Sequential => Limiter::Published(Published {
            rate,
            per,
            allowance: Cell::new(rate),
            last_check: Cell::new(cx.now()),
        }),
    };
    let shared = Shared {
        limiter: Rc::new(limiter),
        grants: Rc::default(),
        latency: p.latency.get(),
    };
    match mode {
        Mode::FixedConcurrent | Mode::Concurrent => concurrent(&cx, &p, &shared).await?,
        Mode::FixedSequential | Mode::Sequential => sequential(&cx, &p, &shared).await?,
    }
    let grants = shared.grants.borrow();
    Ok(Value::Object(grants::summary(&grants, p.rate, p.per)))
}

// The page

use crate::page::*;

params!(Params, rate, per, n, latency, pause);

const ARTICLE: &str = "The article's limit: 5 a second";

playground! {
    title: "Rate limiter",
    subtitle: "A token bucket: five requests a second",
    lead: "A bucket holds five tokens and gets five new ones each second; a request takes one or \
           waits for it. As published, the limiter grants all waiting requests at the same instant. \
           Repaired, it grants one for each token.",
    aim: "Limit how many requests start in a second, and check that a limiter really does.",
    articles: [2],
    strategies: {
        FixedConcurrent: "Repaired: gather",
        Concurrent: "As published: gather",
        FixedSequential (hidden): "Repaired: one after another",
        Sequential (hidden): "As published: one after another",
    },
    outside: Outside::Network,
    own_duration: |task| task.starts_with("request ").then(|| "/latency".to_owned()),
}

fn fields() -> Vec<Field> {
    vec![
        Field::number("rate", "Requests per period", 0.1, 10_000.0, 1.0, ""),
        Field::number("per", "Period", 0.001, 86_400.0, 0.1, "s"),
        Field::whole("n", "Requests", 1, 10_000, ""),
        Field::seconds("latency", "Duration of a request").varies(),
        Field::seconds("pause", "Pause between requests (one after another)").optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let limit = |rate, n, latency| Params {
        rate: Num::Int(rate),
        per: Num::Float(1.0),
        n,
        latency,
        pause: None,
    };
    let quarter = Num::Float(0.25);
    let slow = Params {
        pause: Some(quarter),
        ..limit(5, 12, Num::Float(0.1))
    };
    let (none, half) = (Num::Int(0), Num::Float(0.5));
    vec![
        (ARTICLE, limit(5, 20, none)),
        ("Requests of half a second", limit(5, 20, half)),
        ("1 a second", limit(1, 6, none)),
        ("100 requests, 20 a second", limit(20, 100, quarter)),
        ("A pause after each request", slow),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let (rate, per, latency) = (p.rate.get(), p.per.get(), p.latency.get());
    if rate.fract() != 0.0 || rate < 1.0 {
        // A bucket that never fills up to a whole token has no formula worth showing.
        return Vec::new();
    }
    let (article, said) = (preset == ARTICLE, "5 requests per second");
    let (n, late, token) = (p.n, p.n.saturating_sub(rate as usize), per / rate);
    let then = match latency > 0.0 {
        true => format!(" + {}", seconds(latency)),
        false => String::new(),
    };
    let takes = |mode: Mode, label: &str, count: usize, how: String| {
        let waits = std::iter::repeat_n(token, count);
        let takes = in_turn(waits.chain([latency]));
        let formula = format!("{how} × {per} / {} s{then} = {}", p.rate, seconds(takes));
        mode.takes(label, takes, formula)
    };
    let period = Time::from_secs(per);
    let burst = |mode| Measure::Burst(mode, period);
    let most = n.min(2 * rate as usize - 1);
    let crowd = if rate > 1.0 { n } else { late.max(1) };
    let waiting = format!("({n} − {}, at least 0)", p.rate);
    let one = usize::from(late > 0);
    let mut claims = vec![
        takes(
            Mode::FixedConcurrent,
            "repaired, gather: a token each",
            late,
            waiting.clone(),
        ),
        takes(
            Mode::Concurrent,
            "as published, gather: one token for all",
            one,
            one.to_string(),
        )
        .said(article, said)
        .but(
            "Callers that come while others sleep see the same allowance and compute the \
             same sleep, so they all wake together: 5 are granted at t=0 and 15 at t=0.2. \
             A correct bucket needs 3.0 s.",
        ),
    ];
    // A trace cannot tell whether tokens that come as fast as this are within a period.
    if token > 2e-6 {
        claims.push(Mode::FixedConcurrent.counts(
            burst,
            "repaired: requests within one period, from a full bucket and its refill",
            most,
            format!("min({n}, {0} + {0} − 1) = {most}", p.rate),
        ));
    }
    let label = "as published: requests within one period";
    claims.push(Mode::Concurrent.counts(burst, label, crowd, format!("{crowd} of {n}")));
    if latency == 0.0 && p.pause.is_none_or(|pause| pause.get() == 0.0) {
        let (half, pairs) = (late.div_ceil(2), format!("⌈{waiting} / 2⌉"));
        claims.extend([
            takes(
                Mode::FixedSequential,
                "repaired, one after another: a token each",
                late,
                waiting,
            ),
            takes(
                Mode::Sequential,
                "as published, one after another: a token for two",
                half,
                pairs,
            )
            .said(article, said)
            .but(
                "The last check is taken before the sleep, so the time slept is credited \
                 again: grants come in pairs, about 10 per second.",
            ),
        ]);
    }
    claims
}
