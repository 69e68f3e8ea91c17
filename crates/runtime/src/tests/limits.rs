//! Time limits: when the cancellation is delivered, where, and what the result is.

use super::*;
use proptest::prelude::*;

/// Works for a time; when cancelled, cleans up for a time and ends as cancelled.
async fn tidy(cx: Cx, work: f64, clean_up: f64) -> Result<f64> {
    let nap = cx.sleep(work);
    let slept = cx.catch_cancel(async move {
        nap.await;
        Ok(work)
    });
    let slept = slept.await;
    if slept == Err(Error::Cancelled) {
        cx.print("told");
        cx.sleep(clean_up).await;
        cx.print("clean");
    }
    slept
}

/// The same, but returns a value when cancelled.
async fn stubborn(cx: Cx, work: f64, clean_up: f64) -> Result<f64> {
    tidy(cx, work, clean_up).await.or(Ok(-1.0))
}

/// Runs `work` with a time limit: by `wait_for` if `is_task`, else by `timeout`.
async fn limited<F>(cx: &Cx, is_task: bool, limit: f64, work: F) -> Result<f64>
where
    F: Future<Output = Result<f64>> + 'static,
{
    match is_task {
        true => cx.wait_for(limit, work).await,
        false => cx.timeout(limit, work).await,
    }
}

/// The lines that are printed when work that takes `seconds` has `limit` seconds.
fn outcome(is_task: bool, limit: f64, seconds: f64) -> Vec<String> {
    let runtime = ran(move |cx| async move {
        let answer = limited(&cx, is_task, limit, tidy(cx.clone(), seconds, 0.5)).await;
        cx.print(format!("{answer:?}"));
        Ok(())
    });
    prints(&runtime)
}

#[test]
fn work_in_time_answers_and_work_that_takes_exactly_its_limit_does_not() {
    for is_task in [true, false] {
        assert_eq!(outcome(is_task, 2.0, 1.0), ["1 Ok(1.0)"]);
        let late = ["2 told", "2.5 clean", "2.5 Err(TimedOut)"];
        assert_eq!(outcome(is_task, 2.0, 8.0), late);
        assert_eq!(outcome(is_task, 2.0, 2.0), late);
    }
}

#[test]
fn without_any_time_a_task_does_not_start_and_other_work_is_cancelled_where_it_waits() {
    for seconds in [0.0, 8.0] {
        assert_eq!(outcome(true, 0.0, seconds), ["0 Err(TimedOut)"]);
        let told = ["0 told", "0.5 clean", "0.5 Err(TimedOut)"];
        assert_eq!(outcome(false, 0.0, seconds), told);
    }
    let runtime = ran(|cx| async move {
        let answer = cx.timeout(0.0, async { Ok("waits for nothing") }).await;
        cx.print(format!("{answer:?}"));
        Ok(())
    });
    assert_eq!(prints(&runtime), ["0 Ok(\"waits for nothing\")"]);
}

#[test]
fn work_that_swallows_the_limit_or_fails_of_it_has_the_last_word() {
    for is_task in [true, false] {
        let runtime = ran(move |cx| async move {
            let work = stubborn(cx.clone(), 8.0, 3.0);
            let answer = limited(&cx, is_task, 2.0, work).await;
            cx.print(format!("{answer:?}"));
            let (inner, failure) = (cx.clone(), Error::Failed("no".to_owned()));
            let work = async move { tidy(inner, 8.0, 0.0).await.or(Err(failure)) };
            let answer = limited(&cx, is_task, 2.0, work).await;
            cx.print(format!("{answer:?}"));
            Ok(())
        });
        let lines = prints(&runtime);
        let answers: Vec<_> = lines.iter().filter(|line| line.contains("(")).collect();
        assert_eq!(answers, ["5 Ok(-1.0)", "7 Err(Failed(\"no\"))"]);
    }
}

#[test]
fn cancelling_the_task_cancels_the_work_and_waits_for_its_clean_up() {
    for is_task in [true, false] {
        let runtime = ran(move |cx| async move {
            let task = cx.spawn("task", move |cx| async move {
                limited(&cx, is_task, 9.0, tidy(cx.clone(), 8.0, 0.5)).await
            });
            cx.sleep(1.0).await;
            task.cancel();
            assert_eq!(task.await, Err(Error::Cancelled));
            Ok(())
        });
        assert_eq!(prints(&runtime), ["1 told", "1.5 clean"]);
        assert_eq!(ends(&runtime), ["task cancelled 1.5"]);
    }
}

/// `wait_for` used to cancel the task in any case, as Python 3.11 does.
#[test]
fn work_that_swallows_a_cancellation_saves_its_task() {
    for (is_task, end) in [(false, "task ok 1.5"), (true, "task ok 1.5")] {
        let runtime = ran(move |cx| async move {
            let task = cx.spawn("task", move |cx| async move {
                limited(&cx, is_task, 9.0, stubborn(cx.clone(), 8.0, 0.5)).await
            });
            cx.sleep(1.0).await;
            task.cancel();
            let _answer = task.await;
            Ok(())
        });
        assert_eq!(ends(&runtime), [end]);
    }
}

/// The time is up, and the task is cancelled during the clean-up: it ends as cancelled, not as
/// timed out.
#[test]
fn a_cancellation_during_the_clean_up_cuts_it_short() {
    for is_task in [true, false] {
        let runtime = ran(move |cx| async move {
            let task = cx.spawn("task", move |cx| async move {
                let answer = limited(&cx, is_task, 1.0, tidy(cx.clone(), 8.0, 5.0)).await;
                cx.print(format!("{answer:?}"));
                answer
            });
            cx.sleep(2.0).await;
            task.cancel();
            assert_eq!(task.await, Err(Error::Cancelled));
            Ok(())
        });
        assert_eq!(prints(&runtime), ["1 told", "2 Err(Cancelled)"]);
        assert_eq!(ends(&runtime), ["task cancelled 2"]);
    }
}

/// The limit is reached while the task cleans up after a cancellation: that cuts the clean-up
/// short, and the task still ends as cancelled.
#[test]
fn a_limit_during_a_clean_up_is_no_timeout() {
    for (is_task, end) in [(false, "task cancelled 2"), (true, "task cancelled 2")] {
        let runtime = ran(move |cx| async move {
            let task = cx.spawn("task", move |cx| async move {
                limited(&cx, is_task, 2.0, tidy(cx.clone(), 8.0, 5.0)).await
            });
            cx.sleep(1.0).await;
            task.cancel();
            let _cancelled = task.await;
            Ok(())
        });
        assert_eq!(ends(&runtime), [end]);
    }
}

#[test]
fn limits_nest_and_the_shorter_one_decides() {
    let runtime = ran(|cx| async move {
        for (outer, inner) in [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0)] {
            let within = cx.clone();
            let work = async move {
                let work = tidy(within.clone(), 8.0, 0.25);
                let answer = within.timeout(inner, work).await;
                within.print(format!("inner: {answer:?}"));
                answer
            };
            let answer = cx.timeout(outer, work).await;
            cx.print(format!("outer: {answer:?}"));
        }
        Ok(())
    });
    let lines = prints(&runtime);
    let answers: Vec<_> = lines.iter().filter(|line| line.contains(": ")).collect();
    let expected = [
        "1.25 inner: Err(Cancelled)",
        "1.25 outer: Err(TimedOut)",
        "2.5 inner: Err(TimedOut)",
        "2.5 outer: Err(TimedOut)",
        // A tie: the outer alarm was set first.
        "3.75 inner: Err(Cancelled)",
        "3.75 outer: Err(TimedOut)",
    ];
    assert_eq!(answers, expected);
}

#[test]
fn a_limit_that_is_dropped_drops_the_work() {
    let runtime = ran(|cx| async move {
        let work = cx.timeout(9.0, tidy(cx.clone(), 8.0, 0.5));
        let timer = std::pin::pin!(cx.sleep(1.0));
        futures_util::future::select(Box::pin(work), timer).await;
        drop(cx.timeout(9.0, tidy(cx.clone(), 8.0, 0.5)));
        cx.sleep(5.0).await;
        Ok(())
    });
    assert_eq!(prints(&runtime), [""; 0]);
}

proptest! {
    /// For any times: work ends in time, or takes its limit plus its clean-up.
    #[test]
    fn a_limit_takes_its_time_or_the_work_s(
        limit in 0u32..6,
        work in 0u32..6,
        clean_up in 0u32..4,
        is_task in any::<bool>(),
    ) {
        let runtime = ran(move |cx| async move {
            let (work, clean_up) = (f64::from(work), f64::from(clean_up));
            let answer = limited(&cx, is_task, f64::from(limit), tidy(cx.clone(), work, clean_up));
            cx.print(format!("{:?}", answer.await));
            Ok(())
        });
        let in_time = work < limit;
        let starts = limit > 0 || !is_task;
        let (took, answer) = match (in_time, starts) {
            (true, _) => (work, format!("Ok({work}.0)")),
            (false, true) => (limit + clean_up, "Err(TimedOut)".to_owned()),
            (false, false) => (0, "Err(TimedOut)".to_owned()),
        };
        prop_assert_eq!(prints(&runtime).pop(), Some(format!("{took} {answer}")));
        prop_assert_eq!(verdict(&runtime), (f64::from(took), Verdict::Completed));
    }
}
