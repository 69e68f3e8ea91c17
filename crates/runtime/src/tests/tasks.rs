//! Tasks, and waiting for them: the cases of CPython's `test_tasks` and `test_runners`.
//!
//! Each test is named after its original; its lines are those that CPython 3.13 prints.

use super::*;

async fn value(cx: Cx, seconds: f64, value: u32) -> Result<u32> {
    cx.sleep(seconds).await;
    Ok(value)
}

/// The results in short: values, or the kind of error.
fn all(results: &[Result<u32>]) -> String {
    let word = |result: &Result<u32>| match result {
        Ok(value) => value.to_string(),
        failed => words(failed),
    };
    results.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// Starts a task that cancels another one in its step.
fn cancels<T: Clone + 'static>(cx: &Cx, task: &Handle<T>) {
    let task = task.clone();
    drop(cx.spawn("cancels", |_| async move {
        task.cancel();
        Ok(())
    }));
}

#[test]
fn cancelling() {
    let lines = log(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            cx.print(cx.cancelling());
            let slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
            cx.print(format!("{} {}", words(&slept), cx.cancelling()));
            slept
        });
        cx.sleep(0.0).await;
        cx.print(format!("{} {}", task.cancel(), task.cancel()));
        cx.print(words(&task.await));
        Ok(())
    });
    assert_eq!(
        lines,
        ["0 0", "0 true true", "0 cancelled 2", "0 cancelled"]
    );
}

#[test]
fn uncancel_basic() {
    let lines = log(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            let slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
            cx.print(format!("{} {}", words(&slept), cx.cancelling()));
            cx.uncancel();
            cx.print(cx.cancelling());
            sleeps(cx, 10.0).await
        });
        cx.sleep(1.0).await;
        task.cancel();
        cx.sleep(1.0).await;
        cx.print(format!("{} {}", task.is_done(), task.is_cancelled()));
        cancelled_after(&cx, 1.0, task).await;
        Ok(())
    });
    assert_eq!(
        lines,
        ["1 cancelled 1", "1 0", "2 false false", "3 cancelled"]
    );
}

#[test]
fn uncancel_resets_must_cancel() {
    let lines = log(|cx| async move {
        let task = with_itself(&cx, |cx, own| async move {
            own.cancel();
            cx.print(format!("{} {}", cx.cancelling(), cx.uncancel()));
            cx.sleep(1.0).await;
            cx.print("went on");
            Ok(())
        });
        cx.print(words(&task.await));
        Ok(())
    });
    assert_eq!(lines, ["0 1 0", "1 went on", "1 ok"]);
}

/// `test_cancel` and `test_cancel_yield`.
#[test]
fn cancel_and_cancel_yield() {
    for seconds in [10.0, 0.0] {
        let lines = log(move |cx| async move {
            let task = cx.spawn("task", move |cx| async move {
                cx.sleep(seconds).await;
                cx.sleep(seconds).await;
                Ok(())
            });
            cx.sleep(0.0).await;
            task.cancel();
            let kept = task.clone();
            let ended = words(&task.await);
            let (done, cancelled) = (kept.is_done(), kept.is_cancelled());
            cx.print(format!("{ended} {done} {cancelled} {}", kept.cancel()));
            Ok(())
        });
        assert_eq!(lines, ["0 cancelled true true false"]);
    }
}

/// `test_cancel_inner_future` and `test_cancel_both_task_and_inner_future`.
#[test]
fn cancel_inner_future_and_both() {
    for both in [false, true] {
        let lines = log(move |cx| async move {
            let inner = cx.spawn("inner", |cx| tells(cx, "inner", 10.0));
            let own = inner.clone();
            let task = cx.spawn("task", |_| own.into_future());
            cx.sleep(0.0).await;
            inner.cancel();
            if both {
                task.cancel();
            }
            let kept = task.clone();
            let ended = words(&task.await);
            let (one, other) = (inner.is_cancelled(), kept.is_cancelled());
            cx.print(format!("{ended} {one} {other}"));
            Ok(())
        });
        assert_eq!(lines, ["0 inner told", "0 cancelled true true"]);
    }
}

#[test]
fn cancel_task_ignoring() {
    let lines = log(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            cx.sleep(1.0).await;
            let slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
            cx.print(words(&slept));
            cx.sleep(1.0).await;
            cx.print("went on");
            Ok(())
        });
        cancelled_after(&cx, 2.0, task).await;
        Ok(())
    });
    assert_eq!(lines, ["2 cancelled", "3 went on", "3 ok"]);
}

#[test]
fn cancel_current_task() {
    let lines = log(|cx| async move {
        let task = with_itself(&cx, |cx, own| async move {
            own.cancel();
            sleeps(cx, 100.0).await
        });
        cx.print(words(&task.await));
        Ok(())
    });
    assert_eq!(lines, ["0 cancelled"]);
}

#[test]
fn cancel_awaited_task() {
    let lines = log(|cx| async move {
        let nested = Rc::new(Cell::new(None));
        let kept = Rc::clone(&nested);
        let task = with_itself(&cx, |cx, own| async move {
            let nested = cx.spawn("nested", |cx| tells(cx, "nested", 10.0));
            kept.set(Some(nested.clone()));
            cx.sleep(0.0).await;
            own.cancel();
            nested.await
        });
        cx.print(words(&task.await));
        cx.print(nested.take().is_some_and(|task| task.is_cancelled()));
        Ok(())
    });
    assert_eq!(lines, ["0 nested told", "0 cancelled", "0 true"]);
}

#[test]
fn yield_future_passes_cancel() {
    let lines = log(|cx| async move {
        let task = cx.spawn("outer", |cx| async move {
            let inner = tells(cx.clone(), "inner", 10.0).await;
            cx.print(words(&inner));
            Ok(())
        });
        cancelled_after(&cx, 0.0, task).await;
        Ok(())
    });
    assert_eq!(lines, ["0 inner told", "0 cancelled", "0 ok"]);
}

/// Waits, and prints which tasks are done and which are pending.
async fn waits(cx: &Cx, tasks: &[Handle<()>], when: When, seconds: Option<f64>) {
    let tasks = tasks.iter().cloned();
    let (done, pending) = match seconds {
        Some(seconds) => cx.wait(seconds, tasks, when).await,
        None => wait(tasks, when).await,
    };
    let places = |found: Places<()>| found.iter().map(|found| found.0).collect::<Vec<_>>();
    cx.print(format!("{:?} {:?}", places(done), places(pending)));
}

/// Tasks that sleep for these numbers of seconds.
fn sleepers<const N: usize>(cx: &Cx, seconds: [f64; N]) -> [Handle<()>; N] {
    seconds.map(|seconds| cx.spawn("sleeper", move |cx| sleeps(cx, seconds)))
}

#[test]
fn wait_first_completed() {
    let lines = log(|cx| async move {
        let tasks = sleepers(&cx, [0.1, 10.0]);
        waits(&cx, &tasks, When::FirstCompleted, None).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 [0] [1]"]);
}

#[test]
fn wait_first_exception() {
    let lines = log(|cx| async move {
        let [sleeper] = sleepers(&cx, [10.0]);
        let tasks = [sleeper, cx.spawn("crash", |cx| crash(cx, 0.0, "zde"))];
        for _ in 0..3 {
            cx.sleep(0.0).await;
        }
        waits(&cx, &tasks, When::FirstException, None).await;
        Ok(())
    });
    assert_eq!(lines, ["0 [1] [0]"]);
}

/// A cancelled task has not failed.
#[test]
fn wait_first_exception_in_wait() {
    let lines = log(|cx| async move {
        let [long, short] = sleepers(&cx, [10.0, 0.05]);
        let fails = cx.spawn("crash", |cx| crash(cx, 0.1, "zde"));
        waits(&cx, &[long, fails, short], When::FirstException, None).await;
        let tasks = sleepers(&cx, [1.0, 10.0]);
        cancels(&cx, &tasks[1]);
        waits(&cx, &tasks, When::FirstException, None).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 [1, 2] [0]", "1.1 [0, 1] []"]);
}

#[test]
fn wait_with_exception() {
    let lines = log(|cx| async move {
        let [sleeper] = sleepers(&cx, [0.1]);
        let tasks = [sleeper, cx.spawn("crash", |cx| crash(cx, 0.15, "zde"))];
        waits(&cx, &tasks, When::AllCompleted, None).await;
        waits(&cx, &tasks, When::AllCompleted, None).await;
        let [a, b] = tasks.map(|task| words(&task.result()));
        cx.print(format!("{a} {b}"));
        Ok(())
    });
    assert_eq!(lines, ["0.15 [0, 1] []", "0.15 [0, 1] []", "0.15 ok zde"]);
}

#[test]
fn wait_with_timeout() {
    let lines = log(|cx| async move {
        let tasks = sleepers(&cx, [0.1, 0.15]);
        waits(&cx, &tasks, When::AllCompleted, Some(0.11)).await;
        Ok(())
    });
    assert_eq!(lines, ["0.11 [0] [1]"]);
}

#[test]
fn wait_concurrent_complete() {
    let lines = log(|cx| async move {
        let tasks = sleepers(&cx, [0.1, 0.15]);
        cx.sleep(0.0).await;
        waits(&cx, &tasks, When::AllCompleted, Some(0.1)).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 [0] [1]"]);
}

#[test]
fn as_completed_resume_iterator() {
    let lines = log(|cx| async move {
        let task = |number: u32| {
            let seconds = f64::from(number);
            cx.spawn("task", move |cx| value(cx, seconds, number))
        };
        let mut ends = as_completed([3, 1, 0, 2].map(task));
        while let Some((_, number)) = ends.next().await {
            cx.print(number.clone()?);
            if number == Ok(1) {
                break;
            }
        }
        cx.print("resumes");
        while let Some((_, number)) = ends.next().await {
            cx.print(number?);
        }
        Ok(())
    });
    assert_eq!(lines, ["0 0", "1 1", "1 resumes", "2 2", "3 3"]);
}

/// The tasks run on when the task that waits for them is cancelled.
#[test]
fn as_completed_cancel() {
    let lines = log(|cx| async move {
        let tasks = [
            cx.spawn("a", |cx| tells(cx, "a", 10.0)),
            cx.spawn("b", |cx| sleeps(cx, 1.0)),
        ];
        let own = tasks.clone();
        let waits = cx.spawn("waits", |cx| async move {
            let mut ends = as_completed(own);
            while ends.next().await.is_some() {
                cx.print("one");
            }
            Ok(())
        });
        cancelled_after(&cx, 2.0, waits).await;
        cx.print(format!("{} {}", tasks[0].is_done(), tasks[1].is_done()));
        tasks[0].cancel();
        Ok(())
    });
    assert_eq!(lines, ["1 one", "2 cancelled", "2 false true", "2 a told"]);
}

#[test]
fn shield_exception() {
    let lines = log(|cx| async move {
        let inner = cx.spawn("inner", |cx| crash(cx, 1.0, "zde"));
        cx.print(words(&shield(inner).await));
        Ok(())
    });
    assert_eq!(lines, ["1 zde"]);
}

#[test]
fn shield_cancel_inner() {
    let lines = log(|cx| async move {
        let inner = cx.spawn("inner", |cx| tells(cx, "inner", 10.0));
        cancels(&cx, &inner);
        let shielded = words(&shield(inner).await);
        cx.print(format!("{shielded} {}", cx.cancelling()));
        Ok(())
    });
    assert_eq!(lines, ["0 inner told", "0 cancelled 0"]);
}

#[test]
fn shield_gather() {
    let lines = log(|cx| async move {
        let inner = cx.spawn("inner", |cx| async move {
            let child = |seconds: f64| {
                cx.spawn("child", move |cx| async move {
                    cx.sleep(seconds).await;
                    cx.print("child");
                    Ok(())
                })
            };
            gather([1.0, 2.0].map(child)).await?;
            cx.print("gathered");
            Ok(())
        });
        let own = inner.clone();
        let outer = cx.spawn("outer", |_| shield(own));
        cancelled_after(&cx, 0.0, outer).await;
        cx.print(words(&inner.await));
        Ok(())
    });
    assert_eq!(
        lines,
        ["0 cancelled", "1 child", "2 child", "2 gathered", "2 ok"]
    );
}

#[test]
fn gather_shield() {
    let lines = log(|cx| async move {
        let tasks = [1, 2]
            .map(|number: u32| cx.spawn("task", move |cx| value(cx, f64::from(number), number)));
        let own = tasks.clone();
        let outer = cx.spawn("outer", |cx| async move {
            gather(own.map(|task| cx.spawn("shields", |_| shield(task)))).await
        });
        cancelled_after(&cx, 0.5, outer).await;
        cx.print(format!("{} {}", tasks[0].is_done(), tasks[1].is_done()));
        cx.print(format!("{:?}", gather(tasks).await?));
        Ok(())
    });
    assert_eq!(lines, ["0.5 cancelled", "0.5 false false", "2 [1, 2]"]);
}

#[test]
fn cancel_gather_2() {
    let lines = log(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            for _ in 0..20 {
                wait_all(sleepers(&cx, [0.5])).await;
            }
            Ok(())
        });
        cancelled_after(&cx, 2.0, task).await;
        Ok(())
    });
    assert_eq!(lines, ["2 cancelled"]);
}

/// A task for each: when it ends, and its value or its error.
fn tasks<const N: usize>(
    cx: &Cx,
    plans: [(f64, std::result::Result<u32, &'static str>); N],
) -> [Handle<u32>; N] {
    plans.map(|(seconds, ends)| {
        cx.spawn("task", move |cx| async move {
            cx.sleep(seconds).await;
            ends.map_err(failed)
        })
    })
}

#[test]
fn gather_success() {
    let lines = log(|cx| async move {
        let tasks = tasks(&cx, [(2.0, Ok(2)), (1.0, Ok(1)), (3.0, Ok(3))]);
        cx.print(format!("{:?}", gather(tasks).await?));
        Ok(())
    });
    assert_eq!(lines, ["3 [2, 1, 3]"]);
}

#[test]
fn gather_one_exception() {
    let lines = log(|cx| async move {
        let [a, c] = sleepers(&cx, [1.0, 2.0]);
        let d = cx.spawn("d", |cx| tells(cx, "d", 10.0));
        let [b, e] = [(1.0, "zde"), (2.0, "late")]
            .map(|(seconds, why)| cx.spawn("crash", move |cx| crash(cx, seconds, why)));
        let all = [a, b, c, d, e];
        cx.print(words(&gather(all.clone()).await));
        all[3].cancel();
        cx.sleep(2.0).await;
        let ends = all.map(|task| words(&task.result()));
        cx.print(ends.join(" "));
        Ok(())
    });
    assert_eq!(lines, ["1 zde", "1 d told", "3 ok zde ok cancelled late"]);
}

#[test]
fn gather_return_exceptions() {
    let lines = log(|cx| async move {
        let plans = [(2.0, Ok(3)), (1.0, Ok(1)), (1.0, Err("x")), (3.0, Err("y"))];
        cx.print(all(&wait_all(tasks(&cx, plans)).await));
        Ok(())
    });
    assert_eq!(lines, ["3 3, 1, x, y"]);
}

#[test]
fn gather_one_cancellation() {
    let lines = log(|cx| async move {
        let [a, c] = sleepers(&cx, [0.0, 2.0]);
        let b = cx.spawn("b", |cx| tells(cx, "b", 10.0));
        cancels(&cx, &b);
        let gathered = words(&gather([a, b, c.clone()]).await);
        cx.print(format!("{gathered} {} {}", cx.cancelling(), c.is_done()));
        cx.print(words(&c.await));
        Ok(())
    });
    assert_eq!(lines, ["0 b told", "0 cancelled 0 false", "2 ok"]);
}

#[test]
fn gather_result_exception_one_cancellation() {
    let lines = log(|cx| async move {
        let plans = [
            (0.0, Ok(1)),
            (1.0, Err("x")),
            (9.0, Ok(0)),
            (2.0, Ok(3)),
            (9.0, Ok(0)),
            (3.0, Err("y")),
        ];
        let tasks = tasks(&cx, plans);
        let own = tasks.clone();
        drop(cx.spawn("cancels", |cx| async move {
            cx.sleep(0.5).await;
            own[2].cancel();
            cx.sleep(2.0).await;
            own[4].cancel();
            Ok(())
        }));
        cx.print(all(&wait_all(tasks).await));
        Ok(())
    });
    assert_eq!(lines, ["3 1, x, cancelled, 3, cancelled, y"]);
}

#[test]
fn gather_cancellation_broadcast() {
    let lines = log(|cx| async move {
        let tasks = ["a", "b"].map(|name| cx.spawn(name, move |cx| tells(cx, name, 10.0)));
        let own = tasks.clone();
        let outer = cx.spawn("outer", |cx| async move {
            gather(own).await?;
            cx.print("not reached");
            Ok(())
        });
        cancelled_after(&cx, 0.0, outer).await;
        let [a, b] = tasks.map(|task| task.is_cancelled());
        cx.print(format!("{a} {b}"));
        Ok(())
    });
    assert_eq!(
        lines,
        ["0 a told", "0 b told", "0 cancelled", "0 true true"]
    );
}

#[test]
fn gather_exception_marking() {
    let lines = log(|cx| async move {
        let task = cx.spawn("task", |cx| async move {
            gather(tasks(&cx, [(1.0, Err("a")), (2.0, Err("b"))])).await
        });
        cx.sleep(3.0).await;
        cx.print(words(&task.await));
        Ok(())
    });
    assert_eq!(lines, ["3 a"]);
}

#[test]
fn run_cancels_hanging_tasks() {
    let lines = log(|cx| async move {
        drop(cx.spawn("leftover", |cx| tells(cx, "leftover", 10.0)));
        cx.sleep(1.0).await;
        cx.print("main");
        Ok(())
    });
    assert_eq!(lines, ["1 main", "1 leftover told"]);
}

/// The error of a task that was left behind does not reach `main`: it returns, or raises its own error.
#[test]
fn run_reports_hanging_tasks_errors() {
    for raises in [false, true] {
        let runtime = ran(move |cx| async move {
            drop(cx.spawn("leftover", breaks));
            cx.sleep(1.0).await;
            if raises { Err(failed("own")) } else { Ok(()) }
        });
        let main: &[&str] = if raises { &["main error 1"] } else { &[] };
        assert_eq!(ends(&runtime), [main, &["leftover error 1"]].concat());
        assert_eq!(verdict(&runtime), (1.0, Verdict::Completed));
    }
}
