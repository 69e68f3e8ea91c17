//! Locks, events, conditions, barriers, semaphores and queues: the cases of CPython's `test_locks` and `test_queues`.
//!
//! Each test is named after its original.

use super::*;
use std::cell::RefCell;

/// Runs a program that asserts things; it must come to its end.
fn passes<Fut>(program: impl FnOnce(Cx) -> Fut)
where
    Fut: Future<Output = Result<()>> + 'static,
{
    log(program);
}

async fn turns(cx: &Cx, count: u32) {
    for _ in 0..count {
        cx.sleep(0.0).await;
    }
}

type Noted = Rc<RefCell<Vec<u32>>>;

/// Takes the lock, notes a number, and holds the lock for some turns.
fn holder(cx: &Cx, lock: &Lock, noted: &Noted, number: u32, hold: u32) -> Handle<()> {
    let (lock, noted) = (lock.clone(), Rc::clone(noted));
    cx.spawn("holder", move |cx| async move {
        let _locked = lock.acquire(&cx).await;
        noted.borrow_mut().push(number);
        turns(&cx, hold).await;
        Ok(())
    })
}

#[test]
fn lock_acquire() {
    passes(|cx| async move {
        let (lock, noted) = (Lock::new(), Noted::default());
        let locked = lock.acquire(&cx).await;
        let all = [1, 2, 3].map(|number| holder(&cx, &lock, &noted, number, 0));
        turns(&cx, 1).await;
        assert!(noted.borrow().is_empty());
        drop(locked);
        assert!(!lock.locked());
        turns(&cx, 1).await;
        assert_eq!(*noted.borrow(), [1]);
        gather(all).await?;
        assert_eq!(*noted.borrow(), [1, 2, 3]);
        Ok(())
    });
}

#[test]
fn lock_acquire_cancel() {
    passes(|cx| async move {
        let (lock, noted) = (Lock::new(), Noted::default());
        let locked = lock.acquire(&cx).await;
        let task = holder(&cx, &lock, &noted, 1, 0);
        turns(&cx, 1).await;
        task.cancel();
        // No task waits any more, although the cancellation is not delivered yet.
        drop(locked);
        let again = lock.acquire(&cx).await;
        assert_eq!(task.await, Err(Error::Cancelled));
        drop(again);
        Ok(())
    });
}

/// A task that was woken is cancelled before its step: the lock goes to the next.
#[test]
fn lock_cancel_race() {
    passes(|cx| async move {
        let (lock, noted) = (Lock::new(), Noted::default());
        let locked = lock.acquire(&cx).await;
        let [a, b] = [1, 2].map(|number| holder(&cx, &lock, &noted, number, 0));
        turns(&cx, 1).await;
        drop(locked);
        a.cancel();
        turns(&cx, 2).await;
        assert_eq!((a.is_cancelled(), &*noted.borrow()), (true, &vec![2]));
        b.await
    });
}

/// A lock that was released, but is promised to a task, cannot be taken by another one.
#[test]
fn lock_finished_waiter_cancelled() {
    passes(|cx| async move {
        let (lock, noted) = (Lock::new(), Noted::default());
        let locked = lock.acquire(&cx).await;
        let first = holder(&cx, &lock, &noted, 1, 0);
        turns(&cx, 1).await;
        drop(locked);
        let second = holder(&cx, &lock, &noted, 2, 0);
        first.cancel();
        gather([second]).await?;
        assert_eq!(*noted.borrow(), [2]);
        Ok(())
    });
}

#[test]
fn event_wait_and_clear_with_waiters() {
    passes(|cx| async move {
        let (event, noted) = (Event::new(), Noted::default());
        let waits = |number| {
            let (event, noted) = (event.clone(), Rc::clone(&noted));
            cx.spawn("waits", move |cx| async move {
                event.wait(&cx).await;
                noted.borrow_mut().push(number);
                Ok(())
            })
        };
        let both = [waits(1), waits(2)];
        turns(&cx, 1).await;
        event.set(&cx);
        event.clear();
        assert!(!event.is_set());
        let late = waits(3);
        gather(both).await?;
        assert_eq!(*noted.borrow(), [1, 2]);
        late.cancel();
        event.set(&cx);
        event.wait(&cx).await;
        assert!(event.is_set() && !late.is_done());
        Ok(())
    });
}

/// Waits for one notification, and notes a number.
fn notified(cx: &Cx, condition: &Condition, noted: &Noted, number: u32) -> Handle<()> {
    let (condition, noted) = (condition.clone(), Rc::clone(noted));
    cx.spawn("notified", move |cx| async move {
        let mut locked = condition.acquire(&cx).await;
        condition.wait(&cx, &mut locked).await?;
        noted.borrow_mut().push(number);
        Ok(())
    })
}

#[test]
fn condition_notify_and_notify_all() {
    passes(|cx| async move {
        let (condition, noted) = (Condition::new(), Noted::default());
        assert_eq!(
            condition.notify(&cx, 1),
            Err(failed("cannot notify on un-acquired lock"))
        );
        let all = [1, 2, 3, 4].map(|number| notified(&cx, &condition, &noted, number));
        turns(&cx, 1).await;
        let locked = condition.acquire(&cx).await;
        condition.notify(&cx, 1)?;
        drop(locked);
        turns(&cx, 2).await;
        assert_eq!(*noted.borrow(), [1]);
        let locked = condition.acquire(&cx).await;
        condition.notify_all(&cx)?;
        drop(locked);
        gather(all).await?;
        assert_eq!(*noted.borrow(), [1, 2, 3, 4]);
        assert!(!condition.locked());
        Ok(())
    });
}

/// A cancelled waiter takes the lock before the cancellation is delivered: public behaviour since 3.6. It waits until the
/// lock is free.
#[test]
fn condition_wait_cancel_needs_the_lock() {
    let runtime = ran(|cx| async move {
        let (condition, noted) = (Condition::new(), Noted::default());
        let task = notified(&cx, &condition, &noted, 1);
        turns(&cx, 1).await;
        let locked = condition.acquire(&cx).await;
        cx.sleep(1.0).await;
        task.cancel();
        cx.sleep(1.0).await;
        task.cancel();
        cx.sleep(1.0).await;
        drop(locked);
        assert_eq!(task.await, Err(Error::Cancelled));
        Ok(())
    });
    assert_eq!(ends(&runtime), ["notified cancelled 3"]);
}

/// A task that was notified is cancelled: the notification goes to the next.
#[test]
fn condition_cancelled_wakeup() {
    passes(|cx| async move {
        let (condition, noted) = (Condition::new(), Noted::default());
        let [a, b] = [1, 2].map(|number| notified(&cx, &condition, &noted, number));
        turns(&cx, 1).await;
        let locked = condition.acquire(&cx).await;
        condition.notify(&cx, 1)?;
        a.cancel();
        drop(locked);
        b.await?;
        assert_eq!((a.is_cancelled(), &*noted.borrow()), (true, &vec![2]));
        Ok(())
    });
}

#[test]
fn condition_wait_unacquired() {
    passes(|cx| async move {
        let (one, other) = (Condition::new(), Condition::new());
        let mut locked = one.acquire(&cx).await;
        let refused = other.wait(&cx, &mut locked).await;
        assert_eq!(refused, Err(failed("cannot wait on un-acquired lock")));
        Ok(())
    });
}

#[test]
fn barrier_filling_and_draining_twice() {
    let runtime = ran(|cx| async move {
        let barrier = Barrier::new(3);
        let task = |seconds: f64| {
            let barrier = barrier.clone();
            cx.spawn("task", move |cx| async move {
                let mut places = Vec::new();
                for _ in 0..2 {
                    cx.sleep(seconds).await;
                    places.push(barrier.wait(&cx).await?);
                }
                Ok(places)
            })
        };
        let all = gather([task(1.0), task(2.0), task(3.0)]).await?;
        assert_eq!(all, [[0, 0], [1, 1], [2, 2]]);
        assert_eq!((barrier.n_waiting(), barrier.parties()), (0, 3));
        Ok(())
    });
    assert_eq!(verdict(&runtime).0, 6.0);
}

#[test]
fn barrier_reset_and_abort() {
    passes(|cx| async move {
        let barrier = Barrier::new(2);
        let waits = || {
            let barrier = barrier.clone();
            cx.spawn("waits", move |cx| async move { barrier.wait(&cx).await })
        };
        let task = waits();
        turns(&cx, 2).await;
        barrier.reset(&cx).await;
        assert_eq!(task.await, Err(failed("Abort or reset of barrier")));
        assert!(!barrier.broken());
        let task = waits();
        turns(&cx, 2).await;
        barrier.abort(&cx).await;
        assert_eq!(task.await, Err(failed("Abort or reset of barrier")));
        assert_eq!(barrier.wait(&cx).await, Err(failed("Barrier aborted")));
        assert!(barrier.broken());
        Ok(())
    });
}

/// A cancelled waiter used to block a task that acquires in the same step.
#[test]
fn semaphore_acquire_passes_a_cancelled_waiter_over() {
    passes(|cx| async move {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire(&cx).await;
        let own = semaphore.clone();
        let waits = cx.spawn("waits", |cx| async move {
            drop(own.acquire(&cx).await);
            Ok(())
        });
        turns(&cx, 1).await;
        waits.cancel();
        drop(permit);
        assert!(!semaphore.locked(&cx));
        let _permit = semaphore.acquire(&cx).await;
        assert!(!waits.is_done());
        Ok(())
    });
}

#[test]
fn semaphore_release_no_waiters_and_acquire_fifo_order() {
    passes(|cx| async move {
        let semaphore = Semaphore::new(1);
        semaphore.acquire(&cx).await.keep();
        assert!(semaphore.locked(&cx));
        let noted = Noted::default();
        let task = |number| {
            let (semaphore, noted) = (semaphore.clone(), Rc::clone(&noted));
            cx.spawn("task", move |cx| async move {
                let _permit = semaphore.acquire(&cx).await;
                noted.borrow_mut().push(number);
                turns(&cx, 1).await;
                Ok(())
            })
        };
        let all = [1, 2, 3].map(task);
        turns(&cx, 1).await;
        semaphore.release(&cx)?;
        // Promised: a task that acquires now comes last.
        assert!(semaphore.locked(&cx));
        let last = task(4);
        gather(all).await?;
        last.await?;
        assert_eq!(*noted.borrow(), [1, 2, 3, 4]);
        Ok(())
    });
}

#[test]
fn bounded_semaphore_release_too_many_times() {
    passes(|cx| async move {
        let bounded = Semaphore::bounded(1);
        bounded.acquire(&cx).await.keep();
        bounded.release(&cx)?;
        let words = "BoundedSemaphore released too many times";
        assert_eq!(bounded.release(&cx), Err(failed(words)));
        Semaphore::new(1).release(&cx)
    });
}

#[test]
fn queue_order_lifo_priority_and_nowait() {
    passes(|cx| async move {
        let put = |queue: &Queue<u32>| {
            [1, 3, 2]
                .map(|item| queue.put_nowait(&cx, item))
                .concat_ok()
        };
        let taken = |queue: &Queue<u32>| {
            let take = |_| queue.get_nowait(&cx);
            (0..3).map(take).collect::<Result<Vec<_>>>()
        };
        let queues = [
            (Queue::new("fifo", 3), [1, 3, 2]),
            (Queue::lifo("lifo", 3), [2, 3, 1]),
            (Queue::priority("priority", 3), [1, 2, 3]),
        ];
        for (queue, expected) in queues {
            put(&queue)?;
            assert_eq!(queue.put_nowait(&cx, 4), Err(failed("QueueFull")));
            assert_eq!(taken(&queue)?, expected);
            assert_eq!(queue.get_nowait(&cx), Err(failed("QueueEmpty")));
        }
        Ok(())
    });
}

#[test]
fn queue_shutdown_empty_nonempty_and_immediate() {
    let runtime = ran(|cx| async move {
        let queue = Queue::<u32>::new("queue", 1);
        let get = |queue: &Queue<u32>| {
            let queue = queue.clone();
            cx.spawn("get", move |cx| async move { queue.get(&cx).await })
        };
        let waits = get(&queue);
        turns(&cx, 1).await;
        queue.shutdown(&cx, false);
        assert_eq!(waits.await, Err(failed("QueueShutDown")));
        assert_eq!(queue.put(&cx, 1).await, Err(failed("QueueShutDown")));

        let full = Queue::<u32>::new("full", 1);
        full.put(&cx, 1).await?;
        let own = full.clone();
        let puts = cx.spawn("put", |cx| async move { own.put(&cx, 2).await });
        turns(&cx, 1).await;
        full.shutdown(&cx, false);
        assert_eq!(puts.await, Err(failed("QueueShutDown")));
        assert_eq!(full.get(&cx).await, Ok(1));
        assert_eq!(full.get(&cx).await, Err(failed("QueueShutDown")));

        let dropped = Queue::<u32>::new("dropped", 0);
        dropped.put(&cx, 1).await?;
        let own = dropped.clone();
        let joins = cx.spawn("join", |cx| async move {
            own.join(&cx).await;
            Ok(())
        });
        turns(&cx, 1).await;
        dropped.shutdown(&cx, true);
        joins.await?;
        assert_eq!(dropped.get_nowait(&cx), Err(failed("QueueShutDown")));
        Ok(())
    });
    assert_eq!(verdict(&runtime), (0.0, Verdict::Completed));
}

/// `Ok` if all are, or the first error.
trait ConcatOk {
    fn concat_ok(self) -> Result<()>;
}

impl<const N: usize> ConcatOk for [Result<()>; N] {
    fn concat_ok(self) -> Result<()> {
        self.into_iter().collect()
    }
}
