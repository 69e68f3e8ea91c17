//! The differential fuzzer: programs of a small language, run by the runtime and by CPython, must print the same lines
//! at the same times, in the same order, and their tasks must end alike.
//!
//! There is a test for each kind of programs, in which some operations are more frequent than others ([`Focus`]). A
//! failure names the seed of a program; `INTERLEAVE_FUZZ_SEED` is the seed at which each kind begins, `INTERLEAVE_FUZZ_COUNT`
//! the number of programs of each kind. `cargo xtask fuzz [count] [seed] [--kind KIND]` is the same in one command.
//!
//! Behaviour that is not deterministic in CPython itself is left out of the language, or made deterministic in `fuzz.py`:
//!
//! - the order in which a group cancels its tasks, since it keeps them in a set: here, the order of creation;
//! - the order in which the end of `main` cancels the remaining tasks, for the same reason: here, the order of creation;
//! - the order in which `as_completed` hands over tasks that have ended before it begins: here, at most one has;
//! - tasks that await each other in a cycle, of which cancelling one exceeds Python's limit of recursion: none here;
//! - a task that awaits itself: it fails, but CPython leaves it marked, so that others that await it may fail, too; the
//!   plain case is among the runtime's own tests;
//! - an action of the reader at an instant of another event: never here.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod program;
mod run;

use interleave_test_support::python;
use program::{Focus, Program, make, shorter};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many programs of each kind a test run tries: two thousand in all.
const COUNT: u64 = 334;

/// The oldest Python to compare with: the first with `Queue.shutdown` and groups that pass cancellations on.
const OLDEST: (u32, u32) = (3, 13);

#[test]
fn tasks() {
    compare(Focus::Tasks);
}

#[test]
fn limits() {
    compare(Focus::Limits);
}

#[test]
fn groups() {
    compare(Focus::Groups);
}

#[test]
fn locks() {
    compare(Focus::Locks);
}

#[test]
fn queues() {
    compare(Focus::Queues);
}

#[test]
fn mixed() {
    compare(Focus::Mixed);
}

/// Fails if programs behave differently than in CPython.
fn compare(focus: Focus) {
    if python::NEWEST.version < OLDEST {
        println!("left out, since it needs Python 3.13");
        return;
    }
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let first = number("INTERLEAVE_FUZZ_SEED").unwrap_or_else(|| now().as_nanos() as u64);
    let count = number("INTERLEAVE_FUZZ_COUNT").unwrap_or(COUNT);
    println!("{focus:?}: {count} programs from seed {first}");
    let (mut failing, mut deadlocks, mut lines) = (Vec::new(), 0, 0);
    let seeds: Vec<_> = (0..count).map(|i| first.wrapping_add(i)).collect();
    for seeds in seeds.chunks(2000) {
        let programs: Vec<_> = seeds.iter().map(|&seed| make(seed, focus)).collect();
        let expected = python_runs(&programs);
        for ((program, expected), seed) in programs.iter().zip(&expected).zip(seeds) {
            lines += expected["log"].as_array().unwrap().len();
            deadlocks += usize::from(expected["deadlock"] == true);
            if run::run(program) != *expected {
                failing.push(*seed);
            }
        }
    }
    println!("{focus:?}: {lines} lines, {deadlocks} deadlocks");
    if let Some(&seed) = failing.first() {
        let (program, expected) = shrunk(make(seed, focus));
        panic!(
            "{focus:?}: {} of {count} programs differ, such as {:?}\nseed {seed}, made shorter: {}\n  rust   {}\n  python {}",
            failing.len(),
            &failing[..failing.len().min(8)],
            serde_json::to_string(&program).unwrap(),
            run::run(&program),
            expected,
        );
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn python_runs(programs: &[Program]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/fuzz.py");
    let answer = python::run_script(&script, &json!(programs).to_string());
    answer.as_array().unwrap().clone()
}

/// The shortest program found that still differs, and Python's result.
fn shrunk(mut program: Program) -> (Program, Value) {
    let mut expected = python_runs(std::slice::from_ref(&program)).remove(0);
    loop {
        let candidates = shorter(&program);
        let answers = python_runs(&candidates);
        let mut all = candidates.into_iter().zip(answers);
        match all.find(|(candidate, answer)| run::run(candidate) != *answer) {
            Some(found) => (program, expected) = found,
            None => return (program, expected),
        }
    }
}
