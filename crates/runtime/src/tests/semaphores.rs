//! Semaphores: first come, first served, and no permit is lost.

use super::*;
use proptest::prelude::*;

/// The values of the gauge.
fn in_use(runtime: &Runtime) -> Vec<f64> {
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let gauge = index.gauges().first().expect("a gauge");
    assert_eq!(trace.text(gauge.name), "permits_in_use");
    gauge.samples.iter().map(|&(_, value)| value).collect()
}

#[test]
fn permits_are_handed_out_in_the_order_asked_for() {
    let runtime = ran(|cx| async move {
        let semaphore = Semaphore::new(2);
        let all = (0..5).map(|i| {
            let semaphore = semaphore.clone();
            cx.spawn_queued(&format!("{i}"), move |cx| async move {
                let _permit = semaphore.acquire(&cx).await;
                cx.print(i);
                cx.sleep(1.0).await;
                Ok(())
            })
        });
        gather(all.collect::<Vec<_>>()).await.map(drop)
    });
    assert_eq!(prints(&runtime), ["0 0", "0 1", "1 2", "1 3", "2 4"]);
    assert_eq!(
        in_use(&runtime),
        [1.0, 2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0, 1.0, 0.0]
    );
    assert_eq!(verdict(&runtime).0, 3.0);
}

proptest! {
    /// Whichever task is cancelled when, and whichever future is dropped: never more permits in use than
    /// there are, first come, first served, and in the end all of them are free.
    #[test]
    fn nothing_is_lost_when_waiters_are_cancelled(
        permits in 1usize..4,
        tasks in prop::collection::vec((0u32..6, 0u32..4, prop::option::of(0u32..12)), 1..12),
    ) {
        let count = tasks.len();
        let back = Rc::<Cell<usize>>::default();
        let all_back = Rc::clone(&back);
        let runtime = ran(move |cx| async move {
            let semaphore = Semaphore::new(permits);
            let mut handles = Vec::new();
            for (i, &(start, hold, _)) in tasks.iter().enumerate() {
                let semaphore = semaphore.clone();
                handles.push(cx.spawn(&format!("{i}"), move |cx| async move {
                    cx.sleep(f64::from(start)).await;
                    cx.print(format!("{i} asks"));
                    let _permit = semaphore.acquire(&cx).await;
                    cx.print(format!("{i} gets"));
                    cx.sleep(f64::from(hold)).await;
                    Ok(())
                }));
            }
            let mut cancels: Vec<_> =
                tasks.iter().enumerate().filter_map(|(i, &(.., at))| Some((at?, i))).collect();
            cancels.sort();
            for (at, i) in cancels {
                cx.sleep(f64::from(at) - cx.now()).await;
                handles[i].cancel();
            }
            wait_all(handles).await;
            let mut held = Vec::new();
            for _ in 0..permits {
                held.push(semaphore.acquire(&cx).await);
                all_back.set(held.len());
            }
            Ok(())
        });
        prop_assert_eq!(back.get(), permits, "{:?}", verdict(&runtime));
        let used = in_use(&runtime);
        prop_assert!(used.iter().all(|used| (0.0..=permits as f64).contains(used)));
        prop_assert_eq!(used.last(), Some(&0.0));
        prop_assert_eq!(ends(&runtime).len(), count);
        let order = |word: &str| -> Vec<String> {
            let word = format!(" {word}");
            let lines = prints(&runtime).into_iter().filter(|line| line.ends_with(&word));
            lines.map(|line| line.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
        };
        let gets = order("gets");
        let served: Vec<_> = order("asks").into_iter().filter(|i| gets.contains(i)).collect();
        prop_assert_eq!(gets, served);
    }
}

#[test]
fn without_its_gauge_a_semaphore_does_the_same() {
    let run = |has_gauge: bool| {
        ran(move |cx| async move {
            let semaphore = match Semaphore::new(1) {
                with_gauge if has_gauge => with_gauge,
                with_gauge => with_gauge.without_gauge(),
            };
            let all = (0..3).map(|i| {
                let semaphore = semaphore.clone();
                cx.spawn_queued(&format!("{i}"), move |cx| async move {
                    let _permit = semaphore.acquire(&cx).await;
                    cx.print(semaphore.free());
                    cx.sleep(1.0).await;
                    Ok(())
                })
            });
            gather(all.collect::<Vec<_>>()).await?;
            cx.print(format!(
                "{} free, {} at most",
                semaphore.free(),
                semaphore.peak()
            ));
            Ok(())
        })
    };
    let [with, without] = [true, false].map(run);
    assert_eq!(prints(&without), prints(&with));
    assert_eq!(prints(&with), ["0 0", "1 0", "2 0", "3 1 free, 1 at most"]);
    assert_eq!(in_use(&with).len(), 6);
    assert!(Index::of(&without.trace()).gauges().is_empty());
}
