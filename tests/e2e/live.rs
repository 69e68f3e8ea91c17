//! Live runs: real requests, measured times, aborts, hidden tabs.

use serde_json::{Value, json};

use crate::harness::{Page, Reply, Site};
use crate::playground::RUN;

/// The requests to the mock API that the browser has made, in order.
async fn requests(page: &Page) -> Vec<String> {
    let script = "return performance.getEntriesByType('resource').map(e => e.name).filter(name =>
        name.includes('/api/') && !name.endsWith('/api/ping') && !name.endsWith('/api/streams'))";
    let names = page.eval(script, &[]).await;
    let names = names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    names
        .map(|name| {
            name.split_once("/api/")
                .map_or(name, |(_, path)| path)
                .to_owned()
        })
        .collect()
}

/// A live run to its end; returns the words of the lanes.
pub async fn run(page: &Page, hash: &str) -> Vec<String> {
    page.goto_ready(hash).await;
    page.click(RUN).await;
    page.wait_for_end().await;
    page.shown().await.lanes
}

/// Each lane says how it ended, after this many seconds or more: a busy machine may take longer.
pub fn assert_ends(lanes: &[String], expected: &[(&str, f64)]) {
    assert_eq!(lanes.len(), expected.len(), "{lanes:?}");
    for (lane, (words, seconds)) in lanes.iter().zip(expected) {
        let measured = lane
            .strip_prefix(words)
            .and_then(|rest| rest.trim_end_matches(" s").parse().ok());
        let measured: f64 = measured.unwrap_or_else(|| panic!("{lane:?} is not {words:?}"));
        assert!(measured >= *seconds, "{lane:?} before {seconds} s");
    }
}

const DOWNLOADS: &str =
    "#/downloads?pace=live&only=sequential,concurrent&seconds_per_mb=0.02&files=a.zip,20;b.zip,10";
const WEATHER: &str =
    "#/weather?pace=live&only=concurrent&cities=Rome,20,sunny,0.2;Oslo,1,snow,0.1,true";
const PAGES: &str = "#/fetch-urls?pace=live&only=wait&urls=https://a.org,0.2,4321;https://b.org,0.1,0,refused&extra_sleep=0.1";

async fn runs_all_three(page: &Page) {
    let lanes = run(page, DOWNLOADS).await;
    let sequential = [
        ("main: done at ", 0.6),
        ("a.zip: done at ", 0.4),
        ("b.zip: done at ", 0.6),
    ];
    let concurrent = [
        ("main: done at ", 0.4),
        ("a.zip: done at ", 0.4),
        ("b.zip: done at ", 0.2),
    ];
    assert_ends(&lanes, &[sequential, concurrent].concat());
    let claims = page.shown().await.claims;
    assert!(
        claims[0].starts_with("measured; predicted 0.6 s: +"),
        "{claims:?}"
    );

    let lanes = run(page, WEATHER).await;
    assert_ends(
        &lanes,
        &[
            ("main: done at ", 0.2),
            ("Rome: done at ", 0.2),
            ("Oslo: failed at ", 0.1),
        ],
    );
    assert_eq!(
        page.results().await,
        ["Rome: 20 C, sunny", "Oslo: Network timeout"]
    );
    let claims = page.shown().await.claims;
    assert!(claims.contains(&"as predicted: 1".to_owned()), "{claims:?}");

    let lanes = run(page, PAGES).await;
    let expected = [
        ("main: done at ", 0.3),
        ("a.org: done at ", 0.3),
        ("b.org: failed at ", 0.1),
    ];
    assert_ends(&lanes, &expected);
    let log = page.log().await.join("\n");
    assert!(log.contains("4321 bytes"), "{log}");
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn live_runs_make_real_requests() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    runs_all_three(&page).await;
    let files = [
        "file/a.zip?bytes=20000&seconds=0.4",
        "file/b.zip?bytes=10000&seconds=0.2",
    ];
    let expected = [
        files[0],
        files[1],
        files[0],
        files[1],
        "weather/Rome?delay=0.2&fails=0&temp=20&description=sunny",
        "weather/Oslo?delay=0.1&fails=1&temp=1&description=snow",
        "bytes/4321?delay=0.2&url=https%3A%2F%2Fa.org",
        "fail?delay=0.1&url=https%3A%2F%2Fb.org",
    ];
    let (mut made, mut expected) = (requests(&page).await, expected.map(str::to_owned).to_vec());
    // The browser lists them as they end.
    made.sort();
    expected.sort();
    assert_eq!(made, expected);
    assert_eq!(page.texts(".notice").await, Vec::<String>::new());
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn without_a_worker_the_page_answers_the_same_and_says_so() {
    let site = Site::serve_altered(|path, reply| match path {
        "sw.js" => Reply::not_found(),
        _ => reply,
    });
    let page = Page::open(&site, "").await;
    runs_all_three(&page).await;
    assert_eq!(requests(&page).await, Vec::<String>::new());
    let said = page.texts(".notice").await;
    assert!(
        said.len() == 1 && said[0].starts_with("There is no service worker here"),
        "{said:?}"
    );
    assert!(
        site.requests().iter().all(|path| !path.starts_with("api/")),
        "{:?}",
        site.requests()
    );
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn simulated_runs_send_nothing() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    for pace in ["simulated", "instant"] {
        for hash in [DOWNLOADS, WEATHER, PAGES, SCRAPER, RETRY, CACHE, LIMITER] {
            run(
                &page,
                &hash.replace("pace=live", &format!("pace={pace}&speed=100")),
            )
            .await;
        }
    }
    assert_eq!(requests(&page).await, Vec::<String>::new());
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn stop_aborts_what_is_under_way() {
    let site = Site::serve_with_worker();
    let page = Page::open(
        &site,
        "#/downloads?pace=live&only=concurrent&files=a.zip,900;b.zip,900",
    )
    .await;
    let streams = async |what: &str, count: u64| {
        let script =
            "return fetch('api/streams').then(response => response.ok ? response.json() : null)";
        page.wait_until(&format!("{count} bodies are {what}"), async || {
            let counts = page.client().execute(script, vec![]).await.ok()?;
            (counts[what] == count).then_some(())
        })
        .await;
    };
    page.click(RUN).await;
    // Without a worker, the server would get the request and not know the answer.
    page.wait_until("the worker is there", async || {
        let script = "return !!navigator.serviceWorker.controller";
        (page.eval(script, &[]).await == json!(true)).then_some(())
    })
    .await;
    streams("begun", 2).await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "stopped").await;
    streams("cancelled", 2).await;
    // Leaving the page of a run stops it too.
    page.click(RUN).await;
    streams("begun", 4).await;
    page.goto("#/weather").await;
    streams("cancelled", 4).await;
}

const SCRAPER: &str = "#/semaphore-scraper?pace=live&only=concurrent&max_concurrent=2&request_timeout=5\
    &pages=slow,300,200;gone,0.1,404;down,0.1,200,refused;good,0.1,200";
const RETRY: &str = "#/retry-backoff?pace=live&only=concurrent&base=0.1&max_delay=0.2&attempts=3\
    &requests=a,0.1,1;b,0.1,9";
const CACHE: &str = "#/cache?pace=live&ttl=5&latency=k:0.3&failures=!\
    &requests=0,k;0.1,k;0.2,k;1,k";
const LIMITER: &str = "#/rate-limiter?pace=live&only=fixed_concurrent&rate=5&per=0.5&n=7&latency=0";

/// The requests that are answered with a status, sorted: browsers list them as they end, and some of them as if they had no
/// status. The result of the program shows which status has come.
async fn asked(page: &Page) -> Vec<String> {
    let mut asked = requests(page).await;
    asked.retain(|path| path.starts_with("status/"));
    asked.sort();
    asked
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn statuses_come_over_the_wire_and_what_takes_too_long_is_aborted() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    let lanes = run(&page, SCRAPER).await;
    let expected = [
        ("main: done at ", 5.0),
        ("1 slow: timed out at ", 5.0),
        ("2 gone: done at ", 0.1),
        ("3 down: failed at ", 0.2),
        ("4 good: done at ", 0.3),
    ];
    assert_ends(&lanes, &expected);
    let log = page.log().await.join("\n");
    for words in ["status 404", "request timeout", "Successful: 2, Failed: 2"] {
        assert!(log.contains(words), "{words}: {log}");
    }
    let expected = [
        "status/200?delay=0.1&url=good",
        "status/200?delay=300&url=slow",
        "status/404?delay=0.1&url=gone",
    ];
    assert_eq!(asked(&page).await, expected);
    page.wait_until("the worker has learned of the abort", async || {
        let script = "return fetch('api/streams').then(response => response.json())";
        let counts = page.eval(script, &[]).await;
        (counts["begun"] == 3 && counts["ended"] == 2 && counts["cancelled"] == 1).then_some(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_503_makes_a_retry() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    let lanes = run(&page, RETRY).await;
    assert_ends(
        &lanes,
        &[
            ("main: done at ", 0.6),
            ("a: done at ", 0.3),
            ("b: failed at ", 0.6),
        ],
    );
    let (down, up) = ("status/503?delay=0.1&url=", "status/200?delay=0.1&url=");
    let expected = [
        format!("{up}a"),
        format!("{down}a"),
        format!("{down}b"),
        format!("{down}b"),
        format!("{down}b"),
    ];
    assert_eq!(asked(&page).await, expected);
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn single_flight_sends_one_request_where_the_naive_cache_sends_three() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    for (mode, requests) in [("naive", 3), ("single_flight", 1)] {
        page.eval("performance.clearResourceTimings()", &[]).await;
        run(&page, &format!("{CACHE}&only={mode}")).await;
        assert_eq!(
            asked(&page).await,
            vec!["status/200?delay=0.3&url=k"; requests],
            "{mode}"
        );
    }
    page.eval("performance.clearResourceTimings()", &[]).await;
    let lanes = run(&page, LIMITER).await;
    assert_eq!(lanes.len(), 8);
    assert_ends(&lanes[7..], &[("request 7: done at ", 0.2)]);
    assert_eq!(asked(&page).await.len(), 7);
    page.assert_quiet().await;
}

const AGGREGATOR: &str = "#/api-aggregator?pace=live&only=concurrent&user_ids=7&calls=user,orders\
    &latency=user:0.1,orders:0.2&failing=7,orders";
const PIPELINE: &str = "#/pipeline?pace=live&only=streaming&keywords=x&filter_time=0.1&save_time=0.1\
    &sources=a,0.1,0.1,(X);b,0.1,0.1,(x),down";
const TWO_LIMITS: &str = "#/rate-limited-scraper?pace=live&only=fixed&rate=2&per=0.4\
    &pages=a,0.1,200;b,0.1,404;c,0.1,200";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn whole_programs_send_the_requests_that_their_params_say() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    let lanes = run(&page, AGGREGATOR).await;
    let expected = [
        ("main: done at ", 0.2),
        ("user 7: done at ", 0.2),
        ("7 user: done at ", 0.1),
        ("7 orders: failed at ", 0.2),
    ];
    assert_ends(&lanes, &expected);
    let expected = [
        "status/200?delay=0.1&url=users%2F7%2Fuser",
        "status/503?delay=0.2&url=users%2F7%2Forders",
    ];
    assert_eq!(asked(&page).await, expected);

    let lanes = run(&page, PIPELINE).await;
    let expected = [
        ("main: done at ", 0.4),
        ("fetch a: done at ", 0.1),
        ("fetch b: failed at ", 0.1),
        ("parse a: done at ", 0.2),
        ("filter X: done at ", 0.3),
        ("save X: done at ", 0.4),
    ];
    assert_ends(&lanes, &expected);

    let lanes = run(&page, TWO_LIMITS).await;
    let expected = [
        ("main: done at ", 0.3),
        ("a: done at ", 0.1),
        ("b: failed at ", 0.1),
        ("c: done at ", 0.3),
    ];
    assert_ends(&lanes, &expected);
    // The browser itself complains of requests that fail.
    let console = page.console();
    let complaints = console.iter().filter(|entry| entry.is_complaint());
    let complaints: Vec<_> = complaints.map(ToString::to_string).collect();
    assert!(
        complaints.iter().all(|entry| entry.contains("/api/")),
        "{complaints:?}"
    );
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_hidden_tab_is_told_of_in_live_runs_only() {
    let hide =
        "Object.defineProperty(document, 'hidden', { value: arguments[0], configurable: true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))";
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "#/basic-tasks?tasks=A,900&speed=0.25").await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "running").await;
    page.eval(hide, &[json!(true)]).await;
    page.eval(hide, &[json!(false)]).await;
    assert_eq!(page.texts(".notice").await, Vec::<String>::new());
    page.goto("#/basic-tasks?tasks=A,900&pace=live").await;
    page.wait_for_text("[data-test=status]", "ready").await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "running").await;
    page.eval(hide, &[json!(true)]).await;
    page.wait_for_text(".notice.warn", "The tab was hidden during a live run")
        .await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_simulated_run_resumes_at_once_after_a_time_without_frames() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "#/downloads?speed=64").await;
    // A hidden tab gets no frames.
    let hold = "window.held = []; window.ownFrame = window.requestAnimationFrame;
        window.requestAnimationFrame = callback => held.push(callback); window.heldSince = performance.now()";
    page.wait_for_text("[data-test=status]", "ready").await;
    page.eval(hold, &[]).await;
    page.click(RUN).await;
    // 38 s at 64 times the speed, and some more.
    page.wait_until("a second has passed", async || {
        let passed = page
            .eval("return performance.now() - heldSince > 1000", &[])
            .await;
        (passed == json!(true)).then_some(())
    })
    .await;
    let before = page.text("[data-test=status]").await;
    assert!(before.starts_with("running"), "{before}");
    let release = "window.requestAnimationFrame = ownFrame; held.forEach(callback => callback(performance.now()))";
    page.eval(release, &[]).await;
    page.wait_for_end().await;
    let shown = page.shown().await;
    assert_eq!(shown.totals, ["38.0 s", "25.0 s", "25.0 s"]);
    assert!(
        shown.claims.iter().all(|claim| claim == "holds"),
        "{:?}",
        shown.claims
    );
    page.assert_quiet().await;
}
