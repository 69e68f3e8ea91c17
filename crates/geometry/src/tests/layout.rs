//! Rectangles.

use crate::layout::{Bar, Shape, Viewport, lanes, loop_strip, ticks};
use interleave_trace::testing::*;
use interleave_trace::*;
use proptest::prelude::*;

const WIDTH: f64 = 700.0;

fn view(from: f64, to: f64) -> Viewport {
    Viewport {
        from,
        to,
        width: WIDTH,
        first_row: 0,
        rows: 10,
        now: Time::MAX,
    }
}

fn shape(state: State) -> Shape {
    match state {
        State::Queued => Shape::Queued,
        State::Running => Shape::Waiting,
        State::Backoff => Shape::Backoff,
    }
}

/// How much of a pixel rounding may take, where a pixel is some nanoseconds.
const SLACK: f64 = 1e-3;

/// Whether bars of the shape cover the visible part between two instants, except less than a pixel.
fn covers(bars: &[Bar], row: usize, shape: Shape, view: &Viewport, start: Time, end: Time) -> bool {
    let x0 = view.x(start).clamp(0.0, view.width);
    let x1 = view.x(end).clamp(0.0, view.width);
    let of_shape = |bar: &&Bar| bar.row == row && bar.shape == shape;
    bars.iter()
        .filter(of_shape)
        .any(|bar| bar.x0 - 1.0 - SLACK <= x0 && x1 <= bar.x1 + 1.0 + SLACK)
}

fn sees(view: &Viewport, start: Time, end: Time) -> bool {
    view.x(end) > 0.0 && view.x(start) < view.width && start <= view.now
}

#[test]
fn a_row_shows_what_its_task_did() {
    use State::{Backoff, Running};
    let mut trace = Recorder::from(one_task(
        &[(2.0, Running), (4.0, Backoff), (5.0, Running)],
        None,
    ));
    let id = TaskId(1);
    trace.push(
        Time::from_secs(6.0),
        id,
        Kind::Polled { nanos: 500_000_000 },
    );
    let late = trace.create(Time::from_secs(6.5), Some(TaskId::MAIN), "late");
    let index = Index::of(&trace);
    let view = Viewport {
        first_row: 1,
        rows: 5,
        now: Time::from_secs(6.5),
        ..view(0.0, 7.0)
    };
    let picture = lanes(&trace, &index, &view);
    let bar = |row, x0, x1, shape| Bar { row, x0, x1, shape };
    let expected = [
        bar(0, 0.0, 200.0, Shape::Queued),
        bar(0, 400.0, 500.0, Shape::Backoff),
        bar(0, 200.0, 400.0, Shape::Waiting),
        bar(0, 500.0, 650.0, Shape::Waiting),
        bar(0, 550.0, 600.0, Shape::Running),
        bar(1, 0.0, 650.0, Shape::NotYet),
        bar(1, 650.0, 651.0, Shape::Queued),
    ];
    assert_eq!(picture.bars, expected);
    assert_eq!(picture.bands, [(550.0, 600.0, Some(0))]);
    assert_eq!(picture.tails.len(), 1, "{late:?} has not begun");
    assert_eq!(
        (picture.tails[0].x, picture.tails[0].words.as_str()),
        (650.0, "4.5 s")
    );
    assert_eq!(loop_strip(&index, &view), [(550.0, 600.0)]);
}

#[test]
fn rows_outside_are_not_looked_at() {
    let mut trace = Recorder::default();
    for _ in 0..100 {
        trace.create(Time::ZERO, None, "task");
    }
    let index = Index::of(&trace);
    let rows = |first_row, rows| {
        let view = Viewport {
            first_row,
            rows,
            ..view(0.0, 1.0)
        };
        lanes(&trace, &index, &view)
            .bars
            .iter()
            .map(|bar| bar.row)
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(10, 3), [0, 1, 2]);
    assert_eq!(rows(98, 5), [0, 1]);
    assert_eq!(rows(100, usize::MAX), [0; 0]);
}

/// A task that goes through the same states over and over.
fn busy(times: u64, states: &[State]) -> Recorder {
    let mut trace = Recorder::from(one_task(&[], None));
    let (id, text) = (TaskId(1), Text::default());
    for i in 0..times {
        let at = Time((i + 1) * 10_000);
        let state = states[i as usize % states.len()];
        trace.push(at, id, Kind::State { state, text });
        trace.push(at, id, Kind::Polled { nanos: 3_000 });
    }
    trace
}

#[test]
fn a_row_of_a_hundred_thousand_spans_has_two_bars_a_pixel_at_most() {
    let many = 100_000;
    let trace = busy(many, &[State::Running, State::Queued, State::Backoff]);
    let index = Index::of(&trace);
    let end = many as f64 * 1e-5;
    for (from, to) in [
        (0.0, end),
        (0.0, end * 40.0),
        (end * 0.5, end * 0.5001),
        (end * 0.3, end * 0.31),
    ] {
        let view = Viewport {
            now: Time::from_secs(end),
            ..view(from, to)
        };
        let bars = lanes(&trace, &index, &view).bars;
        assert!(bars.len() <= 2 * WIDTH as usize + 5, "{} bars", bars.len());
        assert!(loop_strip(&index, &view).len() <= WIDTH as usize / 2 + 1);
        let task = index.task(TaskId(1)).expect("the task");
        // Every span would take long; the stride has no factor in common with the states.
        for span in task.spans().step_by(97) {
            let end = span.end.unwrap_or(view.now);
            if sees(&view, span.start, end) {
                assert!(
                    covers(&bars, 1, shape(span.state), &view, span.start, end),
                    "{span:?}"
                );
            }
        }
    }
}

/// A single bar among very many of another shape is still drawn.
#[test]
fn one_backoff_among_many_spans_is_seen() {
    let mut trace = busy(50_000, &[State::Running, State::Queued]);
    let at = Time(50_001 * 10_000);
    let (state, text) = (State::Backoff, Text::default());
    trace.push(at, TaskId(1), Kind::State { state, text });
    for i in 0..50_000 {
        let state = [State::Running, State::Queued][i % 2];
        let at = Time(at.0 + (i as u64 + 1) * 10_000);
        trace.push(at, TaskId(1), Kind::State { state, text });
    }
    let index = Index::of(&trace);
    let bars = lanes(&trace, &index, &view(0.0, 1.0)).bars;
    let alone: Vec<_> = bars
        .iter()
        .filter(|bar| bar.shape == Shape::Backoff)
        .collect();
    assert_eq!(alone.len(), 1);
    assert!((alone[0].x0 - 350.0).abs() < 1.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn nothing_vanishes_and_nothing_is_outside(
        story in prop::collection::vec(next(), 0..80),
        unit in prop::sample::select(vec![1_000u64, 1_000_000]),
        (from, length, until) in (0.0f64..60.0, 0.001f64..90.0, 0u64..90_000),
        (first_row, rows) in (0usize..4, 0usize..8),
    ) {
        let trace = trace_of(&story, unit);
        let scale = unit as f64 / 1e6;
        let now = Time(until * unit);
        let mut index = Index::default();
        index.advance(&trace, now);
        let view = Viewport { first_row, rows, now, ..view(from * scale, (from + length) * scale) };
        let picture = lanes(&trace, &index, &view);
        for bar in &picture.bars {
            prop_assert!(0.0 <= bar.x0 && bar.x0 <= bar.x1 && bar.x1 <= WIDTH, "{:?}", bar);
            prop_assert!(bar.row < rows);
            prop_assert!(bar.x1 - bar.x0 > 1.0 - SLACK, "{:?}", bar);
        }
        for &(x0, x1, row) in &picture.bands {
            prop_assert!(0.0 <= x0 && x0 <= x1 && x1 <= WIDTH);
            prop_assert!(row.is_none_or(|row| row < rows));
        }
        for (id, task) in index.tasks().skip(first_row).take(rows) {
            let row = id.index() - first_row;
            for span in task.spans() {
                let end = span.end.unwrap_or(now);
                if sees(&view, span.start, end) {
                    prop_assert!(covers(&picture.bars, row, shape(span.state), &view, span.start, end), "{:?}", span);
                }
            }
            for &place in task.polls() {
                let (start, end) = index.polls()[place as usize].times();
                if sees(&view, start, end) {
                    prop_assert!(covers(&picture.bars, row, Shape::Running, &view, start, end));
                }
            }
        }
        let strip = loop_strip(&index, &view);
        prop_assert!(strip.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        for hold in index.polls().iter().filter(|hold| sees(&view, hold.start, hold.end)) {
            let (x0, x1) = (view.x(hold.start).max(0.0), view.x(hold.end).min(WIDTH));
            prop_assert!(strip.iter().any(|&(a, b)| a - 1.0 <= x0 && x1 <= b + 1.0));
        }
    }

    #[test]
    fn odd_viewports_are_harmless(
        story in prop::collection::vec(next(), 0..30),
        from in prop::num::f64::ANY,
        to in prop::num::f64::ANY,
        width in prop_oneof![prop::num::f64::ANY, 0.0f64..3.0],
    ) {
        let trace = trace_of(&story, 1_000_000);
        let view = Viewport { width, ..view(from, to) };
        let index = Index::of(&trace);
        for bar in lanes(&trace, &index, &view).bars {
            prop_assert!(0.0 <= bar.x0 && bar.x0 <= bar.x1 && bar.x1 <= width);
        }
        prop_assert!(loop_strip(&index, &view).len() <= 1_000);
    }

    #[test]
    fn ticks_are_few_and_within_range(
        (from, to) in prop_oneof![
            (prop::num::f64::ANY, prop::num::f64::ANY),
            (-1e6f64..1e6, 0.0f64..1e6).prop_map(|(from, length)| (from, from + length)),
            (0.0f64..1.0, -300i32..300).prop_map(|(x, e)| (0.0, x * 10f64.powi(e))),
            (prop::num::f64::NORMAL, 0u64..9).prop_map(|(x, ulps)| (x, f64::from_bits(x.to_bits() + ulps))),
        ],
        most in 0usize..30,
    ) {
        let ticks = ticks(from, to, most);
        prop_assert!(ticks.len() <= most.max(1) + 1);
        prop_assert!(ticks.iter().all(|tick| from <= *tick && *tick <= to));
        prop_assert!(ticks.is_sorted_by(|a, b| a < b));
    }
}

#[test]
fn ticks_are_round() {
    assert_eq!(ticks(0.0, 0.5, 5), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    assert_eq!(ticks(0.0, 25.0, 6), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]);
    assert_eq!(ticks(1.05, 1.95, 5), [1.2, 1.4, 1.6, 1.8]);
    assert_eq!(ticks(-1.0, 1.0, 4), [-1.0, -0.5, 0.0, 0.5, 1.0]);
    assert_eq!(
        ticks(0.0, 86_400.0, 5),
        [0.0, 20_000.0, 40_000.0, 60_000.0, 80_000.0]
    );
    for (from, to) in [
        (1.0, 1.0),
        (2.0, 1.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
        (f64::MIN, f64::MAX),
        (0.0, 5e-324),
    ] {
        assert_eq!(ticks(from, to, 5), [0.0; 0], "{from} {to}");
    }
}

/// Each span used to be drawn by itself, since nothing is to the right of the last pixel.
#[test]
fn what_happens_at_the_last_instant_is_one_stretch() {
    let mut trace = Recorder::default();
    trace.create(Time::ZERO, None, "main");
    for _ in 0..1_000 {
        trace.push(
            Time::from_secs(1.0),
            TaskId::MAIN,
            Kind::Polled { nanos: 0 },
        );
    }
    let view = Viewport {
        from: 0.0,
        to: 1.0,
        width: 100.0,
        first_row: 0,
        rows: 1,
        now: Time::from_secs(1.0),
    };
    let strip = loop_strip(&Index::of(&trace), &view);
    assert_eq!(strip, [(99.0, 100.0)]);
}
