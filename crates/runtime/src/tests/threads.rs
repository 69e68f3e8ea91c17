//! Blocking work in other threads, and functions that the loop calls later.

use super::*;
use interleave_trace::Finding;
use std::pin::Pin;

#[test]
fn a_thread_leaves_the_loop_free() {
    let lines = log(|cx| async move {
        let own = cx.clone();
        let work = cx.spawn("work", |cx| async move {
            cx.to_thread(2.0).await?;
            cx.print("computed");
            Ok(())
        });
        own.sleep(1.0).await;
        own.print("free");
        work.await
    });
    assert_eq!(lines, ["1 free", "2 computed"]);
}

/// `run_in_executor`: the result reaches the loop by a callback, so the task continues two turns after the work is done.
#[test]
fn the_end_of_a_thread_takes_a_turn_more_than_a_sleep() {
    let lines = log(|cx| async move {
        let thread = cx.spawn("thread", |cx| async move {
            cx.to_thread(1.0).await?;
            cx.print("thread");
            Ok(())
        });
        let nothing = cx.spawn("nothing", |cx| async move {
            cx.to_thread(-1.0).await?;
            cx.print("at once");
            Ok(())
        });
        let sleep = cx.spawn("sleep", |cx| async move {
            cx.sleep(1.0).await;
            cx.print("sleep");
            Ok(())
        });
        gather([thread, nothing, sleep]).await.map(drop)
    });
    assert_eq!(lines, ["0 at once", "1 thread", "1 sleep"]);
}

#[test]
fn a_task_that_waits_for_a_thread_can_be_cancelled() {
    let runtime = ran(|cx| async move {
        let work = cx.spawn("work", |cx| async move { cx.to_thread(5.0).await });
        cx.sleep(1.0).await;
        work.cancel();
        assert_eq!(work.await, Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(ends(&runtime), ["work cancelled 1"]);
    // The run does not wait for the thread.
    assert_eq!(verdict(&runtime), (1.0, Verdict::Completed));
}

/// The threads of a live run, of which the second does not start.
#[derive(Default)]
struct Two {
    asked: Rc<RefCell<Vec<f64>>>,
}

impl Threads for Two {
    fn compute(
        &self,
        seconds: f64,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<(), String>>>> {
        self.asked.borrow_mut().push(seconds);
        let answer = match self.asked.borrow().len() {
            1 => Ok(()),
            _ => Err("no thread".to_owned()),
        };
        Box::pin(std::future::ready(answer))
    }

    fn pool(&self) -> Rc<dyn ThreadPool> {
        Rc::new(Sums {
            asked: Rc::clone(&self.asked),
        })
    }
}

/// A pool that answers immediately.
struct Sums {
    asked: Rc<RefCell<Vec<f64>>>,
}

impl ThreadPool for Sums {
    fn sum_of_squares(
        &self,
        work: Squares,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<u64, String>>>> {
        self.asked.borrow_mut().push(work.seconds);
        Box::pin(std::future::ready(Ok(work.sum())))
    }
}

/// The squares of the numbers below 4, in two seconds: 0 + 1 + 4 + 9.
const SQUARES: Squares = Squares {
    numbers: 4,
    rounds: 3,
    seconds: 2.0,
};

#[test]
fn the_formula_is_the_sum() {
    for numbers in [0, 1, 2, 3, 10, 1_000, 200_000] {
        let squares = (0..u64::from(numbers)).map(|number| number * number);
        let work = Squares { numbers, ..SQUARES };
        assert_eq!(work.sum(), squares.sum::<u64>(), "{numbers}");
    }
}

#[test]
fn computing_holds_the_loop_and_a_pool_does_not() {
    let lines = log(|cx| async move {
        let ticker = cx.spawn("ticker", |cx| async move {
            for tick in 0..3 {
                cx.print(format!("tick {tick}"));
                cx.sleep(1.0).await;
            }
            Ok(())
        });
        cx.sleep(0.5).await;
        let sum = cx.sum_of_squares(SQUARES);
        cx.print(format!("on the loop: {sum}"));
        let sum = Workers::new(&cx, 1).sum_of_squares(&cx, SQUARES).await?;
        cx.print(format!("in a thread: {sum}"));
        ticker.await
    });
    let expected = [
        "0 tick 0",
        "2.5 on the loop: 14",
        "2.5 tick 1",
        "3.5 tick 2",
        "4.5 in a thread: 14",
    ];
    assert_eq!(lines, expected);
}

/// Two threads for three jobs, of which the first is cancelled: the third starts immediately in its place.
#[test]
fn a_pool_does_as_many_jobs_at_once_as_it_has_threads() {
    let runtime = ran(|cx| async move {
        let pool = Workers::new(&cx, 2);
        let job = |n| {
            let pool = pool.clone();
            let work = |cx: Cx| async move { pool.sum_of_squares(&cx, SQUARES).await };
            cx.spawn_queued(&format!("job {n}"), work)
        };
        let jobs = [job(1), job(2), job(3)];
        cx.sleep(0.5).await;
        jobs[0].cancel();
        assert_eq!(
            wait_all(jobs)
                .await
                .iter()
                .filter(|sum| **sum == Ok(14))
                .count(),
            2
        );
        Ok(())
    });
    let expected = ["job 1 cancelled 0.5", "job 2 ok 2", "job 3 ok 2.5"];
    assert_eq!(ends(&runtime), expected);
}

#[test]
fn in_a_live_run_sums_go_to_the_port_and_the_loop_really_computes() {
    let threads = Rc::new(Two::default());
    let runtime = Runtime::new(Ports {
        threads: Some(Rc::clone(&threads) as Rc<dyn Threads>),
        clock: Clock::Wall(Rc::new(|| Time::ZERO)),
        ..Ports::simulated()
    });
    begin(&runtime, |cx| async move {
        let own = cx.sum_of_squares(SQUARES);
        let other = Workers::new(&cx, 1).sum_of_squares(&cx, SQUARES).await?;
        cx.print(format!("{own} {other}"));
        Ok(())
    });
    runtime.run();
    assert_eq!(threads.asked.take(), [2.0]);
    assert_eq!(prints(&runtime), ["0 14 14"]);
}

/// One job after another in one step used to freeze the page for two seconds each.
#[test]
fn a_live_step_holds_the_loop_for_two_seconds_at_most() {
    for compute in [true, false] {
        let (ports, reads) = super::clocks::wall(0.25);
        let runtime = Runtime::new(ports);
        begin(&runtime, move |cx| async move {
            for _ in 0..4 {
                let job = cx.task("job", |cx| async move {
                    if compute {
                        let rounds = 1_000_000;
                        assert_eq!(cx.sum_of_squares(Squares { rounds, ..SQUARES }), 14);
                    } else {
                        cx.block(1.5);
                    }
                    Ok(())
                });
                job.await?;
            }
            // A new step may hold it again.
            cx.sleep(0.0).await;
            cx.block(1.5);
            Ok(())
        });
        runtime.run();
        let took = verdict(&runtime).0;
        assert!((3.5..8.0).contains(&took), "{compute}: {took}, {reads:?}");
        let trace = runtime.trace();
        let steps = trace.events().iter().filter_map(|event| match event.kind {
            Kind::Polled { nanos } => Some(nanos),
            _ => None,
        });
        assert!(steps.max() < Some(3_500_000_000), "{compute}");
    }
}

#[test]
fn in_a_live_run_work_goes_to_the_port() {
    let threads = Rc::new(Two::default());
    let runtime = Runtime::new(Ports {
        threads: Some(Rc::clone(&threads) as Rc<dyn Threads>),
        ..Ports::simulated()
    });
    begin(&runtime, |cx| async move {
        cx.to_thread(3.0).await?;
        cx.print("first");
        cx.to_thread(0.5).await
    });
    runtime.run();
    assert_eq!(threads.asked.take(), [3.0, 0.5]);
    assert_eq!(prints(&runtime), ["0 first"]);
    assert_eq!(ends(&runtime), ["main error 0"]);
}

#[test]
fn a_function_is_called_when_it_is_due() {
    let lines = log(|cx| async move {
        cx.call_later(2.0, "second", |cx| cx.print("second"));
        cx.call_later(1.0, "first", |cx| cx.print("first"));
        cx.call_later(0.0, "soon", |cx| cx.print("soon"));
        cx.print("main");
        cx.sleep(3.0).await;
        Ok(())
    });
    assert_eq!(lines, ["0 main", "0 soon", "1 first", "2 second"]);
}

/// A function is not a task: `main` does not wait for it. But functions due when `main` returns are called in the last turns.
#[test]
fn a_function_that_is_not_due_when_main_returns_is_never_called() {
    let runtime = ran(|cx| async move {
        cx.call_later(1.0, "due", |cx| cx.print("due"));
        cx.call_later(1.5, "late", |cx| cx.print("late"));
        cx.block(1.0);
        Ok(())
    });
    assert_eq!(prints(&runtime), ["1 due"]);
    assert_eq!(ends(&runtime), ["due ok 1", "late lives"]);
    assert_eq!(verdict(&runtime), (1.0, Verdict::Completed));
}

/// A function is recorded like a step of a task: it holds the loop, and wakes tasks.
#[test]
fn a_function_holds_the_loop_and_wakes_tasks() {
    let event = Event::new();
    let waiting = event.clone();
    let runtime = ran(|cx| async move {
        cx.call_later(1.0, "setter", move |cx| {
            cx.block(0.5);
            event.set(&cx);
        });
        waiting.wait(&cx).await;
        cx.print("woken");
        Ok(())
    });
    assert_eq!(prints(&runtime), ["1.5 woken"]);
    let trace = runtime.trace();
    let setter = TaskId(1);
    let held = trace.events().iter().filter(|event| event.task == setter);
    let held = held.filter(|event| event.kind == Kind::Polled { nanos: 500_000_000 });
    assert_eq!(held.count(), 1);
    let woken = Kind::Woken {
        by: Some(setter),
        asked: false,
    };
    assert!(trace.events().iter().any(|event| event.kind == woken));
}

#[test]
fn a_run_that_is_stopped_drops_the_functions_that_it_would_call() {
    let owned = Rc::new(());
    let kept = Rc::clone(&owned);
    let runtime = started(|cx| async move {
        cx.call_later(5.0, "later", move |_| drop(kept));
        cx.sleep(10.0).await;
        Ok(())
    });
    let _ = runtime.run_until(Time::from_secs(1.0), usize::MAX);
    assert_eq!(Rc::strong_count(&owned), 2);
    runtime.stop();
    assert_eq!(Rc::strong_count(&owned), 1);
}

/// Like CPython's "coroutine was never awaited", but not for a coroutine of a task that was cancelled before its first step.
#[test]
fn a_coroutine_that_is_thrown_away_is_warned_of() {
    let runtime = ran(|cx| async move {
        drop(cx.task("forgotten", |cx| sleeps(cx, 1.0)));
        let never = cx.spawn("cancelled", |cx| sleeps(cx, 1.0));
        never.cancel();
        let _ = never.await;
        Ok(())
    });
    assert_eq!(
        ends(&runtime),
        ["forgotten never_started 0", "cancelled never_started 0"]
    );
    let trace = runtime.trace();
    let warnings = trace.events().iter().filter_map(|event| match event.kind {
        Kind::Log {
            kind: LogKind::Note,
            text,
        } => Some((event.task, trace.text(text))),
        _ => None,
    });
    let warnings: Vec<_> = warnings
        .filter(|(_, text)| text.contains("never awaited"))
        .collect();
    let expected = "RuntimeWarning: coroutine 'forgotten' was never awaited";
    assert_eq!(warnings, [(TaskId::MAIN, expected)]);
}

/// Like CPython's "Task exception was never retrieved": its last handle is dropped, or was dropped before it failed.
#[test]
fn an_exception_that_nothing_retrieves_is_reported() {
    async fn fails(cx: Cx, seconds: f64) -> Result<()> {
        cx.sleep(seconds).await;
        Err(Error::Failed("nobody looks".to_owned()))
    }
    let runtime = ran(|cx| async move {
        let start = |name, seconds| cx.spawn(name, |cx| fails(cx, seconds));
        drop(start("left alone", 1.0));
        let kept = start("kept", 1.0);
        let (awaited, asked) = (start("awaited", 1.0), start("asked", 1.0));
        let gathered = ["gathered", "gathered later"].map(|name| start(name, 2.0));
        let cancelled = start("cancelled", 9.0);
        cx.sleep(1.5).await;
        let _ = awaited.await;
        let _ = (asked.is_done(), asked.result());
        cancelled.cancel();
        let _ = gather(gathered).await;
        let of_wait = start("only waited for", 1.0);
        let (done, _) = wait_first([of_wait]).await;
        drop(done);
        cx.sleep(1.0).await;
        drop(kept);
        let grouped = cx.task_group(async |group| {
            drop(group.spawn("grouped", |cx| fails(cx, 1.0))?);
            Ok(())
        });
        let _ = grouped.await;
        Ok(())
    });
    let trace = runtime.trace();
    let lost = trace.events().iter().filter_map(|event| match event.kind {
        Kind::NeverRetrieved => Some((event.at.secs(), trace.name(event.task))),
        _ => None,
    });
    let lost: Vec<_> = lost.collect();
    assert_eq!(
        lost,
        [(1.0, "left alone"), (3.0, "only waited for"), (4.0, "kept")]
    );
    let index = Index::of(&trace);
    let found = Finding::all(&index);
    let words: Vec<_> = found
        .iter()
        .map(|found| found.words(&trace, &index, false))
        .collect();
    assert_eq!(words.len(), 3);
    assert_eq!(
        words[0],
        "left alone failed, and its exception was never retrieved: nothing awaited it (nobody looks)."
    );
}

/// A real loop is blocked for two seconds at most, and the trace says that it would have been longer.
#[test]
fn a_live_run_says_that_it_blocks_for_less() {
    let (ports, _) = super::clocks::wall(0.25);
    let runtime = Runtime::new(ports);
    begin(&runtime, |cx| async move {
        cx.block(60.0);
        Ok(())
    });
    runtime.run();
    assert!(verdict(&runtime).0 < 5.0);
    let trace = runtime.trace();
    let remarks = trace.events().iter().filter_map(|event| match event.kind {
        Kind::Log { text, .. } => Some(trace.text(text)),
        _ => None,
    });
    let remarks: Vec<_> = remarks.collect();
    assert!(
        remarks
            .iter()
            .any(|remark| remark.contains("would hold the loop for 60 s")),
        "{remarks:?}"
    );
}
