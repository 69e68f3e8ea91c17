//! Live runs of programs that send requests: what goes out, what comes of the answers, what is aborted.

use super::*;
use interleave_runtime::{Network, Ports, Report, Request, Response, Server};
use interleave_trace::{Outcome, TaskId};
use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Answers as the mock API does, at once; of whom it has no answer for, it never hears the end.
#[derive(Clone, Default)]
struct Answering(Rc<Seen>);

#[derive(Default)]
struct Seen {
    /// The paths that were asked for, in order.
    asked: RefCell<Vec<String>>,
    /// Requests that were dropped without an answer.
    aborted: Cell<usize>,
    /// What is too slow to be answered.
    silent: RefCell<Vec<&'static str>>,
}

/// A request that nobody answers.
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
    /// What a live run reaches.
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
fn a_cache_asks_its_service_once_for_all_who_wait_and_again_after_a_failure() {
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
