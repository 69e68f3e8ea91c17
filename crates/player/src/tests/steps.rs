//! Step by step.

use super::*;

#[test]
fn each_step_reaches_the_next_event_and_none_is_skipped() {
    let mut awkward = plan(Awkward::entry(), Pace::Simulated, 8.0);
    awkward
        .strategies
        .retain(|strategy| !strategy.mode.starts_with("spins"));
    let plans = Entry::all().map(|entry| plan(entry, Pace::Simulated, 8.0));
    for plan in plans.chain([awkward]) {
        let preview = foreseen(&plan);
        let instants = instants(&plan, &preview);
        assert_eq!(instants.first(), Some(&Time::ZERO));
        let (mut session, wall) = start(plan);
        for &instant in &instants {
            assert_ne!(session.phase(), Phase::Finished);
            session.step();
            assert_eq!(session.now(), instant);
            assert_shows_exactly(&session, &preview, instant);
            // However long it stays paused.
            wall.pass(3.0);
        }
        assert_same_traces(&session, &preview);
        // There is nothing left to step to.
        session.step();
        assert_eq!(session.now(), preview.end());
        assert_eq!(session.phase(), Phase::Finished);
    }
}

/// The time between making the session and its first step used to count, and events within it were stepped over.
#[test]
fn the_first_step_goes_to_the_start_however_long_starting_took() {
    let plan = plan(entry("sequential-vs-concurrent"), Pace::Simulated, 100.0);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    wall.pass(0.02);
    session.step();
    assert_eq!(session.now(), Time::ZERO);
    assert_shows_exactly(&session, &preview, Time::ZERO);
    assert_eq!(session.phase(), Phase::Paused);
}

/// A step while time passed used to stop at the present, where there may be no event.
#[test]
fn a_step_from_a_live_run_reaches_an_event_and_pauses_there() {
    let plan = plan(entry("downloads"), Pace::Simulated, 1.0);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    session.tick();
    // image.jpg is done at 0.5 s, document.pdf at 1.0 s.
    wall.pass(0.7);
    session.step();
    assert_eq!(session.now(), Time::from_secs(1.0));
    assert_eq!(session.phase(), Phase::Paused);
    assert_shows_exactly(&session, &preview, Time::from_secs(1.0));
}

#[test]
fn after_steps_time_resumes_from_there() {
    let plan = plan(entry("downloads"), Pace::Simulated, 2.0);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    session.step();
    session.step();
    assert_eq!(session.now(), Time::from_secs(0.5));
    wall.pass(7.0);
    session.resume();
    wall.pass(0.5);
    session.tick();
    assert_shows_exactly(&session, &preview, Time::from_secs(1.5));
    assert_eq!(run_frames(&mut session, &wall, 10_000), Next::Nothing);
    assert_same_traces(&session, &preview);
}

#[test]
fn only_virtual_time_can_be_paused_and_stepped() {
    for pace in [Pace::Instant, Pace::Live] {
        let (mut session, _) = start(plan(entry("downloads"), pace, 1.0));
        assert!(!session.pause());
        session.step();
        assert_eq!(session.phase(), Phase::Running);
        assert!(
            session
                .runs()
                .iter()
                .all(|run| run.index().events_read() == 0)
        );
    }
}
