//! Semaphore: article 1's web scraper, fifteen requests, five permits, and a timeout for each.

use interleave_runtime::{Cx, Error, Request, Result, Semaphore, gather};
use serde_json::{Value, json};

/// A page, and how the request for it goes.
#[derive(Clone)]
pub struct Page {
    url: String,
    /// Seconds until the answer comes.
    latency: f64,
    status: u16,
    /// Why there is no answer. Without words, there is one.
    error: Option<String>,
}

/// The pages, and the limits.
#[derive(Clone)]
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
    let _permit = permits.acquire(&cx).await; // @permit concurrent
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

/// All requests start; those without a permit wait for one.
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
    for (i, page) in /* @ sequential */ p.pages.iter().enumerate() {
        let (page, permits, limit) = (page.clone(), permits.clone(), p.request_timeout);
        let task = cx.task(&name(i, &page), |cx| fetch_page(cx, page, permits, limit));
        found.push(task.starts_queued().await?); // @each
    }
    Ok(found)
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let permits = Semaphore::new(p.max_concurrent);
    let found = match mode {
        Mode::Sequential => sequential(&cx, &p, &permits).await?,
        Mode::Concurrent => concurrent(&cx, &p, &permits).await?,
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

use crate::page::*;

params!(Page, url, latency, status, error);
params!(Params, max_concurrent, request_timeout, pages);

const ARTICLE: &str = "The article's fifteen requests";

playground! {
    title: "Semaphore",
    subtitle: "Fifteen requests, five at a time",
    lead: "Fifteen requests, and a semaphore with five permits: a task without one waits in line. \
           That limits how many requests are in flight, not how many start in a second. A 404 is \
           an answer: only a timeout or a failed connection counts as a failure here.",
    aim: "Limit how many requests are in flight, and tell that from a limit per second.",
    articles: [1],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather with a Semaphore",
    },
    outside: Outside::Network,
    result_cards: Mode::Concurrent,
    own_duration: |task| {
        let number: usize = task.split(' ').next()?.parse().ok()?;
        Some(format!("/pages/{}/latency", number.checked_sub(1)?))
    },
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "url": "https://example.com/{n}", "latency": 0.5, "status": 200 });
    let columns = [
        Field::text("url", "URL"),
        Field::seconds("latency", "Delay").varies(),
        Field::whole("status", "Status", 200, 599, ""),
        Field::error(),
    ];
    let requests = Rows::objects("request", fresh, columns);
    vec![
        Field::rows("pages", "Requests", requests),
        Field::whole("max_concurrent", "Permits", 1, 10_000, ""),
        Field::seconds("request_timeout", "Timeout of a request"),
    ]
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
    let permits = |max_concurrent| Params {
        max_concurrent,
        ..article.clone()
    };
    let mut impatient = Params {
        request_timeout: 1.5,
        ..article.clone()
    };
    impatient.pages[4].error = Some("Cannot connect to host".to_owned());
    vec![
        (ARTICLE, article.clone()),
        ("Two permits", permits(2)),
        ("Fifteen permits", permits(15)),
        ("A timeout of 1.5 s, and a host that is down", impatient),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let takes = |page: &Page| page.latency.min(p.request_timeout);
    let takes: Vec<f64> = p.pages.iter().map(takes).collect();
    let slow = Mode::Sequential.sum(&takes);
    // First come, first served: the next request gets the permit that is free first.
    let (permits, count) = (p.max_concurrent, p.pages.len());
    let bound = permits.min(count);
    let last = with_permits(&takes, permits);
    let least = in_turn([takes.iter().sum::<f64>() / permits as f64]);
    let formula = format!(
        "each takes the permit that is free first: {} (at least {} / {permits} = {})",
        seconds(last),
        seconds(slow.expected),
        seconds(least),
    );
    let fast = Mode::Concurrent.takes("with the semaphore", last, formula);
    let fails = |page: &Page| page.error.as_ref().is_some_and(|why| !why.is_empty());
    let good = |page: &&Page| !fails(page) && page.latency < p.request_timeout;
    let done = p.pages.iter().filter(good);
    let http = done.clone().filter(|page| page.status >= 400).count();
    let done = done.count();
    let formula = format!("min(permits, requests) = {bound}");
    let peak = Mode::Concurrent.counts(Measure::Peak, "requests in flight at once", bound, formula);
    let formula = format!("{done} answers of {count}, {http} of them HTTP errors");
    let done = Mode::Concurrent.counts(Measure::Done, "requests that succeed", done, formula);
    let mut claims = Claim::compared(slow, fast);
    claims.extend([
        peak.said(preset == ARTICLE, "rate limiting").but(
            "A semaphore limits concurrency, not rate: how many are in flight, not how many \
             begin in a second.",
        ),
        done.said(preset == ARTICLE, "Successful: 15, Failed: 0")
            .but("HTTP errors are successes here: three of the 15 URLs are 404."),
    ]);
    claims
}
