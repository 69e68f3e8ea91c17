//! Files that are not recordings, or are malicious: each is refused or read in time, and the message names the place.

use super::saved::assert_sound;
use crate::recorded::{Recorded, findings, open};
use crate::{Index, TaskId, Trace};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const HEAD: &str = concat!(
    "{\"format\": \"interleave recording\", \"version\": 2}\n",
    "{\"define\": \"run\", \"id\": 1}\n",
    "[0, 1, \"created\", 1, null, \"main\", 0]\n",
);

fn refused(text: &[u8]) -> String {
    let mut opening = crate::recorded::Opening::default();
    let read = opening.push(text).and_then(|()| opening.finish());
    read.expect_err("it is refused")
}

/// Everything that the page computes from a recording.
fn read(text: &str) -> Recorded {
    let recorded = open(text).expect("a recording");
    for run in &recorded.runs {
        assert_sound(&run.trace);
        findings(&recorded, run, &Index::of(&run.trace));
    }
    recorded
}

fn names(trace: &Trace) -> Vec<&str> {
    let tasks = (0..trace.task_count()).map(|task| TaskId(task as u32));
    tasks.map(|task| trace.name(task)).collect()
}

#[test]
fn other_files_are_named() {
    for (file, why) in [
        (&b"\x1f\x8b\x08\0\0"[..], "gzip"),
        (b"PK\x03\x04\x14\0", "zip"),
        (b"\x28\xb5\x2f\xfd\x04", "zstd"),
        (b"\xff\xfe{\0\"\0", "UTF-16"),
        (b"\xfe\xff\0{", "UTF-16"),
        (b"\0\0\0\0", "another kind of file"),
        (b"\xef\xbb\xbf", "another kind of file"),
        (b"{\"traceEvents\": 5}", "no trace events"),
        (
            b"{\"format\": \"interleave recording\", \"version\": 1e400}",
            "line 1",
        ),
    ] {
        let said = refused(file);
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_are_passed_over() {
    let text = format!("\u{feff}{HEAD}[5, 1, \"end\", \"ok\"]\n").replace('\n', "\r\n");
    let recorded = read(&text);
    assert_eq!(recorded.problem, None);
    assert!(
        recorded.runs[0]
            .trace
            .end()
            .is_some_and(|end| end.at.0 == 5)
    );
}

#[test]
fn halves_of_surrogate_pairs_are_text() {
    // Such texts used to end the reading.
    let lines = concat!(
        "{\"define\": \"file\", \"id\": 1, \"name\": \"\\udcff.py\"}\n",
        "[1, 1, \"print\", \"stdout\", \"\\ud83d\"]\n",
        "[2, 2, \"created\", 1, 1, \"\\ud83d\\ude42 \\udfff\", 0]\n",
        "[3, 1, \"end\", \"error\", \"ValueError: \\ud800\", []]\n",
    );
    let recorded = read(&format!("{HEAD}{lines}"));
    assert_eq!(recorded.problem, None);
    let names = names(&recorded.runs[0].trace);
    assert_eq!(names, ["main", "\u{1f642} \u{fffd}"]);
    assert_eq!(recorded.files[&1].name, "\u{fffd}.py");
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_what_is_before_it_is_kept() {
    let deep = "[".repeat(1_000_000);
    let times = [
        "NaN",
        "-5",
        "1e3",
        "18446744073709551616",
        "\"5\"",
        "[]",
        "null",
    ];
    let times = times.map(|time| format!("[{time}, 1, \"start\"]\n"));
    let others = [
        format!("{deep}\n"),
        format!("{{\"define\": {deep}\n"),
        "\0\n".to_owned(),
        "[5, 1, \"step\", -1]\n".to_owned(),
        "[5, 1, \"step\", 1, \"sleep\", 4294967296, 0]\n".to_owned(),
        "{\"define\": \"site\", \"id\": -1, \"file\": 1, \"line\": 1, \"function\": \"f\"}\n"
            .to_owned(),
    ];
    for line in times.into_iter().chain(others) {
        let recorded = read(&format!(
            "{HEAD}[1, 1, \"start\"]\n{line}[9, 1, \"end\", \"ok\"]\n"
        ));
        let problem = recorded.problem.expect("it is wrong");
        assert!(problem.starts_with("line 5: "), "{problem}");
        assert_eq!(recorded.runs[0].trace.task_count(), 1);
    }
}

/// Checks that eight times the input takes about eight times as long, or no measurable time: quadratic work would take
/// sixty-four times as long.
fn takes_time_in_proportion(what: &str, text: impl Fn(usize) -> String) {
    const FEW: usize = 5_000;
    let (few, many) = (text(FEW), text(8 * FEW));
    let of = |text: &str| {
        let began = Instant::now();
        drop(open(text).map(|recorded| {
            for run in &recorded.runs {
                findings(&recorded, run, &Index::of(&run.trace));
            }
        }));
        began.elapsed()
    };
    // The machine may be busy: one try that is quick enough is sufficient.
    let is_quick = || of(&many) < 20 * of(&few) + Duration::from_millis(50);
    assert!((0..5).any(|_| is_quick()), "{what}");
}

fn lines(count: usize, line: impl Fn(&mut String, usize)) -> String {
    let mut text = HEAD.to_owned();
    for number in 1..=count {
        line(&mut text, number);
    }
    text
}

#[test]
fn no_file_takes_more_time_than_its_length_is_worth() {
    takes_time_in_proportion("slow steps of one task", |count| {
        lines(count, |text, number| {
            let _ = writeln!(
                text,
                "[{number}00000000, 1, \"step\", 100000000, \"turn\", 0, 0]"
            );
        })
    });
    takes_time_in_proportion(
        "a lock that others release, while many hold theirs",
        |count| {
            let held = lines(count, |text, number| {
                let task = number + 1;
                let _ = writeln!(
                    text,
                    "{{\"define\": \"object\", \"id\": {task}, \"kind\": \"lock\", \"name\": \"\"}}\n\
                 [1, {task}, \"created\", 1, 1, \"t\", 0]\n[1, {task}, \"holds\", {task}, true]"
                );
            });
            held + &"[2, 1, \"holds\", 2, false]\n".repeat(count)
        },
    );
    takes_time_in_proportion("tasks that wait for one another", |count| {
        let created = lines(count, |text, number| {
            let _ = writeln!(text, "[1, {}, \"created\", 1, 1, \"t\", 0]", number + 1);
        });
        (1..=count).fold(created, |mut text, task| {
            let next = task % count + 1;
            let _ = writeln!(text, "[2, {task}, \"step\", 0, \"task\", 0, 0, {next}]");
            text
        })
    });
    let event = |ph: char, number: usize, name: usize, thread: usize| {
        format!(
            "{{\"ph\": \"{ph}\", \"id\": 1, \"name\": \"s{name}\", \"ts\": {number}, \"pid\": 1, \"tid\": {thread}}},\n"
        )
    };
    takes_time_in_proportion("spans of one name in many threads", |count| {
        let events = (0..count).map(|number| event('B', number, 1, number));
        format!("[{}", events.collect::<String>())
    });
    takes_time_in_proportion("open spans whose ends have other names", |count| {
        let begins = (0..count).map(|number| event('b', number, number, 1));
        let ends = (0..count).map(|number| event('e', count + number, number / 2, 1));
        format!("[{}", begins.chain(ends).collect::<String>())
    });
}

#[test]
fn trace_events_are_found_wherever_they_are_in_the_object() {
    let events = "[{\"ph\": \"b\", \"id\": 1, \"name\": \"s\", \"ts\": 1}, {\"ph\": \"e\", \"id\": 1, \"name\": \"s\", \"ts\": 2}]";
    for text in [
        events.to_owned(),
        format!("{{\"traceEvents\": {events}}}"),
        format!(
            "{{\"other\": [1, [2]], \"b\": {{\"traceEvents\": [3]}}, \"traceEvents\" : {events}, \"more\": 5}}"
        ),
        format!(
            "{{\"list\": [\"traceEvents\", [1]], \"\\\"\": \"traceEvents\", \"traceEvents\":{events}}}"
        ),
    ] {
        let recorded = read(&text);
        let names = names(&recorded.runs[0].trace);
        assert_eq!(names, ["all spans", "s"], "{text}");
    }
}
