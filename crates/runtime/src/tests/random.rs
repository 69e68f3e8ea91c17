//! Random programs: the same trace however they are driven, and nothing left in memory.

use super::*;
use proptest::prelude::*;
use std::pin::Pin;

/// One line of a program.
#[derive(Clone, Debug)]
enum Line {
    Sleep(u8),
    Block(u8),
    Print,
    Fail,
    /// A task of its own, whose handle is kept.
    Spawn(Program),
    /// A task awaited in place; its failure is this task's.
    Task(Program),
    /// The handle kept at this place is awaited; its failure is ignored.
    Await(usize),
    Cancel(usize),
    Drop(usize),
    Gather(Vec<Program>),
    WaitAll(Vec<Program>),
    Permit(Program),
    /// The work, and the clean-up if it is cancelled; then the program continues.
    Catch(Program, Program),
    /// The work is cancelled after a time.
    Timeout(u8, Program),
    /// The work has a time limit, in place or as a task of its own.
    Limit(u8, Program, bool),
    Group(Vec<Program>),
    /// Waits for the first, and drops the others' handles.
    First(Vec<Program>),
    AsCompleted(Vec<Program>),
}

type Program = Vec<Line>;

fn program() -> impl Strategy<Value = Program> {
    let leaf = prop_oneof![
        4 => (0u8..4).prop_map(Line::Sleep),
        1 => (0u8..3).prop_map(Line::Block),
        1 => Just(Line::Print),
        1 => Just(Line::Fail),
        2 => (0usize..4).prop_map(Line::Await),
        2 => (0usize..4).prop_map(Line::Cancel),
        1 => (0usize..4).prop_map(Line::Drop),
    ];
    let lines = prop::collection::vec(leaf, 0..5);
    lines.prop_recursive(4, 60, 5, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..4);
        let line = prop_oneof![
            3 => (0u8..4).prop_map(Line::Sleep),
            4 => inner.clone().prop_map(Line::Spawn),
            2 => inner.clone().prop_map(Line::Task),
            1 => (0usize..4).prop_map(Line::Await),
            2 => (0usize..4).prop_map(Line::Cancel),
            2 => many.clone().prop_map(Line::Gather),
            1 => many.clone().prop_map(Line::WaitAll),
            2 => inner.clone().prop_map(Line::Permit),
            2 => (inner.clone(), inner.clone()).prop_map(|(work, then)| Line::Catch(work, then)),
            1 => (0u8..4, inner.clone()).prop_map(|(after, work)| Line::Timeout(after, work)),
            2 => (0u8..4, inner, any::<bool>())
                .prop_map(|(limit, work, is_task)| Line::Limit(limit, work, is_task)),
            2 => many.clone().prop_map(Line::Group),
            1 => many.clone().prop_map(Line::First),
            1 => many.prop_map(Line::AsCompleted),
        ];
        prop::collection::vec(line, 0..6)
    })
}

/// What all tasks of a program share.
#[derive(Clone)]
struct Shared {
    semaphore: Semaphore,
    alive: Rc<Cell<usize>>,
}

type Done = Pin<Box<dyn Future<Output = Result<()>>>>;

fn follow(cx: Cx, lines: Program, shared: Shared) -> Done {
    let guard = Alive::new(&shared.alive);
    Box::pin(async move {
        let _guard = guard;
        let mut handles: Vec<Handle<()>> = Vec::new();
        let spawn = |cx: &Cx, lines: &Program| {
            let (lines, shared) = (lines.clone(), shared.clone());
            cx.spawn("task", |cx| follow(cx, lines, shared))
        };
        for line in lines {
            match line {
                Line::Sleep(seconds) => cx.sleep(f64::from(seconds)).await,
                Line::Block(seconds) => cx.block(f64::from(seconds)),
                Line::Print => cx.print("line"),
                Line::Fail => return Err(Error::Failed("on purpose".to_owned())),
                Line::Spawn(lines) => handles.push(spawn(&cx, &lines)),
                Line::Task(lines) => {
                    let shared = shared.clone();
                    cx.task("in place", |cx| follow(cx, lines, shared)).await?;
                }
                Line::Await(i) if i < handles.len() => drop(handles.remove(i).await),
                Line::Drop(i) if i < handles.len() => drop(handles.remove(i)),
                Line::Cancel(i) if i < handles.len() => drop(handles[i].cancel()),
                Line::Await(_) | Line::Drop(_) | Line::Cancel(_) => {}
                Line::Gather(all) => {
                    let all: Vec<_> = all.iter().map(|lines| spawn(&cx, lines)).collect();
                    drop(gather(all).await);
                }
                Line::WaitAll(all) => {
                    let all: Vec<_> = all.iter().map(|lines| spawn(&cx, lines)).collect();
                    wait_all(all).await;
                }
                Line::Permit(lines) => {
                    let _permit = shared.semaphore.acquire(&cx).await;
                    follow(cx.clone(), lines, shared.clone()).await?;
                }
                Line::Catch(lines, then) => {
                    let work = follow(cx.clone(), lines, shared.clone());
                    if cx.catch_cancel(work).await == Err(Error::Cancelled) {
                        follow(cx.clone(), then, shared.clone()).await?;
                    }
                }
                Line::Timeout(after, lines) => {
                    let work = spawn(&cx, &lines).into_future();
                    let timer = std::pin::pin!(cx.sleep(f64::from(after)));
                    futures_util::future::select(work, timer).await;
                }
                Line::Limit(limit, lines, is_task) => {
                    let (limit, work) =
                        (f64::from(limit), follow(cx.clone(), lines, shared.clone()));
                    match is_task {
                        true => drop(cx.wait_for(limit, work).await),
                        false => drop(cx.timeout(limit, work).await),
                    }
                }
                Line::Group(all) => {
                    let group = TaskGroup::new(&cx);
                    for lines in all {
                        let shared = shared.clone();
                        group.spawn("member", |cx| follow(cx, lines, shared))?;
                    }
                    drop(group.join().await);
                }
                Line::First(all) => {
                    let all: Vec<_> = all.iter().map(|lines| spawn(&cx, lines)).collect();
                    drop(wait_first(all).await);
                }
                Line::AsCompleted(all) => {
                    let all: Vec<_> = all.iter().map(|lines| spawn(&cx, lines)).collect();
                    let mut results = as_completed(all);
                    while results.next().await.is_some() {}
                }
            }
        }
        Ok(())
    })
}

fn prepared(lines: &Program) -> (Runtime, Rc<Cell<usize>>) {
    let alive = Rc::<Cell<usize>>::default();
    let shared = Shared {
        semaphore: Semaphore::new(2),
        alive: Rc::clone(&alive),
    };
    let lines = lines.clone();
    (started(move |cx| follow(cx, lines, shared)), alive)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Same program, exactly the same trace: run in one go, from deadline to deadline, or
    /// in slices of any length.
    #[test]
    fn the_same_trace_however_it_is_driven(
        lines in program(),
        slices in prop::collection::vec((0u64..2_500_000_000, 0usize..5), 0..40),
    ) {
        let (whole, _) = prepared(&lines);
        whole.run();
        let (again, _) = prepared(&lines);
        again.run();
        assert_same(&whole.trace(), &again.trace());

        let (stepped, _) = prepared(&lines);
        let mut limit = Time::ZERO;
        while let Status::Sleeping(next) = stepped.run_until(limit, usize::MAX) {
            prop_assert!(next > limit);
            limit = next;
        }
        assert_same(&whole.trace(), &stepped.trace());

        let (sliced, _) = prepared(&lines);
        let mut limit = Time::ZERO;
        for (by, budget) in slices {
            limit = Time(limit.0 + by);
            if let Status::Sleeping(next) = sliced.run_until(limit, budget) {
                prop_assert!(next > limit);
            }
        }
        sliced.run();
        assert_same(&whole.trace(), &sliced.trace());
    }

    /// Every task ends once, holds follow each other, and nothing is left in memory.
    #[test]
    fn everything_ends_once_and_is_dropped(lines in program(), stop in prop::option::of(0u64..9)) {
        let (runtime, alive) = prepared(&lines);
        match stop {
            Some(at) => {
                let _status = runtime.run_until(Time(at * 1_000_000_000), usize::MAX);
                runtime.stop();
            }
            None => runtime.run(),
        }
        prop_assert_eq!(alive.get(), 0, "all is dropped before the runtime is");
        let trace = runtime.trace();
        let mut ended = vec![0; trace.task_count()];
        for event in trace.events() {
            if let Kind::Ended { .. } = event.kind {
                ended[event.task.index()] += 1;
            }
        }
        let stopped = trace.end().is_some_and(|end| end.verdict == Verdict::Stopped);
        prop_assert!(ended.iter().all(|&times| times == 1 || (times == 0 && stopped)), "{:?}", ended);
        prop_assert!(trace.events().is_sorted_by_key(|event| event.at));
        let index = Index::of(&trace);
        prop_assert!(index.polls().windows(2).all(|pair| pair[0].end <= pair[1].start));
        prop_assert!(index.gauges().iter().flat_map(|gauge| gauge.samples.iter()).all(|&(_, value)| value <= 2.0));
    }

    /// Together, tasks take as long as the longest; one after another, as long as all of them.
    #[test]
    fn gather_takes_the_longest_and_a_sequence_the_sum(tenths in prop::collection::vec(0u32..500, 1..20)) {
        let seconds: Vec<_> = tenths.iter().map(|&tenths| f64::from(tenths) / 10.0).collect();
        let nap = |seconds: f64| move |cx: Cx| async move {
            cx.sleep(seconds).await;
            Ok(())
        };
        let together = seconds.clone();
        let runtime = ran(move |cx| async move {
            gather(together.iter().map(|&seconds| cx.spawn("nap", nap(seconds)))).await.map(drop)
        });
        let sum = f64::from(tenths.iter().sum::<u32>()) / 10.0;
        let longest = f64::from(tenths.iter().copied().max().unwrap_or(0)) / 10.0;
        prop_assert_eq!(verdict(&runtime), (longest, Verdict::Completed));
        prop_assert!((Index::of(&runtime.trace()).stats().work - sum).abs() < 1e-6);

        let runtime = ran(move |cx| async move {
            for seconds in seconds {
                cx.task("nap", nap(seconds)).await?;
            }
            Ok(())
        });
        prop_assert_eq!(verdict(&runtime), (sum, Verdict::Completed));
        prop_assert!(Index::of(&runtime.trace()).flight().peak() <= 1);
    }
}
