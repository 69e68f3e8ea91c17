//! Corner cases of asyncio, each with the lines that CPython 3.13 prints.

use super::*;

/// When cancelled, prints that, cleans up, and ends as cancelled.
async fn sleeper(cx: Cx, name: &str, seconds: f64, clean_up: f64) -> Result<()> {
    let slept = cx.catch_cancel(sleeps(cx.clone(), seconds)).await;
    if slept.is_err() {
        cx.print(format!("{name} told"));
        if clean_up > 0.0 {
            cx.sleep(clean_up).await;
        }
        cx.print(format!("{name} cleaned"));
    }
    slept
}

async fn crash(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await;
    Err(failed("no"))
}

/// Prints the result of a task.
async fn outcome<T: std::fmt::Debug>(cx: &Cx, task: impl Future<Output = Result<T>>) {
    match task.await {
        Ok(value) => cx.print(format!("result {value:?}")),
        Err(Error::Group(errors)) => cx.print(format!("raises a group: {errors:?}")),
        Err(error) => cx.print(format!("raises {error}")),
    }
}

/// The lines that a program prints, and the instant at which it ends.
fn log<Fut>(program: impl FnOnce(Cx) -> Fut) -> (Vec<String>, f64)
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let runtime = ran(program);
    let (end, how) = verdict(&runtime);
    assert_eq!(how, Verdict::Completed);
    (prints(&runtime), end)
}

fn logged(lines: &[&str], end: f64) -> (Vec<String>, f64) {
    (lines.iter().map(|&line| line.to_owned()).collect(), end)
}

/// The errors of children used to be lost when the task around the group was cancelled.
#[test]
fn errors_of_a_group_go_before_the_cancellation_of_its_task() {
    let found = log(|cx| async move {
        let runner = cx.spawn("runner", |cx| async move {
            let group = TaskGroup::new(&cx);
            for _ in 0..5 {
                group.spawn("child", |cx| async move {
                    let slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
                    slept.or(Err(failed("zde")))
                })?;
            }
            group.join().await
        });
        cx.sleep(0.1).await;
        runner.cancel();
        outcome(&cx, runner.into_future()).await;
        Ok(())
    });
    let all = format!("0.1 raises a group: {:?}", vec![failed("zde"); 5]);
    assert_eq!(found, logged(&[&all], 0.1));
}

#[test]
fn a_second_cancellation_does_not_cut_the_clean_up_of_a_group_short() {
    let found = log(|cx| async move {
        let runner = cx.spawn("runner", |cx| async move {
            let group = TaskGroup::new(&cx);
            group.spawn("child", |cx| sleeper(cx, "child", 10.0, 2.0))?;
            group.join().await
        });
        cx.sleep(1.0).await;
        runner.cancel();
        cx.sleep(0.5).await;
        runner.cancel();
        outcome(&cx, runner.into_future()).await;
        Ok(())
    });
    let lines = ["1 child told", "3 child cleaned", "3 raises cancelled"];
    assert_eq!(found, logged(&lines, 3.0));
}

#[test]
fn a_cancellation_after_a_failure_does_not_cut_the_clean_up_of_a_group_short() {
    let found = log(|cx| async move {
        let runner = cx.spawn("runner", |cx| async move {
            let group = TaskGroup::new(&cx);
            group.spawn("crash", |cx| crash(cx, 0.5))?;
            group.spawn("child", |cx| sleeper(cx, "child", 10.0, 2.0))?;
            group.join().await
        });
        cx.sleep(1.0).await;
        runner.cancel();
        outcome(&cx, runner.into_future()).await;
        Ok(())
    });
    let group = format!("2.5 raises a group: {:?}", [failed("no")]);
    let lines = ["0.5 child told", "2.5 child cleaned", &group];
    assert_eq!(found, logged(&lines, 2.5));
}

#[test]
fn a_child_that_fails_cancels_the_body_of_its_group_at_once() {
    let found = log(|cx| async move {
        let runner = cx.spawn("runner", |cx| async move {
            let body = |group: TaskGroup| {
                let cx = cx.clone();
                async move {
                    group.spawn("crash", |cx| crash(cx, 0.1))?;
                    sleeper(cx, "body", 10.0, 0.0).await
                }
            };
            cx.task_group(body).await
        });
        outcome(&cx, runner.into_future()).await;
        Ok(())
    });
    let group = format!("0.1 raises a group: {:?}", [failed("no")]);
    let lines = ["0.1 body told", "0.1 body cleaned", &group];
    assert_eq!(found, logged(&lines, 0.1));
}

#[test]
fn a_body_that_fails_waits_for_the_clean_ups_and_fails_as_a_group() {
    let found = log(|cx| async move {
        let runner = cx.spawn("runner", |cx| async move {
            let body = |group: TaskGroup| {
                let cx = cx.clone();
                async move {
                    group.spawn("child", |cx| sleeper(cx, "child", 5.0, 0.5))?;
                    cx.sleep(0.1).await;
                    Err::<(), _>(failed("body"))
                }
            };
            cx.task_group(body).await
        });
        outcome(&cx, runner.into_future()).await;
        Ok(())
    });
    let group = format!("0.6 raises a group: {:?}", [failed("body")]);
    let lines = ["0.1 child told", "0.6 child cleaned", &group];
    assert_eq!(found, logged(&lines, 0.6));
}

#[test]
fn a_group_whose_child_was_cancelled_still_takes_children_and_raises_nothing() {
    let found = log(|cx| async move {
        let own = cx.clone();
        let body = |group: TaskGroup| async move {
            let task = group.spawn("cancelled", |cx| sleeps(cx, 5.0))?;
            own.sleep(1.0).await;
            task.cancel();
            group.spawn("later", |cx| sleeps(cx, 3.0))?;
            Ok(task)
        };
        let task = cx.task_group(body).await?;
        cx.print(format!("joined, no error {}", task.is_cancelled()));
        Ok(())
    });
    assert_eq!(found, logged(&["4 joined, no error true"], 4.0));
}

#[test]
fn a_child_that_ends_as_cancelled_fails_no_group() {
    let found = log(|cx| async move {
        let group = TaskGroup::new(&cx);
        group.spawn("gives up", |cx| async move {
            cx.sleep(1.0).await;
            Err::<(), _>(Error::Cancelled)
        })?;
        group.spawn("goes on", |cx| sleeps(cx, 2.0))?;
        group.join().await?;
        cx.print("joined, no error");
        Ok(())
    });
    assert_eq!(found, logged(&["2 joined, no error"], 2.0));
}

#[test]
fn a_group_takes_tasks_from_its_children_and_refuses_them_once_it_shuts_down() {
    let found = log(|cx| async move {
        let body = |group: TaskGroup| async move {
            let own = group.clone();
            group.spawn("child", |cx| async move {
                own.spawn("grandchild", |cx| sleeper(cx, "grandchild", 2.0, 1.0))?;
                let caught = cx.catch_cancel(sleeps(cx.clone(), 9.0)).await;
                outcome(&cx, async {
                    own.spawn("late", |cx| sleeps(cx, 1.0)).map(|_| ())
                })
                .await;
                caught
            })?;
            group.spawn("crash", |cx| crash(cx, 1.0))?;
            Ok(group.clone())
        };
        let kept = TaskGroup::new(&cx);
        let finished = kept.clone();
        kept.join().await?;
        outcome(&cx, async {
            finished.spawn("late", |cx| sleeps(cx, 1.0)).map(|_| ())
        })
        .await;
        outcome(&cx, async { cx.task_group(body).await.map(|_| ()) }).await;
        Ok(())
    });
    let group = format!("2 raises a group: {:?}", [failed("no")]);
    let lines = [
        "0 raises TaskGroup is finished",
        "1 raises TaskGroup is shutting down",
        "1 grandchild told",
        "2 grandchild cleaned",
        &group,
    ];
    assert_eq!(found, logged(&lines, 2.0));
}

/// Each wait used to wake a turn or two earlier than in CPython.
#[test]
fn a_wait_for_the_first_finds_all_that_ended_before_its_turn() {
    let found = log(|cx| async move {
        let nap = |turns: u32| {
            cx.spawn("nap", move |cx| async move {
                for _ in 0..turns {
                    cx.sleep(0.0).await;
                }
                Ok(())
            })
        };
        let (a, b) = (nap(1), nap(2));
        let (done, pending) = wait_first([b, a]).await;
        cx.print(format!("{} {}", done.len(), pending.len()));
        let a = cx.spawn("a", |cx| sleeps(cx, 2.0));
        let b = cx.spawn("b", |cx| async move {
            cx.spawn("c", |cx| sleeps(cx, 2.0)).await
        });
        let (done, pending) = wait_first([a, b]).await;
        cx.print(format!("{} {}", done.len(), pending.len()));
        Ok(())
    });
    assert_eq!(found, logged(&["0 2 0", "2 2 0"], 2.0));
}

#[test]
fn cancelling_a_wait_leaves_what_it_waits_for_alone() {
    let found = log(|cx| async move {
        let inner = cx.spawn("inner", |cx| async move {
            cx.sleep(1.0).await;
            cx.print("inner ran on");
            Ok(())
        });
        let outer = cx.spawn("outer", |_| async move {
            wait([inner], When::AllCompleted).await;
            Ok(())
        });
        cx.sleep(0.0).await;
        outer.cancel();
        outcome(&cx, outer.into_future()).await;
        cx.sleep(2.0).await;
        Ok(())
    });
    let lines = ["0 raises cancelled", "1 inner ran on"];
    assert_eq!(found, logged(&lines, 2.0));
}

#[test]
fn a_wait_for_without_time_takes_the_result_of_a_task_that_has_ended() {
    let found = log(|cx| async move {
        let done = cx.spawn("done", |_| async { Ok("done") });
        cx.sleep(0.0).await;
        outcome(&cx, cx.wait_for_task(0.0, done)).await;
        let running = cx.spawn("t", |cx| sleeper(cx, "t", 10.0, 0.1));
        cx.sleep(0.1).await;
        outcome(&cx, cx.wait_for_task(0.0, running.clone())).await;
        cx.print(format!("t done {}", running.is_done()));
        Ok(())
    });
    let lines = [
        "0 result \"done\"",
        "0.1 t told",
        "0.2 t cleaned",
        "0.2 raises timed out",
        "0.2 t done true",
    ];
    assert_eq!(found, logged(&lines, 0.2));
}

#[test]
fn a_wait_for_hands_over_what_a_task_answers_that_ignores_the_limit_and_the_cancellation() {
    let found = log(|cx| async move {
        let inner = cx.spawn("stubborn", |cx| async move {
            for _ in 0..2 {
                if cx.catch_cancel(sleeps(cx.clone(), 0.3)).await.is_err() {
                    cx.print("stubborn told");
                }
            }
            cx.sleep(0.3).await;
            cx.print("stubborn ends");
            Ok(42)
        });
        let task = cx.spawn(
            "task",
            |cx| async move { cx.wait_for_task(0.1, inner).await },
        );
        cx.sleep(0.2).await;
        task.cancel();
        outcome(&cx, task.into_future()).await;
        Ok(())
    });
    let lines = [
        "0.1 stubborn told",
        "0.2 stubborn told",
        "0.5 stubborn ends",
        "0.5 result 42",
    ];
    assert_eq!(found, logged(&lines, 0.5));
}

/// A task used to have one handle only; a second awaiter hung or was refused.
#[test]
fn several_can_await_one_task_and_a_gather_takes_it_twice() {
    let found = log(|cx| async move {
        let says = |word| cx.spawn("says", move |_| async move { Ok(word) });
        let (x, y) = (says("abc"), says("def"));
        let all = gather([x.clone(), x.clone(), y, x]).await?;
        cx.print(all.join(" "));
        let task = cx.spawn("task", |cx| async move {
            cx.sleep(1.0).await;
            Ok(7)
        });
        let waits = |task: Handle<i32>| cx.spawn("waits", |_| async move { task.await });
        let both = gather([waits(task.clone()), waits(task.clone())]).await?;
        cx.print(format!("{both:?} {:?}", task.await));
        Ok(())
    });
    assert_eq!(found, logged(&["0 abc abc def abc", "1 [7, 7] Ok(7)"], 1.0));
}

#[test]
fn a_task_that_awaits_itself_fails() {
    let found = log(|cx| async move {
        let own = Rc::new(std::cell::RefCell::new(None::<Handle<()>>));
        let task = cx.spawn("t", {
            let own = Rc::clone(&own);
            |cx| async move {
                cx.sleep(0.0).await;
                let task = own.borrow().clone();
                match task {
                    Some(task) => task.await,
                    None => Ok(()),
                }
            }
        });
        *own.borrow_mut() = Some(task.clone());
        cx.sleep(1.0).await;
        outcome(&cx, task.into_future()).await;
        Ok(())
    });
    let lines = ["1 raises Task cannot await on itself"];
    assert_eq!(found, logged(&lines, 1.0));
}

#[test]
fn a_task_that_cancels_itself_and_returns_is_cancelled() {
    let found = log(|cx| async move {
        let own = Rc::new(std::cell::RefCell::new(None::<Handle<i32>>));
        let task = cx.spawn("t", {
            let own = Rc::clone(&own);
            |_| async move {
                own.borrow().as_ref().map(Handle::cancel);
                Ok(12)
            }
        });
        *own.borrow_mut() = Some(task.clone());
        outcome(&cx, task.into_future()).await;
        Ok(())
    });
    assert_eq!(found, logged(&["0 raises cancelled"], 0.0));
}

#[test]
fn a_task_that_is_started_in_the_clean_up_at_the_end_is_abandoned() {
    let found = log(|cx| async move {
        drop(cx.spawn("leftover", |cx| async move {
            let slept = cx.catch_cancel(sleeps(cx.clone(), 9.0)).await;
            drop(cx.spawn("late", |cx| async move {
                cx.print("late begins");
                cx.sleep(5.0).await;
                cx.print("late ran to its end");
                Ok(())
            }));
            slept
        }));
        cx.sleep(1.0).await;
        Ok(())
    });
    assert_eq!(found, logged(&["1 late begins"], 1.0));
}

#[test]
fn a_limit_of_no_time_lets_through_what_never_waits() {
    let found = log(|cx| async move {
        let own = cx.clone();
        let body = cx.timeout(0.0, async {
            let inner = own.timeout(1.0, async {
                own.print("body");
                Ok(())
            });
            inner.await?;
            own.print("in time");
            Ok(())
        });
        outcome(&cx, body).await;
        Ok(())
    });
    let lines = ["0 body", "0 in time", "0 result ()"];
    assert_eq!(found, logged(&lines, 0.0));
}

/// The body used to begin a turn later.
#[test]
fn the_body_of_a_limit_begins_at_once() {
    let found = log(|cx| async move {
        drop(cx.spawn("other", |cx| async move {
            cx.print("other");
            Ok(())
        }));
        let body = async {
            cx.print("body, before the other");
            Ok(())
        };
        cx.timeout(5.0, body).await?;
        drop(cx.spawn("a", |cx| async move {
            let body = async {
                cx.print("body");
                Ok(())
            };
            cx.timeout(5.0, body).await?;
            cx.print("a");
            Ok(())
        }));
        drop(cx.spawn("hog", |cx| async move {
            cx.block(2.0);
            Ok(())
        }));
        cx.sleep(9.0).await;
        Ok(())
    });
    let lines = ["0 body, before the other", "0 other", "0 body", "0 a"];
    assert_eq!(found, logged(&lines, 9.0));
}

/// Work that would have ended in time used to count as in time even if the loop was held until after the limit.
#[test]
fn a_limit_that_is_noticed_late_is_a_timeout() {
    let found = log(|cx| async move {
        let hog = cx.spawn("hog", |cx| async move {
            cx.block(2.0);
            Ok(1)
        });
        let gathers = async {
            let got = gather([hog]).await?;
            cx.print(format!("got {got:?}"));
            Ok(())
        };
        outcome(&cx, cx.timeout(1.0, gathers)).await;
        drop(cx.spawn("hog", |cx| async move {
            cx.block(3.5);
            Ok(())
        }));
        outcome(&cx, cx.timeout(2.0, sleeps(cx.clone(), 1.0))).await;
        Ok(())
    });
    let lines = ["2 raises timed out", "5.5 raises timed out"];
    assert_eq!(found, logged(&lines, 5.5));
}

#[test]
fn a_limit_can_be_moved_and_lifted() {
    let found = log(|cx| async move {
        let limit = Limit::after(&cx, 1.0);
        cx.print(format!("{:?} {}", limit.when(), limit.expired()));
        let (own, kept) = (limit.clone(), limit.clone());
        let work = async {
            own.reschedule(Some(cx.now() + 3.0))?;
            cx.sleep(2.0).await;
            own.reschedule(None)?;
            cx.sleep(9.0).await;
            own.reschedule(Some(cx.now() - 1.0))?;
            cx.sleep(9.0).await;
            Ok(())
        };
        outcome(&cx, limit.on(work)).await;
        cx.print(format!("{:?} {}", kept.when(), kept.expired()));
        outcome(&cx, async { kept.reschedule(None) }).await;
        outcome(&cx, cx.timeout_at(12.0, sleeps(cx.clone(), 9.0))).await;
        Ok(())
    });
    let lines = [
        "0 Some(1.0) false",
        "11 raises timed out",
        "11 Some(10.0) true",
        "11 raises Cannot change state of expired Timeout",
        "12 raises timed out",
    ];
    assert_eq!(found, logged(&lines, 12.0));
}

#[test]
fn a_shield_keeps_a_cancellation_from_its_task() {
    let found = log(|cx| async move {
        let inner = cx.spawn("inner", |cx| async move {
            cx.sleep(2.0).await;
            Ok("inner")
        });
        let kept = inner.clone();
        let outer = cx.spawn("outer", |_| async move { shield(inner).await });
        cx.sleep(1.0).await;
        outer.cancel();
        outcome(&cx, outer.into_future()).await;
        outcome(&cx, shield(kept.clone())).await;
        outcome(&cx, shield(kept)).await;
        Ok(())
    });
    let lines = [
        "1 raises cancelled",
        "2 result \"inner\"",
        "2 result \"inner\"",
    ];
    assert_eq!(found, logged(&lines, 2.0));
}

/// Tasks that share a fetch are woken by a callback, like tasks that shield one task. They used to be a turn early.
#[test]
fn a_shared_fetch_reaches_those_that_wait_a_turn_after_its_end() {
    let found = log(|cx| async move {
        let cache = Cache::new(9.0);
        let asks = cx.spawn("asks", |cx| async move {
            let fetch = |cx: Cx| async move {
                cx.sleep(1.0).await;
                cx.print("fetched");
                Ok(())
            };
            cache.get_or_fetch(&cx, "key", fetch).await?;
            cx.print("has it");
            Ok(())
        });
        cx.sleep(1.0).await;
        for turn in 0..4 {
            cx.print(format!("turn {turn}"));
            cx.sleep(0.0).await;
        }
        asks.await
    });
    let lines = [
        "1 turn 0",
        "1 fetched",
        "1 turn 1",
        "1 turn 2",
        "1 has it",
        "1 turn 3",
    ];
    assert_eq!(found, logged(&lines, 1.0));
}
