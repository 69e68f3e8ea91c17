//! Stepping in: the reader cancels tasks, or lets them fail, during a run.

use super::*;
use futures_util::future::join_all;

/// Does something to the task of this name at an instant, then runs to the end.
fn interrupted<Fut>(
    program: impl FnOnce(Cx) -> Fut,
    at: f64,
    name: &str,
    what: StepIn,
) -> (Runtime, bool)
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let (runtime, at) = (started(program), Time::from_secs(at));
    let _ = runtime.run_until(at, usize::MAX);
    let task = named(&runtime, name);
    let done = runtime.step_in(task, what, at);
    runtime.run();
    (runtime, done)
}

fn named(runtime: &Runtime, name: &str) -> TaskId {
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let mut tasks = index.tasks();
    let found = tasks.find(|(_, task)| trace.text(task.name) == name);
    found.expect("a task of that name").0
}

fn fail() -> StepIn {
    StepIn::Fail("the reader wants it so".to_owned())
}

async fn gathers(cx: Cx) -> Result<()> {
    let (a, b) = (
        cx.spawn("a", |cx| sleeps(cx, 2.0)),
        cx.spawn("b", |cx| sleeps(cx, 3.0)),
    );
    gather([a, b]).await?;
    Ok(())
}

#[test]
fn a_cancelled_task_ends_at_that_instant_and_the_awaiting_task_is_told() {
    let (runtime, done) = interrupted(gathers, 1.25, "a", StepIn::Cancel);
    assert!(done);
    assert_eq!(
        ends(&runtime),
        [
            "main cancelled 1.25",
            "a cancelled 1.25",
            "b cancelled 1.25"
        ]
    );
    assert!(interleave_trace::stepped_in(&runtime.trace()));
}

#[test]
fn a_failing_task_hands_its_error_to_the_awaiting_task() {
    let (runtime, done) = interrupted(gathers, 0.5, "b", fail());
    assert!(done);
    assert_eq!(
        ends(&runtime),
        ["main error 0.5", "a cancelled 0.5", "b error 0.5"]
    );
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let end = index.task(TaskId::MAIN).and_then(|main| main.end);
    assert_eq!(
        end.map(|end| trace.text(end.detail)),
        Some("the reader wants it so")
    );
}

#[test]
fn a_task_that_catches_its_cancellation_cleans_up_first() {
    let (runtime, _) = interrupted(
        |cx| async move {
            let task = cx.spawn("tidy", |cx| async move {
                let own = cx.clone();
                let slept = cx.catch_cancel(async move {
                    own.sleep(5.0).await;
                    Ok(())
                });
                if slept.await.is_err() {
                    cx.sleep(0.5).await;
                    cx.print("tidied up");
                }
                Ok(())
            });
            task.await
        },
        1.0,
        "tidy",
        StepIn::Cancel,
    );
    assert_eq!(prints(&runtime), ["1.5 tidied up"]);
    assert_eq!(ends(&runtime), ["tidy ok 1.5"]);
}

#[test]
fn a_permit_is_given_back() {
    let holds = |cx: Cx, semaphore: Semaphore| async move {
        let _permit = semaphore.acquire(&cx).await;
        cx.sleep(4.0).await;
        Ok(())
    };
    for what in [StepIn::Cancel, fail()] {
        let (runtime, _) = interrupted(
            move |cx| async move {
                let semaphore = Semaphore::new(1);
                let start = |name| cx.spawn(name, |cx| holds(cx, semaphore.clone()));
                wait_all([start("first"), start("second")]).await;
                Ok(())
            },
            1.0,
            "first",
            what.clone(),
        );
        let word = if what == StepIn::Cancel {
            "cancelled"
        } else {
            "error"
        };
        assert_eq!(
            ends(&runtime),
            [format!("first {word} 1"), "second ok 5".to_owned()]
        );
    }
}

#[test]
fn one_that_fails_takes_its_group_with_it() {
    let (runtime, _) = interrupted(
        |cx| async move {
            let group = TaskGroup::new(&cx);
            group.spawn("a", |cx| sleeps(cx, 2.0))?;
            group.spawn("b", |cx| sleeps(cx, 3.0))?;
            group.join().await
        },
        1.0,
        "a",
        fail(),
    );
    assert_eq!(
        ends(&runtime),
        ["main error 1", "a error 1", "b cancelled 1"]
    );
}

#[test]
fn what_is_awaited_in_place_can_fail_but_has_no_handle_to_cancel() {
    let program = |cx: Cx| async move {
        let first = cx.task("first", |cx| sleeps(cx, 2.0)).await;
        cx.print(format!("{first:?}"));
        cx.task("second", |cx| sleeps(cx, 1.0)).await
    };
    let (runtime, done) = interrupted(program, 0.5, "first", StepIn::Cancel);
    assert!(!done);
    assert_eq!(ends(&runtime), ["first ok 2", "second ok 3"]);
    let (runtime, done) = interrupted(program, 0.5, "first", fail());
    assert!(done);
    assert_eq!(ends(&runtime), ["first error 0.5", "second ok 1.5"]);
    assert_eq!(
        prints(&runtime),
        ["0.5 Err(Failed(\"the reader wants it so\"))"]
    );

    let runtime = started(program);
    let _ = runtime.run_until(Time::from_secs(0.5), usize::MAX);
    let first = named(&runtime, "first");
    assert_eq!(runtime.reach(first), Reach::Within(TaskId::MAIN));
    assert_eq!(runtime.reach(TaskId::MAIN), Reach::Whole);
    runtime.run();
    assert_eq!(runtime.reach(first), Reach::Nothing);
    assert!(!runtime.step_in(TaskId::MAIN, StepIn::Cancel, Time::MAX));
}

/// From 31 futures on, `join_all` polls only those that have been woken: a failure used to wait
/// until the task's own timer rang.
#[test]
fn one_of_very_many_that_are_awaited_together_fails_at_once() {
    for count in [30, 31] {
        let program = move |cx: Cx| async move {
            let start = |n| cx.task(&format!("task {n}"), |cx| sleeps(cx, 5.0));
            let tasks: Vec<_> = (0..count).map(start).collect();
            join_all(tasks.into_iter().map(IntoFuture::into_future)).await;
            Ok(())
        };
        let (runtime, done) = interrupted(program, 1.0, "task 17", fail());
        assert!(done);
        let ends = ends(&runtime);
        let early: Vec<_> = ends.iter().filter(|end| !end.ends_with(" 5")).collect();
        assert_eq!(early, ["task 17 error 1"], "{count}");
        assert_eq!(ends.len(), count + usize::from(ends[0].starts_with("main")));
    }
}

/// No scope used to get the cancellation, and all were dropped.
#[test]
fn of_very_many_that_are_awaited_together_the_innermost_scope_is_told() {
    for count in [30, 31] {
        let program = move |cx: Cx| async move {
            let start = |n| {
                cx.task(&format!("task {n}"), move |cx| async move {
                    let slept = cx.catch_cancel(sleeps(cx.clone(), 5.0)).await;
                    cx.print(format!("{n} {}", slept.is_ok()));
                    Ok(())
                })
            };
            let tasks: Vec<_> = (1..=count).map(start).collect();
            join_all(tasks.into_iter().map(IntoFuture::into_future)).await;
            Ok(())
        };
        let (runtime, done) = interrupted(program, 1.0, "main", StepIn::Cancel);
        assert!(done);
        let prints = prints(&runtime);
        assert_eq!(prints[0], format!("1 {count} false"));
        assert_eq!(
            prints[1..],
            (1..count)
                .map(|n| format!("5 {n} true"))
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn main_can_be_cancelled_and_can_fail() {
    let program = |cx: Cx| async move {
        drop(cx.spawn("left", |cx| sleeps(cx, 9.0)));
        cx.sleep(5.0).await;
        Ok(())
    };
    for (what, word) in [(StepIn::Cancel, "cancelled"), (fail(), "error")] {
        let (runtime, done) = interrupted(program, 2.0, "main", what);
        assert!(done);
        assert_eq!(
            ends(&runtime),
            [format!("main {word} 2"), "left cancelled 2".to_owned()]
        );
        assert_eq!(verdict(&runtime), (2.0, Verdict::Completed));
    }
}

#[test]
fn a_task_that_has_not_begun_can_be_cancelled_too() {
    let runtime = started(gathers);
    // Main has taken its first step, and its tasks none.
    let _ = runtime.run_until(Time::ZERO, 1);
    let (a, b) = (named(&runtime, "a"), named(&runtime, "b"));
    assert!(runtime.step_in(a, StepIn::Cancel, Time::ZERO));
    assert!(runtime.step_in(b, fail(), Time::ZERO));
    runtime.run();
    let ends = ends(&runtime);
    assert!(ends.contains(&"a never_started 0".to_owned()), "{ends:?}");
    assert!(
        ends.contains(&"b error 0".to_owned()) || ends.contains(&"b never_started 0".to_owned()),
        "{ends:?}"
    );
}

/// A note of a program with the text that the log has for stepping in used to count as stepping in.
#[test]
fn a_program_that_notes_the_same_words_was_not_stepped_into() {
    let runtime = ran(async |cx| {
        cx.note("failed by the reader");
        cx.note("cancelled by the reader");
        Ok(())
    });
    let trace = runtime.trace();
    assert!(!interleave_trace::stepped_in(&trace));
    assert!(Index::of(&trace).tasks().all(|(_, task)| !task.let_fail));
}
