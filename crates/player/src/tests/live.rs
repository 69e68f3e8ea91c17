//! The live pace: measured time, one strategy after another.

use super::*;
use interleave_trace::{TaskEnd, Verdict};

/// Lets the session sleep for as long as it says, and each time a little longer, as timers do.
fn run_late(session: &mut Session, wall: &Wall, late: f64) {
    for _ in 0..1000 {
        match session.tick() {
            Next::Nothing => return,
            Next::In(seconds) => wall.pass(seconds + late),
            Next::Now => {}
            other => panic!("nothing else to wait for: {other:?}"),
        }
    }
    panic!("it never ends");
}

/// When a task of a run ended.
fn ended(session: &Session, mode: &str, name: &str) -> f64 {
    let run = session.run(mode).expect("a run");
    let trace = run.trace().expect("a trace");
    let task = run.index().tasks().map(|(_, task)| task);
    let mut named = task.filter(|task| trace.text(task.name) == name);
    let end: Option<TaskEnd> = named.next().and_then(|task| task.end);
    end.expect("an end").at.secs()
}

#[test]
fn times_are_measured() {
    let (mut session, wall) = start(plan(entry("basic-tasks"), Pace::Live, 1.0));
    run_late(&mut session, &wall, 0.003);
    assert_eq!(session.phase(), Phase::Finished);
    // B sleeps for 1 s, A for 2, C for 3; every timer is 3 ms late, and the tasks after it start later.
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    near(ended(&session, "gather", "B"), 1.003);
    near(ended(&session, "gather", "A"), 2.003);
    near(ended(&session, "gather", "C"), 3.003);
    near(ended(&session, "sequential", "A"), 2.003);
    near(ended(&session, "sequential", "B"), 3.006);
    near(ended(&session, "sequential", "C"), 6.009);
}

#[test]
fn strategies_run_one_after_another_each_from_its_own_start() {
    let (mut session, wall) = start(plan(entry("basic-tasks"), Pace::Live, 1.0));
    let begun = |session: &Session| {
        let begun = session.runs().iter().map(|run| run.trace().is_some());
        begun.collect::<Vec<_>>()
    };
    session.tick();
    assert_eq!(begun(&session), [true, false, false]);
    wall.pass(5.9);
    // Both A and B are over by now, but B began no earlier than A's end was seen.
    session.tick();
    wall.pass(2.0);
    session.tick();
    assert_eq!(begun(&session), [true, false, false]);
    wall.pass(3.0);
    session.tick();
    assert_eq!(begun(&session), [true, true, false]);
    assert_eq!(session.now(), Time::ZERO);
    assert!(session.runs()[0].end().is_some());
    // Between two events only the clock advances.
    wall.pass(0.5);
    session.touch();
    assert_eq!(session.now(), Time::from_secs(0.5));
    assert_eq!(session.now_of(&session.runs()[1]), Time::from_secs(0.5));
    run_late(&mut session, &wall, 0.0);
    assert_eq!(begun(&session), [true; 3]);
    assert_eq!(session.phase(), Phase::Finished);
    let ends = session.runs().iter().map(|run| session.now_of(run).secs());
    let ends: Vec<_> = ends.collect();
    assert!((ends[0] - 10.9).abs() < 1e-6, "{ends:?}");
    assert!((ends[1] - 3.0).abs() < 1e-6, "{ends:?}");
    assert!((ends[2] - 3.0).abs() < 1e-6, "{ends:?}");
}

#[test]
fn stopping_keeps_what_has_happened_and_forgets_what_has_not_begun() {
    let (mut session, wall) = start(plan(entry("basic-tasks"), Pace::Live, 1.0));
    session.tick();
    wall.pass(2.5);
    session.tick();
    session.stop();
    assert_eq!(session.phase(), Phase::Finished);
    assert_eq!(session.runs().len(), 1);
    let run = &session.runs()[0];
    assert_eq!(run.end().map(|end| end.verdict), Some(Verdict::Stopped));
    assert_eq!(session.now(), Time::from_secs(2.5));
    let events = run.trace().map(|trace| trace.events().len());
    wall.pass(10.0);
    assert_eq!(session.tick(), Next::Nothing);
    assert_eq!(
        session.runs()[0].trace().map(|trace| trace.events().len()),
        events
    );
}

#[test]
fn a_task_that_blocks_the_loop_delays_all_others_for_that_long() {
    let mut plan = plan(Awkward::entry(), Pace::Live, 1.0);
    plan.strategies = Awkward::strategies(&["blocks"]);
    let wall = Wall {
        per_reading: 0.001,
        ..Wall::default()
    };
    let mut session = Session::start(plan, wall.reader(), Ports::simulated()).expect("good params");
    run_late(&mut session, &wall, 0.0);
    let (holder, bystander) = (
        ended(&session, "blocks", "holder"),
        ended(&session, "blocks", "bystander"),
    );
    assert!((3.0..3.1).contains(&holder), "{holder}");
    assert!((3.0..3.1).contains(&bystander), "{bystander}");
}

#[test]
fn due_tasks_run_before_the_picture_but_not_for_long() {
    let mut plan = plan(entry("at-scale"), Pace::Live, 1.0);
    plan.params["tasks"] = 1_000.into();
    plan.strategies.retain(|strategy| strategy.mode == "sleeps");
    let (mut session, wall) = start(plan);
    let shown = |session: &Session| {
        let run = session.run("sleeps").expect("a run");
        run.index().events_read() == run.trace().expect("a trace").events().len()
    };
    // All of them begin at once.
    assert!(matches!(session.tick(), Next::In(_)));
    assert!(!shown(&session));
    session.touch();
    assert!(session.skips_frame() && !shown(&session), "much has come");
    session.touch();
    assert!(
        !session.skips_frame() && shown(&session),
        "nothing more has"
    );
    // All are due when the frame comes; it ends the run, and frames are no longer skipped.
    wall.pass(1.0);
    session.touch();
    assert_eq!(session.phase(), Phase::Finished);
    assert!(!session.skips_frame() && shown(&session));
}
