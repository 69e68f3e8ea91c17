//! Many tasks on few pixels.

use crate::Rows;
use crate::raster::{Ink, Raster, Streaks};
use interleave_trace::testing::*;
use interleave_trace::*;
use proptest::prelude::*;

fn streaks(raster: &Raster) -> Streaks {
    let mut streaks = Streaks::default();
    raster.streaks(&mut streaks);
    streaks
}

/// The ink of each cell of a line, as letters.
fn line(raster: &Raster, line: usize, columns: usize) -> String {
    let mut cells = vec!['.'; columns];
    for (ink, streaks) in Ink::ALL.into_iter().zip(streaks(raster)) {
        for streak in streaks.into_iter().filter(|streak| streak.line == line) {
            cells[streak.from..streak.to].fill(match ink {
                Ink::Failed => 'F',
                Ink::Hung => 'H',
                Ink::TimedOut => 'T',
                Ink::Cancelled => 'C',
                Ink::NeverStarted => 'N',
                Ink::Done => 'D',
                Ink::Held => 'L',
                Ink::Busy => 'w',
                Ink::Waiting => 'v',
                Ink::Sparse => 'u',
                Ink::Backoff => 'b',
                Ink::Queued => 'q',
            });
        }
    }
    cells.into_iter().collect()
}

fn raster_of(trace: &Trace, lines: usize, columns: usize, to: f64, now: f64) -> Raster {
    let mut raster = Raster::new(0.0, to, columns, lines, Rows::All(trace.task_count()));
    let mut index = Index::default();
    index.advance(trace, Time::from_secs(now));
    assert!(raster.advance(trace, index.events_read(), Time::from_secs(now)));
    raster
}

#[test]
fn a_line_of_one_row_tells_its_story() {
    use State::{Backoff, Running};
    let story = [(2.0, Running), (4.0, Backoff), (6.0, Running)];
    let trace = one_task(&story, Some((7.5, Outcome::Error)));
    let raster = raster_of(&trace, 2, 10, 10.0, 10.0);
    assert_eq!(line(&raster, 1, 10), "qqwwwbwF..");
    // `main` never started.
    assert_eq!(line(&raster, 0, 10), "qqqqqqqqqq");
    let raster = raster_of(&trace, 2, 10, 10.0, 3.5);
    assert_eq!(line(&raster, 1, 10), "qqww......");
    assert_eq!(
        raster.peaks(1).collect::<Vec<_>>(),
        [(1, 0), (1, 0), (1, 1), (1, 1)]
    );
}

#[test]
fn rows_that_share_a_line_add_up_and_a_failure_among_them_is_seen() {
    let mut trace = Recorder::default();
    let text = Text::default();
    for _ in 0..1000 {
        let id = trace.create(Time::ZERO, None, "task");
        let state = State::Running;
        trace.push(Time::ZERO, id, Kind::State { state, text });
    }
    for id in 0..1000 {
        let outcome = if id == 500 {
            Outcome::Error
        } else {
            Outcome::Ok
        };
        let at = Time::from_secs(1.0 + f64::from(id) * 0.008);
        let detail = text;
        trace.push(at, TaskId(id), Kind::Ended { outcome, detail });
    }
    let raster = raster_of(&trace, 1, 10, 10.0, 10.0);
    assert_eq!(line(&raster, 0, 10), "wwwwvFvuD.");
    let lines = raster_of(&trace, 10, 10, 10.0, 10.0);
    assert_eq!((lines.row(0), lines.row(5)), (50, 550));
    assert!(line(&lines, 5, 10).contains('F'));
    assert_eq!(lines.lines(), 10);
    let mut all = Raster::of_all(0.0, 10.0, 10);
    assert!(all.advance(&trace, trace.events().len(), Time::from_secs(10.0)));
    let peaks: Vec<_> = all.peaks(0).map(|(alive, _)| alive).collect();
    assert_eq!((peaks[0], peaks[9]), (999, 0), "{peaks:?}");
    // More lines than rows are not needed.
    assert_eq!(raster_of(&trace, 5_000, 10, 10.0, 10.0).lines(), 1000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_went_wrong_never_vanishes_and_steps_do_not_matter(
        story in prop::collection::vec(next(), 0..120),
        (from, length) in (0.0f64..20.0, 0.001f64..60.0),
        (lines, columns) in (1usize..6, 1usize..80),
        times in prop::collection::vec(0u64..30_000, 1..6),
    ) {
        let trace = trace_of(&story, 1_000_000);
        let to = from + length;
        let fresh = || Raster::new(from, to, columns, lines, Rows::All(trace.task_count()));
        let (mut times, mut raster, mut index) = (times, fresh(), Index::default());
        times.sort_unstable();
        let mut now = Time::ZERO;
        for time in times {
            now = Time(time * 1_000_000);
            index.advance(&trace, now);
            prop_assert!(raster.advance(&trace, index.events_read(), now));
        }
        let mut at_once = fresh();
        prop_assert!(at_once.advance(&trace, index.events_read(), now));
        prop_assert_eq!(streaks(&raster), streaks(&at_once));
        let all = streaks(&raster);
        for streak in all.iter().flatten() {
            prop_assert!(streak.from < streak.to && streak.to <= columns && streak.line < lines);
        }
        let place = |at: Time| (at.secs() - from) / length * columns as f64;
        for (id, task) in index.tasks() {
            let Some(end) = task.end else { continue };
            let column = place(end.at);
            if end.outcome == Outcome::Ok || !(0.0..columns as f64).contains(&column) {
                continue;
            }
            let on = id.index() * raster.lines() / trace.task_count();
            let wrong = all[..=Ink::NeverStarted as usize].iter().flatten();
            let seen = wrong.filter(|streak| streak.line == on);
            let seen = seen.into_iter().any(|streak| streak.from as f64 <= column && column <= streak.to as f64);
            prop_assert!(seen, "{:?} at {}", id, column);
        }
        // An earlier instant needs a fresh one.
        if index.events_read() > 0 {
            prop_assert!(!raster.advance(&trace, 0, Time::ZERO));
        }
    }
}

#[test]
fn odd_rasters_are_harmless() {
    let trace = one_task(&[(1.0, State::Running)], None);
    for (from, to) in [
        (0.0, 0.0),
        (1.0, 0.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
    ] {
        let mut raster = Raster::new(from, to, 10, 2, Rows::All(2));
        raster.advance(&trace, trace.events().len(), Time::MAX);
        streaks(&raster);
    }
    let mut none = Raster::new(0.0, 1.0, 0, 0, Rows::All(0));
    assert!(none.advance(&trace, trace.events().len(), Time::MAX));
}
