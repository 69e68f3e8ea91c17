//! Blocking work in other threads, and functions that the loop calls later.

use super::*;
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

/// `run_in_executor`: the loop is told by a callback, so the task continues two turns after the work is done.
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
    // Nothing waits for the thread.
    assert_eq!(verdict(&runtime), (1.0, Verdict::Completed));
}

/// The threads of a live run, of which the second does not start.
#[derive(Default)]
struct Two {
    asked: RefCell<Vec<f64>>,
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

/// A function is no task: `main` does not wait for it. But what is due when `main` returns is called in the loop's last turns.
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

/// What a function does shows like what a task does in a step: it holds the loop, and wakes tasks.
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

/// As CPython's "coroutine was never awaited"; one that was to be a task and was cancelled before its first step is another thing.
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
