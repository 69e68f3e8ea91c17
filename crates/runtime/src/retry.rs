//! Retries after growing pauses: exponential backoff.

use crate::cx::Cx;
use crate::error::{Error, Result};
use interleave_trace::num::Num;
use interleave_trace::time::round_micros;
use std::panic::Location;

/// How a pause is randomised, so that tasks that failed together do not retry together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jitter {
    /// Not at all.
    #[default]
    None,
    /// From zero to the whole pause.
    Full,
    /// Half of the pause, plus up to the other half.
    Equal,
}

/// How often to try, and how long to pause in between.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The pause after the first attempt, in seconds.
    pub base: Num,
    /// The factor by which each pause is longer than the one before.
    pub factor: Num,
    /// The longest pause, in seconds.
    pub max_delay: Num,
    /// How many attempts in all; at least one is made.
    pub attempts: u32,
    /// How the pauses are randomised.
    pub jitter: Jitter,
}

impl Backoff {
    /// The pause after a number of failures, at least one: `min(max_delay, base * factor ** (failures - 1))`,
    /// randomised by `luck` from 0 to 1. Without jitter it is a whole number where Python's would be.
    pub fn pause(&self, failures: u32, luck: f64) -> Num {
        let exponent = failures.saturating_sub(1);
        let grown = self.base.get() * self.factor.get().powf(f64::from(exponent));
        let pause = match (self.base, self.factor) {
            _ if grown.is_nan() || grown >= self.max_delay.get() => self.max_delay,
            (Num::Int(_), Num::Int(_)) => Num::Int(grown as i64),
            _ => Num::Float(grown),
        };
        match self.jitter {
            Jitter::None => pause,
            Jitter::Full => Num::Float(pause.get() * luck),
            Jitter::Equal => Num::Float(pause.get() / 2.0 * (1.0 + luck)),
        }
    }
}

/// Makes attempts until one succeeds or there are no more, with pauses in between. Returns the
/// value and the number of the attempt, from 1; or the last failure.
///
/// Only [`Error::Failed`] is retried. The luck of each pause is a function of the
/// number of failures: it comes from the params, so that the same params give the same run.
///
/// # Errors
///
/// The error of the last attempt.
#[track_caller]
pub fn retry<T, Fut>(
    cx: &Cx,
    backoff: &Backoff,
    luck: impl Fn(u32) -> f64,
    attempt: impl FnMut(u32) -> Fut,
) -> impl Future<Output = Result<(T, u32)>>
where
    Fut: Future<Output = Result<T>>,
{
    attempts(cx, backoff, luck, attempt, Location::caller().line())
}

/// As [`retry`]; pauses are taken at a line of the program.
async fn attempts<T, Fut>(
    cx: &Cx,
    backoff: &Backoff,
    luck: impl Fn(u32) -> f64,
    mut attempt: impl FnMut(u32) -> Fut,
    line: u32,
) -> Result<(T, u32)>
where
    Fut: Future<Output = Result<T>>,
{
    let mut number = 1;
    loop {
        cx.running(format_args!("attempt {number}"));
        match attempt(number).await {
            Err(Error::Failed(_)) if number < backoff.attempts => {
                let pause = backoff.pause(number, luck(number));
                let shown = match pause {
                    Num::Float(seconds) => Num::Float(round_micros(seconds)),
                    whole => whole,
                };
                cx.backoff(format_args!("attempt {number} failed, retry in {shown}s"));
                cx.sleep(pause.get()).at_line(line).await;
                number += 1;
            }
            ended => return ended.map(|value| (value, number)),
        }
    }
}
