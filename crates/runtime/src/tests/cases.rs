//! Programs that people have asked about, each with what CPython 3.13 prints.

use super::*;

async fn fails(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await;
    Err(Error::Failed("boom".to_owned()))
}

/// A child that is cancelled makes `gather` raise in a task that is not cancelled.
#[test]
fn gather_child_cancelled() {
    let lines = log(|cx| async move {
        for collects in [false, true] {
            let [a, b] = [4.0, 3.0].map(|seconds| cx.spawn("job", move |cx| sleeps(cx, seconds)));
            let own = a.clone();
            drop(cx.spawn("cancels", |cx| async move {
                cx.sleep(1.0).await;
                own.cancel();
                Ok(())
            }));
            if collects {
                cx.print(format!("{:?}", wait_all([a, b.clone()]).await));
            } else {
                let raised = gather([a, b.clone()]).await;
                cx.print(format!("{raised:?} {} {}", b.is_done(), cx.cancelling()));
            }
            b.await?;
        }
        Ok(())
    });
    let expected = ["1 Err(Cancelled) false 0", "6 [Err(Cancelled), Ok(())]"];
    assert_eq!(lines, expected);
}

/// The awaited task ends in the step in which the waiter is cancelled: the waiter loses the result. Up to 3.11, the
/// cancellation was lost.
#[test]
fn wait_for_race_with_completion() {
    let lines = log(|cx| async move {
        let event = Event::new();
        let own = event.clone();
        let waiter = cx.spawn("waiter", |cx| async move {
            let waits = own.wait(&cx);
            let waited = cx.wait_for(10.0, async move {
                waits.await;
                Ok(())
            });
            let waited = waited.await;
            cx.print(format!("{waited:?}"));
            waited
        });
        cx.sleep(1.0).await;
        event.set(&cx);
        waiter.cancel();
        wait([waiter.clone()], When::AllCompleted).await;
        cx.print(waiter.is_cancelled());
        Ok(())
    });
    assert_eq!(lines, ["1 Err(Cancelled)", "1 true"]);
}

/// Inner and outer group fail in one step. Up to 3.12, the inner group swallowed the cancellation by the outer one.
#[test]
fn taskgroup_parent_cancelled() {
    let lines = log(|cx| async move {
        let own = cx.clone();
        let outer = cx.task_group(|outer| async move {
            outer.spawn("child", |cx| async move {
                let inner = TaskGroup::new(&cx);
                inner.spawn("fails", |cx| async move {
                    drop(cx);
                    Err::<(), _>(Error::Failed("boom".to_owned()))
                })?;
                inner.spawn("sleeps", |cx| sleeps(cx, 20.0))?;
                if let Err(Error::Group(_)) = inner.join().await {
                    cx.print("inner group failed");
                }
                cx.sleep(0.0).await;
                cx.print("child ran on after the inner group");
                Ok(())
            })?;
            own.sleep(0.0).await;
            own.sleep(0.0).await;
            outer.spawn("fails", |cx| async move {
                drop(cx);
                Err::<(), _>(Error::Failed("boom".to_owned()))
            })?;
            own.sleep(30.0).await;
            Ok(())
        });
        cx.print(format!("{:?}", outer.await.is_err()));
        Ok(())
    });
    assert_eq!(lines, ["0 inner group failed", "0 true"]);
}

/// A group takes its own request back; one that is open does not disturb a limit.
#[test]
fn uncancel_and_timeout_in_group() {
    let lines = log(|cx| async move {
        let runner = cx.spawn("runner", |cx| async move {
            let own = cx.clone();
            let group = cx.task_group(|group| async move {
                group.spawn("fails", |cx| fails(cx, 1.0))?;
                let slept = own.catch_cancel(sleeps(own.clone(), 9.0)).await;
                own.print(format!("body {slept:?} {}", own.cancelling()));
                Ok(())
            });
            let raised = group.await.is_err();
            cx.print(format!("group {raised} {}", cx.cancelling()));
            cx.print("asks");
            let slept = cx.catch_cancel(sleeps(cx.clone(), 1.0)).await;
            cx.print(format!("caught {slept:?} {}", cx.cancelling()));
            let limited = cx.timeout(2.0, sleeps(cx.clone(), 9.0)).await;
            cx.print(format!("limit {limited:?} {}", cx.cancelling()));
            cx.print(format!("uncancel {}", cx.uncancel()));
            Ok(())
        });
        cx.sleep(1.5).await;
        runner.cancel();
        runner.await
    });
    let expected = [
        "1 body Err(Cancelled) 1",
        "1 group true 0",
        "1 asks",
        "1.5 caught Err(Cancelled) 1",
        "3.5 limit Err(TimedOut) 1",
        "3.5 uncancel 0",
    ];
    assert_eq!(lines, expected);
}

/// A task that waits for an item is cancelled after it was woken: the item goes to the next task, or stays.
#[test]
fn queue_get_cancelled_loses_nothing() {
    let lines = log(|cx| async move {
        let queue = Queue::new("queue", 0);
        let get = |queue: &Queue<&'static str>| {
            let queue = queue.clone();
            cx.spawn("get", move |cx| async move { queue.get(&cx).await })
        };
        let (a, b) = (get(&queue), get(&queue));
        cx.sleep(1.0).await;
        queue.put_nowait(&cx, "x")?;
        a.cancel();
        let (done, _) = cx
            .wait(2.0, [a.clone(), b.clone()], When::AllCompleted)
            .await;
        cx.print(format!(
            "{} {} {:?}",
            done.len(),
            a.is_cancelled(),
            b.result()
        ));
        for steps in [0, 1] {
            let own = queue.clone();
            let limited = cx.spawn("limited", move |cx| async move {
                let get = own.get(&cx);
                cx.wait_for(9.0, get).await
            });
            cx.sleep(1.0).await;
            queue.put_nowait(&cx, "y")?;
            for _ in 0..steps {
                cx.sleep(0.0).await;
            }
            let asked = limited.cancel();
            wait([limited.clone()], When::AllCompleted).await;
            cx.print(format!("{asked} {:?} {}", limited.result(), queue.len()));
            while queue.get_nowait(&cx).is_ok() {}
        }
        Ok(())
    });
    let expected = [
        "1 2 true Ok(\"x\")",
        "2 true Err(Cancelled) 1",
        "3 false Ok(\"y\") 0",
    ];
    assert_eq!(lines, expected);
}

/// A waiter that leaves a barrier: two of the others get one number, an open bug of CPython's.
#[test]
fn barrier_broken_and_index() {
    let lines = log(|cx| async move {
        let barrier = Barrier::new(3);
        let party = |name: &'static str| {
            let barrier = barrier.clone();
            cx.spawn(name, move |cx| async move {
                let own = cx.clone();
                let passed = cx
                    .catch_cancel(async move { barrier.wait(&own).await })
                    .await;
                match &passed {
                    Ok(index) => cx.print(format!("{name} passes with index {index}")),
                    Err(Error::Cancelled) => cx.print(format!("{name} cancelled")),
                    Err(_) => cx.print(format!("{name} finds it broken")),
                }
                Ok(())
            })
        };
        let (a, b) = (party("a"), party("b"));
        cx.sleep(1.0).await;
        a.cancel();
        wait([a], When::AllCompleted).await;
        gather([b, party("c"), party("d")]).await?;
        let e = party("e");
        cx.sleep(1.0).await;
        barrier.abort(&cx).await;
        gather([e, party("f")]).await?;
        barrier.reset(&cx).await;
        cx.print(!barrier.broken());
        Ok(())
    });
    let expected = [
        "1 a cancelled",
        "1 d passes with index 2",
        "1 b passes with index 1",
        "1 c passes with index 1",
        "2 e finds it broken",
        "2 f finds it broken",
        "2 true",
    ];
    assert_eq!(lines, expected);
}

/// The first error of a `gather` reaches the waiting task immediately, and the second is lost; the others run on.
#[test]
fn gather_first_error_leaves_siblings_and_second_error_is_silent() {
    let lines = log(|cx| async move {
        let job = |name: &'static str, seconds: f64, is_bad: bool| {
            cx.spawn(name, move |cx| async move {
                let slept = cx.catch_cancel(sleeps(cx.clone(), seconds)).await;
                match &slept {
                    Err(_) => cx.print(format!("{name} cancelled")),
                    Ok(()) if is_bad => cx.print(format!("{name} raises")),
                    Ok(()) => cx.print(format!("{name} finished")),
                }
                if is_bad { Err(failed(name)) } else { slept }
            })
        };
        let jobs = [
            job("a", 3.0, false),
            job("b", 1.0, true),
            job("c", 5.0, false),
            job("d", 2.0, true),
        ];
        cx.print(format!("main got {}", words(&gather(jobs).await)));
        cx.sleep(3.0).await;
        cx.print("main leaves");
        Ok(())
    });
    let expected = [
        "1 b raises",
        "1 main got b",
        "2 d raises",
        "3 a finished",
        "4 main leaves",
        "4 c cancelled",
    ];
    assert_eq!(lines, expected);
}

/// A wait for the first task may return two; its time limit cancels nothing.
#[test]
fn wait_first_completed_may_return_two() {
    let lines = log(|cx| async move {
        let go = Event::new();
        let after = || {
            let go = go.clone();
            cx.spawn("after", |cx| async move {
                go.wait(&cx).await;
                Ok(())
            })
        };
        let tasks = [after(), after(), cx.spawn("c", |cx| sleeps(cx, 5.0))];
        let own = go.clone();
        drop(cx.spawn("sets", |cx| async move {
            cx.sleep(2.0).await;
            own.set(&cx);
            Ok(())
        }));
        let (done, pending) = wait_first(tasks).await;
        cx.print(format!("{} {}", done.len(), pending.len()));
        let pending = pending.into_iter().map(|(_, task)| task);
        let (done, pending) = cx.wait(1.0, pending, When::AllCompleted).await;
        cx.print(format!("{} {}", done.len(), pending.len()));
        Ok(())
    });
    assert_eq!(lines, ["2 2 1", "3 0 1"]);
}

/// Results come in the order of the ends, errors in their places; tasks that have not ended at the limit run on.
#[test]
fn as_completed_with_a_limit() {
    let lines = log(|cx| async move {
        let job = |name: &'static str, seconds: f64| {
            cx.spawn(name, move |cx| async move {
                cx.sleep(seconds).await;
                if name == "bad" {
                    Err(failed(name))
                } else {
                    Ok(name)
                }
            })
        };
        let never = job("never", 20.0);
        let tasks = [
            job("slow", 6.0),
            job("bad", 2.0),
            job("quick", 1.0),
            never.clone(),
        ];
        let limited = cx.timeout(8.0, async {
            let mut ends = as_completed(tasks);
            while let Some((_, end)) = ends.next().await {
                match end {
                    Ok(name) => cx.print(format!("got {name}")),
                    Err(error) => cx.print(format!("error {error}")),
                }
            }
            Ok(())
        });
        cx.print(format!("{} {}", words(&limited.await), !never.is_done()));
        Ok(())
    });
    let expected = [
        "1 got quick",
        "2 error bad",
        "6 got slow",
        "8 timed out true",
    ];
    assert_eq!(lines, expected);
}

/// The limit is 2, but the clean-up takes its time.
#[test]
fn wait_for_waits_for_cleanup() {
    let lines = log(|cx| async move {
        let own = cx.clone();
        let waited = cx.wait_for(2.0, async move {
            let slept = own.catch_cancel(sleeps(own.clone(), 50.0)).await;
            own.print("clean-up begins");
            own.sleep(3.0).await;
            own.print("clean-up ends");
            slept
        });
        cx.print(words(&waited.await));
        Ok(())
    });
    let expected = ["2 clean-up begins", "5 clean-up ends", "5 timed out"];
    assert_eq!(lines, expected);
}

/// The outer limit raises outside, the inner one inside.
#[test]
fn nested_timeouts() {
    let lines = log(|cx| async move {
        for (long, short) in [(2.0, 5.0), (5.0, 2.0)] {
            let (outer, inner) = (Limit::after(&cx, long), Limit::after(&cx, short));
            let left = outer.clone().on(async {
                let slept = inner.clone().on(sleeps(cx.clone(), 9.0)).await;
                if slept == Err(Error::TimedOut) {
                    cx.print("inner");
                    cx.sleep(9.0).await;
                }
                slept
            });
            let left = words(&left.await);
            cx.print(format!("{left} {} {}", outer.expired(), inner.expired()));
        }
        Ok(())
    });
    let expected = ["2 timed out true false", "4 inner", "7 timed out true true"];
    assert_eq!(lines, expected);
}

/// A limit is moved and lifted; an error of the clean-up wins over it.
#[test]
fn timeout_reschedule_and_error_wins() {
    let lines = log(|cx| async move {
        let limit = Limit::after(&cx, 2.0);
        let left = limit.clone().on(async {
            cx.sleep(1.0).await;
            limit.reschedule(Some(4.0))?;
            cx.sleep(2.0).await;
            cx.print(format!("{:?}", limit.when()));
            limit.reschedule(None)?;
            cx.sleep(2.0).await;
            Ok(())
        });
        cx.print(format!("{} {}", words(&left.await), limit.expired()));
        let limit = Limit::after(&cx, 2.0);
        let left = words(&limit.clone().on(breaks(cx.clone())).await);
        cx.print(format!("{left} {} {}", limit.expired(), cx.cancelling()));
        Ok(())
    });
    assert_eq!(lines, ["3 Some(4.0)", "5 ok false", "7 zde true 0"]);
}

/// A task that was promised the permit is cancelled before it runs: the permit goes to the next.
#[test]
fn semaphore_cancelled_waiter_passes_permit_on() {
    let lines = log(|cx| async move {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire(&cx).await;
        let worker = |name: &'static str| {
            let semaphore = semaphore.clone();
            cx.spawn(name, move |cx| async move {
                let own = cx.clone();
                let work = async move {
                    let _permit = semaphore.acquire(&own).await;
                    own.print(format!("{name} has the permit"));
                    sleeps(own, 1.0).await
                };
                let worked = cx.catch_cancel(work).await;
                if worked.is_err() {
                    cx.print(format!("{name} cancelled"));
                }
                worked
            })
        };
        let (a, b) = (worker("a"), worker("b"));
        cx.sleep(1.0).await;
        drop(permit);
        a.cancel();
        let (_, stuck) = cx.wait(5.0, [a, b], When::AllCompleted).await;
        cx.print(format!("{} {}", stuck.len(), semaphore.locked(&cx)));
        Ok(())
    });
    let expected = ["1 a cancelled", "1 b has the permit", "2 0 false"];
    assert_eq!(lines, expected);
}

/// A sentinel that is never marked as done: `join` waits for ever.
#[test]
fn queue_join_without_task_done() {
    let lines = log(|cx| async move {
        let queue = Queue::new("queue", 0);
        for item in [Some("a"), Some("b"), None] {
            queue.put_nowait(&cx, item)?;
        }
        let own = queue.clone();
        let consumer = cx.spawn("consumer", |cx| async move {
            while own.get(&cx).await?.is_some() {
                cx.sleep(1.0).await;
                own.task_done(&cx)?;
            }
            Ok(())
        });
        cx.print(words(&consumer.await));
        let joins = queue.join(&cx);
        let waited = cx.wait_for(5.0, async move {
            joins.await;
            Ok(())
        });
        cx.print(words(&waited.await));
        Ok(())
    });
    assert_eq!(lines, ["2 ok", "7 timed out"]);
}

/// All waiting tasks are woken, and see that the event has been cleared; a later task waits.
#[test]
fn event_set_clear_wakes_all() {
    let lines = log(|cx| async move {
        let event = Event::new();
        let waiter = |name: &'static str| {
            let event = event.clone();
            cx.spawn(name, move |cx| async move {
                event.wait(&cx).await;
                cx.print(format!("{name} {}", event.is_set()));
                Ok(())
            })
        };
        let (a, b) = (waiter("a"), waiter("b"));
        cx.sleep(1.0).await;
        event.set(&cx);
        event.clear();
        let late = waiter("late");
        cx.sleep(1.0).await;
        let (a, b) = (a.is_done(), b.is_done());
        cx.print(format!("{a} {b} {}", late.is_done()));
        event.set(&cx);
        late.await
    });
    let expected = ["1 a false", "1 b false", "2 true true false", "2 late true"];
    assert_eq!(lines, expected);
}

/// A limit cannot interrupt a step: the late result counts.
#[test]
fn timeout_cannot_interrupt_blocking() {
    let lines = log(|cx| async move {
        let own = cx.clone();
        let waited = cx.wait_for(1.0, async move {
            own.block(4.0);
            own.print("step ends");
            Ok("done")
        });
        cx.print(waited.await?);
        let limited = cx.timeout(1.0, async {
            cx.block(3.0);
            Ok(())
        });
        cx.print(words(&limited.await));
        Ok(())
    });
    assert_eq!(lines, ["4 step ends", "4 done", "7 ok"]);
}

/// Neither a queue that has room nor a lock that is free gives up the turn.
#[test]
fn await_that_never_yields() {
    let lines = log(|cx| async move {
        for what in ["queue", "lock", "sleep"] {
            let busy = cx.spawn("busy", move |cx| async move {
                let (queue, lock) = (Queue::new("queue", 0), Lock::new());
                for number in 0..5 {
                    match what {
                        "queue" => {
                            queue.put(&cx, number).await?;
                            queue.get(&cx).await?;
                        }
                        "lock" => drop(lock.acquire(&cx).await),
                        _ => cx.sleep(0.0).await,
                    }
                }
                cx.print(format!("{what} ends"));
                Ok(())
            });
            let other = cx.spawn("other", |cx| async move {
                cx.print("other runs");
                Ok(())
            });
            gather([busy, other]).await?;
        }
        Ok(())
    });
    let expected = [
        "0 queue ends",
        "0 other runs",
        "0 lock ends",
        "0 other runs",
        "0 other runs",
        "0 sleep ends",
    ];
    assert_eq!(lines, expected);
}

/// One sentinel stops one of two consumers.
#[test]
fn producer_consumer_stop() {
    let lines = log(|cx| async move {
        for sentinels in [1, 2] {
            let (queue, done) = (Queue::new("queue", 2), Rc::new(RefCell::new(Vec::new())));
            let consumer = |name| {
                let (queue, done) = (queue.clone(), Rc::clone(&done));
                cx.spawn(name, |cx| async move {
                    while let Some(item) = queue.get(&cx).await? {
                        cx.sleep(1.0).await;
                        done.borrow_mut().push(item);
                        queue.task_done(&cx)?;
                    }
                    queue.task_done(&cx)
                })
            };
            let consumers = ["a", "b"].map(consumer);
            for item in 0..4 {
                queue.put(&cx, Some(item)).await?;
            }
            for _ in 0..sentinels {
                queue.put(&cx, None).await?;
            }
            queue.join(&cx).await;
            let (_, pending) = cx.wait(3.0, consumers, When::AllCompleted).await;
            cx.print(format!("{:?} {}", done.borrow(), pending.len()));
            for (_, consumer) in pending {
                consumer.cancel();
            }
        }
        Ok(())
    });
    assert_eq!(lines, ["5 [0, 1, 2, 3] 1", "7 [0, 1, 2, 3] 0"]);
}

/// A task that is cancelled while it waits to be notified cannot leave before it has the lock again.
#[test]
fn condition_cancel_needs_the_lock() {
    let lines = log(|cx| async move {
        let condition = Condition::new();
        let own = condition.clone();
        let waiter = cx.spawn("waiter", |cx| async move {
            let mut locked = own.acquire(&cx).await;
            let waited = own.wait(&cx, &mut locked).await;
            cx.print(format!("has the lock again: {}", own.locked()));
            waited
        });
        cx.sleep(1.0).await;
        let locked = condition.acquire(&cx).await;
        waiter.cancel();
        cx.sleep(3.0).await;
        cx.print(format!("cancelled, done: {}", waiter.is_done()));
        drop(locked);
        wait([waiter.clone()], When::AllCompleted).await;
        let is_free = !condition.locked();
        cx.print(format!(
            "cancelled: {}, free: {is_free}",
            waiter.is_cancelled()
        ));
        Ok(())
    });
    let expected = [
        "4 cancelled, done: false",
        "4 has the lock again: true",
        "4 cancelled: true, free: true",
    ];
    assert_eq!(lines, expected);
}

/// Cancelled before its first step: no line of it runs, nor any clean-up, and it ends only in the next turn of the loop.
#[test]
fn cancel_before_start() {
    let lines = log(|cx| async move {
        let task = cx.spawn("job", |cx| async move {
            cx.print("never printed");
            let work = sleeps(cx.clone(), 1.0);
            cx.catch_cancel(work).await
        });
        cx.print(format!("cancel: {}", task.cancel()));
        cx.print(format!("done at once: {}", task.is_done()));
        cx.print(format!("{:?}", task.clone().await));
        cx.print(format!("{}, again: {}", task.is_cancelled(), task.cancel()));
        Ok(())
    });
    let expected = [
        "0 cancel: true",
        "0 done at once: false",
        "0 Err(Cancelled)",
        "0 true, again: false",
    ];
    assert_eq!(lines, expected);
}

/// Tasks that `main` leaves behind are cancelled, and may clean up; an error there ends only that task. (The original closes
/// asynchronous generators and the executor after that; this runtime has none.)
#[test]
fn run_cleanup_order() {
    let runtime = ran(|cx| async move {
        drop(cx.spawn("left over", |cx| async move {
            let work = sleeps(cx.clone(), 50.0);
            let slept = cx.catch_cancel(work).await;
            cx.print(format!("{slept:?}"));
            cx.sleep(1.0).await;
            Err::<(), _>(failed("and fails"))
        }));
        cx.sleep(1.0).await;
        cx.print("main returns");
        Ok(())
    });
    assert_eq!(prints(&runtime), ["1 main returns", "1 Err(Cancelled)"]);
    assert_eq!(ends(&runtime), ["left over error 2"]);
    assert_eq!(verdict(&runtime), (2.0, Verdict::Completed));
}

/// A task may be given to `gather` twice, and awaited twice. (A coroutine may not, which the compiler checks.)
#[test]
fn same_task_twice() {
    let lines = log(|cx| async move {
        let task = cx.spawn("job", |cx| async move {
            cx.sleep(1.0).await;
            Ok(cx.name())
        });
        let both = gather([task.clone(), task.clone()]).await?;
        cx.print(format!("{both:?}"));
        cx.print(task.clone().await? == task.await?);
        Ok(())
    });
    assert_eq!(lines, ["1 [\"job\", \"job\"]", "1 true"]);
}
