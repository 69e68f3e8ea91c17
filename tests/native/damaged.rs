//! Recordings that were damaged at random: each is refused with a message, or everything that the page does with a recording
//! works on what was read.
use interleave_geometry::layout::{Bar, Viewport, lanes, loop_strip};
use interleave_geometry::links::{arrows, stretches};
use interleave_geometry::raster::Raster;
use interleave_geometry::svg::{Theme, svg};
use interleave_geometry::{Rows, lit};
use interleave_player::Session;
use interleave_playgrounds::Entry;
use interleave_test_support::xml;
use interleave_trace::export::{self, Race, Run};
use interleave_trace::recorded::{
    Compared, Finding, Recorded, RecordedRun, differences, divergence, findings, open, pair_loops,
    without_counterpart,
};
use interleave_trace::{Index, Path, Story, Time, Trace, describe, unfinished, why};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The recordings that are damaged: one of each kind of thing that the recorder writes.
const WHOLE: [&str; 15] = [
    include_str!("../../crates/trace/src/tests/recorded/barrier.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/basics.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/cancels.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/deadlock_interrupted.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/deadlock_killed.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/eager.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/groups.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/lab_deadlock.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/lab_first_steps.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/locks.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/output.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/outside.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/problems.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/queues.jsonl"),
    include_str!("../../crates/trace/src/tests/recorded/threads.jsonl"),
];

/// No damaged recording may take longer, even in a build without optimisation on a busy machine. A loop without end does.
const DEADLINE: Duration = Duration::from_secs(20);

/// A change to a recording; the numbers choose its kind, its place, and what is put there.
type Damage = (u8, u32, u32);

/// Damages a recording.
fn damaged(whole: &str, damages: &[Damage]) -> String {
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    for &(kind, place, value) in damages {
        if lines.is_empty() {
            break;
        }
        let at = place as usize % lines.len();
        let other = value as usize % lines.len();
        match kind % 8 {
            0 => drop(lines.remove(at)),
            1 => lines.insert(other, lines[at].clone()),
            2 => lines.swap(at, other),
            3 => cut(&mut lines[at], value),
            4 => lines.truncate(at + 1),
            // Values are what a hostile file would change, so they get more than their share.
            _ => {
                if let Ok(mut line) = serde_json::from_str(&lines[at]) {
                    put(&mut line, place as usize / 7, value);
                    lines[at] = line.to_string();
                }
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Cuts a line off within.
fn cut(line: &mut String, value: u32) {
    let mut to = value as usize % (line.len() + 1);
    while !line.is_char_boundary(to) {
        to -= 1;
    }
    line.truncate(to);
}

/// Puts something else into the place of one value within a value, or takes it out.
fn put(within: &mut Value, place: usize, value: u32) {
    let next = |count: usize| (place % (count + 1), place / (count + 1));
    match within {
        Value::Array(all) if !all.is_empty() => match next(all.len()) {
            (at, _) if at == all.len() => drop(all.pop()),
            (at, deeper) => put(&mut all[at], deeper, value),
        },
        Value::Object(all) if !all.is_empty() => {
            let (at, deeper) = next(all.len());
            let key = all.keys().nth(at).cloned();
            match key {
                None => drop(all.remove(&all.keys().next().cloned().unwrap_or_default())),
                Some(key) => put(&mut all[&key], deeper, value),
            }
        }
        other => *other = strange(value, other),
    }
}

/// A value that a program would not have written there.
fn strange(value: u32, before: &Value) -> Value {
    let number = before.as_i64().unwrap_or_default();
    match value % 20 {
        0 => json!(null),
        1 => json!(-1),
        2 => json!(0),
        3 => json!(1),
        4 => json!(u32::MAX),
        5 => json!(1_u64 << 32),
        6 => json!(u64::MAX),
        7 => json!(i64::MIN),
        8 => json!(0.5),
        9 => json!(1e300),
        10 => json!(""),
        11 => json!("</text><script>alert(1)</script>\u{0}\u{1b}[31m\u{202e}"),
        12 => json!("ü".repeat(5_000)),
        13 => json!([]),
        14 => json!({}),
        15 => json!([[[[0]]]]),
        16 => json!(true),
        17 => json!(number.saturating_add(1)),
        18 => json!(number.saturating_sub(1)),
        _ => json!(number.saturating_mul(1_000)),
    }
}

/// All that the page does with a recording.
fn use_all(recorded: &Recorded) {
    let loops = recorded.runs.iter().enumerate();
    let titles = loops.map(|(place, run)| (run.title.clone(), place.to_string(), true));
    let entry = Entry::open_recording(titles.collect());
    let indices: Vec<_> = recorded
        .runs
        .iter()
        .map(|run| Index::of(&run.trace))
        .collect();
    for (run, index) in recorded.runs.iter().zip(&indices) {
        read_run(recorded, run, index);
    }
    let runs: Vec<_> = recorded.runs.iter().zip(&indices).collect();
    let exported = runs.iter().map(|&(run, index)| Run {
        mode: &run.title,
        title: &run.title,
        headline: &run.event_loop,
        trace: &run.trace,
        index,
        now: end_of(&run.trace),
    });
    let ends = runs.iter().map(|(run, _)| end_of(&run.trace).secs());
    let race = Race {
        title: &recorded.program,
        slug: "recording",
        params: &Value::Null,
        seed: 0,
        pace: "recorded",
        slow: "",
        source: None,
        axis_end: ends.fold(1e-3, f64::max),
        in_flight: true,
        runs: exported.collect(),
    };
    let picture = svg(&race, Theme::Both);
    xml::read(&picture).unwrap_or_else(|why| panic!("a picture: {why}"));
    let chrome = export::chrome(&race);
    serde_json::from_str::<Value>(&chrome).expect("trace events are JSON");
    serde_json::from_str::<Value>(&export::tracks(&race).0).expect("tracks are JSON");
    assert!(!export::csv(&race).is_empty());
    play(recorded, &indices, entry);
}

fn end_of(trace: &Trace) -> Time {
    trace.end().map_or(Time::ZERO, |end| end.at)
}

/// What the panels and lanes of an event loop show.
fn read_run(recorded: &Recorded, run: &RecordedRun, index: &Index) {
    let trace = &run.trace;
    let events = trace.events();
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(index.task_count(), trace.task_count());
    for finding in findings(recorded, run, index) {
        assert!(!finding.words.is_empty());
    }
    let mut story = Story::default();
    story.advance(trace);
    for line in story.until(Time::MAX) {
        assert!(!line.words(trace).is_empty());
    }
    let _ = unfinished(trace);
    let end = end_of(trace);
    let view = Viewport {
        from: 0.0,
        to: end.secs().max(1e-3),
        width: 700.0,
        first_row: 0,
        rows: 40,
        now: end,
    };
    let rows = Rows::All(trace.task_count());
    let picture = lanes(trace, index, &view);
    let inside = |x: f64| (0.0..=view.width).contains(&x);
    let is_drawn = |bar: &Bar| inside(bar.x0) && inside(bar.x1);
    assert!(picture.bars.iter().all(is_drawn));
    assert!(loop_strip(index, &view).iter().all(|(from, to)| from <= to));
    if let Some(path) = Path::of(trace) {
        let _ = stretches(&path, &view, rows);
    }
    let mut raster = Raster::new(view.from, view.to, 60, 8, rows);
    assert!(raster.advance(trace, trace.events().len(), end));
    for (id, _) in index.tasks() {
        let _ = (describe(trace, index, id), why(trace, index, id));
        let _ = arrows(index, id, &view, rows);
    }
    let lines: Vec<_> = recorded.sites.keys().copied().collect();
    let lit = lit(index, &view, rows, &lines);
    assert!(lit.iter().all(|&(_, from, to)| from <= to));
}

/// Plays it: to its middle, a step on, a step back, and to its end.
fn play(recorded: &Recorded, indices: &[Index], entry: &'static Entry) {
    let traces = recorded.runs.iter().map(|run| Arc::clone(&run.trace));
    let runs = traces.zip(indices.iter().cloned()).collect();
    let mut session = Session::of_recording("a.jsonl", entry, runs, Rc::new(()), Rc::new(|| 0.0));
    let end = session.recorded();
    session.seek(Time(end.0 / 2));
    session.step();
    session.step_back();
    assert!(session.now() <= end);
    session.follow();
    assert_eq!(session.now(), end);
}

/// Compares a recording with another one, as the page does.
fn compare(before: &Recorded, after: &Recorded) {
    for (one, other) in pair_loops(&before.runs, &after.runs) {
        let of = |recorded: &Recorded, place: Option<usize>| {
            let run = recorded.runs.get(place?)?.clone();
            let index = Index::of(&run.trace);
            let found = findings(recorded, &run, &index);
            Some((run, index, found))
        };
        match (of(before, one), of(after, other)) {
            (Some(one), Some(other)) => {
                differences(compared(&one), compared(&other));
                let _ = divergence(&one.0.trace, &other.0.trace);
            }
            (Some(one), None) => drop(without_counterpart("a", compared(&one), true)),
            (None, Some(other)) => drop(without_counterpart("b", compared(&other), false)),
            (None, None) => panic!("a pair of nothing"),
        }
    }
}

fn compared((run, index, findings): &(RecordedRun, Index, Vec<Finding>)) -> Compared<'_> {
    Compared {
        trace: &run.trace,
        index,
        findings,
    }
}

/// How many recordings are damaged: more with `INTERLEAVE_FUZZ_COUNT`.
fn cases() -> ProptestConfig {
    let count = std::env::var("INTERLEAVE_FUZZ_COUNT").ok();
    let count = count.and_then(|count| count.parse().ok());
    ProptestConfig::with_cases(count.unwrap_or(4_000))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_damaged_recording_is_refused_or_can_be_used(
        which in 0..WHOLE.len(),
        damages in prop::collection::vec(any::<Damage>(), 1..8),
    ) {
        let text = damaged(WHOLE[which], &damages);
        let begun = Instant::now();
        match open(&text) {
            Ok(recorded) => {
                use_all(&recorded);
                compare(&open(WHOLE[which]).expect("a recording"), &recorded);
            }
            Err(why) => prop_assert!(!why.is_empty()),
        }
        let took = begun.elapsed();
        prop_assert!(took < DEADLINE, "{took:?}: {text}");
    }
}
