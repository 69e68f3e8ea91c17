//! `cargo xtask fuzz`: many more of the random programs that `cargo test` tries a few of.

use xshell::{Shell, cmd};

use crate::failure::{Failure, Result};

/// How many, unless it is said.
const COUNT: u64 = 100_000;

/// Compares random programs: how many and from which seed on is given, or 100,000 from a new seed.
pub fn run(shell: &Shell, rest: &[String]) -> Result {
    let (count, seed) = match rest {
        [] => (COUNT, None),
        [count] => (number(count)?, None),
        [count, seed] => (number(count)?, Some(number(seed)?)),
        [_, _, other, ..] => {
            let words = format!("cargo xtask fuzz takes a count and a seed, but got `{other}`");
            return Err(Failure::new(words));
        }
    };
    let _count = shell.push_env("INTERLEAVE_FUZZ_COUNT", count.to_string());
    let _seed = seed.map(|seed| shell.push_env("INTERLEAVE_FUZZ_SEED", seed.to_string()));
    cmd!(
        shell,
        "cargo test --package interleave-runtime --test fuzz -- --nocapture"
    )
    .run()?;
    Ok(())
}

fn number(text: &str) -> Result<u64> {
    let words = || Failure::new(format!("cargo xtask fuzz: `{text}` is no number"));
    text.parse().map_err(|_| words())
}
