//! Programs that people have asked about, each with what CPython 3.13 prints.

use super::*;

/// The lines of a program that comes to its end.
fn log<Fut>(program: impl FnOnce(Cx) -> Fut) -> Vec<String>
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let runtime = ran(program);
    assert_eq!(verdict(&runtime).1, Verdict::Completed);
    prints(&runtime)
}

async fn sleeps(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await;
    Ok(())
}

async fn fails(cx: Cx, seconds: f64) -> Result<()> {
    cx.sleep(seconds).await;
    Err(Error::Failed("boom".to_owned()))
}

/// A child that is cancelled has `gather` raise in a task that nobody has cancelled.
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

/// What is waited for ends in the step in which the waiter is cancelled: the result is lost to it. Up to 3.11, the
/// request was.
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
        let main = cx.spawn("main", |cx| async move {
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
        main.cancel();
        main.await
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

/// One that waits for an item and is cancelled when it had been woken: the item goes to the next, or stays.
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
