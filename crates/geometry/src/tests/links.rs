//! Arrows and the critical path in pixels.

use crate::Rows;
use crate::layout::Viewport;
use crate::links::{Tie, arrows, stretches};
use interleave_trace::*;

fn view(first_row: usize, rows: usize, now: f64) -> Viewport {
    Viewport {
        from: 0.0,
        to: 10.0,
        width: 100.0,
        first_row,
        rows,
        now: Time::from_secs(now),
    }
}

/// `main` and `tasks` tasks, made at the start; each waits for a permit, and is woken by the one
/// before it a second later.
fn chain(tasks: u32) -> Recorder {
    let mut trace = Recorder::default();
    trace.create(Time::ZERO, None, "main");
    for _ in 0..tasks {
        trace.create(Time::ZERO, Some(TaskId::MAIN), "task");
    }
    let (on, line) = (WaitFor::Permit(ResourceId::UNKNOWN), 1);
    for task in 1..=tasks {
        trace.push(Time::ZERO, TaskId(task), Kind::Wait { on, line });
    }
    for task in 2..=tasks {
        let (at, by) = (Time::from_secs(f64::from(task - 1)), Some(TaskId(task - 1)));
        trace.push(at, TaskId(task), Kind::Woken { by, asked: false });
    }
    trace
}

#[test]
fn a_task_is_linked_to_its_parent_its_waker_and_the_tasks_that_it_woke() {
    let index = Index::of(&chain(4));
    let ties = |now| {
        let arrows = arrows(
            &index,
            TaskId(2),
            &view(0, 5, now),
            Rows::All(index.task_count()),
        );
        let tie =
            |arrow: &crate::links::Arrow| (arrow.tie, arrow.from.row, arrow.to.row, arrow.to.x);
        arrows.iter().map(tie).collect::<Vec<_>>()
    };
    assert_eq!(
        ties(5.0),
        [
            (Tie::Made, 0.0, 2.0, 0.0),
            (Tie::Woke, 1.0, 2.0, 10.0),
            (Tie::Woke, 2.0, 3.0, 20.0),
        ]
    );
    // Events after the present are not shown, though they are recorded.
    assert_eq!(ties(1.5).len(), 2);
}

#[test]
fn what_is_out_of_sight_is_shown_at_the_edge() {
    let index = Index::of(&chain(9));
    let arrows = arrows(
        &index,
        TaskId(5),
        &view(5, 1, 10.0),
        Rows::All(index.task_count()),
    );
    assert_eq!(arrows.len(), 3);
    for arrow in arrows {
        for tip in [arrow.from, arrow.to] {
            assert_eq!(tip.hidden, tip.row != 0.0, "{tip:?}");
            assert!((-0.5..=0.5).contains(&tip.row), "{tip:?}");
        }
    }
}

/// The arrows of tasks that a filter leaves out end between rows, where those tasks would be.
#[test]
fn a_task_without_a_row_is_outside() {
    let index = Index::of(&chain(9));
    let some = [TaskId(2), TaskId(5), TaskId(8)];
    let arrows = arrows(&index, TaskId(5), &view(0, 5, 10.0), Rows::Of(&some));
    let tips: Vec<_> = arrows
        .iter()
        .map(|arrow| (arrow.from.row, arrow.to.row))
        .collect();
    assert_eq!(tips, [(-0.5, 1.0), (0.5, 1.0), (1.0, 1.5)]);
    let hidden = arrows
        .iter()
        .map(|arrow| (arrow.from.hidden, arrow.to.hidden));
    assert_eq!(
        hidden.collect::<Vec<_>>(),
        [(true, false), (true, false), (false, true)]
    );
}

#[test]
fn as_long_as_it_waits_it_is_tied_to_the_holders() {
    let mut trace = chain(3);
    let (gauge, now) = (trace.intern(PERMITS), Time::from_secs(2.0));
    let kind = Kind::Gauge {
        gauge,
        value: 1.0,
        whole: true,
        of: ResourceId::UNKNOWN,
    };
    trace.push(now, TaskId(2), kind);
    let index = Index::of(&trace);
    let ties = |id| {
        let arrows = arrows(
            &index,
            TaskId(id),
            &view(0, 4, 2.5),
            Rows::All(index.task_count()),
        );
        let held = arrows.iter().filter(|arrow| arrow.tie == Tie::Holds);
        held.map(|arrow| (arrow.from.row, arrow.to.row))
            .collect::<Vec<_>>()
    };
    // The first task has never been woken.
    assert_eq!(ties(1), [(2.0, 1.0)]);
    assert_eq!(ties(2), [(2.0, 1.0)]);
    assert_eq!(ties(3), []);
}

#[test]
fn a_hundred_thousand_wake_ups_are_as_many_arrows_as_there_is_room_for() {
    let mut trace = chain(2);
    let (on, line) = (WaitFor::Item(ResourceId::UNKNOWN), 1);
    for i in 0..100_000u64 {
        let at = Time(2_000_000_000 + i * 10_000);
        trace.push(at, TaskId(1), Kind::Wait { on, line });
        let by = Some(TaskId(2));
        trace.push(at, TaskId(1), Kind::Woken { by, asked: false });
    }
    let index = Index::of(&trace);
    for id in [1, 2] {
        let arrows = arrows(
            &index,
            TaskId(id),
            &view(0, 3, 10.0),
            Rows::All(index.task_count()),
        );
        assert!((2..30).contains(&arrows.len()), "{}", arrows.len());
    }
}

#[test]
fn a_long_path_has_one_stretch_a_pixel_and_a_short_one_all_of_them() {
    let paths = [3u32, 100_000].map(|steps| {
        let mut trace = Recorder::default();
        trace.create(Time::ZERO, None, "main");
        let whole = 9_000_000_000 / u64::from(steps);
        for step in 0..u64::from(steps) {
            let until = Time((step + 1) * whole);
            let (on, line) = (WaitFor::Timer { until }, 1);
            trace.push(Time(step * whole), TaskId::MAIN, Kind::Wait { on, line });
            trace.push(until, TaskId::MAIN, Kind::Polled { nanos: 0 });
        }
        trace.finish(Time(u64::from(steps) * whole), Verdict::Completed);
        Path::of(&trace).expect("it has ended")
    });
    let [few, many] = paths.map(|path| stretches(&path, &view(0, 1, 10.0), Rows::All(1)));
    let ends: Vec<_> = few.iter().map(|s| (s.from.x, s.to.x)).collect();
    assert_eq!(ends, [(0.0, 30.0), (30.0, 60.0), (60.0, 90.0)]);
    assert!((80..=102).contains(&many.len()), "{}", many.len());
}
