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

/// The line of the source on which the mark of a strategy's await stands.
fn line(mark: &str) -> usize {
    let entry = Entry::find("pitfall-blocking").unwrap();
    let mut lines = entry.sources()[0].lines();
    1 + lines.position(|line| line.contains(mark)).unwrap()
}

#[test]
fn slow_steps_are_found_with_the_lines_around_them() {
    let whole = blocking("blocking", 0.1);
    assert_eq!(
        whole,
        ["work held the loop for 0.2 s: nothing else could run."]
    );
    let to = line("// @pieces");
    let pieces = blocking("in_pieces", 0.1);
    let each = format!(
        "work, in pieces held the loop for 0.1 s, before the await in line {to}: nothing else could run."
    );
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
