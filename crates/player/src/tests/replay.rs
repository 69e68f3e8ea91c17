//! Replaying what has been recorded.

use super::*;

/// A finished session of this playground's strategies.
fn finished(entry: &'static Entry, pace: Pace) -> (Session, Wall, Preview) {
    let plan = plan(entry, pace, 8.0);
    let preview = foreseen(&plan);
    let (mut session, wall) = start(plan);
    match pace {
        Pace::Instant => while session.tick() == Next::Now {},
        Pace::Simulated | Pace::Live => {
            run_frames(&mut session, &wall, 1_000_000);
        }
    }
    assert_eq!(session.phase(), Phase::Finished);
    (session, wall, preview)
}

const STILL: Showing = Showing::Recording { playing: false };
const PLAYING: Showing = Showing::Recording { playing: true };

#[test]
fn any_instant_of_what_is_over_can_be_shown() {
    for pace in [Pace::Simulated, Pace::Instant] {
        let (mut session, _, preview) = finished(entry("semaphore-scraper"), pace);
        let end = preview.end();
        assert_eq!((session.showing(), session.now()), (STILL, end));
        for share in [0.9, 0.1, 0.5, 0.49, 0.0, 0.7] {
            let at = Time::from_secs(end.secs() * share);
            session.seek(at);
            assert_eq!((session.showing(), session.now()), (STILL, at));
            assert_eq!(session.phase(), Phase::Finished);
            assert_shows_exactly(&session, &preview, at);
            for run in session.runs() {
                let over = run.end().map(|end| end.at);
                assert_eq!(session.now_of(run), over.unwrap_or(at));
            }
        }
        session.seek(Time::MAX);
        assert!(session.is_at_end());
        assert_same_traces(&session, &preview);
    }
}

#[test]
fn stepping_back_undoes_stepping() {
    for entry in Entry::all() {
        let (mut session, _, preview) = finished(entry, Pace::Instant);
        let instants = instants(&session.plan, &preview);
        for &instant in instants.iter().rev().skip(1) {
            session.step_back();
            assert_eq!(session.now(), instant);
            assert_shows_exactly(&session, &preview, instant);
        }
        // Nothing was before the start.
        session.step_back();
        assert_eq!(session.now(), Time::ZERO);
        for &instant in &instants[1..] {
            session.step();
            assert_eq!(session.now(), instant);
            assert_shows_exactly(&session, &preview, instant);
        }
        session.step();
        assert_eq!(session.now(), preview.end());
        assert_same_traces(&session, &preview);
    }
}

#[test]
fn a_recording_is_played_at_any_speed_from_the_instant_that_is_shown() {
    let (mut session, wall, preview) = finished(entry("downloads"), Pace::Instant);
    session.seek(Time::from_secs(2.0));
    session.play();
    for (speed, at) in [(0.25, 2.25), (1.0, 3.25), (4.0, 7.25)] {
        session.set_speed(speed);
        wall.pass(1.0);
        assert!(matches!(session.tick(), Next::In(_)));
        assert_eq!(session.showing(), PLAYING);
        assert_shows_exactly(&session, &preview, Time::from_secs(at));
    }
    assert!(session.pause());
    wall.pass(100.0);
    assert_eq!(session.tick(), Next::Resume);
    assert_shows_exactly(&session, &preview, Time::from_secs(7.25));
    session.set_speed(100.0);
    session.play();
    wall.pass(100.0);
    assert_eq!(session.tick(), Next::Nothing);
    assert_eq!(session.showing(), STILL);
    assert_same_traces(&session, &preview);
    // At its end, play starts again from the beginning.
    session.play();
    assert_eq!((session.showing(), session.now()), (PLAYING, Time::ZERO));
}

#[test]
fn looking_back_pauses_a_simulated_run_which_resumes_from_its_recording() {
    let (mut session, wall) = start(plan(entry("downloads"), Pace::Simulated, 1.0));
    let preview = foreseen(&session.plan);
    session.tick();
    wall.pass(5.0);
    session.tick();
    assert_eq!(session.showing(), Showing::Present);
    // When the present is shown already, there is nothing to seek to, and no reason to pause.
    session.follow();
    session.seek(Time::from_secs(9.0));
    assert_eq!(session.phase(), Phase::Running);
    session.seek(Time::from_secs(2.0));
    assert_eq!((session.showing(), session.phase()), (STILL, Phase::Paused));
    assert_shows_exactly(&session, &preview, Time::from_secs(2.0));
    assert_eq!(session.recorded(), Time::from_secs(5.0));
    wall.pass(50.0);
    assert_eq!(session.tick(), Next::Resume);
    session.play();
    wall.pass(1.0);
    session.tick();
    assert_eq!(session.showing(), PLAYING);
    assert_shows_exactly(&session, &preview, Time::from_secs(3.0));
    wall.pass(4.0);
    session.tick();
    assert_eq!(session.showing(), Showing::Present);
    assert_shows_exactly(&session, &preview, Time::from_secs(7.0));
    session.step_back();
    session.follow();
    assert_eq!(
        (session.phase(), session.now()),
        (Phase::Paused, Time::from_secs(7.0))
    );
    session.play();
    assert_eq!(run_frames(&mut session, &wall, 100_000), Next::Nothing);
    assert_same_traces(&session, &preview);
}

#[test]
fn steps_go_from_the_recording_on_into_what_is_new() {
    let (mut session, wall) = start(plan(entry("downloads"), Pace::Simulated, 1.0));
    let preview = foreseen(&session.plan);
    session.tick();
    // image.jpg is done at 0.5 s, document.pdf at 1.0 s, the next one at 1.5 s.
    wall.pass(1.2);
    session.tick();
    session.seek(Time::from_secs(0.7));
    for at in [1.0, 1.5] {
        session.step();
        assert_shows_exactly(&session, &preview, Time::from_secs(at));
    }
    assert_eq!(session.showing(), Showing::Present);
}

#[test]
fn a_live_run_continues_while_the_reader_looks_back() {
    let (mut session, wall) = start(plan(entry("basic-tasks"), Pace::Live, 1.0));
    let pass = |session: &mut Session, seconds: f64| {
        wall.pass(seconds);
        session.tick();
        session.touch();
    };
    session.tick();
    pass(&mut session, 1.5);
    session.seek(Time::from_secs(0.5));
    assert_eq!(
        (session.showing(), session.phase()),
        (STILL, Phase::Running)
    );
    pass(&mut session, 1.0);
    assert_eq!(session.now(), Time::from_secs(0.5));
    assert_eq!(session.recorded(), Time::from_secs(2.5));
    let read = session.runs()[0].index().events_read();
    let trace = session.runs()[0].trace().map(|trace| trace.events().len());
    assert!(trace.is_some_and(|events| events > read));
    // The replay catches up with the present, and then shows it.
    session.set_speed(4.0);
    session.play();
    pass(&mut session, 0.5);
    assert_eq!(session.now(), Time::from_secs(2.5));
    assert_eq!(session.showing(), PLAYING);
    pass(&mut session, 0.5);
    assert_eq!(session.showing(), Showing::Present);
    // The run ends whichever instant is shown.
    session.seek(Time::from_secs(1.0));
    for _ in 0..20 {
        pass(&mut session, 1.0);
    }
    assert_eq!(
        (session.phase(), session.now()),
        (Phase::Finished, Time::from_secs(1.0))
    );
    session.follow();
    assert_eq!(session.now(), session.recorded());
    assert!(session.runs().iter().all(|run| run.end().is_some()));
}

#[test]
fn a_link_to_an_instant_runs_at_once_and_shows_it() {
    let (mut session, _) = start(plan(entry("downloads"), Pace::Simulated, 1.0));
    let preview = foreseen(&session.plan);
    session.rush(Time::from_secs(3.2));
    while session.tick() == Next::Now {}
    assert_eq!(
        (session.phase(), session.showing()),
        (Phase::Finished, STILL)
    );
    assert_shows_exactly(&session, &preview, Time::from_secs(3.2));
    session.follow();
    assert_same_traces(&session, &preview);
}

/// A step into an instant with very many events used to block the page until all of them were done.
#[test]
fn a_step_leaves_what_is_too_much_to_the_ticks_that_follow() {
    let mut plan = plan(Awkward::entry(), Pace::Simulated, 1.0);
    plan.strategies = Awkward::strategies(&["spins"]);
    let (mut session, _) = start(plan);
    session.step();
    session.step();
    let events = |session: &Session| session.runs()[0].trace().map(|trace| trace.events().len());
    let after_step = events(&session);
    assert_eq!(session.tick(), Next::Now);
    assert!(events(&session) > after_step);
    let mut ticks = 0;
    while session.tick() == Next::Now {
        ticks += 1;
        assert!(ticks < 100);
    }
    assert_eq!(
        (session.phase(), session.now()),
        (Phase::Paused, Time::from_secs(1.0))
    );
}

#[test]
fn stopping_shows_the_end() {
    let (mut session, wall) = start(plan(entry("downloads"), Pace::Simulated, 1.0));
    session.tick();
    wall.pass(5.2);
    session.tick();
    session.seek(Time::from_secs(1.0));
    session.stop();
    assert_eq!(session.phase(), Phase::Finished);
    assert!(session.is_at_end());
    assert!(session.runs().iter().all(|run| run.end().is_some()));
}
