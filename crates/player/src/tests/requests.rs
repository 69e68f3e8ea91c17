//! Live runs of programs that send requests: what is sent, how answers arrive, what is aborted.

use super::*;
use interleave_runtime::{Network, Ports, Report, Request, Response, Server};
use interleave_trace::{Outcome, TaskId};
use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Answers as the mock API does, immediately; requests to `silent` paths are never answered.
#[derive(Clone, Default)]
struct Answering(Rc<Seen>);

#[derive(Default)]
struct Seen {
    /// The paths that were requested, in order.
    asked: RefCell<Vec<String>>,
    /// Requests that were dropped without an answer.
    aborted: Cell<usize>,
    /// Paths that are never answered.
    silent: RefCell<Vec<&'static str>>,
}

/// A request that is never answered.
struct Silence(Rc<Seen>);

impl Future for Silence {
    type Output = std::result::Result<Response, String>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Pending
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        self.0.aborted.set(self.0.aborted.get() + 1);
    }
}

impl Network for Answering {
    fn fetch(
        &self,
        request: Request,
        _: Report,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<Response, String>>>> {
        let Server::Mock(path) = request.to else {
            panic!("{request:?} goes to a site");
        };
        let is_silent = |part: &&str| path.contains(*part);
        let silent = self.0.silent.borrow().iter().any(is_silent);
        self.0.asked.borrow_mut().push(path.clone());
        if silent {
            return Box::pin(Silence(Rc::clone(&self.0)));
        }
        let status = path.strip_prefix("status/").and_then(|rest| rest.get(..3));
        let answer = match status.and_then(|status| status.parse().ok()) {
            Some(status) => Ok(Response {
                status,
                ..Response::default()
            }),
            None => Err("network failure".to_owned()),
        };
        Box::pin(std::future::ready(answer))
    }
}

impl Answering {
    /// The ports of a live run.
    fn ports(&self) -> Ports {
        Ports {
            network: Some(Rc::new(self.clone())),
            ..Ports::simulated()
        }
    }
}

/// A live run of one strategy to its end, with this many seconds of wall time passing where it waits for a timer.
fn live(slug: &str, mode: &str, params: Value, network: &Answering) -> Session {
    let mut plan = plan(entry(slug), Pace::Live, 1.0);
    plan.strategies.retain(|strategy| strategy.mode == mode);
    assert_eq!(plan.strategies.len(), 1, "{mode}");
    plan.params = params;
    let wall = Wall::default();
    let mut session = Session::start(plan, wall.reader(), network.ports()).expect("good params");
    loop {
        match session.tick() {
            Next::Nothing => return session,
            Next::In(seconds) => wall.pass(seconds),
            Next::Now => {}
            next => panic!("{next:?}"),
        }
    }
}

/// How each task but `main` ended, and what it said.
fn ends(session: &Session) -> Vec<(String, Outcome, String)> {
    let run = &session.runs()[0];
    let trace = run.trace().expect("it has begun");
    let end = |(id, task): (TaskId, &interleave_trace::Task)| {
        let end = task.end.expect("it has ended");
        let words = trace.text(end.detail).to_owned();
        (id != TaskId::MAIN).then(|| (trace.text(task.name).to_owned(), end.outcome, words))
    };
    run.index().tasks().filter_map(end).collect()
}

#[test]
fn a_status_that_comes_over_the_wire_makes_a_retry() {
    let network = Answering::default();
    let params = json!({
        "base": 0.5, "factor": 2, "max_delay": 4, "attempts": 3,
        "requests": [
            { "name": "a", "latency": 0.1, "failures": 1 }, { "name": "b", "latency": 0.1, "failures": 9 },
        ],
    });
    let session = live("retry-backoff", "concurrent", params, &network);
    let expected = [
        ("a", Outcome::Ok, "ok after 2 attempts"),
        ("b", Outcome::Error, "failed after 3 attempts"),
    ];
    assert_eq!(
        ends(&session),
        expected.map(|(name, how, words)| (name.to_owned(), how, words.to_owned()))
    );
    let asked = network.0.asked.take();
    let of = |name: &str| {
        let own = asked
            .iter()
            .filter(|path| path.ends_with(&format!("url={name}")));
        own.map(|path| path[..10].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("a"), ["status/503", "status/200"]);
    assert_eq!(of("b"), ["status/503"; 3]);
}

#[test]
fn a_request_beyond_its_time_limit_is_aborted_and_a_bad_status_is_an_answer() {
    let network = Answering::default();
    network.0.silent.borrow_mut().push("slow");
    let page = |url: &str, status: u16| json!({ "url": url, "latency": 0.1, "status": status });
    let mut down = page("down", 200);
    down["error"] = json!("Cannot connect to host");
    let params = json!({
        "max_concurrent": 2, "request_timeout": 1.5,
        "pages": [page("slow", 200), page("gone", 404), down, page("good", 200)],
    });
    let session = live("semaphore-scraper", "concurrent", params, &network);
    let expected = [
        ("1 slow", Outcome::Timeout, "request timeout"),
        ("2 gone", Outcome::Ok, "status 404"),
        ("3 down", Outcome::Error, "network failure"),
        ("4 good", Outcome::Ok, "status 200"),
    ];
    assert_eq!(
        ends(&session),
        expected.map(|(name, how, words)| (name.to_owned(), how, words.to_owned()))
    );
    assert_eq!(network.0.aborted.get(), 1);
    assert_eq!(session.now(), Time::from_secs(1.5));
    assert_eq!(network.0.asked.borrow()[2], "fail?delay=0.1&url=down");
}

#[test]
fn a_cache_asks_its_service_once_for_all_waiting_tasks_and_again_after_a_failure() {
    let params = json!({
        "ttl": 5, "latency": { "k": 0.1 }, "failures": { "k": 1 },
        "requests": [{ "at": 0, "key": "k" }, { "at": 0, "key": "k" }, { "at": 1, "key": "k" }, { "at": 2, "key": "k" }],
    });
    let network = Answering::default();
    let session = live("cache", "single_flight", params, &network);
    let asked = network.0.asked.take();
    let asked: Vec<_> = asked.iter().map(|path| &path[..10]).collect();
    assert_eq!(asked, ["status/503", "status/200"]);
    let said = ends(&session)
        .into_iter()
        .filter(|(name, ..)| name.starts_with("request"));
    let said: Vec<_> = said.map(|(.., words)| words).collect();
    assert_eq!(
        said,
        ["k unavailable", "k unavailable", "miss: k v2", "hit: k v2"]
    );
}

#[test]
fn requests_without_latency_are_sent_all_the_same() {
    let network = Answering::default();
    let params = json!({ "rate": 5, "per": 1.0, "n": 7, "latency": 0 });
    let session = live("rate-limiter", "fixed_concurrent", params, &network);
    assert_eq!(network.0.asked.borrow().len(), 7);
    assert!(
        (session.now().secs() - 0.4).abs() < 1e-6,
        "{}",
        session.now().secs()
    );
}

#[test]
fn a_run_that_is_stopped_aborts_its_requests() {
    let network = Answering::default();
    network.0.silent.borrow_mut().push("status");
    let mut plan = plan(entry("cache"), Pace::Live, 1.0);
    plan.strategies.retain(|strategy| strategy.mode == "naive");
    let wall = Wall::default();
    let mut session = Session::start(plan, wall.reader(), network.ports()).expect("good params");
    session.tick();
    let under_way = network.0.asked.borrow().len();
    assert!(under_way > 0);
    session.stop();
    assert_eq!(network.0.aborted.get(), under_way);
}

/// The ends of all tasks, as they are expected.
fn assert_ends(session: &Session, expected: &[(&str, Outcome, &str)]) {
    let found = ends(session);
    let found: Vec<_> = found
        .iter()
        .map(|(name, how, words)| (&**name, *how, &**words))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn an_aggregator_asks_for_each_part_and_a_503_leaves_a_gap() {
    let params = json!({
        "user_ids": [7], "calls": ["user", "orders"], "latency": { "user": 0.1, "orders": 0.2 },
        "failing": [[7, "orders"]],
    });
    for mode in ["concurrent", "sequential_users", "sequential"] {
        let network = Answering::default();
        let session = live("api-aggregator", mode, params.clone(), &network);
        let expected = [
            ("user 7", Outcome::Ok, "1/2 parts"),
            ("7 user", Outcome::Ok, "user of 7"),
            ("7 orders", Outcome::Error, "orders unavailable for 7"),
        ];
        assert_ends(&session, &expected);
        assert_eq!(
            *network.0.asked.borrow(),
            [
                "status/200?delay=0.1&url=users%2F7%2Fuser",
                "status/503?delay=0.2&url=users%2F7%2Forders"
            ],
            "{mode}"
        );
    }
}

#[test]
fn a_scraper_of_pages_sends_one_request_a_page_and_reads_their_status() {
    let page = |url: &str, status: u16| json!({ "url": url, "latency": 0.1, "status": status });
    let params = json!({
        "rate": 1, "per": 2, "max_concurrent": 3, "pages": [page("a", 200), page("b", 404), page("c", 200)],
    });
    for (mode, seconds) in [("article", 2.0), ("fixed", 4.0)] {
        let network = Answering::default();
        let session = live("rate-limited-scraper", mode, params.clone(), &network);
        let expected = [
            ("a", Outcome::Ok, "status 200"),
            ("b", Outcome::Error, "status 404"),
            ("c", Outcome::Ok, "status 200"),
        ];
        assert_ends(&session, &expected);
        assert_eq!(network.0.asked.borrow()[1], "status/404?delay=0.1&url=b");
        assert_eq!(session.now(), Time::from_secs(seconds), "{mode}");
    }
}

#[test]
fn a_pipeline_does_without_a_source_that_does_not_answer() {
    let params = json!({
        "max_concurrent": 2, "queue_size": 1, "keywords": ["x"], "filter_time": 0.1, "save_time": 0.1,
        "sources": [
            { "url": "a", "fetch": 0.1, "parse": 0.1, "articles": ["X"] },
            { "url": "b", "fetch": 0.1, "parse": 0.1, "articles": ["xx"], "error": "down" },
        ],
    });
    for (mode, names) in [
        ("staged", ["filter", "save"]),
        ("streaming", ["filter X", "save X"]),
    ] {
        let network = Answering::default();
        let session = live("pipeline", mode, params.clone(), &network);
        let ends = ends(&session);
        let ended = |name: &str| ends.iter().find(|end| end.0 == name).map(|end| end.1);
        assert_eq!(ended("fetch a"), Some(Outcome::Ok));
        assert_eq!(ended("fetch b"), Some(Outcome::Error));
        assert_eq!(ended("parse b"), None);
        assert_eq!(names.map(ended), [Some(Outcome::Ok); 2]);
        assert_eq!(
            *network.0.asked.borrow(),
            ["status/200?delay=0.1&url=a", "fail?delay=0.1&url=b"]
        );
    }
}

#[test]
fn a_site_is_fetched_page_by_page_and_parsed_as_pages_come() {
    let page = |url: &str| json!({ "url": url, "latency": 0.1, "parse": 0.5, "links": 2 });
    let network = Answering::default();
    let params = json!({ "pages": [page("a"), page("b")] });
    let session = live("scrape-site", "fixed", params, &network);
    let (fetched, parsed) = ((Outcome::Ok, ""), (Outcome::Ok, "2 links"));
    let expected = [
        ("fetch a", fetched),
        ("fetch b", fetched),
        ("parse a", parsed),
        ("parse b", parsed),
    ];
    let expected = expected.map(|(name, (how, words))| (name, how, words));
    let mut found = ends(&session);
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let found: Vec<_> = found
        .iter()
        .map(|(name, how, words)| (&**name, *how, &**words))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(network.0.asked.borrow().len(), 2);
    assert_eq!(session.now(), Time::from_secs(0.5));
}
