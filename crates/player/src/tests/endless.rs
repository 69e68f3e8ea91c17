//! A loop in which no time passes. It used to record events until the page had no memory left.

use super::*;
use crate::session::Run;
use interleave_trace::{Verdict, limit_reached};

const MOST: usize = 50_000;

fn endless(pace: Pace) -> Plan {
    let mut plan = plan(Awkward::entry(), pace, 1.0);
    plan.strategies = Awkward::strategies(&["spins_for_ever", "sleeps"]);
    plan
}

fn start_limited(pace: Pace) -> (Session, Wall) {
    let wall = Wall {
        per_reading: 1e-6,
        ..Wall::default()
    };
    let session = Session::start(endless(pace), wall.reader(), Ports::simulated());
    let mut session = session.expect("good params");
    session.limit_events(MOST);
    (session, wall)
}

fn assert_stopped(session: &Session) {
    assert_eq!(session.phase(), Phase::Finished);
    let run = session.run("spins_for_ever").expect("it was chosen");
    let end = run.end().expect("its end is shown");
    assert_eq!(end.verdict, Verdict::LimitReached);
    let trace = run.trace().expect("it has begun");
    // Its last step may have recorded a few more.
    let events = trace.events().len();
    assert!((MOST..MOST + 3).contains(&events), "{events}");
    assert_eq!(run.index().events_read(), events);
    // The other run is not disturbed.
    let other = session.run("sleeps").and_then(Run::end);
    assert_eq!(other.map(|end| end.verdict), Some(Verdict::Completed));
}

#[test]
fn is_stopped_at_each_pace_and_says_why() {
    for pace in [Pace::Instant, Pace::Simulated, Pace::Live] {
        let (mut session, wall) = start_limited(pace);
        assert_eq!(run_frames(&mut session, &wall, 10_000), Next::Nothing);
        assert_stopped(&session);
        let run = session.run("spins_for_ever").expect("it was chosen");
        let said = run.trace().and_then(|trace| limit_reached(&trace));
        let said = said.expect("a run that was stopped");
        match pace {
            // Real time passes whatever a loop does.
            Pace::Live => {
                assert!(said.starts_with("stopped after 50,00"), "{said}");
                assert!(!said.contains("nothing here takes time"), "{said}");
            }
            _ => assert_eq!(
                said,
                "stopped after 50,000 events at 0.0 s: nothing here takes time"
            ),
        }
    }
}

#[test]
fn is_stopped_step_by_step_and_on_the_way_to_an_instant() {
    let (mut session, wall) = start_limited(Pace::Simulated);
    for _ in 0..100 {
        session.step();
        wall.pass(1.0);
    }
    assert_stopped(&session);
    let (mut session, wall) = start_limited(Pace::Simulated);
    session.rush(Time::from_secs(1.0));
    assert_eq!(run_frames(&mut session, &wall, 10_000), Next::Nothing);
    session.follow();
    assert_stopped(&session);
}

#[test]
fn has_no_preview() {
    let plan = endless(Pace::Instant);
    assert!(Preview::of(plan.entry, &plan.strategies, &plan.params).is_none());
}
