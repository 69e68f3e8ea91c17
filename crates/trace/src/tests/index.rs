//! Spans and totals.

use super::*;

fn spans(
    states: &[(f64, State)],
    end: Option<(f64, Outcome)>,
) -> Vec<(&'static str, f64, Option<f64>)> {
    let trace = one_task(states, end);
    let index = Index::of(&trace);
    let task = index.task(TaskId(1)).expect("the task");
    let row = |span: Span| {
        (
            span.state.word(),
            span.start.secs(),
            span.end.map(Time::secs),
        )
    };
    task.spans().map(row).collect()
}

use State::{Backoff, Queued, Running};

#[test]
fn spans_follow_each_other_and_those_of_no_length_are_left_out() {
    let states = [
        (1.0, Running),
        (2.0, Backoff),
        (2.0, Queued),
        (3.0, Running),
    ];
    let expected = [
        ("queued", 0.0, Some(1.0)),
        ("running", 1.0, Some(2.0)),
        ("queued", 2.0, Some(3.0)),
        ("running", 3.0, Some(4.0)),
    ];
    assert_eq!(spans(&states, Some((4.0, Outcome::Ok))), expected);
    assert_eq!(spans(&[], None), [("queued", 0.0, None)]);
}

/// The same as `tidy` of the reference.
#[test]
fn a_task_that_ran_and_took_no_time_keeps_the_last_such_span() {
    let blink = [(1.0, Running), (1.0, Queued), (2.0, Running)];
    let expected = [("queued", 0.0, Some(2.0)), ("running", 2.0, Some(2.0))];
    assert_eq!(spans(&blink, Some((2.0, Outcome::Ok))), expected);
    // If its neighbours are joined to one span, it comes after that span's start.
    let expected = [("queued", 0.0, Some(3.0)), ("running", 1.0, Some(1.0))];
    assert_eq!(
        spans(&blink[..2], Some((3.0, Outcome::Cancelled))),
        expected
    );
    // At the very start it comes first.
    let expected = [("running", 0.0, Some(0.0)), ("backoff", 0.0, Some(1.0))];
    assert_eq!(
        spans(&[(0.0, Running), (0.0, Backoff)], Some((1.0, Outcome::Ok))),
        expected
    );
    // If there is another running span that has a length or is open, it is left out.
    let expected = [("queued", 0.0, Some(2.0)), ("running", 2.0, None)];
    assert_eq!(spans(&blink, None), expected);
}

#[test]
fn the_last_span_of_a_task_that_hangs_never_ends() {
    let expected = [("queued", 0.0, Some(1.0)), ("running", 1.0, None)];
    assert_eq!(
        spans(&[(1.0, Running)], Some((9.0, Outcome::Hung))),
        expected
    );
    // Events after the end change nothing.
    let trace = one_task(&[(0.0, Running)], Some((1.0, Outcome::Ok)));
    let mut late = Recorder::from(trace.clone());
    let (state, text) = (Queued, Text::default());
    late.push(Time::from_secs(2.0), TaskId(1), Kind::State { state, text });
    let (outcome, detail) = (Outcome::Error, Text::default());
    late.push(
        Time::from_secs(3.0),
        TaskId(1),
        Kind::Ended { outcome, detail },
    );
    let (trace, late) = (Index::of(&trace), Index::of(&late));
    let row = |index: &Index| {
        let task = index.task(TaskId(1)).expect("the task");
        (task.spans().collect::<Vec<_>>(), task.end, task.state())
    };
    assert_eq!(row(&trace), row(&late));
    assert_eq!(late.stats().ended_count(), 1);
}

#[test]
fn figures_of_a_run_by_hand() {
    let mut trace = Recorder::default();
    let at = Time::from_secs;
    let (text, detail) = (Text::default(), Text::default());
    trace.create(at(0.0), None, "main");
    let state = |state| Kind::State { state, text };
    let ended = |outcome| Kind::Ended { outcome, detail };
    trace.push(at(0.0), TaskId::MAIN, state(Running));
    let (a, b) = (
        trace.create(at(0.0), Some(TaskId::MAIN), "a"),
        trace.create(at(0.0), Some(TaskId::MAIN), "b"),
    );
    let unit = trace.intern("MB");
    trace.push(at(0.0), a, Kind::Amount { total: 7.0, unit });
    trace.push(at(0.0), a, Kind::Amount { total: 10.0, unit });
    trace.push(at(0.0), b, Kind::Amount { total: 5.0, unit });
    trace.push(at(0.0), a, state(Running));
    trace.push(at(1.0), TaskId::MAIN, Kind::Polled { nanos: 500_000_000 });
    trace.push(at(2.0), b, state(Running));
    trace.push(at(3.0), a, ended(Outcome::Ok));
    trace.push(at(4.0), b, state(Backoff));
    trace.push(at(5.0), b, ended(Outcome::Error));
    let index = Index::of(&trace);
    let stats = index.stats();
    assert_eq!(stats.created, 2);
    assert_eq!(
        (stats.work, stats.queued, stats.busy),
        (3.0 + 2.0, 2.0, 0.5)
    );
    assert_eq!(stats.loop_utilisation(), 0.1);
    assert_eq!(
        (stats.amount, stats.moved),
        (15.0, 10.0),
        "the last amount counts"
    );
    let [ok, error] = [Outcome::Ok, Outcome::Error].map(|outcome| stats.ended_with(outcome));
    assert_eq!((ok, error, stats.ended_count()), (1, 1, 2));
    let time = |id, state| index.task(id).expect("a task").time_in(state, at(9.0));
    assert_eq!(
        [
            time(a, Running),
            time(b, Queued),
            time(b, Running),
            time(b, Backoff)
        ],
        [3.0, 2.0, 2.0, 1.0]
    );
    assert_eq!(time(TaskId::MAIN, Running), 9.0, "main lives");
    assert_eq!(Stats::default().loop_utilisation(), 0.0);
}

#[test]
fn tasks_may_be_nested_deeper_than_a_depth_can_tell() {
    let mut trace = Recorder::default();
    let mut parent = None;
    for _ in 0..70_000 {
        parent = Some(trace.create(Time::ZERO, parent, "task"));
    }
    let index = Index::of(&trace);
    assert_eq!(
        index.task(TaskId(69_999)).map(|task| task.depth),
        Some(u16::MAX)
    );
}

/// The whole content of an index.
fn shown(index: &Index) -> String {
    format!("{index:?}")
}

/// A live run waits for a database or a disk where a simulated one waits for a timer. The former was not counted.
#[test]
fn an_operation_is_in_flight_whatever_works_for_it() {
    let until = Time::from_secs(2.0);
    for on in [
        WaitFor::Timer { until },
        WaitFor::Response,
        WaitFor::Storage,
        WaitFor::Thread,
        WaitFor::Socket,
        WaitFor::Process,
    ] {
        let mut trace = Recorder::default();
        trace.create(Time::ZERO, None, "main");
        let text = Text::default();
        for at in [0.0, 1.0] {
            let (at, state) = (Time::from_secs(at), State::Running);
            let id = trace.create(at, Some(TaskId::MAIN), "task");
            trace.push(at, id, Kind::State { state, text });
            trace.push(at, id, Kind::Wait { on, line: 0 });
        }
        for id in [TaskId(1), TaskId(2)] {
            let (outcome, detail) = (Outcome::Ok, text);
            trace.push(until, id, Kind::Ended { outcome, detail });
        }
        let index = Index::of(&trace.into_trace());
        let samples = index.in_flight().iter();
        let series: Vec<_> = samples.map(|&(at, value)| (at.secs(), value)).collect();
        assert_eq!(series, [(0.0, 1.0), (1.0, 2.0), (2.0, 0.0)], "{on:?}");
        let flight = index.flight();
        assert_eq!((flight.peak(), flight.peak_at().secs()), (2, 1.0));
    }
}

proptest! {
    #[test]
    fn reading_in_slices_is_reading_at_once(
        story in prop::collection::vec(next(), 0..80),
        slices in prop::collection::vec(0u64..20_000, 0..12),
    ) {
        let trace = trace_of(&story, 1_000_000);
        let whole = Index::of(&trace);
        let mut sliced = Index::default();
        let mut until = Time::ZERO;
        for slice in slices {
            until = Time(until.0 + slice * 1_000_000);
            sliced.advance(&trace, until);
            // An index contains all events up to its instant, and no later ones.
            let known = trace.events().partition_point(|event| event.at <= until);
            prop_assert_eq!(sliced.events_read(), known);
            prop_assert!(!sliced.advance(&trace, until));
        }
        sliced.advance(&trace, Time::MAX);
        prop_assert_eq!(shown(&whole), shown(&sliced));
    }

    #[test]
    fn spans_have_no_gap_and_figures_agree_with_them(story in prop::collection::vec(next(), 0..80)) {
        let trace = trace_of(&story, 1_000_000);
        let index = Index::of(&trace);
        let now = trace.events().last().map_or(Time::ZERO, |event| event.at);
        let (mut work, mut queued) = (0.0, 0.0);
        for (id, task) in index.tasks() {
            let mut spans: Vec<_> = task.spans().collect();
            let blinks = spans.iter().filter(|span| span.end == Some(span.start)).count();
            prop_assert!(blinks <= 1);
            spans.retain(|span| span.end != Some(span.start));
            let mut at = task.created;
            for (i, span) in spans.iter().enumerate() {
                prop_assert_eq!(span.start, at);
                prop_assert!(i == 0 || spans[i - 1].state != span.state || span.end.is_none());
                at = span.end.unwrap_or(now);
            }
            let lasts = task.end.is_none_or(|end| end.outcome == Outcome::Hung);
            prop_assert_eq!(at, task.end.filter(|_| !lasts).map_or(now, |end| end.at));
            prop_assert_eq!(spans.last().is_some_and(|span| span.end.is_none()), lasts);
            for state in State::ALL {
                let of_state = spans.iter().filter(|span| span.state == state);
                let sum: f64 = of_state.map(|span| span.end.unwrap_or(now) - span.start).sum();
                prop_assert!((task.time_in(state, now) - sum).abs() < 1e-9);
                if id != TaskId::MAIN {
                    match state {
                        State::Running => work += sum,
                        State::Queued => queued += sum,
                        State::Backoff => {}
                    }
                }
            }
        }
        let stats = index.stats();
        prop_assert!(stats.now <= now);
        let mut last = stats.clone();
        last.time_passes(now);
        prop_assert!((last.work - work).abs() < 1e-6, "{} {}", last.work, work);
        prop_assert!((last.queued - queued).abs() < 1e-6);
        prop_assert!(index.flight().now() <= index.flight().peak());
        prop_assert!(index.flight().peak() <= stats.created);
        prop_assert!(stats.ended_count() <= stats.created);
        prop_assert!((0.0..=1.0).contains(&stats.loop_utilisation()));
    }
}
