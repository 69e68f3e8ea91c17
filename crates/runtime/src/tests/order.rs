//! The order in which tasks take their steps.

use super::*;

async fn worker(cx: Cx, name: &'static str, naps: &'static [f64]) -> Result<&'static str> {
    cx.print(format!("{name} starts"));
    for nap in naps {
        cx.sleep(*nap).await;
        cx.print(format!("{name} wakes"));
    }
    Ok(name)
}

#[test]
fn tasks_take_their_steps_in_the_order_in_which_they_became_ready() {
    let runtime = ran(|cx| async move {
        let all = ["a", "b", "c"].map(|name| cx.spawn(name, |cx| worker(cx, name, &[0.0, 0.0])));
        cx.print("main goes on");
        gather(all).await?;
        Ok(())
    });
    assert_eq!(
        prints(&runtime),
        [
            "0 main goes on",
            "0 a starts",
            "0 b starts",
            "0 c starts",
            "0 a wakes",
            "0 b wakes",
            "0 c wakes",
            "0 a wakes",
            "0 b wakes",
            "0 c wakes",
        ]
    );
}

#[test]
fn equal_deadlines_fire_in_the_order_in_which_the_timers_were_made() {
    let runtime = ran(|cx| async move {
        let naps: [(&str, &[f64]); 4] = [
            ("a", &[0.1, 0.2]),
            ("b", &[0.3]),
            ("c", &[0.2, 0.1]),
            ("d", &[0.3]),
        ];
        let all = naps.map(|(name, naps)| cx.spawn(name, move |cx| worker(cx, name, naps)));
        gather(all).await?;
        Ok(())
    });
    // b and d armed their timers at 0, a at 0.1, c at 0.2.
    let last: Vec<_> = prints(&runtime)
        .into_iter()
        .filter(|line| line.starts_with("0.3 "))
        .collect();
    assert_eq!(
        last,
        ["0.3 b wakes", "0.3 d wakes", "0.3 a wakes", "0.3 c wakes"]
    );
}

#[test]
fn a_bare_turn_lets_every_other_ready_task_run_once() {
    let runtime = ran(|cx| async move {
        let other = cx.spawn("other", |cx| worker(cx, "other", &[0.0]));
        cx.print("before");
        cx.sleep(0.0).await;
        cx.print("between");
        cx.sleep(f64::NAN).await;
        cx.print("after");
        other.await?;
        Ok(())
    });
    assert_eq!(
        prints(&runtime),
        [
            "0 before",
            "0 other starts",
            "0 between",
            "0 other wakes",
            "0 after"
        ]
    );
}

#[test]
fn a_task_awaited_in_place_runs_at_once_and_one_never_awaited_not_at_all() {
    let runtime = ran(|cx| async move {
        let lazy = cx.task("lazy", |cx| worker(cx, "lazy", &[]));
        let forgotten = cx.task("forgotten", |cx| worker(cx, "forgotten", &[]));
        cx.print("first");
        lazy.await?;
        cx.print("last");
        drop(forgotten);
        Ok(())
    });
    assert_eq!(prints(&runtime), ["0 first", "0 lazy starts", "0 last"]);
    assert_eq!(ends(&runtime), ["lazy ok 0", "forgotten never_started 0"]);
}

#[test]
fn gather_hands_over_values_in_the_order_of_the_handles() {
    let runtime = ran(|cx| async move {
        let naps: [(&str, &[f64]); 3] = [("a", &[3.0]), ("b", &[1.0]), ("c", &[2.0])];
        let all = naps.map(|(name, naps)| cx.spawn(name, move |cx| worker(cx, name, naps)));
        let names = gather(all).await?;
        cx.print(names.join(" "));
        cx.print(format!("{:?}", gather(Vec::<Handle<()>>::new()).await));
        Ok(())
    });
    assert_eq!(prints(&runtime)[6..], ["3 a b c", "3 Ok([])"]);
}

async fn fails(cx: Cx, after: f64, message: &str) -> Result<()> {
    cx.sleep(after).await;
    Err(Error::Failed(message.to_owned()))
}

#[test]
fn gather_returns_the_first_failure_at_once_and_the_others_run_on() {
    let runtime = ran(|cx| async move {
        // Both fail at 1.0; `early`, though later in the list, armed its timer first.
        let late = cx.spawn("late", |cx| async move {
            cx.sleep(0.5).await;
            fails(cx, 0.5, "second").await
        });
        let early = cx.spawn("early", |cx| fails(cx, 1.0, "first"));
        let slow = cx.spawn("slow", |cx| async move {
            cx.sleep(3.0).await;
            Ok(())
        });
        cx.print(gather([late, early, slow]).await.unwrap_err());
        cx.sleep(9.0).await;
        Ok(())
    });
    assert_eq!(prints(&runtime), ["1 first"]);
    assert_eq!(
        ends(&runtime),
        ["late error 1", "early error 1", "slow ok 3"]
    );
    // A gather that has returned is over: a task that ends later does not wake the gathering task.
    let trace = runtime.trace();
    let held = |kind: &Kind| matches!(kind, Kind::Polled { .. });
    let steps = trace
        .events()
        .iter()
        .filter(|e| e.task == TaskId::MAIN && held(&e.kind))
        .count();
    assert_eq!(steps, 3, "main starts, sees the failure, wakes at 10");
}

#[test]
fn wait_all_waits_for_all_whatever_becomes_of_them() {
    let runtime = ran(|cx| async move {
        let good = cx.spawn("good", |cx| async move {
            cx.sleep(2.0).await;
            Ok(())
        });
        let bad = cx.spawn("bad", |cx| fails(cx, 1.0, "no"));
        cx.print(format!("{:?}", wait_all([bad, good]).await));
        Ok(())
    });
    assert_eq!(prints(&runtime), ["2 [Err(Failed(\"no\")), Ok(())]"]);
}

#[test]
fn a_result_is_still_there_when_it_is_asked_for_late() {
    let runtime = ran(|cx| async move {
        let (done, failed) = (
            cx.spawn("done", |_| async { Ok(7) }),
            cx.spawn("failed", |cx| fails(cx, 1.0, "no")),
        );
        cx.sleep(5.0).await;
        assert!(done.is_done() && failed.is_done() && !failed.is_cancelled());
        assert!(!done.cancel(), "it has ended");
        cx.print(format!("{:?} {:?}", done.await, gather([failed]).await));
        Ok(())
    });
    assert_eq!(prints(&runtime), ["5 Ok(7) Err(Failed(\"no\"))"]);
}

#[test]
fn holds_are_of_the_innermost_task_and_never_overlap() {
    let runtime = ran(|cx| async move {
        cx.block(1.0);
        let outer = cx.task("outer", |cx| async move {
            cx.block(2.0);
            let inner = cx.task("inner", |cx| async move {
                cx.block(4.0);
                cx.sleep(1.0).await;
                cx.block(8.0);
                Ok(())
            });
            inner.await?;
            cx.block(16.0);
            Ok(())
        });
        outer.await?;
        cx.block(32.0);
        Ok(())
    });
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let held = |id: u32| index.task(TaskId(id)).unwrap().ran();
    assert_eq!([held(0), held(1), held(2)], [33.0, 18.0, 12.0]);
    assert!(
        index
            .polls()
            .windows(2)
            .all(|pair| pair[0].end <= pair[1].start)
    );
    assert_eq!(verdict(&runtime), (64.0, Verdict::Completed));
    assert_eq!(index.stats().busy, 63.0);
}

/// The bytes that a page reports for tasks are counted, so they grow with the tasks; a run that is over holds only its trace.
#[test]
fn the_bytes_of_a_run_are_those_of_its_tasks() {
    let sleeping = |many: usize| {
        let runtime = started(move |cx| async move {
            let sleeper = |cx: Cx| async move {
                cx.sleep(1.0).await;
                Ok(())
            };
            gather((0..many).map(|i| cx.spawn(&format!("task {i}"), sleeper))).await?;
            Ok(())
        });
        let _ = runtime.run_until(Time::ZERO, usize::MAX);
        runtime
    };
    let bytes = [1_000, 10_000].map(|many| sleeping(many).bytes() / many);
    // A future, a waker, a timer, and some events with a name.
    assert!(
        bytes.iter().all(|each| (200..3_000).contains(each)),
        "{bytes:?}"
    );
    assert!(
        bytes[1] < 2 * bytes[0] && bytes[0] < 2 * bytes[1],
        "{bytes:?}"
    );
    let runtime = sleeping(1_000);
    let before = runtime.bytes();
    runtime.stop();
    assert!(runtime.bytes() < before);
}

/// 100,000 sleeps cost a bounded number of events each, and one turn of the clock together.
#[test]
fn a_hundred_thousand_sleeps() {
    const MANY: usize = 100_000;
    let runtime = ran(|cx| async move {
        let sleeper = |cx: Cx| async move {
            cx.sleep(1.0).await;
            Ok(())
        };
        gather((0..MANY).map(|i| cx.spawn(&format!("task {i}"), sleeper))).await?;
        Ok(())
    });
    let trace = runtime.trace();
    assert_eq!(trace.task_count(), MANY + 1);
    // Created, running, waiting, ended, and two steps of some hold.
    assert!(
        trace.events().len() <= 7 * MANY + 20,
        "{}",
        trace.events().len()
    );
    let index = Index::of(&trace);
    assert_eq!(index.flight().peak(), MANY);
    assert_eq!(index.stats().ended_with(Outcome::Ok), MANY);
    drop(trace);
    assert_eq!(verdict(&runtime), (1.0, Verdict::Completed));
}
