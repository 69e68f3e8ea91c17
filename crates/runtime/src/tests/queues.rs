//! Queues: first in, first out, and no item is lost, whichever task is cancelled when.

use super::*;
use interleave_trace::{Event, State, WaitFor};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The lengths of the queue, read from its gauge.
fn lengths(runtime: &Runtime) -> Vec<f64> {
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let gauge = index.gauges().first();
    gauge.map_or_else(Vec::new, |gauge| {
        gauge.samples.iter().map(|&(_, value)| value).collect()
    })
}

#[test]
fn items_come_out_in_the_order_in_which_they_went_in() {
    let runtime = ran(|cx| async move {
        let queue = Queue::new("length", 2);
        let items = queue.clone();
        let putter = cx.spawn("putter", |cx| async move {
            for i in 0..5 {
                items.put(&cx, i).await?;
                cx.print(format!("put {i}"));
            }
            Ok(())
        });
        cx.sleep(1.0).await;
        for _ in 0..5 {
            cx.print(format!("got {}", queue.get(&cx).await?));
        }
        putter.await
    });
    let got: Vec<_> = prints(&runtime)
        .into_iter()
        .filter(|line| line.contains("got"))
        .collect();
    assert_eq!(got, ["1 got 0", "1 got 1", "1 got 2", "1 got 3", "1 got 4"]);
    assert_eq!(prints(&runtime)[..2], ["0 put 0", "0 put 1"]);
    assert_eq!(lengths(&runtime)[..3], [1.0, 2.0, 1.0]);
}

#[test]
fn a_woken_task_may_be_too_late_and_waits_again() {
    // CPython's own order: b is woken by the put, but main takes the item before b's turn.
    let runtime = ran(|cx| async move {
        let queue = Queue::new("length", 0);
        let items = queue.clone();
        let b = cx.spawn("b", |cx| async move {
            cx.print(format!("b got {}", items.get(&cx).await?));
            Ok(())
        });
        cx.sleep(1.0).await;
        queue.put(&cx, 1).await?;
        cx.print(format!("main got {}", queue.get(&cx).await?));
        cx.sleep(1.0).await;
        queue.put(&cx, 2).await?;
        b.await
    });
    assert_eq!(prints(&runtime), ["1 main got 1", "2 b got 2"]);
}

#[test]
fn join_waits_for_every_item_to_be_marked() {
    let runtime = ran(|cx| async move {
        let queue = Queue::new("length", 0);
        queue.join(&cx).await;
        cx.print("nothing to wait for");
        queue.put(&cx, ()).await?;
        queue.put(&cx, ()).await?;
        let items = queue.clone();
        let worker = cx.spawn("worker", |cx| async move {
            for _ in 0..2 {
                items.get(&cx).await?;
                cx.sleep(1.0).await;
                items.task_done(&cx)?;
            }
            assert!(items.task_done(&cx).is_err());
            Ok(())
        });
        queue.join(&cx).await;
        cx.print("joined");
        worker.await
    });
    assert_eq!(prints(&runtime), ["0 nothing to wait for", "2 joined"]);
}

#[test]
fn a_queue_without_a_consumer_is_named_in_the_verdict() {
    let runtime = ran(|cx| async move {
        let queue = Queue::new("length", 1);
        let (full, empty) = (queue.clone(), Queue::<()>::new("other", 0));
        let _putter = cx.spawn("putter", |cx| async move {
            full.put(&cx, cx.item("first")).await?;
            full.put(&cx, cx.item("second")).await?;
            Ok(())
        });
        let _getter = cx.spawn("getter", |cx| async move {
            empty.get(&cx).await?;
            Ok(())
        });
        cx.sleep(1.0).await;
        queue.join(&cx).await;
        Ok(())
    });
    let pending = [
        "main waits for queue length: 1 item has not been marked as done",
        "putter waits for a free place in queue length",
        "getter waits for an item of queue other",
        "first waits for a consumer",
        "second waits for a consumer",
    ];
    let pending = pending.map(str::to_owned).into_iter().collect();
    assert_eq!(verdict(&runtime), (1.0, Verdict::Deadlocked(pending)));
}

/// The work of a task: when it starts, whether it puts or takes items, how many, the pause before each, and
/// perhaps when it is cancelled.
type Job = (u32, bool, usize, u32, Option<u32>);

fn jobs() -> impl Strategy<Value = Vec<Job>> {
    let job = (
        0u32..5,
        any::<bool>(),
        1usize..5,
        0u32..3,
        prop::option::of(0u32..12),
    );
    prop::collection::vec(job, 1..10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whichever putters and getters are cancelled: no item is lost or doubled, each putter's items
    /// come out in order, the queue is never too full, and no task waits that could continue.
    #[test]
    fn nothing_is_lost(max in 0usize..4, jobs in jobs()) {
        let (put, got) = (Rc::<RefCell<Vec<_>>>::default(), Rc::<RefCell<Vec<_>>>::default());
        let (all_put, all_got) = (Rc::clone(&put), Rc::clone(&got));
        let stuck = Rc::<RefCell<Vec<_>>>::default();
        let found = Rc::clone(&stuck);
        let rest = Rc::<RefCell<Vec<_>>>::default();
        let left = Rc::clone(&rest);
        let runtime = ran(move |cx| async move {
            let queue = Queue::new("length", max);
            let mut handles = Vec::new();
            for (i, &(start, puts, count, pause, _)) in jobs.iter().enumerate() {
                let (queue, put, got) = (queue.clone(), Rc::clone(&put), Rc::clone(&got));
                handles.push(cx.spawn(&format!("{i}"), move |cx| async move {
                    cx.sleep(f64::from(start)).await;
                    for n in 0..count {
                        if puts {
                            queue.put(&cx, (i, n)).await?;
                            put.borrow_mut().push((i, n));
                        } else {
                            let item = queue.get(&cx).await?;
                            got.borrow_mut().push(item);
                        }
                        cx.sleep(f64::from(pause)).await;
                    }
                    Ok(())
                }));
            }
            cancel_some(&cx, &handles, jobs.iter().map(|job| job.4), 1.0).await;
            cx.sleep(100.0).await;
            let waits = |puts: bool| {
                let jobs = handles.iter().zip(&jobs);
                jobs.filter(|(handle, job)| !handle.is_done() && job.1 == puts).count()
            };
            *found.borrow_mut() = vec![(waits(true), waits(false), queue.len(), queue.is_full())];
            while !queue.is_empty() {
                // Waiting putters put their items during this drain; those come out too.
                let item = queue.get(&cx).await?;
                left.borrow_mut().push(item);
                cx.sleep(0.0).await;
            }
            Ok(())
        });
        prop_assert_eq!(verdict(&runtime).1, Verdict::Completed);
        let (putters, getters, length, is_full) = stuck.borrow()[0];
        // A lost wake-up: a task waits although there is an item or a free place.
        prop_assert!(putters == 0 || is_full, "{putters} wait for a place");
        prop_assert!(getters == 0 || length == 0, "{getters} wait for an item");
        let out: Vec<_> = all_got.borrow().iter().chain(&*rest.borrow()).copied().collect();
        let distinct: BTreeSet<_> = out.iter().collect();
        prop_assert_eq!(distinct.len(), out.len(), "doubled: {:?}", out);
        prop_assert!(all_put.borrow().iter().all(|item| distinct.contains(item)), "lost");
        for (place, &(i, n)) in out.iter().enumerate() {
            let later = out[place..].iter().all(|&(j, m)| j != i || m >= n);
            prop_assert!(later, "out of order: {:?}", out);
        }
        let most = if max == 0 { f64::INFINITY } else { max as f64 };
        prop_assert!(lengths(&runtime).iter().all(|length| (0.0..=most).contains(length)));
    }
}

/// The trace used to record waits of such a task for ever, even after its end.
#[test]
fn a_task_that_gives_up_joining_is_told_no_more() {
    let runtime = ran(|cx| async move {
        let queue = Queue::new("length", 0);
        queue.put(&cx, 1).await?;
        let joined = queue.clone();
        let joiner = cx.spawn("joiner", |cx| async move {
            joined.join(&cx).await;
            Ok(())
        });
        cx.sleep(1.0).await;
        joiner.cancel();
        cx.sleep(1.0).await;
        queue.put(&cx, 2).await?;
        queue.task_done(&cx)
    });
    let trace = runtime.trace();
    let told = |event: &&Event| {
        matches!(
            event.kind,
            Kind::Wait {
                on: WaitFor::ItemsDone(..),
                ..
            }
        )
    };
    let told: Vec<_> = trace.events().iter().filter(told).collect();
    assert_eq!(told.len(), 1, "{told:?}");
}

/// A part of `main` that waited at a queue used to mark `main` itself as queued, whatever the other parts did.
#[test]
fn a_part_of_main_that_waits_leaves_its_state_alone() {
    let runtime = ran(|cx| async move {
        let queue = Queue::new("queue", 1);
        let (putting, getting) = (queue.clone(), queue);
        let parts = [
            cx.spawn_bare(move |cx| async move {
                putting.put(&cx, 1).await?;
                putting.put(&cx, 2).await
            }),
            cx.spawn_bare(move |cx| async move {
                cx.sleep(1.0).await;
                for _ in 0..2 {
                    getting.get(&cx).await?;
                }
                Ok(())
            }),
        ];
        gather(parts).await.map(drop)
    });
    let trace = runtime.trace();
    let states = trace.events().iter().filter_map(|event| match event.kind {
        Kind::State { state, .. } if event.task == TaskId::MAIN => Some(state),
        _ => None,
    });
    assert!(!states.collect::<Vec<_>>().contains(&State::Queued));
    assert_eq!(verdict(&runtime), (1.0, Verdict::Completed));
}
