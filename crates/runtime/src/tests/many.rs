//! Groups, waiting for the first of many tasks, and results as they come.

use super::*;
use proptest::prelude::*;

/// A task: how long it works, whether it fails then, how long it cleans up when it is cancelled.
type Plan = (f64, bool, f64);

async fn work(cx: Cx, (seconds, fails, clean_up): Plan) -> Result<f64> {
    let nap = cx.sleep(seconds);
    let slept = cx.catch_cancel(async move {
        nap.await;
        Ok(())
    });
    if let Err(error) = slept.await {
        cx.sleep(clean_up).await;
        cx.print("clean");
        return Err(error);
    }
    match fails {
        true => Err(Error::Failed(format!("failed at {seconds}"))),
        false => Ok(seconds),
    }
}

fn all(cx: &Cx, plans: &[Plan]) -> Vec<Handle<f64>> {
    let start = |&plan: &Plan| cx.spawn("task", |cx| work(cx, plan));
    plans.iter().map(start).collect()
}

async fn group(cx: &Cx, plans: &[Plan]) -> Result<Vec<f64>> {
    let group = TaskGroup::new(cx);
    let start = |&plan: &Plan| group.spawn("task", |cx| work(cx, plan));
    let tasks: Vec<_> = plans.iter().map(start).collect::<Result<_>>()?;
    group.join().await?;
    tasks.iter().map(Handle::result).collect()
}

#[test]
fn a_group_hands_over_its_values_in_the_order_of_its_tasks() {
    let runtime = ran(|cx| async move {
        let plans = [(3.0, false, 0.0), (1.0, false, 0.0), (2.0, false, 0.0)];
        assert_eq!(group(&cx, &plans).await, Ok(vec![3.0, 1.0, 2.0]));
        assert_eq!(group(&cx, &[]).await, Ok(vec![]));
        Ok(())
    });
    assert_eq!(verdict(&runtime).0, 3.0);
}

#[test]
fn a_failure_cancels_the_siblings_and_the_group_waits_for_their_clean_up() {
    let runtime = ran(|cx| async move {
        let plans = [
            (9.0, false, 0.4),
            (0.7, true, 0.0),
            (0.2, false, 9.0),
            (9.0, false, 0.1),
        ];
        let errors = group(&cx, &plans).await.expect_err("one failed");
        assert_eq!(errors, Error::Group(vec![failed("failed at 0.7")]));
        cx.print(&errors);
        Err(errors)
    });
    let words = "unhandled errors in a TaskGroup (1 sub-exception)";
    let group = format!("1.1 {words}");
    assert_eq!(prints(&runtime), ["0.8 clean", "1.1 clean", &group]);
    assert_eq!(
        ends(&runtime),
        [
            "main error 1.1",
            "task cancelled 1.1",
            "task #2 error 0.7",
            "task #3 ok 0.2",
            "task #4 cancelled 0.8",
        ]
    );
}

#[test]
fn all_that_fail_at_one_instant_are_reported_and_so_is_a_clean_up_that_fails() {
    let runtime = ran(|cx| async move {
        let plans = [(1.0, true, 0.0), (2.0, true, 0.0), (1.0, true, 0.0)];
        let errors = group(&cx, &plans).await.expect_err("two failed");
        cx.print(&errors);
        let group = TaskGroup::new(&cx);
        group.spawn("fails to clean up", |cx| async move {
            let cancelled = work(cx, (9.0, false, 0.5)).await;
            cancelled.or(Err(failed("last")))
        })?;
        group.spawn("fails", |cx| work(cx, (1.0, true, 0.0)))?;
        let errors = group.join().await.expect_err("both failed");
        let expected = vec![failed("failed at 1"), failed("last")];
        assert_eq!(errors, Error::Group(expected));
        Ok(())
    });
    let lines = prints(&runtime);
    assert_eq!(
        lines[1],
        "1 unhandled errors in a TaskGroup (2 sub-exceptions)"
    );
    assert_eq!(verdict(&runtime).0, 2.5);
}

#[test]
fn a_member_that_is_cancelled_by_itself_stops_no_other() {
    let runtime = ran(|cx| async move {
        let group = TaskGroup::new(&cx);
        let gives_up = group.spawn("gives up", |cx| async move {
            cx.sleep(1.0).await;
            Err::<(), _>(Error::Cancelled)
        })?;
        group.spawn("goes on", |cx| work(cx, (2.0, false, 0.0)))?;
        assert_eq!(group.join().await, Ok(()));
        assert_eq!(gives_up.result(), Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(ends(&runtime), ["gives up cancelled 1", "goes on ok 2"]);
}

#[test]
fn cancelling_a_task_in_join_cancels_the_group_and_reaches_it_in_the_end() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("group", |cx| async move {
            let plans = [(9.0, false, 0.5), (9.0, false, 2.0)];
            group(&cx, &plans).await.map(|_| ())
        });
        cx.sleep(1.0).await;
        task.cancel();
        assert_eq!(task.await, Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(prints(&runtime), ["1.5 clean", "3 clean"]);
    let expected = [
        "group cancelled 3",
        "task cancelled 1.5",
        "task #2 cancelled 3",
    ];
    assert_eq!(ends(&runtime), expected);
}

/// One of them fails when it is cancelled, which used to cut the others' clean-up
/// short, and to be lost: as in CPython, the failure takes precedence over the cancellation.
#[test]
fn a_failure_during_a_cancellation_lets_the_others_clean_up() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("group", |cx| async move {
            let group = TaskGroup::new(&cx);
            group.spawn("fails", |cx| async move {
                let cancelled = work(cx, (9.0, false, 0.5)).await;
                cancelled.or(Err(failed("no")))
            })?;
            group.spawn("tidy", |cx| work(cx, (9.0, false, 2.0)))?;
            group.join().await
        });
        cx.sleep(1.0).await;
        task.cancel();
        assert_eq!(task.await, Err(Error::Group(vec![failed("no")])));
        Ok(())
    });
    let expected = ["group error 3", "fails error 1.5", "tidy cancelled 3"];
    assert_eq!(ends(&runtime), expected);
}

#[test]
fn a_group_that_is_dropped_leaves_no_task_behind() {
    let runtime = ran(|cx| async move {
        let left = TaskGroup::new(&cx);
        drop(left.spawn("never joined", |cx| work(cx, (9.0, false, 0.5))));
        cx.sleep(1.0).await;
        drop(left);
        let plans = [(9.0, false, 0.0)];
        let joined = Box::pin(group(&cx, &plans));
        futures_util::future::select(joined, std::pin::pin!(cx.sleep(1.0))).await;
        // A task that stopped joining can still be cancelled.
        cx.sleep(5.0).await;
        Ok(())
    });
    assert_eq!(
        ends(&runtime),
        ["never joined cancelled 1.5", "task cancelled 2"]
    );
}

#[test]
fn waiting_for_the_first_cancels_no_task() {
    let runtime = ran(|cx| async move {
        let plans = [
            (3.0, false, 0.0),
            (1.0, true, 0.0),
            (2.0, false, 0.0),
            (1.0, false, 0.0),
        ];
        let (done, pending) = wait_first(all(&cx, &plans)).await;
        let places = |list: &[(usize, Handle<f64>)]| list.iter().map(|(place, _)| *place).collect();
        let (done_places, pending_places): (Vec<_>, Vec<_>) = (places(&done), places(&pending));
        assert_eq!((done_places, pending_places), (vec![1, 3], vec![0, 2]));
        cx.print("first");
        assert!(wait_first(Vec::<Handle<()>>::new()).await.0.is_empty());
        // A task that has ended before is the first, immediately.
        let (done, _) = wait_first(done.into_iter().map(|(_, task)| task)).await;
        cx.print(done.len());
        let left = pending.into_iter().map(|(_, task)| task);
        gather(left).await.map(drop)
    });
    assert_eq!(prints(&runtime), ["1 first", "1 2"]);
    assert_eq!(verdict(&runtime), (3.0, Verdict::Completed));
    assert_eq!(ends(&runtime)[0], "task ok 3");
}

#[test]
fn a_task_that_waits_for_the_first_is_cancelled_alone() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("waits", |cx| async move {
            wait_first(all(&cx, &[(3.0, false, 0.0)])).await;
            Ok(())
        });
        cx.sleep(1.0).await;
        task.cancel();
        let _cancelled = task.await;
        cx.sleep(5.0).await;
        Ok(())
    });
    assert_eq!(ends(&runtime), ["waits cancelled 1", "task ok 3"]);
}

/// A gather by `&mut` leaves the handles, but a result can be handed over only once.
#[test]
fn handles_that_were_lent_can_be_waited_for_again() {
    let runtime = ran(|cx| async move {
        let mut tasks = all(
            &cx,
            &[(1.0, false, 0.0), (2.0, true, 0.0), (3.0, false, 0.0)],
        );
        let failed = |why: &str| Err(Error::Failed(why.to_owned()));
        assert_eq!(
            gather(&mut tasks).await,
            failed("failed at 2").map(|()| vec![])
        );
        cx.print("raised");
        let again = wait_all(tasks).await;
        let gone = "the result has been handed over already";
        assert_eq!(again, [Ok(1.0), failed(gone).map(|()| 0.0), Ok(3.0)]);
        Ok(())
    });
    assert_eq!(prints(&runtime), ["2 raised"]);
    assert_eq!(verdict(&runtime).0, 3.0);
}

#[test]
fn a_deadlock_says_that_the_first_of_some_tasks_is_waited_for() {
    let runtime = ran(|cx| async move {
        let stuck = ["a", "b"].map(|name| cx.spawn(name, |_| std::future::pending::<Result<()>>()));
        wait_first(stuck).await;
        Ok(())
    });
    let Verdict::Deadlocked(words) = verdict(&runtime).1 else {
        panic!("{:?}", verdict(&runtime));
    };
    assert_eq!(words[0], "main waits for the first of 2 tasks");
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let plan = (0u32..8, any::<bool>(), 0u32..3);
    let plan = plan.prop_map(|(work, fails, clean)| (f64::from(work), fails, f64::from(clean)));
    prop::collection::vec(plan, 1..8)
}

proptest! {
    /// When a group is left, all of its tasks have ended; it takes as long as the first failure
    /// and the clean-up that follows, or the longest of its tasks.
    #[test]
    fn a_group_leaves_nothing_running(plans in plans()) {
        let first = plans.iter().filter(|plan| plan.1).map(|plan| plan.0).reduce(f64::min);
        let cancelled = || plans.iter().filter(|plan| first.is_some_and(|first| plan.0 > first));
        let clean_up = cancelled().map(|plan| plan.2).fold(0.0, f64::max);
        let longest = plans.iter().map(|plan| plan.0).fold(0.0, f64::max);
        let expected = first.map_or(longest, |first| first + clean_up);
        let (given, failing) = (plans.clone(), plans.iter().filter(|plan| plan.1 && Some(plan.0) == first));
        let failing = failing.count();
        let runtime = ran(move |cx| async move {
            let joined = group(&cx, &given).await;
            let count = match joined {
                Err(Error::Group(errors)) => errors.len(),
                _ => 0,
            };
            assert_eq!(count, failing);
            cx.print("joined");
            cx.sleep(9.0).await;
            Ok(())
        });
        prop_assert_eq!(prints(&runtime).pop(), Some(format!("{expected} joined")));
        let trace = runtime.trace();
        let index = Index::of(&trace);
        let last = index.tasks().skip(1).filter_map(|(_, task)| task.end).map(|end| end.at.secs());
        prop_assert_eq!(last.fold(0.0, f64::max), expected);
        let count = index.stats().ended_with(Outcome::Cancelled);
        prop_assert_eq!(count, cancelled().count());
    }

    /// Each result comes once, at the instant at which its task ends, in the order of the ends.
    #[test]
    fn results_come_as_the_tasks_end(plans in plans()) {
        let given = plans.clone();
        let runtime = ran(move |cx| async move {
            let mut results = as_completed(all(&cx, &given));
            while let Some((place, result)) = results.next().await {
                assert_eq!(cx.now(), given[place].0);
                assert_eq!(result.is_err(), given[place].1);
                cx.print(place);
            }
            Ok(())
        });
        let mut order: Vec<_> = (0..plans.len()).collect();
        order.sort_by(|&a, &b| plans[a].0.total_cmp(&plans[b].0));
        let order: Vec<_> = order.into_iter().map(|i| format!("{} {i}", plans[i].0)).collect();
        prop_assert_eq!(prints(&runtime), order);
    }
}
