//! So many requests a second: article 2's rate limiter, as published and repaired.

use crate::Num;
use interleave_runtime::{Cx, RateLimiter, Request, Result, gather};
use interleave_trace::time::round_micros;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The limit, and the requests that it is for.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    rate: Num,
    per: Num,
    n: usize,
    latency: Num,
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
        let time_passed = now - self.last_check.replace(now);
        let allowance = self.allowance.get() + time_passed * (self.rate / self.per);
        self.allowance.set(allowance.min(self.rate));
        if self.allowance.get() < 1.0 {
            // Whoever comes during this sleep finds the same allowance, and sleeps as long.
            let missing = 1.0 - self.allowance.get();
            cx.sleep(missing * (self.per / self.rate)).await; // @token
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
            Self::Repaired(limiter) => limiter.acquire(cx).await, // @token
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

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let (rate, per) = (p.rate.get(), p.per.get());
    let limiter = match mode.starts_with("fixed_") {
        true => Limiter::Repaired(RateLimiter::new(&cx, rate, per)),
        false => Limiter::Published(Published {
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
        "concurrent" | "fixed_concurrent" => concurrent(&cx, &p, &shared).await?,
        _ => sequential(&cx, &p, &shared).await?,
    }
    Ok(summary(&shared.grants.borrow(), &p))
}

/// The grants, and the most of them in any stretch as long as the period.
fn summary(grants: &[f64], p: &Params) -> Value {
    let within = |&(i, start): &(usize, f64)| {
        let end = start + p.per.get() - 1e-6;
        grants
            .partition_point(|&grant| grant < end)
            .saturating_sub(i)
    };
    let starts: Vec<_> = grants.iter().copied().enumerate().collect();
    let (first, last) = (grants.first(), grants.last());
    let span = last.zip(first).map_or(0.0, |(last, first)| last - first);
    let overall = (span > 0.0).then(|| round_micros(grants.len() as f64 / span));
    json!({
        "grants": grants,
        "most_in_one_window": starts.iter().map(within).max(),
        "rate": p.rate,
        "per": p.per,
        "overall_rate": overall,
    })
}

// The page

use crate::{Card, Claim, Field, Measure, Playground, Section, Strategy, in_turn};
use interleave_trace::Time;
use interleave_trace::seconds;

/// The playground.
pub struct RateLimits;

const ARTICLE: &str = "The article's limit: 5 a second";

/// What the menu says of it.
pub const CARD: crate::Card = RateLimits::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<RateLimits>()
}

impl Playground for RateLimits {
    type Params = Params;

    const CARD: Card = Card {
        slug: "rate-limiter",
        title: "So many requests a second",
        lead: "A bucket holds five tokens and gets five new ones each second; a request \
               takes one or waits for it. As published, the limiter lets everybody who \
               waits through at the same instant. Repaired, it serves one after another.",
        section: Section::Limit,
        articles: &[2],
        cards: None,
        rust: include_str!("rate_limiter.rs"),
        python: include_str!("rate_limiter.py"),
    };

    const FETCHES: bool = true;

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "fixed_concurrent",
            "Repaired: all ask at once",
            "Limiter::Repaired(RateLimiter::new(&cx, rate, per))",
        ),
        Strategy::shown(
            "concurrent",
            "As published: all ask at once",
            "cx.sleep(missing * (self.per / self.rate)).await",
        ),
        Strategy::hidden(
            "fixed_sequential",
            "Repaired: one after another",
            "Self::Repaired(limiter) => limiter.acquire(cx).await",
        ),
        Strategy::hidden(
            "sequential",
            "As published: one after another",
            "let time_passed = now - self.last_check.replace(now)",
        ),
    ];

    fn fields() -> Vec<Field> {
        vec![
            Field::number("rate", "Requests in a period", 0.1, 10_000.0, 1.0, ""),
            Field::number("per", "Period", 0.001, 86_400.0, 0.1, "s"),
            Field::whole("n", "Requests", 1, 10_000, ""),
            Field::seconds("latency", "Each takes"),
            Field::seconds("pause", "Pause in between, one after another").optional(),
        ]
    }

    fn own_duration(task: &str) -> Option<String> {
        task.starts_with("request ").then(|| "/latency".to_owned())
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let limit = |rate, n, latency| Params {
            rate: Num::Int(rate),
            per: Num::Float(1.0),
            n,
            latency,
            pause: None,
        };
        let slow = Params {
            pause: Some(Num::Float(0.25)),
            ..limit(5, 12, Num::Float(0.1))
        };
        vec![
            (ARTICLE, limit(5, 20, Num::Int(0))),
            (
                "Requests that take their time",
                limit(5, 20, Num::Float(0.5)),
            ),
            ("One a second", limit(1, 6, Num::Int(0))),
            (
                "A crowd: 100 requests, 20 a second",
                limit(20, 100, Num::Float(0.25)),
            ),
            ("A pause after each", slow),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let said = (preset == Some(ARTICLE)).then_some("5 requests per second");
        let (rate, per, latency) = (p.rate.get(), p.per.get(), p.latency.get());
        if rate.fract() != 0.0 || rate < 1.0 {
            // A bucket that never fills up to a whole token has no formula worth showing.
            return Vec::new();
        }
        let late = p.n.saturating_sub(rate as usize);
        let token = per / rate;
        let waits = |count: usize| std::iter::repeat_n(token, count);
        let then = if latency > 0.0 {
            format!(" + {}", seconds(latency))
        } else {
            String::new()
        };
        let makespan = |mode, label: &str, count: usize, how: &str| {
            let takes = in_turn(waits(count).chain([latency]));
            let formula = format!("{how} × {per} / {} s{then} = {}", p.rate, seconds(takes));
            Claim::new(label, Measure::Makespan(mode), takes, formula)
        };
        let period = Time::from_secs(per);
        let burst = |mode, label: &str, most: usize, formula: String| {
            Claim::new(label, Measure::Burst(mode, period), most as f64, formula)
        };
        let most = p.n.min(2 * rate as usize - 1);
        let crowd = if rate > 1.0 { p.n } else { late.max(1) };
        let (n, all_late) = (p.n, usize::from(late > 0));
        let mut claims = vec![
            makespan(
                "fixed_concurrent",
                "repaired, all at once: each waits for a token of its own",
                late,
                &format!("({n} − {}, at least 0)", p.rate),
            ),
            makespan(
                "concurrent",
                "as published, all at once: all that wait, wait for the same token",
                all_late,
                &all_late.to_string(),
            )
            .said(said)
            .but(
                "Callers that come while others sleep see the same allowance and compute the \
                 same sleep, so they all wake together: 5 are granted at t=0 and 15 at t=0.2. \
                 A correct bucket needs 3.0 s.",
            ),
        ];
        // A trace cannot tell whether tokens that come as fast as this are within a period.
        if token > 2e-6 {
            claims.push(burst(
                "fixed_concurrent",
                "repaired: the most that begin within one period, a full bucket and its refill",
                most,
                format!("min({n}, {0} + {0} − 1) = {most}", p.rate),
            ));
        }
        claims.push(burst(
            "concurrent",
            "as published: the most that begin within one period",
            crowd,
            format!("{crowd} of {n}"),
        ));
        if latency == 0.0 && p.pause.is_none_or(|pause| pause.get() == 0.0) {
            claims.push(makespan(
                "fixed_sequential",
                "repaired, one after another: a token for each",
                late,
                &format!("({n} − {}, at least 0)", p.rate),
            ));
            let pairs = makespan(
                "sequential",
                "as published, one after another: a token for every two",
                late.div_ceil(2),
                &format!("⌈({n} − {}, at least 0) / 2⌉", p.rate),
            );
            claims.push(pairs.said(said).but(
                "The last check is taken before the sleep, so the time slept is credited \
                 again: grants come in pairs, about 10 per second.",
            ));
        }
        claims
    }
}
