//! Fifteen pages, five permits: article 1's web scraper, each request with a time limit.

use interleave_runtime::{Cx, Error, Request, Result, Semaphore, gather};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A page, and how the request for it goes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Page {
    url: String,
    /// Seconds until the answer comes.
    latency: f64,
    status: u16,
    /// Why there is no answer. Without words, there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The pages, and the limits.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    max_concurrent: usize,
    /// How long a request may take, from when it has its permit.
    request_timeout: f64,
    pages: Vec<Page>,
}

/// The request itself: it takes its time, and may fail.
async fn get(cx: Cx, page: Page) -> Result<u16> {
    let request = match page.error.filter(|why| !why.is_empty()) {
        Some(why) => Request::without_answer(&page.url, &why, page.latency),
        None => Request::for_status(&page.url, page.status, page.latency),
    };
    let answer = cx.fetch(request).await?; // @get
    Ok(answer.status)
}

/// Fetches one page. Whatever status comes back counts as success, as in the article.
async fn fetch_page(cx: Cx, page: Page, permits: Semaphore, limit: f64) -> Result<Value> {
    let url = page.url.clone();
    let _permit = permits.acquire(&cx).await; // @permit
    cx.running("");
    match cx.within(limit, get(cx.clone(), page)).await /* @limit */ {
        Ok(status) => {
            cx.done(format!("status {status}"));
            Ok(json!({ "url": url, "status": status, "success": true }))
        }
        Err(Error::TimedOut) => {
            cx.timed_out("request timeout");
            // What str() makes of Python's TimeoutError: nothing.
            Ok(json!({ "url": url, "error": "", "success": false }))
        }
        Err(Error::Failed(why)) => {
            cx.failed(&why);
            Ok(json!({ "url": url, "error": why, "success": false }))
        }
        Err(error) => Err(error),
    }
}

/// All requests are started; those without a permit wait for one.
async fn concurrent(cx: &Cx, p: &Params, permits: &Semaphore) -> Result<Vec<Value>> {
    let fetch = |(i, page): (usize, &Page)| {
        let (page, permits, limit) = (page.clone(), permits.clone(), p.request_timeout);
        cx.spawn_queued(&name(i, &page), |cx| fetch_page(cx, page, permits, limit))
    };
    gather(p.pages.iter().enumerate().map(fetch)).await // @gather
}

/// One request after another: there is always a permit.
async fn sequential(cx: &Cx, p: &Params, permits: &Semaphore) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for (i, page) in p.pages.iter().enumerate() {
        let (page, permits, limit) = (page.clone(), permits.clone(), p.request_timeout);
        let task = cx.task(&name(i, &page), |cx| fetch_page(cx, page, permits, limit));
        found.push(task.starts_queued().await?); // @each
    }
    Ok(found)
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let permits = Semaphore::new(p.max_concurrent);
    let found = match mode {
        "concurrent" => concurrent(&cx, &p, &permits).await?,
        _ => sequential(&cx, &p, &permits).await?,
    };
    let successful = found.iter().filter(|page| page["success"] == true).count();
    let failed = found.len() - successful;
    cx.print(format!("Successful: {successful}, Failed: {failed}"));
    let is_error = |page: &&Value| page["status"].as_u64() >= Some(400);
    Ok(json!({
        "http_errors_counted_as_success": found.iter().filter(is_error).count(),
        "pages": found,
        "successful": successful,
        "failed": failed,
        "peak_permits": permits.peak(),
    }))
}

fn name(i: usize, page: &Page) -> String {
    format!("{} {}", i + 1, page.url)
}

// The page

use crate::{Card, Claim, Field, Measure, Playground, Rows, Section, Strategy, in_turn};
use interleave_trace::Time;
use interleave_trace::seconds;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The playground.
pub struct SemaphoreScraper;

const ARTICLE: &str = "The article's fifteen requests";

impl Page {
    fn fails(&self) -> bool {
        self.error.as_ref().is_some_and(|why| !why.is_empty())
    }
}

/// What the menu says of it.
pub const CARD: crate::Card = SemaphoreScraper::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<SemaphoreScraper>()
}

impl Playground for SemaphoreScraper {
    type Params = Params;

    const CARD: Card = Card {
        slug: "semaphore-scraper",
        title: "Five requests at a time",
        lead: "Fifteen pages, and a semaphore with five permits: whoever has none waits in \
               line. That limits how many are under way, not how many a second. An answer \
               of 404 is an answer: only no answer in time is a failure here.",
        section: Section::Limit,
        articles: &[1],
        cards: Some("concurrent"),
        rust: include_str!("semaphore_scraper.rs"),
        python: include_str!("semaphore_scraper.py"),
    };

    const FETCHES: bool = true;

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "sequential",
            "One request after another",
            "for (i, page) in p.pages.iter().enumerate()",
        ),
        Strategy::shown(
            "concurrent",
            "All at once, with a semaphore",
            "permits.acquire(&cx).await",
        ),
    ];

    fn fields() -> Vec<Field> {
        let pages = Rows::objects(
            "page",
            vec![
                Field::text("url", "URL"),
                Field::seconds("latency", "Delay"),
                Field::whole("status", "Status", 200, 599, ""),
                Field::text("error", "Fails with").optional(),
            ],
            json!({
                "url": "https://example.com/{n}", "latency": 0.5, "status": 200
            }),
        );
        vec![
            Field::rows("pages", "Pages", pages),
            Field::whole("max_concurrent", "Permits", 1, 10_000, ""),
            Field::seconds("request_timeout", "Time limit of a request"),
        ]
    }

    fn own_duration(task: &str) -> Option<String> {
        let number: usize = task.split(' ').next()?.parse().ok()?;
        Some(format!("/pages/{}/latency", number.checked_sub(1)?))
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let page = |(path, latency, status): (&str, f64, u16)| Page {
            url: format!("http://httpbin.org/{path}"),
            latency,
            status,
            error: None,
        };
        let five = [
            ("delay/1", 1.0, 200),
            ("delay/2", 2.0, 200),
            ("status/200", 0.2, 200),
            ("status/404", 0.3, 404),
            ("json", 0.4, 200),
        ];
        let article = Params {
            max_concurrent: 5,
            request_timeout: 10.0,
            pages: (0..3).flat_map(|_| five).map(page).collect(),
        };
        let tight = Params {
            max_concurrent: 2,
            ..article.clone()
        };
        let mut impatient = Params {
            request_timeout: 1.5,
            ..article.clone()
        };
        impatient.pages[4].error = Some("Cannot connect to host".to_owned());
        let wide = Params {
            max_concurrent: 15,
            ..article.clone()
        };
        vec![
            (ARTICLE, article),
            ("Two permits", tight),
            ("A permit for everybody", wide),
            ("An impatient client, and a host that is down", impatient),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let said = |words| (preset == Some(ARTICLE)).then_some(words);
        let takes: Vec<f64> = p
            .pages
            .iter()
            .map(|page| page.latency.min(p.request_timeout))
            .collect();
        let slow = Claim::sum("sequential", &takes);
        // First come, first served: the next page gets the permit that is free first.
        let permits = p.max_concurrent.min(p.pages.len());
        let mut permits: BinaryHeap<_> = vec![Reverse(Time::ZERO); permits].into();
        for &seconds in &takes {
            if let Some(mut first) = permits.peek_mut() {
                first.0 = first.0.after(seconds);
            }
        }
        let last = permits.into_iter().map(|Reverse(at)| at).max();
        let last = last.unwrap_or_default().secs();
        let least = in_turn([takes.iter().sum::<f64>() / p.max_concurrent as f64]);
        let formula = format!(
            "each in turn takes the permit that is free first: {} (at least {} / {} = {})",
            seconds(last),
            seconds(slow.expected),
            p.max_concurrent,
            seconds(least),
        );
        let fast = Claim::new(
            "with permits",
            Measure::Makespan("concurrent"),
            last,
            formula,
        );
        let ratio = Claim::speed_up(&slow, &fast);
        let bound = p.max_concurrent.min(p.pages.len());
        let peak = Claim::new(
            "requests under way at once",
            Measure::Peak("concurrent"),
            bound as f64,
            format!("min(permits, pages) = {bound}"),
        );
        let good = |page: &&Page| !page.fails() && page.latency < p.request_timeout;
        let done = p.pages.iter().filter(good).count();
        let http = p
            .pages
            .iter()
            .filter(|page| good(page) && page.status >= 400)
            .count();
        let done = Claim::new(
            "requests that count as successful",
            Measure::Done("concurrent"),
            done as f64,
            format!(
                "{done} answers of {}, {http} of them HTTP errors",
                p.pages.len()
            ),
        );
        let mut claims = vec![slow, fast];
        claims.extend(ratio);
        claims.push(peak.said(said("rate limiting")).but(
            "A semaphore limits concurrency, not rate: how many are under way, not how many \
             begin in a second.",
        ));
        claims.push(
            done.said(said("Successful: 15, Failed: 0"))
                .but("HTTP errors are successes here: three of the 15 URLs are 404."),
        );
        claims
    }
}
