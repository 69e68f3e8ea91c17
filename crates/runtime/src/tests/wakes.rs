//! The wake-ups in the trace: which task woke which.

use super::*;
use interleave_trace::{PERMITS, Path, ResourceId};

/// Every wake-up: when, which task, by which task, and whether it was asked to end.
fn wakes(runtime: &Runtime) -> Vec<String> {
    let trace = runtime.trace();
    let wake = |event: &interleave_trace::Event| match event.kind {
        Kind::Woken { by, asked } => {
            let by = by.map_or("the reader", |by| trace.name(by));
            let how = if asked { "asked" } else { "woken" };
            let (at, name) = (event.at.secs(), trace.name(event.task));
            Some(format!("{at} {name} {how} by {by}"))
        }
        _ => None,
    };
    trace.events().iter().filter_map(wake).collect()
}

/// For timers and new tasks there are other events.
#[test]
fn only_what_another_task_does_is_a_wake_up() {
    let runtime = ran(|cx| async move {
        cx.sleep(1.0).await;
        cx.sleep(0.0).await;
        let sleeper = |cx: Cx| async move {
            cx.sleep(1.0).await;
            Ok(())
        };
        cx.task("in place", sleeper).await?;
        gather([cx.spawn("a", sleeper), cx.spawn("b", sleeper)]).await?;
        Ok(())
    });
    assert_eq!(wakes(&runtime), ["3 main woken by b"]);
}

#[test]
fn a_permit_wakes_the_task_that_waits_and_not_the_one_that_awaits_it() {
    let runtime = ran(|cx| async move {
        let permits = Semaphore::new(1);
        let work = |permits: Semaphore| {
            move |cx: Cx| async move {
                let _permit = permits.acquire(&cx).await;
                cx.sleep(1.0).await;
                Ok(())
            }
        };
        let first = cx.spawn("first", work(permits.clone()));
        // Awaited in place: it shares its steps with the task that awaits it.
        let inner = work(permits);
        let second = cx.spawn("outer", |cx| async move { cx.task("inner", inner).await });
        gather([first, second]).await?;
        Ok(())
    });
    assert_eq!(
        wakes(&runtime),
        ["1 inner woken by first", "2 main woken by outer"]
    );
    let trace = runtime.trace();
    let mut index = Index::default();
    index.advance(&trace, Time::from_secs(1.5));
    let held_by: Vec<_> = index
        .holders(ResourceId(1))
        .map(|id| trace.name(id))
        .collect();
    assert_eq!(held_by, ["inner"]);
    assert!(index.gauge(&trace, PERMITS).is_some());
}

#[test]
fn a_wake_up_is_recorded_at_its_instant_and_not_when_its_task_gets_the_loop() {
    let runtime = ran(|cx| async move {
        let queue = Queue::new("queue", 0);
        let taken = queue.clone();
        let taker = cx.spawn("taker", |cx| async move {
            taken.get(&cx).await?;
            Ok(())
        });
        cx.sleep(1.0).await;
        queue.put(&cx, ()).await?;
        cx.block(0.5);
        taker.await
    });
    assert_eq!(
        wakes(&runtime),
        ["1 taker woken by main", "1.5 main woken by taker"]
    );
    let trace = runtime.trace();
    let path = Path::of(&trace).expect("the run has ended");
    let legs = path.legs().iter();
    let legs: Vec<_> = legs
        .map(|leg| format!("{} {}", trace.name(leg.task), leg.does(&trace)))
        .collect();
    assert_eq!(
        legs,
        [
            "main sleeps for 1.0 s",
            "taker is ready, but main holds the loop, for 0.5 s"
        ]
    );
}

#[test]
fn the_cancelling_task_is_named_and_so_are_a_time_limit_and_the_end_of_main() {
    let runtime = ran(|cx| async move {
        let sleeper = |cx: Cx| async move {
            cx.sleep(9.0).await;
            Ok(())
        };
        let cancelled = cx.spawn("cancelled", sleeper);
        drop(cx.spawn("left behind", sleeper));
        let limited = cx.spawn("limited", move |cx| async move {
            let work = sleeper(cx.clone());
            // The time limit is what is tested.
            let _ = cx.timeout(1.0, work).await;
            Ok(())
        });
        cx.sleep(0.5).await;
        cancelled.cancel();
        limited.await
    });
    assert_eq!(
        wakes(&runtime),
        [
            "0.5 cancelled asked by main",
            "1 limited asked by limited",
            "1 main woken by limited",
            "1 left behind asked by main",
        ]
    );
}

/// A coroutine that is made at the start begins when it is awaited: until then it does not wait for the loop.
#[test]
fn a_coroutine_that_is_awaited_late_names_the_task_that_started_it() {
    let runtime = ran(|cx| async move {
        let sleeper = |cx: Cx| async move {
            cx.sleep(1.0).await;
            Ok(())
        };
        let late = cx.task("late", sleeper);
        cx.sleep(2.0).await;
        late.await
    });
    assert_eq!(wakes(&runtime), ["2 late woken by main"]);
    let trace = runtime.trace();
    let path = Path::of(&trace).expect("the run has ended");
    let names: Vec<_> = path.legs().iter().map(|leg| trace.name(leg.task)).collect();
    assert_eq!(names, ["main", "late"]);
}

/// A sleep of less than a nanosecond: the timer rings at the instant at which it is set. The search for the
/// critical path used to return to it for ever.
#[test]
fn a_sleep_of_no_length_does_not_hold_up_the_search_for_the_path() {
    let runtime = ran(|cx| async move {
        for _ in 0..3 {
            cx.sleep(1e-12).await;
        }
        cx.sleep(1.0).await;
        cx.sleep(1e-12).await;
        Ok(())
    });
    let path = Path::of(&runtime.trace()).expect("the run has ended");
    assert_eq!(path.legs().len(), 1);
}
