//! Cancellation: where it is delivered, when, and what the task may still do.

use super::*;

/// Works for a time; when cancelled, cleans up for a time and ends as cancelled.
async fn tidy(cx: Cx, work: f64, clean_up: f64) -> Result<()> {
    let inner = cx.clone();
    let work = cx.catch_cancel(async move {
        inner.sleep(work).await;
        Ok(())
    });
    match work.await {
        Err(Error::Cancelled) => {
            cx.print("told");
            let _cut = Dropped(cx.clone(), "clean-up over");
            cx.sleep(clean_up).await;
            cx.print("clean");
            Err(Error::Cancelled)
        }
        other => other,
    }
}

#[test]
fn cancelling_drops_the_task_at_its_next_step() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let _guard = Dropped(cx.clone(), "dropped");
            sleeps(cx, 9.0).await
        });
        cx.sleep(1.0).await;
        assert!(task.cancel());
        assert!(task.cancel(), "asking twice is no harm");
        cx.print("asked");
        assert!(!task.is_done());
        cx.sleep(0.0).await;
        assert!(task.is_done() && task.is_cancelled() && !task.cancel());
        assert_eq!(task.await, Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(prints(&runtime), ["1 asked", "1 dropped"]);
    assert_eq!(ends(&runtime), ["task cancelled 1"]);
    assert_eq!(verdict(&runtime).0, 1.0);
}

#[test]
fn a_task_that_is_cancelled_before_its_first_step_never_starts() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| sleeps(cx, 1.0));
        task.cancel();
        assert_eq!(task.await, Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(ends(&runtime), ["task never_started 0"]);
}

#[test]
fn a_task_may_clean_up_with_await_and_the_awaiting_task_waits_for_that() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| tidy(cx, 9.0, 0.5));
        cx.sleep(2.0).await;
        task.cancel();
        assert_eq!(task.await, Err(Error::Cancelled));
        cx.print("main knows");
        Ok(())
    });
    assert_eq!(
        prints(&runtime),
        ["2 told", "2.5 clean", "2.5 clean-up over", "2.5 main knows"]
    );
    assert_eq!(ends(&runtime), ["task cancelled 2.5"]);
}

#[test]
fn a_second_cancellation_cuts_the_clean_up_short() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| tidy(cx, 9.0, 5.0));
        cx.sleep(2.0).await;
        task.cancel();
        cx.sleep(1.0).await;
        task.cancel();
        assert_eq!(task.await, Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(prints(&runtime), ["2 told", "3 clean-up over"]);
    assert_eq!(ends(&runtime), ["task cancelled 3"]);
}

#[test]
fn a_task_that_swallows_its_cancellation_is_done() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let _swallowed = tidy(cx, 9.0, 0.5).await;
            Ok(())
        });
        cx.sleep(1.0).await;
        task.cancel();
        assert_eq!(task.await, Ok(()));
        Ok(())
    });
    assert_eq!(ends(&runtime), ["task ok 1.5"]);
}

#[test]
fn of_nested_scopes_the_innermost_is_told_and_the_outer_one_by_its_answer() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let inner = tidy(cx.clone(), 9.0, 0.5);
            let outer = cx.catch_cancel(inner).await;
            cx.print(format!("outer: {outer:?}"));
            let again = cx.catch_cancel(sleeps(cx.clone(), 1.0)).await;
            cx.print(format!("again: {again:?}"));
            Ok(())
        });
        cx.sleep(1.0).await;
        task.cancel();
        task.await
    });
    assert_eq!(
        prints(&runtime),
        [
            "1 told",
            "1.5 clean",
            "1.5 clean-up over",
            "1.5 outer: Err(Cancelled)",
            "2.5 again: Ok(())",
        ]
    );
}

/// Scopes side by side in one task: the cancellation used to be lost when the first one closed first.
#[test]
fn scopes_side_by_side_lose_no_cancellation() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let short = cx.catch_cancel(sleeps(cx.clone(), 1.0));
            let long = cx.catch_cancel(sleeps(cx.clone(), 9.0));
            let both = futures_util::future::join(short, long).await;
            cx.print(format!("{both:?}"));
            Ok(())
        });
        cx.sleep(2.0).await;
        task.cancel();
        task.await
    });
    assert_eq!(prints(&runtime), ["2 (Ok(()), Err(Cancelled))"]);
}

/// The scope that should get the cancellation is not polled in the step that should deliver it, and is then
/// dropped or just kept: the cancellation used to wait for the next wake-up of the task.
#[test]
fn a_scope_that_is_not_awaited_any_more_leaves_the_cancellation_to_the_task() {
    for keeps in [false, true] {
        let runtime = ran(move |cx| async move {
            let task = cx.spawn("task", move |cx| async move {
                let timer = Box::pin(cx.sleep(1.0));
                let scope = Box::pin(cx.catch_cancel(sleeps(cx.clone(), 50.0)));
                // The timer is polled first and is ready, so the scope is not polled any more.
                let over = futures_util::future::select(timer, scope).await;
                let _kept = Some(over).filter(|_| keeps);
                sleeps(cx.clone(), 100.0).await
            });
            cx.sleep(1.0).await;
            task.cancel();
            cx.sleep(1.0).await;
            assert!(task.is_done());
            Ok(())
        });
        assert_eq!(ends(&runtime), ["task cancelled 1"]);
    }
}

#[test]
fn cancelling_wins_over_a_sleep_that_ends_at_that_instant() {
    for catches in [false, true] {
        let runtime = ran(move |cx| async move {
            let task = cx.spawn("task", move |cx| async move {
                for step in 0..5 {
                    let nap = sleeps(cx.clone(), 1.0);
                    if catches {
                        cx.catch_cancel(nap).await?;
                    } else {
                        nap.await?;
                    }
                    cx.print(format!("step {step}"));
                }
                Ok(())
            });
            // Armed before the task's third timer, so that main is woken first.
            cx.sleep(3.0).await;
            task.cancel();
            assert_eq!(task.await, Err(Error::Cancelled));
            Ok(())
        });
        assert_eq!(prints(&runtime), ["1 step 0", "2 step 1"]);
        assert_eq!(ends(&runtime), ["task cancelled 3"]);
    }
}

#[test]
fn cancelling_passes_on_to_the_task_that_is_awaited() {
    let runtime = ran(|cx| async move {
        let outer = cx.spawn("outer", |cx| async move {
            let inner = cx.spawn("inner", |cx| tidy(cx, 9.0, 0.5));
            let answer = cx.catch_cancel(async move { inner.await }).await;
            cx.print(format!("outer: {answer:?}"));
            answer
        });
        cx.sleep(1.0).await;
        outer.cancel();
        assert_eq!(outer.await, Err(Error::Cancelled));
        Ok(())
    });
    // The scope around the await sees the cancellation in the result, after the clean-up.
    assert_eq!(
        prints(&runtime),
        [
            "1 told",
            "1.5 clean",
            "1.5 clean-up over",
            "1.5 outer: Err(Cancelled)"
        ]
    );
    assert_eq!(
        ends(&runtime),
        ["outer cancelled 1.5", "inner cancelled 1.5"]
    );
}

#[test]
fn an_awaited_task_that_swallows_the_request_saves_the_awaiting_task() {
    let runtime = ran(|cx| async move {
        let outer = cx.spawn("outer", |cx| async move {
            let inner = cx.spawn("inner", |cx| async move {
                let _swallowed = tidy(cx, 9.0, 0.5).await;
                Ok(())
            });
            inner.await
        });
        cx.sleep(1.0).await;
        outer.cancel();
        outer.await
    });
    assert_eq!(ends(&runtime), ["outer ok 1.5", "inner ok 1.5"]);
}

/// The awaited task has just ended: the cancellation is for the task that awaited it.
#[test]
fn cancelling_wins_over_a_result_that_has_not_been_taken_yet() {
    let runtime = ran(|cx| async move {
        let outer = cx.spawn("outer", |cx| async move {
            let inner = cx.spawn("inner", |cx| sleeps(cx, 1.0));
            inner.await?;
            cx.print("not reached");
            Ok(())
        });
        cx.sleep(0.5).await;
        cx.sleep(0.5).await;
        outer.cancel();
        assert_eq!(outer.await, Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(ends(&runtime), ["outer cancelled 1", "inner ok 1"]);
}

#[test]
fn a_handle_that_is_dropped_while_awaited_cancels_and_otherwise_not() {
    let runtime = ran(|cx| async move {
        drop(cx.spawn("let go", |cx| sleeps(cx, 1.0)));
        let held = cx.spawn("given up", |cx| tidy(cx, 9.0, 0.5));
        let timer = std::pin::pin!(cx.sleep(2.0));
        let join = held.into_future();
        futures_util::future::select(join, timer).await;
        cx.sleep(5.0).await;
        Ok(())
    });
    assert_eq!(
        prints(&runtime),
        ["2 told", "2.5 clean", "2.5 clean-up over"]
    );
    assert_eq!(ends(&runtime), ["let go ok 1", "given up cancelled 2.5"]);
}

/// The task used to pass its cancellation on to one that it no longer awaited.
#[test]
fn a_task_that_gave_up_awaiting_is_told_itself() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let other = cx.spawn("other", |cx| tidy(cx, 9.0, 5.0)).into_future();
            let all = gather([cx.spawn("third", |cx| tidy(cx, 9.0, 5.0))]);
            cx.sleep(0.0).await;
            // Each wait is polled, found pending and dropped within one step.
            futures_util::future::select(other, std::pin::pin!(async {})).await;
            futures_util::future::select(Box::pin(all), std::pin::pin!(async {})).await;
            sleeps(cx.clone(), 100.0).await
        });
        cx.sleep(1.0).await;
        task.cancel();
        cx.sleep(0.0).await;
        assert!(task.is_done());
        Ok(())
    });
    assert_eq!(ends(&runtime)[0], "task cancelled 1");
}

#[test]
fn a_gather_that_is_dropped_while_it_waits_cancels_all() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let all = ["a", "b"].map(|name| cx.spawn(name, |cx| sleeps(cx, 9.0)));
            let timer = std::pin::pin!(cx.sleep(1.0));
            futures_util::future::select(Box::pin(gather(all)), timer).await;
            sleeps(cx.clone(), 1.0).await
        });
        task.await
    });
    assert_eq!(
        ends(&runtime),
        ["task ok 2", "a cancelled 1", "b cancelled 1"]
    );
}

#[test]
fn cancelling_a_gather_cancels_all_and_raises_with_the_first() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let [a, b] = [0.5, 2.0].map(|clean_up| {
                let name = format!("cleans up for {clean_up}");
                cx.spawn(&name, move |cx| tidy(cx, 9.0, clean_up))
            });
            gather([a, b]).await?;
            Ok(())
        });
        cx.sleep(1.0).await;
        task.cancel();
        let _cancelled = task.await;
        cx.sleep(9.0).await;
        Ok(())
    });
    let expected = [
        "task cancelled 1.5",
        "cleans up for 0.5 cancelled 1.5",
        "cleans up for 2 cancelled 3",
    ];
    assert_eq!(ends(&runtime), expected);
}

/// `gather(..., return_exceptions=True)` raises when the last of them has ended. It used to
/// return "cancelled" as a value, so that the task continued as if it had not been cancelled.
#[test]
fn cancelling_a_task_in_wait_all_reaches_it_in_the_end() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let all =
                [0.5, 2.0].map(|clean_up| cx.spawn("child", move |cx| tidy(cx, 9.0, clean_up)));
            wait_all(all).await;
            cx.print("not reached");
            Ok(())
        });
        cx.sleep(1.0).await;
        task.cancel();
        assert_eq!(task.await, Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(
        ends(&runtime),
        [
            "task cancelled 3",
            "child cancelled 1.5",
            "child #2 cancelled 3"
        ]
    );
}
