//! Time limits: the cases of CPython's `test_timeouts` and `test_waitfor`.
//!
//! Each test is named after its original; its lines are those that CPython 3.13 prints.

use super::*;

#[test]
fn nested_timeouts() {
    let lines = log(|cx| async move {
        let inner = Limit::at(&cx, 1.0);
        let kept = inner.clone();
        let outer = cx.timeout_at(1.0, async {
            let slept = inner.on(sleeps(cx.clone(), 10.0)).await;
            cx.print(format!("inner {}", words(&slept)));
            slept
        });
        let outer = outer.await;
        cx.print(format!("{} {}", words(&outer), kept.expired()));
        Ok(())
    });
    assert_eq!(lines, ["1 inner cancelled", "1 timed out true"]);
}

#[test]
fn timeout_zero_and_in_the_past() {
    let lines = log(|cx| async move {
        for when in [0.0, -1.0] {
            for seconds in [0.0, 10.0] {
                let limit = if when < 0.0 {
                    Limit::at(&cx, cx.now() + when)
                } else {
                    Limit::after(&cx, 0.0)
                };
                let slept = limit.clone().on(sleeps(cx.clone(), seconds)).await;
                cx.print(format!("{} {}", words(&slept), limit.expired()));
            }
        }
        Ok(())
    });
    assert_eq!(
        lines,
        [
            "0 timed out true",
            "0 timed out true",
            "0 timed out true",
            "0 timed out true"
        ]
    );
}

#[test]
fn foreign_exception_passed() {
    let lines = log(|cx| async move {
        let limit = Limit::after(&cx, 1.0);
        let raised = limit
            .clone()
            .on(async { Err::<(), _>(failed("key")) })
            .await;
        cx.print(format!("{} {}", words(&raised), limit.expired()));
        Ok(())
    });
    assert_eq!(lines, ["0 key false"]);
}

#[test]
fn foreign_exception_on_timeout() {
    let lines = log(|cx| async move {
        let limit = Limit::after(&cx, 1.0);
        let raised = words(&limit.clone().on(breaks(cx.clone())).await);
        cx.print(format!("{raised} {} {}", limit.expired(), cx.cancelling()));
        Ok(())
    });
    assert_eq!(lines, ["1 zde true 0"]);
}

#[test]
fn foreign_cancel_doesnt_timeout_if_not_expired() {
    let lines = log(|cx| async move {
        let limit = Limit::after(&cx, 10.0);
        let kept = limit.clone();
        let task = with_itself(&cx, |cx, own| async move {
            let work = async {
                own.cancel();
                sleeps(cx, 10.0).await
            };
            limit.on(work).await
        });
        cx.print(format!("{} {}", words(&task.await), kept.expired()));
        Ok(())
    });
    assert_eq!(lines, ["0 cancelled false"]);
}

#[test]
fn nested_timeouts_concurrent() {
    let lines = log(|cx| async move {
        let outer = cx.timeout(0.2, async {
            let inner = cx.timeout(10.0, async {
                cx.block(1.0);
                sleeps(cx.clone(), 1.0).await
            });
            let inner = inner.await;
            cx.print(format!("inner {}", words(&inner)));
            inner
        });
        cx.print(words(&outer.await));
        Ok(())
    });
    assert_eq!(lines, ["1 inner cancelled", "1 timed out"]);
}

#[test]
fn nested_timeouts_loop_busy() {
    let lines = log(|cx| async move {
        let outer = cx.timeout(1.0, async {
            let inner = cx.timeout(0.1, async {
                cx.block(0.5);
                sleeps(cx.clone(), 1.0).await
            });
            cx.print(format!("inner {}", words(&inner.await)));
            sleeps(cx.clone(), 10.0).await
        });
        cx.print(words(&outer.await));
        Ok(())
    });
    assert_eq!(lines, ["0.5 inner timed out", "1 timed out"]);
}

#[test]
fn reschedule() {
    let lines = log(|cx| async move {
        let limit = Limit::at(&cx, 10.0);
        let own = limit.clone();
        let task = cx.spawn("task", |cx| own.on(sleeps(cx, 50.0)));
        cx.sleep(1.0).await;
        cx.print(limit.when().unwrap_or_default());
        limit.reschedule(Some(30.0))?;
        cx.print(limit.when().unwrap_or_default());
        limit.reschedule(None)?;
        cx.print(limit.when().is_none());
        task.cancel();
        cx.print(format!("{} {}", words(&task.await), limit.expired()));
        Ok(())
    });
    assert_eq!(lines, ["1 10", "1 30", "1 true", "1 cancelled false"]);
}

#[test]
fn nested_timeout_in_finally() {
    let lines = log(|cx| async move {
        let outer = cx.timeout(1.0, async {
            let slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
            let inner = cx.timeout(1.0, sleeps(cx.clone(), 10.0)).await;
            cx.print(format!("inner {}", words(&inner)));
            slept
        });
        cx.print(words(&outer.await));
        Ok(())
    });
    assert_eq!(lines, ["2 inner timed out", "2 timed out"]);
}

#[test]
fn timeout_after_cancellation() {
    let lines = log(|cx| async move {
        let task = with_itself(&cx, |cx, own| async move {
            own.cancel();
            let slept = cx.catch_cancel(sleeps(cx.clone(), 1.0)).await;
            cx.print(words(&slept));
            let limited = cx.timeout(0.0, sleeps(cx.clone(), 1.0)).await;
            cx.print(format!("{} {}", words(&limited), cx.cancelling()));
            Ok(())
        });
        cx.print(words(&task.await));
        Ok(())
    });
    assert_eq!(lines, ["0 cancelled", "0 timed out 1", "0 ok"]);
}

#[test]
fn cancel_in_timeout_after_cancellation() {
    let lines = log(|cx| async move {
        let task = with_itself(&cx, |cx, own| async move {
            own.cancel();
            let slept = cx.catch_cancel(sleeps(cx.clone(), 1.0)).await;
            cx.print(words(&slept));
            let limited = cx.timeout(1.0, async {
                own.cancel();
                sleeps(cx.clone(), 2.0).await
            });
            let limited = limited.await;
            cx.print(format!("{} {}", words(&limited), cx.cancelling()));
            Ok(())
        });
        cx.print(words(&task.await));
        Ok(())
    });
    assert_eq!(lines, ["0 cancelled", "0 cancelled 2", "0 ok"]);
}

/// `test_timeout_not_entered`, `_already_entered`, `_expiring`, `_expired`, `_finished` and `_double_enter`. Entering a limit
/// twice failed, but used to end the limit of the first work.
#[test]
fn timeout_states() {
    let lines = log(|cx| async move {
        let tries = |limit: &Limit| cx.print(words(&limit.reschedule(Some(2.0))));
        let enters = async |limit: &Limit| {
            let entered = words(&limit.clone().on(async { Ok(()) }).await);
            cx.print(entered.contains("has already been entered"));
        };
        let limit = Limit::after(&cx, 1.0);
        tries(&limit);
        let work = async {
            enters(&limit).await;
            let slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
            cx.print(words(&slept));
            tries(&limit);
            Ok(())
        };
        let left = limit.clone().on(work).await;
        cx.print(words(&left));
        tries(&limit);
        let limit = Limit::after(&cx, 1.0);
        limit.clone().on(async { Ok(()) }).await?;
        tries(&limit);
        enters(&limit).await;
        Ok(())
    });
    assert_eq!(
        lines,
        [
            "0 Timeout has not been entered",
            "0 true",
            "1 cancelled",
            "1 Cannot change state of expiring Timeout",
            "1 ok",
            "1 Cannot change state of expired Timeout",
            "1 Cannot change state of finished Timeout",
            "1 true"
        ]
    );
}

#[test]
fn timeout_taskgroup() {
    let lines = log(|cx| async move {
        let own = cx.clone();
        let group = cx.task_group(|group| async move {
            group.spawn("breaks", breaks)?;
            own.sleep(0.5).await;
            let _slept = own.catch_cancel(sleeps(own.clone(), 10.0)).await;
            Err::<(), _>(failed("value"))
        });
        let limited = words(&cx.timeout(1.0, group).await);
        cx.print(format!("{limited} {}", cx.cancelling()));
        Ok(())
    });
    assert_eq!(lines, ["1 [zde, value] 0"]);
}

#[test]
fn asyncio_wait_for_cancelled() {
    let lines = log(|cx| async move {
        let task = cx.spawn("waits", |cx| async move {
            let work = tells(cx.clone(), "slow", 2.0);
            cx.wait_for(4.0, work).await
        });
        cancelled_after(&cx, 0.0, task).await;
        Ok(())
    });
    assert_eq!(lines, ["0 slow told", "0 cancelled"]);
}

#[test]
fn wait_for() {
    let lines = log(|cx| async move {
        let task = cx.spawn("t", |cx| tells(cx, "t", 10.0));
        let waited = words(&cx.wait_for_task(0.1, task.clone()).await);
        cx.print(format!("{waited} {}", task.is_cancelled()));
        Ok(())
    });
    assert_eq!(lines, ["0.1 t told", "0.1 timed out true"]);
}

#[test]
fn wait_for_race_condition() {
    let lines = log(|cx| async move {
        let event = Event::new();
        let waits = event.wait(&cx);
        drop(cx.spawn("sets", |cx| async move {
            event.set(&cx);
            Ok(())
        }));
        let waited = cx.wait_for(0.2, async move {
            waits.await;
            Ok(())
        });
        cx.print(words(&waited.await));
        Ok(())
    });
    assert_eq!(lines, ["0 ok"]);
}

#[test]
fn wait_for_cancellation_race_condition() {
    let lines = log(|cx| async move {
        let own = cx.clone();
        let waited = cx.wait_for(0.1, async move {
            let slept = own.catch_cancel(sleeps(own.clone(), 1.0)).await;
            own.print(words(&slept));
            Ok(())
        });
        cx.print(words(&waited.await));
        Ok(())
    });
    assert_eq!(lines, ["0.1 cancelled", "0.1 ok"]);
}

#[test]
fn wait_for_waits_for_task_cancellation() {
    let lines = log(|cx| async move {
        let task = cx.spawn("inner", |cx| async move {
            let slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
            cx.sleep(0.1).await;
            cx.print("cleaned");
            slept
        });
        let waited = words(&cx.wait_for_task(0.1, task.clone()).await);
        cx.print(format!("{waited} {}", task.is_cancelled()));
        Ok(())
    });
    assert_eq!(lines, ["0.2 cleaned", "0.2 timed out true"]);
}

#[test]
fn wait_for_reraises_exception_during_cancellation() {
    let lines = log(|cx| async move {
        let task = cx.spawn("breaks", breaks);
        cx.print(words(&cx.wait_for_task(0.1, task).await));
        Ok(())
    });
    assert_eq!(lines, ["0.1 zde"]);
}

#[test]
fn cancel_wait_for() {
    let lines = log(|cx| async move {
        let task = cx.spawn("t", |cx| tells(cx, "t", 10.0));
        let own = task.clone();
        let waits = cx.spawn(
            "waits",
            |cx| async move { cx.wait_for_task(60.0, own).await },
        );
        cancelled_after(&cx, 0.0, waits).await;
        cx.print(task.is_cancelled());
        Ok(())
    });
    assert_eq!(lines, ["0 t told", "0 cancelled", "0 true"]);
}

#[test]
fn wait_for_issue86296() {
    let lines = log(|cx| async move {
        let inner = cx.spawn("inner", |_| async { Ok(()) });
        let own = inner.clone();
        let waits = cx.spawn("waits", |cx| async move {
            cx.wait_for_task(100.0, own).await?;
            cx.sleep(1.0).await;
            cx.print("not reached");
            Ok(())
        });
        cancelled_after(&cx, 0.0, waits).await;
        cx.print(words(&inner.await));
        Ok(())
    });
    assert_eq!(lines, ["0 cancelled", "0 ok"]);
}

#[test]
fn shield_zero_timeout() {
    let lines = log(|cx| async move {
        let task = cx.spawn("task", |cx| sleeps(cx, 0.1));
        let waited = words(&cx.wait_for(0.0, shield(task.clone())).await);
        cx.print(format!("{waited} {}", task.is_done()));
        cx.print(words(&task.await));
        Ok(())
    });
    assert_eq!(lines, ["0 timed out false", "0.1 ok"]);
}

#[test]
fn shielded_timeout() {
    let lines = log(|cx| async move {
        let task = cx.spawn("task", |cx| sleeps(cx, 1.0));
        let waited = words(&cx.wait_for(0.1, shield(task.clone())).await);
        cx.print(format!("{waited} {}", task.is_done()));
        cx.print(words(&task.await));
        Ok(())
    });
    assert_eq!(lines, ["0.1 timed out false", "1 ok"]);
}
