//! Traces of runs with several semaphores, locks or queues. All of one kind used to be one resource in the trace: their
//! holders and waiting tasks were mixed.

use super::*;
use interleave_trace::{
    PERMITS, Reason, Resource, ResourceId, ResourceKind, Story, WaitFor, cycle, cycle_words,
    gauge_words, waiting_list, why,
};

/// Holds a permit for a time.
async fn holds(cx: Cx, semaphore: Semaphore, seconds: f64) -> Result<()> {
    let _permit = semaphore.acquire(&cx).await;
    cx.sleep(seconds).await;
    Ok(())
}

fn names(trace: &Trace, tasks: impl Iterator<Item = TaskId>) -> Vec<String> {
    tasks.map(|id| trace.name(id).to_owned()).collect()
}

/// The index at an instant.
fn at(trace: &Trace, seconds: f64) -> Index {
    let mut index = Index::default();
    index.advance(trace, Time::from_secs(seconds));
    index
}

fn task(trace: &Trace, name: &str) -> TaskId {
    let mut ids = (0..trace.task_count() as u32).map(TaskId);
    ids.find(|&id| trace.name(id) == name).expect("a task")
}

/// The explanations of a task's state, as texts.
fn reasons(trace: &Trace, index: &Index, name: &str) -> Vec<String> {
    let told = why(trace, index, task(trace, name)).into_iter();
    told.map(|reason: Reason| format!("{} {}", reason.about, reason.text(trace)))
        .collect()
}

#[test]
fn two_semaphores_have_holders_lines_and_gauges_of_their_own() {
    let runtime = ran(|cx| async move {
        let (one, other) = (Semaphore::new(1), Semaphore::named("db", 2));
        let start = |name, semaphore: &Semaphore| {
            let semaphore = semaphore.clone();
            cx.spawn(name, |cx| holds(cx, semaphore, 1.0))
        };
        let all = [
            start("a", &one),
            start("b", &one),
            start("x", &other),
            start("y", &other),
            start("z", &other),
        ];
        gather(all).await.map(drop)
    });
    let trace = runtime.trace();
    let resources: Vec<_> = trace.resources().collect();
    let semaphore = ResourceKind::Semaphore;
    let (first, second) = (ResourceId(1), ResourceId(2));
    assert_eq!(
        resources,
        [(first, semaphore, ""), (second, semaphore, "db")]
    );
    let index = at(&trace, 0.5);
    assert_eq!(names(&trace, index.holders(first)), ["a"]);
    assert_eq!(names(&trace, index.holders(second)), ["x", "y"]);
    let line = |of| names(&trace, index.wait_queues().iter(Resource::Permit, of));
    assert_eq!(
        (line(first), line(second)),
        (vec!["b".to_owned()], vec!["z".to_owned()])
    );
    assert_eq!(
        index.series_names(&trace, false),
        [PERMITS, "permits_in_use #2"]
    );
    let peak = |gauge| index.series(&trace, gauge).map(|series| series.peak);
    assert_eq!(
        (peak(PERMITS), peak("permits_in_use #2")),
        (Some(1.0), Some(2.0))
    );
    let called =
        ["permits_in_use", "permits_in_use #2"].map(|gauge| gauge_words(&trace, &index, gauge));
    assert_eq!(
        called,
        [
            "permits in use, semaphore 1",
            "permits in use, semaphore db"
        ]
    );
    assert_eq!(
        waiting_list(&trace, &index, PERMITS),
        "held by a; waiting: b"
    );
    assert_eq!(
        waiting_list(&trace, &index, "permits_in_use #2"),
        "held by x, y; waiting: z"
    );
    assert_eq!(
        reasons(&trace, &index, "b"),
        [
            "started by main",
            "waits for a permit of semaphore 1, since 0.0 s",
            "held by a"
        ]
    );
    assert_eq!(
        reasons(&trace, &index, "z"),
        [
            "started by main",
            "waits for a permit of semaphore db, since 0.0 s",
            "held by x and y"
        ]
    );
    assert!(reasons(&trace, &index, "x").contains(&"holds a permit of semaphore db".to_owned()));
    // No resource is held in the end.
    let end = Index::of(&trace);
    assert_eq!([first, second].map(|of| end.holders(of).len()), [0, 0]);
    assert!(end.tasks().all(|(_, task)| task.holds == 0));
}

#[test]
fn one_semaphore_is_called_a_semaphore() {
    let runtime = ran(|cx| async move {
        let semaphore = Semaphore::new(1);
        let start = |name| {
            let semaphore = semaphore.clone();
            cx.spawn(name, |cx| holds(cx, semaphore, 1.0))
        };
        gather([start("a"), start("b")]).await.map(drop)
    });
    let trace = runtime.trace();
    let index = at(&trace, 0.5);
    assert_eq!(
        reasons(&trace, &index, "b"),
        [
            "started by main",
            "waits for a permit, since 0.0 s",
            "held by a"
        ]
    );
    assert!(reasons(&trace, &index, "a").contains(&"holds a permit".to_owned()));
}

/// Takes one lock, then another.
async fn takes_both(cx: Cx, first: Lock, second: Lock) -> Result<()> {
    let _first = first.acquire(&cx).await;
    cx.sleep(1.0).await;
    let _second = second.acquire(&cx).await;
    Ok(())
}

fn opposite_orders(a: Lock, b: Lock) -> Runtime {
    ran(|cx| async move {
        let (first, second) = (a.clone(), b.clone());
        let left = cx.spawn("left", |cx| takes_both(cx, first, second));
        let right = cx.spawn("right", |cx| takes_both(cx, b, a));
        gather([left, right]).await.map(drop)
    })
}

#[test]
fn a_deadlock_of_two_locks_is_a_cycle_with_names() {
    for (locks, [a, b]) in [
        ([Lock::named("A"), Lock::named("B")], ["A", "B"]),
        // Numbered in the order of first use.
        ([Lock::new(), Lock::new()], ["1", "2"]),
        ([Lock::named("A"), Lock::named("A")], ["A", "A #2"]),
    ] {
        let [first, second] = locks;
        let runtime = opposite_orders(first, second);
        let (_, verdict) = verdict(&runtime);
        let Verdict::Deadlocked(pending) = verdict else {
            panic!("{verdict:?}");
        };
        assert_eq!(
            *pending,
            [
                "main waits for 2 tasks".to_owned(),
                format!("left waits for lock {b}, held by right"),
                format!("right waits for lock {a}, held by left"),
            ]
        );
        let trace = runtime.trace();
        let found = cycle(&Index::of(&trace)).expect("a cycle");
        assert_eq!(
            cycle_words(&trace, &found),
            format!(
                "left waits for lock {b}, which right holds; right waits for lock {a}, which left holds"
            )
        );
    }
}

#[test]
fn a_task_that_waits_for_what_it_holds_itself_is_a_cycle() {
    let runtime = ran(async |cx| {
        let lock = Lock::new();
        let _held = lock.acquire(&cx).await;
        let _again = lock.acquire(&cx).await;
        Ok(())
    });
    let trace = runtime.trace();
    let found = cycle(&Index::of(&trace)).expect("a cycle");
    assert_eq!(
        cycle_words(&trace, &found),
        "main waits for the lock, which it holds itself"
    );
}

#[test]
fn tasks_that_await_each_other_by_way_of_a_lock_are_a_cycle_and_others_are_not() {
    let runtime = ran(|cx| async move {
        let lock = Lock::new();
        let wanted = lock.clone();
        let _held = lock.acquire(&cx).await;
        let child = cx.spawn("child", |cx| async move {
            let _held = wanted.acquire(&cx).await;
            Ok(())
        });
        child.await
    });
    let trace = runtime.trace();
    let found = cycle(&Index::of(&trace)).expect("a cycle");
    assert_eq!(
        cycle_words(&trace, &found),
        "main waits for child; child waits for the lock, which main holds"
    );
    // A task that waits for an event that is never set waits for no task.
    let runtime = ran(async |cx| {
        Event::new().wait(&cx).await;
        Ok(())
    });
    let trace = runtime.trace();
    assert_eq!(cycle(&Index::of(&trace)), None);
    assert_eq!(
        trace.resource(ResourceId(1)),
        Some((ResourceKind::Event, None))
    );
}

#[test]
fn a_lock_that_a_condition_gives_up_is_held_by_none_meanwhile() {
    let runtime = started(|cx| async move {
        let condition = Condition::named("ready");
        let waits = condition.clone();
        let waiter = cx.spawn("waiter", |cx| async move {
            let mut locked = waits.acquire(&cx).await;
            waits.wait(&cx, &mut locked).await?;
            cx.sleep(1.0).await;
            Ok(())
        });
        cx.sleep(1.0).await;
        let locked = condition.acquire(&cx).await;
        cx.sleep(1.0).await;
        condition.notify(&cx, 1)?;
        drop(locked);
        waiter.await
    });
    runtime.run();
    assert_eq!(verdict(&runtime), (3.0, Verdict::Completed));
    let trace = runtime.trace();
    let lock = trace.resources().find(|row| row.1 == ResourceKind::Lock);
    let lock = lock.expect("the lock of the condition").0;
    let holders = |seconds| names(&trace, at(&trace, seconds).holders(lock));
    assert_eq!(holders(0.5), [""; 0]);
    assert_eq!(holders(1.5), ["main"]);
    assert_eq!(holders(2.5), ["waiter"]);
    assert_eq!(holders(3.0), [""; 0]);
    let waits = at(&trace, 0.5);
    let waits = waits
        .task(task(&trace, "waiter"))
        .and_then(|task| task.wait());
    let on = waits.map(|wait| wait.on.phrase(&trace));
    assert_eq!(on.as_deref(), Some("to be notified by condition ready"));
}

#[test]
fn two_queues_have_lines_of_their_own() {
    let runtime = started(|cx| async move {
        let (one, other) = (Queue::<()>::new("one", 0), Queue::<()>::new("other", 0));
        for (name, queue) in [("a", one), ("b", other)] {
            drop(cx.spawn(name, |cx| async move { queue.get(&cx).await }));
        }
        cx.sleep(1.0).await;
        Ok(())
    });
    let _ = runtime.run_until(Time::from_secs(0.5), usize::MAX);
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let on = |name| {
        let wait = index.task(task(&trace, name)).and_then(|task| task.wait());
        wait.map(|wait| wait.on.phrase(&trace))
    };
    assert_eq!(on("a").as_deref(), Some("for an item of queue one"));
    assert_eq!(on("b").as_deref(), Some("for an item of queue other"));
    let waits = index.task(task(&trace, "b")).and_then(|task| task.wait());
    assert_eq!(
        waits.map(|wait| wait.on),
        Some(WaitFor::Item(ResourceId(2)))
    );
}

/// Each gauge is drawn, and looked up by name: very many would slow down the page.
#[test]
fn of_very_many_semaphores_not_all_have_a_gauge() {
    let runtime = ran(async |cx| {
        for _ in 0..1_000 {
            drop(Semaphore::new(1).acquire(&cx).await);
        }
        Ok(())
    });
    let trace = runtime.trace();
    assert_eq!(
        Index::of(&trace).gauges().len(),
        interleave_trace::MAX_GAUGES
    );
    assert_eq!(trace.resources().len(), 1_000);
}

fn story(runtime: &Runtime) -> Vec<String> {
    let (trace, mut story) = (runtime.trace(), Story::default());
    story.advance(&trace);
    let lines = story.until(Time::MAX).iter();
    lines.map(|line| line.words(&trace)).collect()
}

/// The story used to end with "no task can continue", without the reason.
#[test]
fn the_story_of_a_deadlock_names_the_cycle() {
    let two = opposite_orders(Lock::named("A"), Lock::named("B"));
    let told = story(&two);
    let end = &told[told.len() - 2..];
    assert_eq!(
        end,
        [
            "A cycle: left waits for lock B, held by right; right waits for lock A, held by left.",
            "Deadlock at 1.0 s: no task can continue."
        ]
    );
    let ring = ran(|cx| async move {
        let locks: Vec<_> = (0..5).map(|_| Lock::named("fork")).collect();
        let start = |n: usize| {
            let (first, second) = (locks[n].clone(), locks[(n + 1) % 5].clone());
            cx.spawn(&format!("P{n}"), |cx| async move {
                let _first = first.acquire(&cx).await;
                cx.sleep(1.0).await;
                let _second = second.acquire(&cx).await;
                Ok(())
            })
        };
        gather((0..5).map(start)).await.map(drop)
    });
    let cycle = "A cycle: P0 waits for lock fork #2, held by P1; P1 waits for lock fork #3, held by P2; \
                 and so on, 5 tasks.";
    let told = story(&ring);
    assert!(told.iter().any(|line| line == cycle), "{told:#?}");
    let event = ran(async |cx| {
        Event::new().wait(&cx).await;
        Ok(())
    });
    let told = story(&event);
    assert!(!told.iter().any(|line| line.contains("cycle")), "{told:#?}");
}

/// Tasks at a barrier used to be shown as waiting for a lock or a notification, at lines of the runtime itself.
#[test]
fn tasks_wait_for_the_others_at_a_barrier() {
    let runtime = ran(|cx| async move {
        let barrier = Barrier::new(3);
        let start = |n: usize| {
            let barrier = barrier.clone();
            cx.spawn(&format!("party {n}"), |cx| async move {
                barrier.wait(&cx).await.map(drop)
            })
        };
        let parties: Vec<_> = (0..2).map(start).collect();
        gather(parties).await.map(drop)
    });
    let line = line!() - 6;
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let waits = index.task(TaskId(2)).and_then(|task| task.wait());
    assert_eq!(waits.map(|wait| wait.line), Some(line));
    let (_, verdict) = verdict(&runtime);
    let Verdict::Deadlocked(pending) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(pending[1], "party 0 waits for the others at the barrier");
    let met = ran(|cx| async move {
        let barrier = Barrier::new(2);
        let own = barrier.clone();
        let early = cx.spawn("early", |cx| async move { own.wait(&cx).await.map(drop) });
        cx.sleep(1.0).await;
        barrier.wait(&cx).await?;
        early.await
    });
    let told = story(&met);
    let last = "main is the last at the barrier; early continues.";
    assert!(told.iter().any(|line| line == last), "{told:#?}");
}
