//! Requests: answers from outside, progress, aborts; and simulation if there is no network.

use super::clocks::{at, wall};
use super::*;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A network whose answers are given by the test.
#[derive(Default)]
struct Desk {
    waiting: RefCell<VecDeque<Rc<Call>>>,
    aborted: Rc<Cell<usize>>,
}

struct Call {
    report: Report,
    /// Bytes that are reported to the run at the next poll.
    arriving: Cell<Option<u64>>,
    answer: RefCell<Option<std::result::Result<Response, String>>>,
    waker: RefCell<Option<Waker>>,
}

struct Pending(Rc<Call>, Rc<Cell<usize>>, bool);

impl Future for Pending {
    type Output = std::result::Result<Response, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        *self.0.waker.borrow_mut() = Some(cx.waker().clone());
        if let Some(bytes) = self.0.arriving.take() {
            self.0.report.received(bytes, Some(1000));
        }
        let answer = self.0.answer.borrow_mut().take();
        self.2 |= answer.is_some();
        answer.map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.1.set(self.1.get() + usize::from(!self.2));
    }
}

impl Network for Desk {
    fn fetch(
        &self,
        _: Request,
        report: Report,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<Response, String>>>> {
        let call = Rc::new(Call {
            report,
            arriving: Cell::default(),
            answer: RefCell::default(),
            waker: RefCell::default(),
        });
        self.waiting.borrow_mut().push_back(Rc::clone(&call));
        Box::pin(Pending(call, Rc::clone(&self.aborted), false))
    }
}

impl Desk {
    fn answer(&self, answer: std::result::Result<Response, String>) {
        let call = self.waiting.borrow_mut().pop_front().expect("a call");
        *call.answer.borrow_mut() = Some(answer);
        call.waker
            .borrow_mut()
            .take()
            .expect("somebody waits")
            .wake();
    }

    /// Lets more bytes of the oldest answer arrive.
    fn arrives(&self, bytes: u64) {
        let waiting = self.waiting.borrow();
        let call = waiting.front().expect("a call");
        call.arriving.set(Some(bytes));
        call.waker
            .borrow_mut()
            .take()
            .expect("somebody waits")
            .wake();
    }
}

struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn request() -> Request {
    Request {
        url: "https://example.org".to_owned(),
        to: Server::Site,
        latency: 2.0,
        answer: Ok(Response::of_size(500)),
    }
}

#[test]
fn answers_from_outside_wake_a_run_and_dropping_aborts() {
    let (desk, (ports, now)) = (Rc::new(Desk::default()), wall(0.0));
    let runtime = Runtime::new(Ports {
        network: Some(Rc::clone(&desk) as Rc<dyn Network>),
        ..ports
    });
    begin(&runtime, |cx| async move {
        let calls = ["a", "b", "c"].map(|name| {
            cx.spawn(name, move |cx| async move {
                let response = cx.fetch(request()).await?;
                cx.print(format!("{name}: {} bytes", response.bytes));
                Ok(())
            })
        });
        gather(calls).await.map(drop)
    });
    let drive = || runtime.run_until(runtime.read_now(), usize::MAX);
    assert_eq!(drive(), Status::AwaitingIo);
    let woken = Arc::new(Woken(AtomicUsize::new(0)));
    runtime.notify(&Arc::clone(&woken).into());
    assert_eq!(drive(), Status::AwaitingIo);
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    now.set(at(0.75));
    desk.answer(Ok(Response::of_size(7)));
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert_eq!(drive(), Status::AwaitingIo);
    assert_eq!(prints(&runtime), ["0.75 a: 7 bytes"]);
    // b fails, main raises, and c is cancelled: its request is aborted.
    desk.answer(Err("connection refused".to_owned()));
    assert_eq!(drive(), Status::Ended);
    assert_eq!(desk.aborted.get(), 1);
    assert_eq!(
        ends(&runtime)[1..],
        ["a ok 0.75", "b error 0.75", "c cancelled 0.75"]
    );
    // An answer that comes too late is ignored.
    desk.answer(Ok(Response::of_size(7)));
    drop(runtime);
    assert_eq!(Rc::strong_count(&desk), 1);
}

#[test]
fn stopping_aborts_what_is_under_way() {
    let (desk, (ports, _now)) = (Rc::new(Desk::default()), wall(0.0));
    let network = Some(Rc::clone(&desk) as Rc<dyn Network>);
    let runtime = Runtime::new(Ports { network, ..ports });
    begin(
        &runtime,
        |cx| async move { cx.fetch(request()).await.map(drop) },
    );
    assert_eq!(
        runtime.run_until(Time::ZERO, usize::MAX),
        Status::AwaitingIo
    );
    runtime.stop();
    assert_eq!(desk.aborted.get(), 1);
}

#[test]
fn without_a_network_the_requests_own_figures_are_played_out() {
    let runtime = ran(|cx| async move {
        let response = cx.fetch(request()).await?;
        cx.print(format!("{} {}", response.status, response.bytes));
        let answer = Err("refused".to_owned());
        cx.print(format!(
            "{:?}",
            cx.fetch(Request {
                answer,
                ..request()
            })
            .await
        ));
        Ok(())
    });
    assert_eq!(
        prints(&runtime),
        ["2 200 500", "4 Err(Failed(\"refused\"))"]
    );
}

#[test]
fn progress_is_recorded_at_a_bounded_rate_and_belongs_to_its_request() {
    let (desk, (ports, now)) = (Rc::new(Desk::default()), wall(0.0));
    let network = Some(Rc::clone(&desk) as Rc<dyn Network>);
    let runtime = Runtime::new(Ports { network, ..ports });
    begin(&runtime, |cx| async move {
        cx.task("a", |cx| async move {
            cx.fetch(request()).await?;
            cx.fetch(request()).await.map(drop)
        })
        .await
    });
    let drive = || runtime.run_until(runtime.read_now(), usize::MAX);
    let share = || {
        let index = Index::of(&runtime.trace());
        let task = index.task(TaskId(1)).expect("it was created").clone();
        task.progress(runtime.now())
    };
    assert_eq!(drive(), Status::AwaitingIo);
    assert_eq!(share(), None);
    // A thousand arrivals within a second are ten records and one for the end.
    for i in 1..=1000 {
        now.set(at(f64::from(i) / 1000.0));
        desk.arrives(u64::from(i as u32));
        assert_eq!(drive(), Status::AwaitingIo);
    }
    assert_eq!(share(), Some(1.0));
    let records = |runtime: &Runtime| {
        let is_progress = |kind| matches!(kind, Kind::Progress { .. });
        let trace = runtime.trace();
        let events = trace.events().iter().map(|event| event.kind);
        events.filter(|&kind| is_progress(kind)).count()
    };
    assert_eq!(records(&runtime), 11);
    // The next request begins with no bytes.
    desk.answer(Ok(Response::of_size(1000)));
    assert_eq!(drive(), Status::AwaitingIo);
    assert_eq!(share(), None);
    desk.answer(Err("gone".to_owned()));
    assert_eq!(drive(), Status::Ended);
    assert_eq!(ends(&runtime), ["main error 1", "a error 1"]);
}

#[test]
fn answers_are_read_as_json_or_refused_in_words() {
    let answer = Response::of_json(200, serde_json::json!({"n": 3}));
    assert_eq!(answer.bytes, 7);
    assert_eq!(
        answer.json(),
        Ok(std::collections::HashMap::from([("n".to_owned(), 3)]))
    );
    let refused = answer.json::<String>().expect_err("no text");
    assert!(
        refused
            .to_string()
            .starts_with("not the JSON that was asked for"),
        "{refused}"
    );
}

#[test]
fn any_text_may_stand_in_a_request_to_the_mock_api() {
    assert_eq!(api(&["json"], &[]), "json");
    assert_eq!(
        api(&["file", "../a b?c#d"], &[("s", &0.5), ("q", &"x&y=ü")]),
        "file/..%2Fa%20b%3Fc%23d?s=0.5&q=x%26y%3D%C3%BC"
    );
    // A URL parser would go up a folder.
    assert_eq!(
        [api(&["file", ".."], &[]), api(&["file", ""], &[])],
        ["file/_", "file/_"]
    );
}
