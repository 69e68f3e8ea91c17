//! The simulated pace: virtual time, advanced by the wall clock.

use super::*;
use crate::SPEEDS;
use interleave_trace::Verdict;
use proptest::prelude::{
    Just, ProptestConfig, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::strategy::Strategy as _;

#[test]
fn lets_out_exactly_what_is_due() {
    for entry in Entry::all() {
        let plan = plan(entry, Pace::Simulated, 8.0);
        let preview = foreseen(&plan);
        let (mut session, wall) = start(plan);
        session.tick();
        assert_shows_exactly(&session, &preview, Time::ZERO);
        // 1/64 s is exact in binary, and so are eighths of virtual seconds: some events fall on a tick, none is
        // early or late.
        for tick in 1..=preview.end().secs().ceil() as u64 * 8 {
            wall.pass(1.0 / 64.0);
            session.tick();
            let now = Time::from_secs(tick as f64 / 8.0);
            assert_shows_exactly(&session, &preview, now);
            assert_eq!(session.now(), now.min(preview.end()));
        }
        assert_same_traces(&session, &preview);
    }
}

#[test]
fn sleeping_for_as_long_as_it_says_meets_every_event() {
    let plan = plan(entry("downloads"), Pace::Simulated, 4.0);
    let preview = foreseen(&plan);
    let instants = instants(&plan, &preview);
    let (mut session, wall) = start(plan);
    let (mut met, mut ticks) = (Vec::new(), 0);
    let end = loop {
        ticks += 1;
        let before: usize = read(&session);
        let next = session.tick();
        if read(&session) > before {
            met.push(session.now());
        }
        match next {
            Next::In(seconds) => wall.pass(seconds),
            other => break other,
        }
    };
    assert_eq!(end, Next::Nothing);
    // A wall clock in floating point may wake it a nanosecond early, but not again and again.
    assert!(ticks <= 2 * instants.len(), "{ticks} ticks");
    assert_eq!(met.len(), instants.len());
    for (met, instant) in met.into_iter().zip(instants) {
        assert!(
            (met - instant).max(instant - met) < 1e-6,
            "{met:?} {instant:?}"
        );
    }
}

/// How many events are shown.
fn read(session: &Session) -> usize {
    let runs = session.runs().iter();
    runs.map(|run| run.index().events_read()).sum()
}

#[test]
fn a_pause_shows_nothing_new_and_is_not_made_up_for() {
    let plan = plan(entry("downloads"), Pace::Simulated, 1.0);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    wall.pass(2.0);
    session.tick();
    assert!(session.pause());
    wall.pass(100.0);
    assert_eq!(session.tick(), Next::Resume);
    assert_eq!(session.phase(), Phase::Paused);
    assert_shows_exactly(&session, &preview, Time::from_secs(2.0));
    session.resume();
    assert_eq!(session.phase(), Phase::Running);
    wall.pass(5.5);
    session.tick();
    assert_shows_exactly(&session, &preview, Time::from_secs(7.5));
    assert_eq!(session.now(), Time::from_secs(7.5));
}

#[test]
fn a_change_of_speed_holds_from_there_on() {
    let plan = plan(entry("downloads"), Pace::Simulated, 8.0);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    wall.pass(0.5);
    session.set_speed(0.25);
    assert_eq!(session.plan.speed, 0.25);
    session.tick();
    assert_eq!(session.now(), Time::from_secs(4.0));
    wall.pass(8.0);
    session.tick();
    assert_shows_exactly(&session, &preview, Time::from_secs(6.0));
    // Also while it is paused.
    session.pause();
    session.set_speed(100.0);
    wall.pass(3.0);
    session.resume();
    wall.pass(0.125);
    session.tick();
    assert_shows_exactly(&session, &preview, Time::from_secs(18.5));
}

#[test]
fn strategies_race_in_step() {
    let (mut session, wall) = start(plan(entry("downloads"), Pace::Simulated, 8.0));
    while session.tick() != Next::Nothing {
        for run in session.runs() {
            match run.end() {
                Some(end) => assert_eq!(session.now_of(run), end.at),
                None => assert_eq!(session.now_of(run), session.now()),
            }
        }
        wall.pass(0.1);
    }
    let ends = session.runs().iter().map(|run| session.now_of(run).secs());
    assert_eq!(ends.collect::<Vec<_>>(), [38.0, 25.0, 25.0, 63.0]);
}

#[test]
fn a_blocking_step_is_shown_only_up_to_the_present() {
    let mut plan = plan(Awkward::entry(), Pace::Simulated, 1.0);
    plan.strategies = Awkward::strategies(&["blocks", "sleeps"]);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    // The runtime has reached 3 s in one step, since a step cannot be interrupted; what is shown has not.
    wall.pass(1.25);
    session.tick();
    assert!(session.runs()[0].trace().is_some_and(|trace| {
        let last = trace.events().last();
        last.is_some_and(|last| last.at >= Time::from_secs(3.0))
    }));
    assert_eq!(session.now(), Time::from_secs(1.25));
    assert_shows_exactly(&session, &preview, Time::from_secs(1.25));
    // The next event to show is of the other strategy's bystander. The blocked strategy's has to wait.
    assert_eq!(session.tick(), Next::In(0.25));
    wall.pass(0.25);
    assert_eq!(session.tick(), Next::In(1.5));
    assert_eq!(session.phase(), Phase::Running);
    assert_shows_exactly(&session, &preview, Time::from_secs(1.5));
    wall.pass(1.5);
    assert_eq!(session.tick(), Next::Nothing);
    assert_same_traces(&session, &preview);
}

#[test]
fn a_stuck_strategy_ends_deadlocked_and_the_others_continue() {
    let mut plan = plan(Awkward::entry(), Pace::Simulated, 1.0);
    plan.strategies = Awkward::strategies(&["gets_stuck", "sleeps"]);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    wall.pass(2.0);
    session.tick();
    assert_eq!(session.phase(), Phase::Running);
    let end = session.run("gets_stuck").and_then(|run| run.end());
    let end = end.expect("an end");
    assert_eq!(end.at, Time::from_secs(1.5));
    assert!(matches!(&end.verdict, Verdict::Deadlocked(pending) if pending.len() == 2));
    assert_eq!(run_frames(&mut session, &wall, 100), Next::Nothing);
    assert_same_traces(&session, &preview);
}

#[test]
fn stopping_keeps_what_has_happened() {
    let plan = plan(entry("downloads"), Pace::Simulated, 1.0);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    wall.pass(25.0);
    session.tick();
    session.stop();
    assert_eq!(session.phase(), Phase::Finished);
    assert_eq!(session.tick(), Next::Nothing);
    wall.pass(100.0);
    session.tick();
    for run in session.runs() {
        let mode = run.strategy.mode;
        let (whole, _) = preview.run(mode).expect("every strategy");
        let trace = run.trace().expect("a trace");
        assert_eq!(trace.events(), &whole.events()[..trace.events().len()]);
        let verdict = run.end().map(|end| end.verdict);
        let over = whole
            .end()
            .is_some_and(|end| end.at <= Time::from_secs(25.0));
        let expected = if over {
            Verdict::Completed
        } else {
            Verdict::Stopped
        };
        assert_eq!(verdict, Some(expected), "{mode}");
    }
    assert_eq!(session.now(), Time::from_secs(25.0));
}

/// What a reader and a browser can do to a run.
#[derive(Clone, Copy, Debug)]
enum Act {
    Frame(f64),
    Pause,
    Resume,
    Speed(usize),
    Step,
}

fn act() -> impl prop::strategy::Strategy<Value = Act> {
    prop_oneof![
        4 => (0.0f64..3.0).prop_map(Act::Frame),
        1 => Just(Act::Pause),
        2 => Just(Act::Resume),
        1 => (0..SPEEDS.len()).prop_map(Act::Speed),
        2 => Just(Act::Step),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// Speed, pauses and steps decide when something is shown, never what.
    #[test]
    fn the_pace_never_changes_a_trace(
        which in 0..=CARDS.len(),
        speed in 0..SPEEDS.len(),
        acts in prop::collection::vec(act(), 0..60),
    ) {
        let entry = Entry::all().nth(which).unwrap_or(Awkward::entry());
        let mut plan = plan(entry, Pace::Simulated, SPEEDS[speed]);
        // Too large for a preview, and tested by itself.
        plan.strategies.retain(|strategy| !strategy.mode.starts_with("spins"));
        let preview = foreseen(&plan);
        let (mut session, wall) = start(plan);
        let mut last = Time::ZERO;
        for act in acts {
            match act {
                Act::Frame(seconds) => {
                    wall.pass(seconds);
                    session.tick();
                    assert_shows_exactly(&session, &preview, session.now());
                }
                Act::Pause => prop_assert!(session.pause()),
                Act::Resume => session.resume(),
                Act::Speed(speed) => session.set_speed(SPEEDS[speed]),
                Act::Step => {
                    session.step();
                    assert_shows_exactly(&session, &preview, session.now());
                }
            }
            prop_assert!(session.now() >= last);
            last = session.now();
        }
        session.resume();
        session.set_speed(100.0);
        prop_assert_eq!(run_frames(&mut session, &wall, 100_000), Next::Nothing);
        assert_same_traces(&session, &preview);
    }
}

/// Parts of the page that show no time are not drawn again as long as nothing happens.
#[test]
fn a_snapshot_tells_events_from_time_that_passes() {
    let mut plan = plan(entry("downloads"), Pace::Simulated, 1.0);
    plan.strategies.truncate(1);
    let preview = foreseen(&plan);
    let instants = instants(&plan, &preview);
    let (mut session, wall) = start(plan);
    session.tick();
    wall.pass(instants[1].secs() / 4.0);
    session.tick();
    let before = session.snapshot();
    wall.pass(instants[1].secs() / 4.0);
    session.tick();
    assert_eq!(session.snapshot(), before);
    session.pause();
    assert_ne!(session.snapshot(), before);
    session.resume();
    assert_eq!(session.snapshot(), before);
    wall.pass(instants[1].secs());
    session.tick();
    assert_ne!(session.snapshot(), before);
    let before = session.snapshot();
    session.seek(Time::ZERO);
    assert_ne!(session.snapshot(), before);
}
