//! A reader steps into a session's runs.

use super::*;
use interleave_runtime::{Reach, StepIn};
use interleave_trace::{Outcome, TaskId};

fn fail() -> StepIn {
    StepIn::Fail("no".to_owned())
}

fn end(session: &Session, mode: &str, task: u32) -> Option<(Outcome, f64)> {
    let task = session.run(mode)?.index().task(TaskId(task))?;
    task.end.map(|end| (end.outcome, end.at.secs()))
}

#[test]
fn what_is_done_takes_place_at_the_instant_that_is_shown_running_or_paused() {
    for paused in [false, true] {
        let (mut session, wall) = start(plan(entry("downloads"), Pace::Simulated, 4.0));
        session.tick();
        wall.pass(0.6);
        session.tick();
        if paused {
            session.pause();
            wall.pass(7.0);
        }
        // The second file, after 2.4 s.
        assert_eq!(session.reach("concurrent", TaskId(2)), Reach::Whole);
        assert!(session.step_in("concurrent", TaskId(2), fail()));
        let (outcome, at) = end(&session, "concurrent", 2).unwrap();
        assert_eq!(outcome, Outcome::Error);
        assert!((at - 2.4).abs() < 1e-6, "{at}");
        // Gather raises it, and main fails with it; the other strategies are not affected.
        assert!(session.run("concurrent").unwrap().end().is_some());
        assert!(end(&session, "sequential", 2).is_none());
        assert!(session.is_stepped_into());
        assert_eq!(session.reach("concurrent", TaskId(2)), Reach::Nothing);
    }
}

#[test]
fn nothing_can_be_done_to_a_recording_or_to_what_is_over() {
    let (mut session, wall) = start(plan(entry("downloads"), Pace::Simulated, 4.0));
    session.tick();
    wall.pass(1.0);
    session.tick();
    session.seek(Time::from_secs(1.0));
    assert_eq!(session.reach("concurrent", TaskId(2)), Reach::Nothing);
    assert!(!session.step_in("concurrent", TaskId(2), StepIn::Cancel));
    session.follow();
    assert_eq!(session.reach("concurrent", TaskId(2)), Reach::Whole);
    session.stop();
    assert!(!session.step_in("concurrent", TaskId(2), StepIn::Cancel));
    assert!(!session.is_stepped_into());
}

#[test]
fn a_live_run_can_be_stepped_into() {
    let (mut session, wall) = start(plan(entry("timeouts"), Pace::Live, 1.0));
    session.tick();
    wall.pass(0.5);
    session.tick();
    let mode = session.runs()[0].strategy.mode;
    assert!(session.step_in(mode, TaskId(1), StepIn::Cancel));
    session.tick();
    let (outcome, at) = end(&session, mode, 1).unwrap();
    assert_eq!(outcome, Outcome::Cancelled);
    assert!((at - 0.5).abs() < 1e-6, "{at}");
}

#[test]
fn its_recording_shows_it_as_it_was() {
    let (mut session, wall) = start(plan(entry("downloads"), Pace::Simulated, 4.0));
    session.tick();
    wall.pass(0.6);
    assert!(session.step_in("bounded", TaskId(2), StepIn::Cancel));
    let _ = run_frames(&mut session, &wall, 10_000);
    let whole: Vec<_> = session
        .runs()
        .iter()
        .map(|run| run.trace().unwrap().clone())
        .collect();
    session.seek(Time::from_secs(1.0));
    assert!(end(&session, "bounded", 2).is_none());
    session.follow();
    assert_eq!(end(&session, "bounded", 2).unwrap().0, Outcome::Cancelled);
    let now: Vec<_> = session
        .runs()
        .iter()
        .map(|run| run.trace().unwrap().clone())
        .collect();
    assert!(whole == now);
}
