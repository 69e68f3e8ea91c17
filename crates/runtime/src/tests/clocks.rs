//! How runs are driven: limits, budgets, wall clocks.

use super::*;

pub(super) fn at(seconds: f64) -> Time {
    Time::from_secs(seconds)
}

async fn beats(cx: Cx, name: &'static str, period: f64) -> Result<()> {
    for _ in 0..4 {
        cx.sleep(period).await;
        cx.print(name);
    }
    Ok(())
}

async fn two_beats(cx: Cx) -> Result<()> {
    let both = [("a", 1.0), ("b", 1.5)]
        .map(|(name, period)| cx.spawn(name, move |cx| beats(cx, name, period)));
    gather(both).await.map(drop)
}

#[test]
fn exactly_the_deadlines_up_to_the_limit_are_processed() {
    let runtime = started(two_beats);
    assert_eq!(
        runtime.run_until(Time::ZERO, usize::MAX),
        Status::Sleeping(at(1.0))
    );
    assert_eq!(prints(&runtime), Vec::<String>::new());
    let just_before = Time(at(3.0).0 - 1);
    assert_eq!(
        runtime.run_until(just_before, usize::MAX),
        Status::Sleeping(at(3.0))
    );
    assert_eq!(prints(&runtime), ["1 a", "1.5 b", "2 a"]);
    assert_eq!(
        runtime.now(),
        at(2.0),
        "time stands at the last deadline reached"
    );
    assert_eq!(
        runtime.run_until(at(3.0), usize::MAX),
        Status::Sleeping(at(4.0))
    );
    assert_eq!(prints(&runtime)[3..], ["3 b", "3 a"]);
    let status = runtime.run_until(at(1.0), usize::MAX);
    assert_eq!(status, Status::Sleeping(at(3.0)), "a limit in the past");
    assert_eq!(runtime.run_until(at(9.0), usize::MAX), Status::Ended);
    assert_eq!(verdict(&runtime), (6.0, Verdict::Completed));
}

#[test]
fn stepping_from_deadline_to_deadline_is_the_same_run() {
    let (whole, stepped) = (ran(two_beats), started(two_beats));
    let mut limit = Time::ZERO;
    let mut deadlines = Vec::new();
    while let Status::Sleeping(next) = stepped.run_until(limit, usize::MAX) {
        deadlines.push(next.secs());
        limit = next;
    }
    assert_eq!(deadlines, [1.0, 1.5, 2.0, 3.0, 4.0, 4.5, 6.0]);
    assert_same(&whole.trace(), &stepped.trace());
}

#[test]
fn a_budget_is_kept_and_nothing_is_lost() {
    let (whole, sliced) = (ran(two_beats), started(two_beats));
    assert_eq!(sliced.run_until(Time::MAX, 0), Status::Busy);
    assert_eq!(
        sliced.trace().events().len(),
        1,
        "only main has been created"
    );
    let mut slices = 0;
    while sliced.run_until(Time::MAX, 1) == Status::Busy {
        slices += 1;
    }
    // Three first steps, eight beats, and main's last.
    assert_eq!(slices, 11);
    assert_same(&whole.trace(), &sliced.trace());
}

/// Timers that became due in the middle of a turn used to fire before the remaining steps of the turn when
/// the budget ran out there.
#[test]
fn a_budget_that_ends_in_the_middle_of_a_turn_changes_nothing() {
    let program = |cx: Cx| async move {
        let late = cx.spawn("late", |cx| beats(cx, "timer", 1.0));
        cx.sleep(0.5).await;
        let blocks = cx.spawn("blocks", |cx| async move {
            cx.block(1.0);
            Ok(())
        });
        let turns = cx.spawn("turns", |cx| async move {
            cx.print("one");
            cx.sleep(0.0).await;
            cx.print("two");
            Ok(())
        });
        gather([late, blocks, turns]).await.map(drop)
    };
    let (whole, sliced) = (ran(program), started(program));
    while sliced.run_until(Time::MAX, 1) == Status::Busy {}
    assert_eq!(prints(&whole)[..3], ["1.5 one", "1.5 two", "1.5 timer"]);
    assert_same(&whole.trace(), &sliced.trace());
}

#[test]
fn blocking_moves_time_and_delays_the_others() {
    let program = |cx: Cx| async move {
        let other = cx.spawn("other", |cx| beats(cx, "other", 1.0));
        cx.sleep(0.5).await;
        cx.block(2.0);
        cx.print("blocked");
        cx.block(-1.0);
        other.await
    };
    let runtime = ran(program);
    assert_eq!(
        prints(&runtime)[..3],
        ["2.5 blocked", "2.5 other", "3.5 other"]
    );
    // Steps after the limit are left for the next call, even if blocking went beyond it.
    let sliced = started(program);
    assert_eq!(
        sliced.run_until(at(1.0), usize::MAX),
        Status::Sleeping(at(2.5))
    );
    assert_eq!(prints(&sliced), ["2.5 blocked"]);
    assert_eq!(
        sliced.run_until(at(2.5), usize::MAX),
        Status::Sleeping(at(3.5))
    );
    sliced.run();
    assert_same(&runtime.trace(), &sliced.trace());
}

/// A wall clock that a test sets by hand, and that advances by `tick` seconds whenever it is read.
pub(super) fn wall(tick: f64) -> (Ports, Rc<Cell<Time>>) {
    let now = Rc::new(Cell::new(Time::ZERO));
    let hand = Rc::clone(&now);
    let read = move || {
        hand.set(hand.get().after(tick));
        hand.get()
    };
    let clock = Clock::Wall(Rc::new(read));
    let ports = Ports {
        clock,
        ..Ports::simulated()
    };
    (ports, now)
}

/// It used to end at its last event, which may be long before it is stopped.
#[test]
fn a_run_that_is_stopped_ends_when_it_is_stopped() {
    let (ports, now) = wall(0.0);
    let runtime = Runtime::new(ports);
    begin(&runtime, |cx| beats(cx, "beat", 10.0));
    let _ = runtime.run_until(runtime.read_now(), usize::MAX);
    for instant in [4.0, 6.0] {
        // The second time, the run is over already.
        now.set(at(instant));
        runtime.stop();
        let trace = runtime.trace();
        assert_eq!(trace.end().map(|end| end.at), Some(at(4.0)));
    }
}

#[test]
fn under_a_wall_clock_times_are_measured_and_deadlines_reported() {
    let (ports, now) = wall(0.0);
    let runtime = Runtime::new(ports);
    begin(&runtime, |cx| beats(cx, "beat", 1.0));
    now.set(at(0.25));
    assert_eq!(
        runtime.run_until(runtime.read_now(), usize::MAX),
        Status::Sleeping(at(1.25))
    );
    now.set(at(1.0));
    assert_eq!(
        runtime.run_until(runtime.read_now(), usize::MAX),
        Status::Sleeping(at(1.25)),
        "too early"
    );
    now.set(at(1.5));
    assert_eq!(
        runtime.run_until(runtime.read_now(), usize::MAX),
        Status::Sleeping(at(2.5)),
        "too late"
    );
    now.set(at(0.1));
    assert_eq!(
        runtime.run_until(runtime.read_now(), usize::MAX),
        Status::Sleeping(at(2.5)),
        "it went back"
    );
    assert_eq!(prints(&runtime), ["1.5 beat"]);
    assert_eq!(runtime.now(), at(1.5));
}

#[test]
fn real_blocking_is_bounded() {
    let (ports, _now) = wall(0.001);
    let runtime = Runtime::new(ports);
    begin(&runtime, |cx| async move {
        cx.block(0.5);
        assert!((0.5..0.6).contains(&cx.now()), "{}", cx.now());
        cx.block(1e6);
        assert!(cx.now() < 11.0, "{}", cx.now());
        Ok(())
    });
    assert_eq!(runtime.run_until(Time::MAX, usize::MAX), Status::Ended);
}

/// All steps used to follow one another immediately, so that a page froze as if the task had never released the loop.
#[test]
fn between_two_long_steps_the_thread_does_what_else_it_has_to_do() {
    let (ports, now) = wall(0.0);
    let runtime = Runtime::new(ports);
    begin(&runtime, |cx| async move {
        for _ in 0..3 {
            now.set(now.get().after(0.1));
            cx.sleep(0.0).await;
        }
        Ok(())
    });
    let slices = std::iter::repeat_with(|| runtime.run_until(Time::MAX, usize::MAX));
    let slices: Vec<_> = slices.take(4).collect();
    assert_eq!(slices[..3], [Status::Busy; 3]);
    assert_eq!(slices[3], Status::Ended);
}

/// The computing time of a task counts as its own, even if it is awaited in place.
#[test]
fn measured_holds_are_of_the_task_that_held_the_loop() {
    let (ports, now) = wall(0.0);
    let runtime = Runtime::new(ports);
    begin(&runtime, |cx| async move {
        let spend = move |seconds| now.set(now.get().after(seconds));
        spend(1.0);
        let own = spend.clone();
        let task = cx.task("task", |_| async move {
            own(2.0);
            Ok(())
        });
        task.await?;
        spend(4.0);
        Ok(())
    });
    assert_eq!(runtime.run_until(Time::MAX, usize::MAX), Status::Ended);
    let trace = runtime.trace();
    let index = Index::of(&trace);
    let held = |id| index.task(TaskId(id)).unwrap().ran();
    assert_eq!([held(0), held(1)], [5.0, 2.0]);
}
