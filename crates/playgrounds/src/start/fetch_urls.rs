//! Fetching pages, as articles 1 to 4 all do: with requests, with gather, with tasks.

use interleave_runtime::{Cx, Error, Handle, Result, gather, wait_all};
use interleave_runtime::{Request, Response, Server, api};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Display;

/// A page, and how the request for it goes when the network is simulated.
#[derive(Clone, Serialize, Deserialize)]
pub struct Page {
    url: String,
    /// Seconds until the answer comes.
    latency: f64,
    bytes: u64,
    /// Why there is no answer. Without words, there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The pages, and a pause after each that came.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    urls: Vec<Page>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extra_sleep: Option<f64>,
    /// Live, ask the sites themselves rather than the app's stand-in for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    for page in &p.urls {
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
    gather(fetch_all(cx, p)).await // @gather
}

/// All at once, as tasks that are asked for their results when all of them have ended.
async fn wait(cx: &Cx, p: &Params) -> Result<Vec<Fetched>> {
    let tasks = fetch_all(cx, p);
    cx.print("Tasks scheduled");
    wait_all(tasks).await.into_iter().collect() // @wait
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let values = match mode {
        "concurrent" => concurrent(&cx, &p).await?,
        "wait" => wait(&cx, &p).await?,
        _ => sequential(&cx, &p).await?,
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

use crate::{Card, Claim, Field, Measure, Playground, Problem, Rows, Section, Strategy, in_turn};

/// The playground.
pub struct FetchUrls;

/// The most sites that one run asks.
const MOST_SITES: usize = 50;

/// Whether a site may be asked for this URL: the reader's own, so nothing but the web, and nobody's password.
fn site(url: &str) -> std::result::Result<(), &'static str> {
    let scheme_and_rest = url.split_once("://");
    let is_web = |scheme: &str| {
        ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web))
    };
    match scheme_and_rest.filter(|(scheme, _)| is_web(scheme)) {
        None => Err("must begin with http:// or https://"),
        Some((_, rest)) => {
            let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
            match (host.is_empty(), host.contains('@')) {
                (true, _) => Err("must name a host"),
                (_, true) => Err("must not hold a user name or a password"),
                _ => Ok(()),
            }
        }
    }
}

const SAME_PAGE: &str = "Article 1: a page of one second, three times";
const FIVE_SITES: &str = "Article 2: five sites, half a second each";
const THREE_SITES: &str = "Article 3: three sites";
const INVALID_HOST: &str = "Article 3: and one host that does not exist";
const EXTRA_SLEEP: &str = "Article 3: a pause after each page";
const TWO_CALLS: &str = "Article 4: two calls of two seconds";

/// What the menu says of it.
pub const CARD: crate::Card = FetchUrls::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<FetchUrls>()
}

impl Playground for FetchUrls {
    type Params = Params;

    const CARD: Card = Card {
        slug: "fetch-urls",
        title: "Fetching pages",
        lead: "While one request is on its way there is nothing to do but wait, so the \
               next ones may as well be sent. Four of the articles show this with pages of \
               their own: pick one, or put in yours.",
        section: Section::Start,
        articles: &[1, 2, 3, 4],
        cards: None,
        rust: include_str!("fetch_urls.rs"),
        python: include_str!("fetch_urls.py"),
    };

    const FETCHES: bool = true;

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "sequential",
            "One request after another",
            "for page in &p.urls",
        ),
        Strategy::shown(
            "concurrent",
            "All at once, gathered",
            "gather(fetch_all(cx, p)).await",
        ),
        Strategy::hidden(
            "wait",
            "All at once, as tasks to wait for",
            "wait_all(tasks).await",
        ),
    ];

    fn fields() -> Vec<Field> {
        let urls = Rows::objects(
            "page",
            vec![
                Field::text("url", "URL"),
                Field::seconds("latency", "Delay"),
                Field::whole("bytes", "Size", 0, 1_000_000_000, "bytes"),
                Field::text("error", "Fails with").optional(),
            ],
            json!({
                "url": "https://example.com/{n}", "latency": 0.5, "bytes": 1000
            }),
        );
        vec![
            Field::rows("urls", "Pages", urls),
            Field::seconds("extra_sleep", "Pause after each page").optional(),
            Field::flag("real", "At live pace, ask these sites themselves").optional(),
        ]
    }

    fn problems(p: &Params) -> Vec<Problem> {
        let problem = |path: String, message: String| Problem { path, message };
        let mut problems = Vec::new();
        if p.real == Some(true) {
            if p.urls.len() > MOST_SITES {
                let count = p.urls.len();
                let message = format!("at most {MOST_SITES} sites can be asked, not {count}");
                problems.push(problem("urls".to_owned(), message));
            }
            for (i, page) in p.urls.iter().enumerate().take(MOST_SITES) {
                if let Err(why) = site(&page.url) {
                    problems.push(problem(format!("urls[{i}].url"), why.to_owned()));
                }
            }
        }
        problems
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let delay = |i| format!("http://httpbin.org/delay/1 #{i}");
        let site = |i| format!("https://site{i}.com");
        let api = |i| format!("https://api.example.com/{i}");
        let page = |url: String, latency, bytes| Page {
            url,
            latency,
            bytes,
            error: None,
        };
        let alike = |count, latency, url: fn(usize) -> String| Params {
            urls: (0..count).map(|i| page(url(i), latency, 1000)).collect(),
            extra_sleep: None,
            real: None,
        };
        let three = Params {
            urls: vec![
                page("https://codeswithpankaj.com".to_owned(), 0.8, 15_000),
                page("https://python.org".to_owned(), 0.5, 50_321),
                page("https://www.w3schools.com".to_owned(), 0.6, 45_000),
            ],
            extra_sleep: None,
            real: None,
        };
        let mut invalid = three.clone();
        invalid.urls.push(Page {
            error: Some("Cannot connect to host".to_owned()),
            ..page("https://invalid-site.example".to_owned(), 0.1, 0)
        });
        let mut paused = three.clone();
        paused.urls.remove(1);
        paused.extra_sleep = Some(1.0);
        vec![
            (SAME_PAGE, alike(3, 1.0, delay)),
            (FIVE_SITES, alike(5, 0.5, site)),
            (THREE_SITES, three),
            (INVALID_HOST, invalid),
            (EXTRA_SLEEP, paused),
            (TWO_CALLS, alike(2, 2.0, api)),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let fails = |page: &Page| page.error.as_ref().is_some_and(|why| !why.is_empty());
        let duration = |page: &Page| {
            let pause = p.extra_sleep.filter(|_| !fails(page)).unwrap_or(0.0);
            in_turn([page.latency, pause])
        };
        let durations: Vec<f64> = p.urls.iter().map(duration).collect();
        let (slow_said, fast_said) = match preset {
            Some(SAME_PAGE) => (Some("3+ seconds"), Some("~1 second")),
            Some(FIVE_SITES) => (Some("~2.5 seconds"), Some("~0.5 seconds")),
            Some(THREE_SITES) => (Some("2.50 seconds"), Some("0.80 seconds")),
            Some(TWO_CALLS) => (Some("~4.0 s"), Some("~2.0 s")),
            _ => (None, None),
        };
        let mut slow = Claim::sum("sequential", &durations).said(slow_said);
        if preset == Some(THREE_SITES) {
            slow = slow.but(
                "Three requests of at most 0.80 s take at most 2.40 s one after another. \
                 The two examples must have met these sites at different speeds.",
            );
        }
        let fast = Claim::longest("concurrent", &durations)
            .label("gathered: the slowest page")
            .said(fast_said);
        let wait = Claim::longest("wait", &durations).label("as tasks: the slowest page");
        let half = (preset == Some(TWO_CALLS)).then_some("half the time");
        let ratio = Claim::speed_up(&slow, &fast).map(|claim| claim.said(half));
        let failing = p.urls.iter().filter(|page| fails(page)).count();
        let printed = (preset == Some(INVALID_HOST)).then_some("1, printed first");
        let failures = Claim::new(
            "pages that fail",
            Measure::Failures("concurrent"),
            failing as f64,
            format!("{failing} of {}", p.urls.len()),
        )
        .said(printed)
        .but("The results are printed in the order of the pages, so this one comes last.");
        let mut claims = vec![slow, fast, wait];
        claims.extend(ratio);
        claims.push(failures);
        claims
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entry;

    fn problems(urls: &[&str]) -> Vec<String> {
        let page = |url| json!({"url": url, "latency": 1, "bytes": 1});
        let pages: Vec<_> = urls.iter().map(page).collect();
        let entry = Entry::find("fetch-urls").expect("it is listed");
        let found = entry.check(&json!({"urls": pages, "real": true}));
        found.iter().map(Problem::to_string).collect()
    }

    #[test]
    fn only_the_web_is_asked_and_nobodys_password_is_sent() {
        let fine = ["https://example.org", "HTTP://localhost:8080/a?b@c#d"];
        assert_eq!(problems(&fine), Vec::<String>::new());
        let wrong = [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "http://a:b@c.org/",
        ];
        assert_eq!(
            problems(&wrong),
            [
                "urls[0].url: must begin with http:// or https://",
                "urls[1].url: must begin with http:// or https://",
                "urls[2].url: must name a host",
                "urls[3].url: must not hold a user name or a password",
            ]
        );
        let many = ["https://example.org"; 51];
        assert_eq!(
            problems(&many),
            ["urls: at most 50 sites can be asked, not 51"]
        );
    }
}
