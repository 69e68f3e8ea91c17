//! Rate-limited scraper, after article 2: twenty pages, five a second, as published and repaired.

use crate::{Num, grants};
use interleave_runtime::{Cx, Error, RateLimiter, Request, Result, Semaphore, wait_all};
use interleave_trace::time::round_micros;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A page, and how the request for it goes.
#[derive(Clone)]
pub struct Page {
    url: String,
    latency: f64,
    status: u16,
}

/// The limits, and the pages.
#[derive(Clone)]
pub struct Params {
    rate: Num,
    per: Num,
    max_concurrent: usize,
    pages: Vec<Page>,
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
            // A call during this sleep finds the same allowance, and sleeps as long.
            let missing = 1.0 - self.allowance.get();
            cx.sleep(missing * (self.per / self.rate)).await; // @token article
            self.allowance.set(0.0);
        } else {
            self.allowance.set(self.allowance.get() - 1.0);
        }
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
            Self::Repaired(limiter) => limiter.acquire(cx).await, // @token fixed
        }
    }
}

/// What all pages share.
struct Scraper {
    permits: Semaphore,
    limiter: Limiter,
    /// When each page was let through.
    grants: RefCell<Vec<f64>>,
}

/// One page, and whether it came. A permit is held while the limiter is waited for, too.
async fn scrape(cx: Cx, scraper: Rc<Scraper>, page: Page) -> Result<bool> {
    let _permit = scraper.permits.acquire(&cx).await; // @permit
    scraper.limiter.acquire(&cx).await;
    scraper.grants.borrow_mut().push(round_micros(cx.now()));
    cx.running("granted");
    let request = Request::for_status(&page.url, page.status, page.latency);
    match cx.fetch(request).await /* @get */ {
        Ok(answer) if answer.status == 200 => {
            cx.done("status 200");
            Ok(true)
        }
        Ok(answer) => {
            cx.failed(format!("status {}", answer.status));
            Ok(false)
        }
        Err(Error::Failed(why)) => {
            cx.failed(why);
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let (rate, per) = (p.rate.get(), p.per.get());
    let scraper = Rc::new(Scraper {
        permits: Semaphore::new(p.max_concurrent),
        limiter: match mode {
            Mode::Fixed => {
                let limiter = RateLimiter::new(&cx, rate, per);
                Limiter::Repaired(limiter.without_gauge())
            }
            Mode::Article => Limiter::Published(Published {
                rate,
                per,
                allowance: Cell::new(rate),
                last_check: Cell::new(cx.now()),
            }),
        },
        grants: RefCell::default(),
    });
    let start = |page: Page| {
        let (url, scraper) = (page.url.clone(), Rc::clone(&scraper));
        cx.spawn_queued(&url, |cx| scrape(cx, scraper, page))
    };
    let found = wait_all(p.pages.into_iter().map(start)).await; // @gather
    let successful = found.iter().filter(|page| **page == Ok(true)).count();
    let mut results = grants::summary(&scraper.grants.borrow(), p.rate, p.per);
    results.insert("successful".to_owned(), json!(successful));
    results.insert("failed".to_owned(), json!(found.len() - successful));
    results.insert("peak_permits".to_owned(), json!(scraper.permits.peak()));
    Ok(Value::Object(results))
}

// The page

use crate::page::*;

params!(Page, url, latency, status);
params!(Params, rate, per, max_concurrent, pages);

const ARTICLE: &str = "The article: twenty pages, five a second";

playground! {
    title: "Rate-limited scraper",
    subtitle: "Twenty pages, five a second, twenty at once",
    lead: "Twenty pages behind a semaphore, which says how many are under way at once, and a limiter, \
           which says how many may begin in a second. As published, the limiter lets fifteen pages \
           through at the same instant. Repaired, they begin a fifth of a second apart.",
    aim: "Combine a limit on requests in flight with a limit on requests per second.",
    articles: [2],
    strategies: {
        Article: "As published: the article's limiter",
        Fixed: "Repaired: a token for each page",
    },
    outside: Outside::Network,
    result_cards: Mode::Fixed,
    draw: draw,
}

/// Draws latencies, and which pages fail.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for page in &mut p.pages {
        page.latency = f64::from(random.u32(10..=60)) / 100.0;
        page.status = if random.u32(0..10) == 0 { 500 } else { 200 };
    }
    p
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "url": "https://example{n}.com", "latency": 0.25, "status": 200 });
    let columns = [
        Field::text("url", "URL"),
        Field::seconds("latency", "Delay"),
        Field::whole("status", "Status", 200, 599, ""),
    ];
    let pages = Rows::objects("page", fresh, columns);
    vec![
        Field::rows("pages", "Pages", pages),
        Field::number("rate", "Requests per period", 0.1, 10_000.0, 1.0, ""),
        Field::number("per", "Period", 0.001, 86_400.0, 0.1, "s"),
        Field::whole("max_concurrent", "Permits", 1, 10_000, ""),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let page = |latency| {
        move |i: usize| Page {
            url: format!("https://example{i}.com"),
            latency,
            status: if i == 7 { 500 } else { 200 },
        }
    };
    let article = Params {
        rate: Num::Int(5),
        per: Num::Float(1.0),
        max_concurrent: 20,
        pages: (1..=20).map(page(0.25)).collect(),
    };
    let permits = |max_concurrent, latency| Params {
        max_concurrent,
        pages: (1..=20).map(page(latency)).collect(),
        ..article.clone()
    };
    let ten = Params {
        rate: Num::Int(10),
        ..article.clone()
    };
    vec![
        (ARTICLE, article.clone()),
        ("Ten a second", ten),
        ("Slow pages, two permits", permits(2, 1.5)),
        ("Slow pages, twenty permits", permits(20, 1.5)),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let (count, article) = (p.pages.len(), preset == ARTICLE);
    let failed = p.pages.iter().filter(|page| page.status != 200).count();
    let formula = format!("{failed} of {count}");
    let failed = |mode: Mode, label| {
        let formula = formula.clone();
        mode.counts(Measure::Failures, label, failed, formula)
    };
    let mut claims = vec![
        failed(Mode::Article, "as published: pages that fail"),
        failed(Mode::Fixed, "repaired: pages that fail"),
    ];
    let (rate, per) = (p.rate.get(), p.per.get());
    if rate.fract() != 0.0 || rate < 1.0 || p.max_concurrent < count {
        // With too few permits it is they that decide, or both: no formula worth showing.
        return claims;
    }
    let (at_first, token) = (rate as usize, per / rate);
    let late = count.saturating_sub(at_first);
    // Tokens that are there, then as many as are waited for before each page.
    let ends = |waits: &dyn Fn(usize) -> usize| {
        let mut last = Time::ZERO;
        let (mut granted, mut waited) = (Time::ZERO, 0);
        for (i, page) in p.pages.iter().enumerate() {
            while waited < waits(i) {
                granted = granted.after(token);
                waited += 1;
            }
            last = last.max(granted.after(page.latency));
        }
        last.secs()
    };
    let fast = ends(&|i| usize::from(i >= at_first));
    let slow = ends(&|i| (i + 1).saturating_sub(at_first));
    let of = |takes, waits: usize| {
        format!(
            "{waits} × {per} / {} s, and the last answer: {}",
            p.rate,
            seconds(takes)
        )
    };
    let published = Mode::Article
        .takes(
            "as published: one token for all that wait",
            fast,
            of(fast, late.min(1)),
        )
        .said(article, "5 requests per second")
        .but(
            "Pages that ask while others sleep find the same allowance and sleep as long: five \
             begin at t=0 and fifteen at t=0.2.",
        );
    let repaired = Mode::Fixed.takes("repaired: a token for each", slow, of(slow, late));
    claims.splice(0..0, [published, repaired]);
    // A trace cannot tell whether tokens that come as fast as this are within a period.
    if token > 2e-6 {
        let most = count.min(2 * at_first - 1);
        let burst = |mode| Measure::Burst(mode, Time::from_secs(per));
        let label = "repaired: pages that begin within one period";
        let formula = format!("min({count}, {0} + {0} − 1) = {most}", p.rate);
        claims.push(Mode::Fixed.counts(burst, label, most, formula));
    }
    claims
}
