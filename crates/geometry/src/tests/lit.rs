//! Where tasks were suspended at a line, on screen.

use crate::layout::Viewport;
use crate::{Rows, lit};
use interleave_trace::testing::*;
use interleave_trace::*;

/// A task that is suspended at these lines from these seconds on.
fn suspended(waits: &[(f64, u32)], end: Option<f64>) -> Recorder {
    let mut trace = Recorder::from(one_task(&[], None));
    for &(at, line) in waits {
        let on = WaitFor::Turn;
        trace.push(Time::from_secs(at), TaskId(1), Kind::Wait { on, line });
    }
    if let Some(at) = end {
        let (outcome, detail) = (Outcome::Ok, Text::default());
        trace.push(
            Time::from_secs(at),
            TaskId(1),
            Kind::Ended { outcome, detail },
        );
    }
    trace
}

/// The lit stretches of its row, where a second is ten pixels wide.
fn row(trace: &Trace, from: f64, now: f64, lines: &[u32]) -> Vec<(f64, f64)> {
    let view = Viewport {
        from,
        to: from + 10.0,
        width: 100.0,
        first_row: 1,
        rows: 5,
        now: Time::from_secs(now),
    };
    let (index, rows) = (Index::of(trace), Rows::All(trace.task_count()));
    let lit = lit(&index, &view, rows, lines);
    lit.into_iter()
        .map(|(row, x0, x1)| {
            assert_eq!(row, 0);
            (x0.round(), x1.round())
        })
        .collect()
}

#[test]
fn the_times_at_a_line_are_lit_and_no_others() {
    let trace = suspended(&[(1.0, 7), (2.0, 8), (4.0, 7)], Some(6.0));
    assert_eq!(row(&trace, 0.0, 9.0, &[7]), [(10.0, 20.0), (40.0, 60.0)]);
    assert_eq!(row(&trace, 0.0, 9.0, &[8]), [(20.0, 40.0)]);
    assert_eq!(row(&trace, 0.0, 9.0, &[7, 8]), [(10.0, 60.0)]);
    assert_eq!(row(&trace, 0.0, 9.0, &[9]), []);
    assert_eq!(row(&trace, 5.0, 9.0, &[7]), [(0.0, 10.0)]);
}

#[test]
fn what_lasts_is_lit_up_to_the_present() {
    let trace = suspended(&[(1.0, 7)], None);
    assert_eq!(row(&trace, 0.0, 3.0, &[7]), [(10.0, 30.0)]);
}

#[test]
fn a_pixel_is_lit_once_however_often_a_task_was_there() {
    let waits: Vec<_> = (0..100_000)
        .map(|i| (f64::from(i) * 1e-4, 7 + i as u32 % 2))
        .collect();
    let trace = suspended(&waits, Some(10.0));
    assert!(row(&trace, 0.0, 10.0, &[7]).len() <= 100);
}
