//! What a debugger would point out in real programs.

use super::wait_queues::run;
use crate::Entry;
use interleave_trace::{Finding, Index, Trace};
use serde_json::{Value, json};

fn words(trace: &Trace) -> Vec<String> {
    let index = Index::of(trace);
    let found = Finding::all(&index);
    let words = found.iter().map(|found| found.words(trace, &index, true));
    words.collect()
}

fn blocking(mode: &str, piece: f64) -> Vec<String> {
    let params = json!({ "workers": [["work", 0.2]], "ticks": 2, "interval": 0.1, "piece": piece });
    words(&run("pitfall-blocking", mode, &params))
}

/// The line of the source on which some code stands.
fn line(code: &str) -> usize {
    let entry = Entry::find("pitfall-blocking").unwrap();
    let mut lines = entry.sources()[0].lines();
    1 + lines.position(|line| line.contains(code)).unwrap()
}

#[test]
fn slow_steps_are_found_with_the_lines_around_them() {
    let whole = blocking("blocking", 0.1);
    let at = line("cx.block(seconds)");
    assert_eq!(
        whole,
        [format!(
            "work held the loop for 0.2 s, in line {at}: nothing else could run."
        )]
    );
    let at = line("cx.block(left.min(piece))");
    let pieces = blocking("in_pieces", 0.1);
    let each =
        format!("work, in pieces held the loop for 0.1 s, in line {at}: nothing else could run.");
    let expected = [each.clone(), each];
    assert_eq!(pieces, expected);
    // Just 50 ms are not slow, nor is waiting.
    assert_eq!(blocking("in_pieces", 0.05), Vec::<String>::new());
    assert_eq!(blocking("async", 0.1), Vec::<String>::new());
    assert_eq!(blocking("executor", 0.1), Vec::<String>::new());
}

fn of_defaults(slug: &str, mode: &str) -> Vec<String> {
    let params: Value = Entry::find(slug).unwrap().defaults();
    words(&run(slug, mode, &params))
}

#[test]
fn coroutines_that_were_never_awaited_are_found() {
    let found = of_defaults("pitfall-forgotten-await", "forgotten");
    assert_eq!(
        found,
        ["get_data was never awaited: nothing of it has run."]
    );
    assert_eq!(
        of_defaults("pitfall-forgotten-await", "awaited"),
        Vec::<String>::new()
    );
}

#[test]
fn tasks_that_never_end_are_found_with_what_they_wait_for() {
    let found = of_defaults("producer-consumer-sentinel", "article");
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|found| found.contains(" waits for ") && found.ends_with(", and never ends.")),
        "{found:?}"
    );
    assert_eq!(
        of_defaults("producer-consumer-sentinel", "fixed"),
        Vec::<String>::new()
    );
}

#[test]
fn computing_is_found_and_errors_that_gather_has_seen_are_not() {
    // Computing is on a line, too.
    let params = json!({ "jobs": 1, "numbers": 10, "seconds": 1.0, "workers": 1, "rounds": 1 });
    let found = words(&run("cpu-bound", "concurrent", &params));
    assert!(
        found[0].starts_with("job 1 held the loop for 1.0 s, in line "),
        "{found:?}"
    );
    // `gather` raises the first error, and sees the others.
    for mode in ["default", "return_exceptions", "article", "fixed"] {
        assert_eq!(of_defaults("gather-errors", mode), Vec::<String>::new());
    }
}
