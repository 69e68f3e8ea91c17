//! `cargo xtask fuzz`: many more of the random programs that `cargo test` tries a few of.

use xshell::{Shell, cmd};

use crate::failure::{Failure, Result};

/// How many of each kind, if no number is given.
const COUNT: u64 = 100_000;

/// The kinds of programs, each a test of its own.
const KINDS: [&str; 6] = ["tasks", "limits", "groups", "locks", "queues", "mixed"];

/// Compares random programs: how many of each kind, from which seed on, and of which kind, is given; or 100,000 of each
/// from a new seed.
pub fn run(shell: &Shell, rest: &[String]) -> Result {
    let (mut numbers, mut kind) = (Vec::new(), None);
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--kind" => kind = Some(self::kind(words.next())?),
            word => numbers.push(number(word)?),
        }
    }
    let (count, seed) = match numbers[..] {
        [] => (COUNT, None),
        [count] => (count, None),
        [count, seed] => (count, Some(seed)),
        _ => {
            let words = "cargo xtask fuzz takes a count and a seed, and no third number";
            return Err(Failure::new(words.to_owned()));
        }
    };
    let _count = shell.push_env("INTERLEAVE_FUZZ_COUNT", count.to_string());
    let _seed = seed.map(|seed| shell.push_env("INTERLEAVE_FUZZ_SEED", seed.to_string()));
    let only = kind.map(|kind| ["--exact", kind]);
    let only = only.iter().flatten();
    cmd!(
        shell,
        "cargo test --package interleave-runtime --test fuzz -- --nocapture {only...}"
    )
    .run()?;
    Ok(())
}

fn number(text: &str) -> Result<u64> {
    let words = || Failure::new(format!("cargo xtask fuzz: `{text}` is no number"));
    text.parse().map_err(|_| words())
}

fn kind(word: Option<&String>) -> Result<&'static str> {
    let word = word.map_or("", String::as_str);
    let known = KINDS.into_iter().find(|&kind| kind == word);
    known.ok_or_else(|| {
        let kinds = KINDS.join(", ");
        Failure::new(format!(
            "cargo xtask fuzz: --kind must be one of {kinds}, not `{word}`"
        ))
    })
}
