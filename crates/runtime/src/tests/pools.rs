//! Pools of connections: every connection is returned, whenever its task is cancelled.

use super::*;
use interleave_trace::{CONNECTIONS, waiting_list, why};
use proptest::prelude::*;

/// The values of the gauge.
fn in_use(runtime: &Runtime) -> Vec<f64> {
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let gauge = index.gauge(&trace, CONNECTIONS);
    gauge.map_or_else(Vec::new, |gauge| {
        gauge.samples.iter().map(|&(_, value)| value).collect()
    })
}

async fn uses(cx: Cx, pool: Pool, seconds: f64) -> Result<()> {
    let connection = pool.acquire(&cx).await;
    cx.print(&connection);
    cx.sleep(seconds).await;
    Ok(())
}

/// Last in, first out, like an `asyncio.LifoQueue` of connections.
#[test]
fn the_connection_that_was_given_back_last_is_used_next() {
    let runtime = ran(|cx| async move {
        let pool = Pool::new(3);
        let seconds = [1.0, 2.0, 3.0, 5.0];
        let start = |seconds| cx.spawn("user", |cx| uses(cx, pool.clone(), seconds));
        gather(seconds.map(start)).await?;
        assert_eq!(pool.peak(), 3);
        uses(cx, pool, 0.0).await
    });
    let expected = ["0 conn-1", "0 conn-2", "0 conn-3", "1 conn-1", "6 conn-1"];
    assert_eq!(prints(&runtime), expected);
    let expected = [1.0, 2.0, 3.0, 2.0, 3.0, 2.0, 1.0, 0.0, 1.0, 0.0];
    assert_eq!(in_use(&runtime), expected);
}

/// The gauge names the tasks that hold the connections, and so does the explanation of a waiting task.
#[test]
fn the_gauge_names_the_tasks_that_hold_connections() {
    let runtime = ran(|cx| async move {
        let pool = Pool::new(2);
        let start = |(name, seconds)| cx.spawn(name, |cx| uses(cx, pool.clone(), seconds));
        gather([("a", 1.0), ("b", 3.0), ("c", 1.0)].map(start)).await?;
        Ok(())
    });
    let trace = runtime.trace();
    let at = |seconds| {
        let mut index = Index::default();
        index.advance(&trace, Time::from_secs(seconds));
        index
    };
    let gauge = |seconds| waiting_list(&trace, &at(seconds), CONNECTIONS);
    assert_eq!(gauge(0.5), "held by a, b; waiting: c");
    assert_eq!(gauge(1.5), "held by b, c");
    assert_eq!(gauge(3.0), "");
    let index = at(0.5);
    let known = |id| {
        let told = why(&trace, &index, id).into_iter();
        told.map(|reason| format!("{} {}", reason.about, reason.text(&trace)))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        known(TaskId(3))[1..],
        ["waits for a connection, since 0.0 s", "held by a and b"]
    );
    assert_eq!(
        known(TaskId(1)).last().map(String::as_str),
        Some("holds a connection")
    );
}

#[test]
fn an_empty_pool_is_a_deadlock_that_says_so() {
    let runtime = ran(|cx| async move { uses(cx, Pool::new(0), 1.0).await });
    let Verdict::Deadlocked(tasks) = verdict(&runtime).1 else {
        panic!("{:?}", verdict(&runtime));
    };
    let trace = runtime.trace();
    let said = interleave_trace::describe(&trace, &Index::of(&trace), TaskId::MAIN);
    assert_eq!(said, "main waits for a connection", "{tasks:?}");
}

proptest! {
    /// Never more connections in use than the pool has, none used by two tasks at once, and in the end all are returned.
    #[test]
    fn no_connection_is_lost_or_shared(
        size in 1usize..4,
        tasks in prop::collection::vec((0u32..6, 0u32..4, prop::option::of(0u32..12)), 1..12),
    ) {
        let most = size as f64;
        let runtime = ran(move |cx| async move {
            let (pool, held) = (Pool::new(size), Rc::<RefCell<Vec<String>>>::default());
            let start = |&(start, hold, _): &(u32, u32, Option<u32>)| {
                let (pool, held) = (pool.clone(), Rc::clone(&held));
                cx.spawn("user", move |cx| async move {
                    cx.sleep(f64::from(start)).await;
                    let connection = pool.acquire(&cx).await;
                    let name = connection.to_string();
                    assert!(!held.borrow().contains(&name), "{name} is used twice");
                    held.borrow_mut().push(name.clone());
                    // A cancelled task drops it without another step here.
                    let _back = Back(Rc::clone(&held), name);
                    cx.sleep(f64::from(hold)).await;
                    Ok(())
                })
            };
            let handles: Vec<_> = tasks.iter().map(start).collect();
            cancel_some(&cx, &handles, tasks.iter().map(|task| task.2), 1.0).await;
            wait_all(handles).await;
            let mut all = Vec::new();
            for _ in 0..size {
                all.push(pool.acquire(&cx).await);
            }
            Ok(())
        });
        prop_assert_eq!(&verdict(&runtime).1, &Verdict::Completed);
        prop_assert!(in_use(&runtime).iter().all(|&count| (0.0..=most).contains(&count)));
        prop_assert_eq!(in_use(&runtime).last().copied(), Some(0.0));
    }
}

/// Takes a name out of a list when it is dropped.
struct Back(Rc<RefCell<Vec<String>>>, String);

impl Drop for Back {
    fn drop(&mut self) {
        self.0.borrow_mut().retain(|name| *name != self.1);
    }
}
