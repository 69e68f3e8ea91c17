//! Fetching URLs, as articles 1 to 4 all do: one after another, with gather, with wait.

use interleave_runtime::{Cx, Error, Handle, Result, gather, wait_all};
use interleave_runtime::{Request, Response, Server, api};
use serde_json::{Value, json};
use std::fmt::Display;

/// A page, and how the request for it goes when the network is simulated.
#[derive(Clone)]
pub struct Page {
    url: String,
    /// Seconds until the answer comes.
    latency: f64,
    bytes: u64,
    /// Why there is no answer. Without words, there is one.
    error: Option<String>,
}

/// The pages, and a pause after each that came.
#[derive(Clone)]
pub struct Params {
    urls: Vec<Page>,
    extra_sleep: Option<f64>,
    /// Live, ask the sites themselves rather than the app's stand-in for them.
    real: Option<bool>,
}

/// What a fetch hands back: the size of the page, or why there is none.
type Fetched = std::result::Result<u64, String>;

/// Fetches one page. An error is caught here and handed back as a value.
async fn fetch_page(cx: Cx, request: Request, pause: Option<f64>) -> Result<Fetched> {
    let url = request.url.clone();
    cx.print(format!("Fetching {url}"));
    match cx.fetch(request).await /* @get */ {
        Ok(Response { status, bytes, .. }) => {
            if let Some(seconds) = pause {
                cx.sleep(seconds).await; // @pause
            }
            cx.print(format!("Fetched {url}"));
            match status {
                200 => cx.done(format!("{bytes} bytes")),
                // An answer all the same: aiohttp raises nothing either.
                _ => cx.done(format!("status {status}, {bytes} bytes")),
            }
            Ok(Ok(bytes))
        }
        Err(Error::Failed(why)) => {
            cx.failed(&why);
            Ok(Err(why))
        }
        Err(error) => Err(error),
    }
}

/// One after another: the next request is sent when the last one has been answered.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<Fetched>> {
    let mut values = Vec::new();
    for page in /* @ sequential */ &p.urls {
        let request = request(page, p.real);
        let fetch = cx.task(&page.url, |cx| fetch_page(cx, request, p.extra_sleep));
        values.push(fetch.await?); // @each
    }
    Ok(values)
}

/// Sends all requests at once.
fn fetch_all(cx: &Cx, p: &Params) -> Vec<Handle<Fetched>> {
    let fetch = |page: &Page| {
        let (request, pause) = (request(page, p.real), p.extra_sleep);
        cx.spawn(&page.url, |cx| fetch_page(cx, request, pause))
    };
    p.urls.iter().map(fetch).collect()
}

/// All at once, gathered: the sizes come back in the order of the pages.
async fn concurrent(cx: &Cx, p: &Params) -> Result<Vec<Fetched>> {
    gather(fetch_all(cx, p)).await // @gather concurrent
}

/// All at once, as tasks that are asked for their results when all of them have ended.
async fn wait(cx: &Cx, p: &Params) -> Result<Vec<Fetched>> {
    let tasks = fetch_all(cx, p);
    cx.print("Tasks scheduled");
    wait_all(tasks).await.into_iter().collect() // @wait wait
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let values = match mode {
        Mode::Sequential => sequential(&cx, &p).await?,
        Mode::Concurrent => concurrent(&cx, &p).await?,
        Mode::Wait => wait(&cx, &p).await?,
    };
    let mut results = Vec::new();
    for (Page { url, .. }, value) in p.urls.iter().zip(values) {
        match value {
            Ok(bytes) => {
                cx.print(format!("{url}: {bytes} bytes"));
                results.push(json!(bytes));
            }
            Err(why) => {
                cx.print(format!("Failed to fetch {url}: {why}"));
                results.push(json!(why));
            }
        }
    }
    Ok(json!({ "values": results }))
}

/// The request for a page, with the figures to play out where the site itself is not asked.
fn request(page: &Page, real: Option<bool>) -> Request {
    let failure = page.error.clone().filter(|why| !why.is_empty());
    let query: [(_, &dyn Display); 2] = [("delay", &page.latency), ("url", &page.url)];
    let mock = match failure {
        Some(_) => api(&["fail"], &query),
        None => api(&["bytes", &page.bytes.to_string()], &query),
    };
    Request {
        url: page.url.clone(),
        to: match real {
            Some(true) => Server::Site,
            _ => Server::Mock(mock),
        },
        latency: page.latency,
        answer: failure.map_or(Ok(Response::of_size(page.bytes)), Err),
    }
}

// The page

use crate::page::*;

params!(Page, url, latency, bytes, error);
params!(Params, urls, extra_sleep, real);
use crate::sites;

const SAME_PAGE: &str = "Article 1: a page of one second, three times";
const FIVE_SITES: &str = "Article 2: five sites, half a second each";
const THREE_SITES: &str = "Article 3: three sites";
const INVALID_HOST: &str = "Article 3: one host that does not exist";
const EXTRA_SLEEP: &str = "Article 3: a pause after each page";
const TWO_CALLS: &str = "Article 4: two calls of two seconds";

playground! {
    title: "Fetching URLs",
    subtitle: "Requests overlap while they wait for their answers",
    lead: "While one request is under way there is nothing to do but wait, so the next ones may \
           as well be sent. Four of the articles show this with URLs of their own: pick a preset, \
           or enter yours.",
    aim: "Send requests concurrently, and predict the total from the slowest answer.",
    articles: [1, 2, 3, 4],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather",
        Wait (hidden): "create_task, then wait",
    },
    outside: Outside::Network,
    problems: |p| match p.real {
        Some(true) => sites::problems("urls", p.urls.iter().map(|page| &*page.url)),
        _ => Vec::new(),
    },
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "url": "https://example.com/{n}", "latency": 0.5, "bytes": 1000 });
    let columns = [
        Field::text("url", "URL"),
        Field::seconds("latency", "Delay").varies(),
        Field::whole("bytes", "Size", 0, 1_000_000_000, "bytes"),
        Field::error(),
    ];
    vec![
        Field::rows("urls", "URLs", Rows::objects("URL", fresh, columns)),
        Field::seconds("extra_sleep", "Pause after each answer").optional(),
        Field::flag("real", "Live pace: ask these sites").optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let page = |url: &str, latency, bytes| Page {
        url: url.to_owned(),
        latency,
        bytes,
        error: None,
    };
    let params = |urls| Params {
        urls,
        extra_sleep: None,
        real: None,
    };
    let alike = |count, latency, url: fn(usize) -> String| {
        params((0..count).map(|i| page(&url(i), latency, 1000)).collect())
    };
    let three = params(vec![
        page("https://codeswithpankaj.com", 0.8, 15_000),
        page("https://python.org", 0.5, 50_321),
        page("https://www.w3schools.com", 0.6, 45_000),
    ]);
    let mut invalid = three.clone();
    invalid.urls.push(Page {
        error: Some("Cannot connect to host".to_owned()),
        ..page("https://invalid-site.example", 0.1, 0)
    });
    let mut paused = three.clone();
    paused.urls.remove(1);
    paused.extra_sleep = Some(1.0);
    let delay = |i| format!("http://httpbin.org/delay/1 #{i}");
    let site = |i| format!("https://site{i}.com");
    let api = |i| format!("https://api.example.com/{i}");
    vec![
        (SAME_PAGE, alike(3, 1.0, delay)),
        (FIVE_SITES, alike(5, 0.5, site)),
        (THREE_SITES, three),
        (INVALID_HOST, invalid),
        (EXTRA_SLEEP, paused),
        (TWO_CALLS, alike(2, 2.0, api)),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let fails = |page: &Page| page.error.as_ref().is_some_and(|why| !why.is_empty());
    let duration = |page: &Page| {
        let pause = p.extra_sleep.filter(|_| !fails(page)).unwrap_or(0.0);
        in_turn([page.latency, pause])
    };
    let durations: Vec<f64> = p.urls.iter().map(duration).collect();
    let mut slow = Mode::Sequential.sum(&durations);
    let mut fast = Mode::Concurrent.longest(&durations);
    for (of, sum, longest) in [
        (SAME_PAGE, "3+ seconds", "~1 second"),
        (FIVE_SITES, "~2.5 seconds", "~0.5 seconds"),
        (THREE_SITES, "2.50 seconds", "0.80 seconds"),
        (TWO_CALLS, "~4.0 s", "~2.0 s"),
    ] {
        slow = slow.said(preset == of, sum);
        fast = fast.said(preset == of, longest);
    }
    if preset == THREE_SITES {
        slow = slow.but(
            "Three requests of at most 0.80 s take at most 2.40 s one after another. \
             The two examples must have met these sites at different speeds.",
        );
    }
    fast = fast.label("gather: the slowest answer");
    let wait = Mode::Wait
        .longest(&durations)
        .label("wait: the slowest answer");
    let half = |ratio: Claim| ratio.said(preset == TWO_CALLS, "half the time");
    let ratio = Claim::speed_up(&slow, &fast).map(half);
    let failing = p.urls.iter().filter(|page| fails(page)).count();
    let formula = format!("{failing} of {}", p.urls.len());
    let failures = Mode::Concurrent
        .counts(Measure::Failures, "failed requests", failing, formula)
        .said(preset == INVALID_HOST, "1, printed first")
        .but("The results are printed in the order of the URLs, so this one comes last.");
    let claims = [slow, fast, wait].into_iter();
    claims.chain(ratio).chain([failures]).collect()
}
