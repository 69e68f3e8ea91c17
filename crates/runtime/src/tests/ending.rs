//! How runs end, and that nothing is left of them in memory.

use super::*;
use std::cell::RefCell;

/// Waits to be cancelled, then cleans up for a time.
async fn tidy(cx: Cx, clean_up: f64) -> Result<()> {
    let _told = cx.catch_cancel(sleeps(cx.clone(), 99.0)).await;
    cx.print("told");
    cx.sleep(clean_up).await;
    cx.print("clean");
    Err(Error::Cancelled)
}

#[test]
fn when_main_returns_what_is_left_is_cancelled_and_may_clean_up() {
    let runtime = ran(|cx| async move {
        let _left = cx.spawn("slow", |cx| sleeps(cx, 50.0));
        let _too = cx.spawn("tidy", |cx| tidy(cx, 0.5));
        cx.sleep(2.0).await;
        Ok(())
    });
    assert_eq!(prints(&runtime), ["2 told", "2.5 clean"]);
    assert_eq!(ends(&runtime), ["slow cancelled 2", "tidy cancelled 2.5"]);
    assert_eq!(verdict(&runtime), (2.5, Verdict::Completed));
}

/// As CPython 3.11 prints it: `asyncio.run` stops the loop at the end of the next turn, and
/// cancels then. Tasks that were ready used to be cancelled without that turn.
#[test]
fn when_main_returns_what_is_ready_takes_one_more_step() {
    let runtime = ran(|cx| async move {
        let steps = |name: &'static str| {
            move |cx: Cx| async move {
                let work = cx.clone();
                let work = async move {
                    for i in 0..3 {
                        work.print(format!("{name} {i}"));
                        work.sleep(0.0).await;
                    }
                    Ok(())
                };
                let ended = cx.catch_cancel(work).await;
                cx.print(format!("{name} {ended:?}"));
                ended
            }
        };
        let _a = cx.spawn("a", steps("a"));
        cx.sleep(0.0).await;
        let _b = cx.spawn("b", steps("b"));
        Ok(())
    });
    let expected = [
        "0 a 0",
        "0 a 1",
        "0 b 0",
        "0 a Err(Cancelled)",
        "0 b Err(Cancelled)",
    ];
    assert_eq!(prints(&runtime), expected);
}

/// FINDINGS 10: `task.cancel()` as main's last line. The task begins its clean-up, then
/// `asyncio.run` cancels it again.
#[test]
fn a_cancellation_in_mains_last_line_is_followed_by_another() {
    let runtime = ran(|cx| async move {
        let task = cx.spawn("task", |cx| tidy(cx, 0.5));
        cx.sleep(1.0).await;
        task.cancel();
        Ok(())
    });
    assert_eq!(prints(&runtime), ["1 told"]);
    assert_eq!(verdict(&runtime), (1.0, Verdict::Completed));
}

/// asyncio's loop fires no timer after main has returned.
#[test]
fn a_timer_that_became_due_while_main_blocked_does_not_save_its_task() {
    let runtime = ran(|cx| async move {
        let _task = cx.spawn("task", |cx| sleeps(cx, 1.0));
        cx.sleep(0.5).await;
        cx.block(5.0);
        Ok(())
    });
    assert_eq!(ends(&runtime), ["task cancelled 5.5"]);
}

#[test]
fn what_main_returns_is_the_result_and_what_it_raises_its_end() {
    let runtime = Runtime::new(Ports::simulated());
    assert_eq!(runtime.result(), Value::Null);
    runtime.start(|_| async { Ok(Value::from(7)) });
    runtime.run();
    assert_eq!(runtime.result(), Value::from(7));

    let runtime = ran(|cx| async move {
        let _left = cx.spawn("left", |cx| sleeps(cx, 9.0));
        cx.sleep(1.0).await;
        Err(Error::Failed("no luck".to_owned()))
    });
    assert_eq!(ends(&runtime), ["main error 1", "left cancelled 1"]);
    assert_eq!(verdict(&runtime), (1.0, Verdict::Completed));
}

fn pending(runtime: &Runtime) -> (f64, Vec<String>) {
    match verdict(runtime) {
        (at, Verdict::Deadlocked(pending)) => (at, pending.to_vec()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn tasks_that_wait_for_each_other_are_found_and_named() {
    let runtime = ran(|cx| async move {
        let (left, right) = (Semaphore::new(1), Semaphore::new(1));
        let philosopher = |name, first: &Semaphore, second: &Semaphore| {
            let (first, second) = (first.clone(), second.clone());
            cx.spawn(name, |cx| async move {
                let _first = first.acquire(&cx).await;
                cx.sleep(1.0).await;
                let _second = second.acquire(&cx).await;
                Ok(())
            })
        };
        let all = [
            philosopher("Ada", &left, &right),
            philosopher("Bob", &right, &left),
        ];
        cx.task("dinner", |_| async move { gather(all).await.map(drop) })
            .await
    });
    let named = [
        "main waits for dinner",
        "Ada waits for a permit of semaphore 2",
        "Bob waits for a permit of semaphore 1",
        "dinner waits for 2 tasks",
    ];
    assert_eq!(pending(&runtime), (1.0, named.map(str::to_owned).to_vec()));
    assert_eq!(
        ends(&runtime),
        ["main hung 1", "Ada hung 1", "Bob hung 1", "dinner hung 1"]
    );
}

#[test]
fn a_permit_that_is_never_released_is_a_deadlock() {
    let runtime = ran(|cx| async move {
        let semaphore = Semaphore::new(1);
        std::mem::forget(semaphore.acquire(&cx).await);
        let waiter = cx.spawn_queued("waiter", move |cx| async move {
            let _permit = semaphore.acquire(&cx).await;
            Ok(())
        });
        cx.sleep(3.0).await;
        waiter.await
    });
    let named = ["main waits for waiter", "waiter waits for a permit"];
    assert_eq!(pending(&runtime), (3.0, named.map(str::to_owned).to_vec()));
}

/// The verdict used to say that main still sleeps, or has not started.
#[test]
fn a_deadlock_in_a_task_awaited_in_place_is_named_too() {
    let runtime = ran(|cx| async move {
        cx.sleep(1.0).await;
        cx.task("hopeless", |_| std::future::pending::<Result<()>>())
            .await
    });
    let named = [
        "main waits for hopeless",
        "hopeless waits for something unknown",
    ];
    assert_eq!(pending(&runtime), (1.0, named.map(str::to_owned).to_vec()));
}

/// Cancelling used to go round in such a cycle for ever.
#[test]
fn tasks_that_await_one_another_can_be_cancelled() {
    type Cell = Rc<RefCell<Option<Handle<()>>>>;
    for cancels in [false, true] {
        let runtime = ran(move |cx| async move {
            let cells: [Cell; 3] = Default::default();
            for i in 0..3 {
                let next = Rc::clone(&cells[(i + 1) % 3]);
                let handle = cx.spawn(&format!("task {i}"), |cx| async move {
                    cx.sleep(1.0).await;
                    let next = next.borrow_mut().take();
                    next.expect("a handle").await
                });
                *cells[i].borrow_mut() = Some(handle);
            }
            cx.sleep(if cancels { 2.0 } else { 0.5 }).await;
            if !cancels {
                std::future::pending::<()>().await;
            }
            Ok(())
        });
        if cancels {
            assert_eq!(verdict(&runtime), (2.0, Verdict::Completed));
        } else {
            let named = |i: u32| format!("task {i} waits for task {}", (i + 1) % 3);
            assert_eq!(pending(&runtime).1[1..], [named(0), named(1), named(2)]);
        }
    }
}

#[test]
fn stopping_drops_everything_and_freezes_the_trace() {
    let alive = Rc::default();
    let count = Rc::clone(&alive);
    let runtime = started(move |cx| async move {
        let _main = Alive::new(&count);
        for name in ["a", "b"] {
            let guard = Alive::new(&count);
            let _running = cx.spawn(name, |cx| async move {
                let _guard = guard;
                let _loud = Dropped(cx.clone(), "not recorded");
                sleeps(cx, 9.0).await
            });
        }
        sleeps(cx.clone(), 99.0).await
    });
    assert_eq!(
        runtime.run_until(Time::from_secs(4.0), usize::MAX),
        Status::Sleeping(Time::from_secs(9.0))
    );
    assert_eq!(alive.get(), 3);
    let events = runtime.trace().events().len();
    runtime.stop();
    assert_eq!(alive.get(), 0);
    assert_eq!(runtime.trace().events().len(), events);
    assert_eq!(verdict(&runtime), (0.0, Verdict::Stopped));
    assert_eq!(ends(&runtime), ["main lives", "a lives", "b lives"]);
    assert_eq!(runtime.run_until(Time::MAX, 1), Status::Ended);
    runtime.stop();
}

#[test]
fn dropping_the_runtime_leaks_nothing() {
    struct Nowhere;
    impl Network for Nowhere {
        fn fetch(
            &self,
            _: Request,
            _: Report,
        ) -> std::pin::Pin<Box<dyn Future<Output = std::result::Result<Response, String>>>>
        {
            Box::pin(std::future::pending())
        }
    }
    // The core owns the port: the port is dropped with its last owner.
    for stop_at in [0.0, 1.5, 1e6] {
        let (port, alive) = (Rc::new(Nowhere), Rc::<Cell<usize>>::default());
        let ports = Ports {
            network: Some(Rc::clone(&port) as Rc<dyn Network>),
            ..Ports::simulated()
        };
        let runtime = Runtime::new(ports);
        let count = Rc::clone(&alive);
        begin(&runtime, |cx| async move {
            let semaphore = Semaphore::new(1);
            for i in 0..4 {
                let (semaphore, guard) = (semaphore.clone(), Alive::new(&count));
                let _running = cx.spawn(&format!("{i}"), |cx| async move {
                    let _guard = guard;
                    let _permit = semaphore.acquire(&cx).await;
                    let child = cx.spawn("child", |cx| tidy(cx, 1.0));
                    cx.sleep(1.0).await;
                    child.cancel();
                    child.await
                });
            }
            std::future::pending().await
        });
        let _status = runtime.run_until(Time::from_secs(stop_at), usize::MAX);
        drop(runtime);
        assert_eq!((alive.get(), Rc::strong_count(&port)), (0, 1), "{stop_at}");
    }
}

/// A destructor that does everything that it should not: each of these used to panic or to leak.
#[test]
fn destructors_may_spawn_and_cancel_while_everything_is_dropped() {
    struct Wild(Cx, Option<Handle<()>>, Rc<Cell<usize>>);
    impl Drop for Wild {
        fn drop(&mut self) {
            let (cx, alive) = (self.0.clone(), Alive::new(&self.2));
            if let Some(handle) = self.1.take() {
                handle.cancel();
            }
            let nap = cx.sleep(1.0);
            let _nobody = cx.spawn("too late", move |cx| async move {
                let _alive = alive;
                nap.await;
                cx.spawn("even later", |cx| sleeps(cx, 1.0)).await
            });
            drop(cx.task("in place", |cx| sleeps(cx, 1.0)));
            cx.print("wild");
        }
    }
    for stops in [false, true] {
        let alive = Rc::<Cell<usize>>::default();
        let count = Rc::clone(&alive);
        let outside = Rc::new(RefCell::new(None));
        let handle = Rc::clone(&outside);
        let runtime = started(move |cx| async move {
            let semaphore = Semaphore::new(1);
            *handle.borrow_mut() = Some(cx.spawn("outside", |cx| sleeps(cx, 50.0)));
            for _ in 0..3 {
                let (count, semaphore) = (Rc::clone(&count), semaphore.clone());
                let _running = cx.spawn("task", |cx| async move {
                    let other = cx.spawn("other", |cx| sleeps(cx, 9.0));
                    let _wild = Wild(cx.clone(), Some(other), count);
                    let _permit = semaphore.acquire(&cx).await;
                    let work = async { std::future::pending::<Result<()>>().await };
                    cx.catch_cancel(work).await
                });
            }
            cx.sleep(if stops { 99.0 } else { 2.0 }).await;
            Ok(())
        });
        let _status = runtime.run_until(Time::from_secs(5.0), usize::MAX);
        runtime.stop();
        // A handle outlives its run.
        let handle = outside.borrow_mut().take().expect("a handle");
        assert!(!handle.cancel() && handle.is_done());
        drop(runtime);
        assert_eq!(alive.get(), 0);
    }
}

/// A loop in which no time passes used to record events until the memory was full.
#[test]
fn a_run_is_stopped_once_it_has_recorded_as_much_as_it_may() {
    let dropped = Rc::new(Cell::new(0));
    let spins = |budget| {
        let dropped = Rc::clone(&dropped);
        let runtime = started(async move |cx| {
            let _guard = OnDrop(dropped);
            cx.print("x".repeat(100));
            loop {
                cx.sleep(0.0).await;
            }
        });
        runtime.limit_events(1_000);
        while runtime.run_until(Time::MAX, budget) == Status::Busy {}
        assert_eq!(runtime.run_until(Time::MAX, budget), Status::Ended);
        assert_eq!(verdict(&runtime), (0.0, Verdict::LimitReached));
        runtime.into_trace()
    };
    let whole = spins(usize::MAX);
    assert!((1_000..1_003).contains(&whole.events().len()));
    assert_eq!(dropped.get(), 1);
    for budget in [1, 7, 499, 500, 501] {
        assert!(spins(budget) == whole, "{budget}");
    }
    let said = interleave_trace::limit_reached(&whole);
    let said = said.as_deref().unwrap_or_default();
    assert!(
        said.ends_with(" events at 0.0 s: nothing here takes time"),
        "{said}"
    );
}

struct OnDrop(Rc<Cell<u32>>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}
