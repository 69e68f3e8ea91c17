//! Rate limits, retries and the cache.

use super::*;
use interleave_trace::num::Num;
use proptest::prelude::*;
use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Waker};

/// When each of these callers is granted a token; they call at these times and may be cancelled.
fn grants(rate: f64, per: f64, callers: Vec<(u32, Option<u32>)>) -> Vec<(usize, f64)> {
    let granted = Rc::<RefCell<Vec<_>>>::default();
    let all = Rc::clone(&granted);
    let runtime = ran(move |cx| async move {
        let limiter = RateLimiter::new(&cx, rate, per);
        let mut handles = Vec::new();
        for (i, &(at, _)) in callers.iter().enumerate() {
            let (limiter, granted) = (limiter.clone(), Rc::clone(&granted));
            handles.push(cx.spawn_queued(&format!("{i}"), move |cx| async move {
                cx.sleep(f64::from(at) / 10.0).await;
                limiter.acquire(&cx).await;
                granted.borrow_mut().push((i, cx.now()));
                Ok(())
            }));
        }
        let tenths = callers.iter().map(|caller| caller.1);
        cancel_some(&cx, &handles, tenths, 0.1).await;
        wait_all(handles).await;
        Ok(())
    });
    assert_eq!(verdict(&runtime).1, Verdict::Completed);
    all.take()
}

#[test]
fn a_full_bucket_lets_through_as_many_as_it_holds_then_one_a_token() {
    let callers = vec![(0, None); 8];
    let times: Vec<_> = grants(5.0, 1.0, callers)
        .into_iter()
        .map(|(_, at)| at)
        .collect();
    assert_eq!(times, [0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.4, 0.6]);
}

#[test]
fn a_cancelled_task_takes_no_token() {
    // The second waits from 0 to 1; it is cancelled at 0.5, and the third gets that token at 1.
    let callers = vec![(0, None), (0, Some(5)), (0, None)];
    assert_eq!(grants(1.0, 1.0, callers), [(0, 0.0), (2, 1.0)]);
}

proptest! {
    /// In no interval are there more grants than the bucket holds plus the tokens added in the interval;
    /// all callers that are not cancelled are served, in the order of their calls.
    #[test]
    fn a_bucket_never_gives_more_than_it_got(
        rate in prop_oneof![(1u32..6).prop_map(f64::from), 0.3f64..6.0],
        per in prop::sample::select(vec![0.5, 1.0, 3.0]),
        callers in prop::collection::vec((0u32..40, prop::option::of(0u32..60)), 1..25),
    ) {
        let granted = grants(rate, per, callers.clone());
        for (i, &(_, start)) in granted.iter().enumerate() {
            for (j, &(_, end)) in granted.iter().enumerate().skip(i) {
                let most = rate.max(1.0) + (end - start) * rate / per;
                prop_assert!(((j - i + 1) as f64) <= most + 1e-6, "{:?}", granted);
            }
        }
        let stay = callers.iter().enumerate().filter(|(_, caller)| caller.1.is_none());
        prop_assert!(stay.clone().all(|(i, _)| granted.iter().any(|&(j, _)| i == j)));
        prop_assert!(granted.is_sorted_by_key(|&(i, _)| (callers[i].0, i)), "{:?}", granted);
    }

    /// The pauses are those of the formula, with the right jitter.
    #[test]
    fn pauses_grow_up_to_the_longest(
        base in 0.0f64..5.0,
        factor in 0.0f64..4.0,
        longest in 0.0f64..50.0,
        failures in 1u32..40,
        luck in 0.0f64..=1.0,
    ) {
        let [base, factor, max_delay] = [base, factor, longest].map(Num::Float);
        let pause = |jitter| {
            let backoff = Backoff { base, factor, max_delay, attempts: 50, jitter };
            backoff.pause(failures, luck).get()
        };
        let exact = (base.get() * factor.get().powi(failures as i32 - 1)).min(longest);
        prop_assert!((pause(Jitter::None) - exact).abs() <= exact * 1e-9);
        prop_assert!((pause(Jitter::Full) - exact * luck).abs() <= exact * 1e-9);
        let half = exact / 2.0;
        prop_assert!((pause(Jitter::Equal) - half - half * luck).abs() <= exact * 1e-9);
    }
}

fn backoff(attempts: u32) -> Backoff {
    Backoff {
        base: Num::Int(1),
        factor: Num::Int(2),
        max_delay: Num::Float(3.0),
        attempts,
        jitter: Jitter::None,
    }
}

#[test]
fn attempts_are_made_until_one_succeeds_or_there_are_no_more() {
    let runtime = ran(|cx| async move {
        for (attempts, failures) in [(5, 0), (5, 3), (3, 9)] {
            let backoff = backoff(attempts);
            let tried = retry(
                &cx,
                &backoff,
                |_| 0.0,
                async |number| {
                    cx.sleep(0.5).await;
                    let fails = number <= failures;
                    if fails {
                        Err(Error::Failed(format!("no {number}")))
                    } else {
                        Ok("yes")
                    }
                },
            );
            let tried = tried.await;
            cx.print(format!("{tried:?}"));
        }
        // Only a failure is retried.
        let backoff = backoff(5);
        let tried = retry(
            &cx,
            &backoff,
            |_| 0.0,
            async |_| Err::<(), _>(Error::TimedOut),
        );
        cx.print(format!("{:?}", tried.await));
        Ok(())
    });
    // Pauses of 1, 2 and 3 seconds, the last one cut.
    let expected = [
        "0.5 Ok((\"yes\", 1))",
        "8.5 Ok((\"yes\", 4))",
        "13 Err(Failed(\"no 3\"))",
        "13 Err(TimedOut)",
    ];
    assert_eq!(prints(&runtime), expected);
}

#[test]
fn whole_pauses_are_shown_as_whole() {
    let shown: Vec<_> = (1..=3)
        .map(|n| backoff(9).pause(n, 0.0).to_string())
        .collect();
    assert_eq!(shown, ["1", "2", "3.0"]);
}

/// A fetch that takes a second and returns its number, or fails if `fails`.
async fn fetch(cx: Cx, count: Rc<Cell<u32>>, fails: bool) -> Result<u32> {
    count.set(count.get() + 1);
    cx.sleep(1.0).await;
    match fails {
        true => Err(Error::Failed("down".to_owned())),
        false => Ok(count.get()),
    }
}

#[test]
fn a_shared_fetch_continues_if_the_task_that_began_it_is_cancelled() {
    let runtime = ran(|cx| async move {
        let (cache, count) = (Cache::new(9.0), Rc::<Cell<u32>>::default());
        let ask = |name| {
            let (cache, count) = (cache.clone(), Rc::clone(&count));
            cx.spawn(name, move |cx| async move {
                let got = cache
                    .get_or_fetch(&cx, "key", |cx| fetch(cx, count, false))
                    .await;
                cx.print(format!("{name} {got:?}"));
                Ok(())
            })
        };
        let (first, second) = (ask("first"), ask("second"));
        cx.sleep(0.5).await;
        first.cancel();
        second.await?;
        ask("third").await
    });
    assert_eq!(
        prints(&runtime),
        ["1 second Ok((1, Joined))", "1 third Ok((1, Hit))"]
    );
}

/// This used to panic: the fetch was dropped while the cache still had it in progress.
#[test]
fn a_request_when_the_run_is_over_gets_nothing() {
    let kept = Rc::<RefCell<Option<Cx>>>::default();
    let keep = Rc::clone(&kept);
    let runtime = ran(|cx| async move {
        *keep.borrow_mut() = Some(cx);
        Ok(())
    });
    let cx = kept.take().expect("a context");
    let cache = Cache::new(9.0);
    for _ in 0..2 {
        let got = cache.get_or_fetch(&cx, "key", |cx| fetch(cx, Rc::default(), false));
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(got).poll(&mut context).is_pending());
    }
    assert_eq!(verdict(&runtime), (0.0, Verdict::Completed));
}

proptest! {
    /// There is never more than one fetch of a key at a time, a valid value is never fetched again, a
    /// stale one never returned, and a failure reaches all tasks that waited for it and no others.
    #[test]
    fn one_fetch_at_a_time(
        ttl in 0u32..4,
        failures in 0u32..3,
        asks in prop::collection::vec((0u32..80, prop::option::of(0u32..90)), 1..15),
    ) {
        let under_way = Rc::<Cell<usize>>::default();
        let answers = Rc::<RefCell<Vec<_>>>::default();
        let (busy, all) = (Rc::clone(&under_way), Rc::clone(&answers));
        let runtime = ran(move |cx| async move {
            let cache = Cache::new(f64::from(ttl));
            let count = Rc::<Cell<u32>>::default();
            let mut handles = Vec::new();
            for &(at, _) in &asks {
                let (cache, count) = (cache.clone(), Rc::clone(&count));
                let (busy, all) = (Rc::clone(&busy), Rc::clone(&all));
                handles.push(cx.spawn_bare(move |cx| async move {
                    cx.sleep(f64::from(at) / 10.0).await;
                    let fetch = |cx: Cx| async move {
                        let _one = Alive::new(&busy);
                        assert_eq!(busy.get(), 1, "two fetches at once");
                        let number = count.get();
                        fetch(cx.clone(), count, number < failures).await?;
                        Ok(cx.now())
                    };
                    let got = cache.get_or_fetch(&cx, "key", fetch).await;
                    all.borrow_mut().push((cx.now(), got));
                    Ok(())
                }));
            }
            cancel_some(&cx, &handles, asks.iter().map(|ask| ask.1), 0.1).await;
            wait_all(handles).await;
            Ok(())
        });
        prop_assert_eq!(verdict(&runtime).1, Verdict::Completed);
        for (now, got) in answers.borrow().iter() {
            if let Ok((fetched, source)) = got {
                let age = now - fetched;
                let is_good = match source {
                    Source::Hit => age < f64::from(ttl),
                    Source::Miss | Source::Joined => age == 0.0,
                };
                prop_assert!(is_good, "{:?} {} s old", source, age);
            }
        }
    }
}

#[test]
fn work_that_is_not_done_in_time_is_dropped_at_its_await() {
    let runtime = ran(|cx| async move {
        for (limit, takes) in [(1.0, 0.5), (1.0, 1.0), (1.0, 2.0), (0.0, 0.0), (0.0, 1.0)] {
            let work = {
                let cx = cx.clone();
                async move {
                    let _dropped = Dropped(cx.clone(), "dropped");
                    cx.sleep(takes).await;
                    Ok("done")
                }
            };
            let answer = cx.within(limit, work).await;
            cx.print(format!("{answer:?}"));
        }
        Ok(())
    });
    let expected = [
        "0.5 dropped",
        "0.5 Ok(\"done\")",
        "1.5 dropped",
        "1.5 Err(TimedOut)",
        "2.5 dropped",
        "2.5 Err(TimedOut)",
        "2.5 dropped",
        "2.5 Err(TimedOut)",
        "2.5 dropped",
        "2.5 Err(TimedOut)",
    ];
    assert_eq!(prints(&runtime), expected);
}

#[test]
fn without_its_gauge_a_bucket_does_the_same() {
    let run = |has_gauge: bool| {
        ran(move |cx| async move {
            let limiter = match RateLimiter::new(&cx, 1.0, 1.0) {
                with_gauge if has_gauge => with_gauge,
                with_gauge => with_gauge.without_gauge(),
            };
            for i in 0..3 {
                limiter.acquire(&cx).await;
                cx.print(i);
            }
            Ok(())
        })
    };
    let [with, without] = [true, false].map(run);
    assert_eq!(prints(&with), ["0 0", "1 1", "2 2"]);
    assert_eq!(prints(&without), prints(&with));
    let gauges = |runtime: &Runtime| Index::of(&runtime.trace()).gauges().len();
    assert_eq!((gauges(&with), gauges(&without)), (1, 0));
}
