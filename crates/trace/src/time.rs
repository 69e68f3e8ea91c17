//! Instants of a run: whole nanoseconds since the program started.
//!
//! Deadlines are rounded to a whole nanosecond when they are made, so that
//! `0.1 + 0.2` and `0.3` are the same instant and long chains of sleeps do not
//! drift.

use std::ops::Sub;

const NANOS: f64 = 1e9;

/// An instant of a run, in nanoseconds since the program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

impl Time {
    /// The start of the program.
    pub const ZERO: Self = Self(0);
    /// Later than any deadline.
    pub const MAX: Self = Self(u64::MAX);

    /// The instant `seconds` after the start; the start if `seconds` is negative or not a number.
    pub fn from_secs(seconds: f64) -> Self {
        // A cast from float saturates, and turns NaN into 0.
        Self((seconds * NANOS).round_ties_even() as u64)
    }

    /// Seconds since the start of the program.
    pub fn secs(self) -> f64 {
        self.0 as f64 / NANOS
    }

    /// The deadline `seconds` from here.
    ///
    /// The sum is made in seconds and rounded once, as CPython's `call_later` does.
    pub fn after(self, seconds: f64) -> Self {
        Self::from_secs(self.secs() + seconds.max(0.0)).max(self)
    }

    /// This instant in seconds, rounded to a microsecond: the resolution of exported traces.
    pub fn micros(self) -> f64 {
        round_micros(self.secs())
    }
}

impl Sub for Time {
    type Output = f64;

    /// The seconds from `earlier` to here; never negative.
    fn sub(self, earlier: Self) -> f64 {
        Self(self.0.saturating_sub(earlier.0)).secs()
    }
}

/// Seconds rounded to a microsecond.
///
/// It is the decimal value that is rounded, as Python's `round(seconds, 6)` does: multiplying
/// first would move halves such as 0.0000005 up or down by chance.
pub fn round_micros(seconds: f64) -> f64 {
    // A number so large has no sixth digit that could be rounded.
    if seconds.abs() >= 9e9 {
        return seconds;
    }
    let digits = format!("{seconds:.6}").replace('.', "");
    // Microseconds and a million are exact, so their quotient is the number closest to the decimal value.
    digits
        .parse::<i64>()
        .map_or(seconds, |micros| (micros as f64 / 1e6).copysign(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sums_of_decimals_are_the_instant_they_name() {
        assert_eq!(Time::ZERO.after(0.1).after(0.2), Time::from_secs(0.3));
        let tenth = (0..10_000).fold(Time::ZERO, |t, _| t.after(0.1));
        assert_eq!(tenth, Time::from_secs(1000.0));
    }

    /// The values are CPython 3.11's; multiplying, rounding and dividing got the first one wrong.
    #[test]
    fn rounding_is_python_s() {
        for (seconds, rounded) in [
            (0.000_000_5, 0.0),
            (0.000_001_5, 0.000_002),
            (0.000_002_5, 0.000_003),
            (1.000_000_5, 1.000_001),
            (0.1 + 0.2, 0.3),
            (86_400.123_456_7, 86_400.123_457),
        ] {
            assert_eq!(round_micros(seconds), rounded, "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn rounding_is_that_of_the_decimal_value(seconds in any::<f64>(), small in -1e10..1e10) {
            for seconds in [seconds, small, small / 1e6] {
                let read: f64 = format!("{seconds:.6}").parse().unwrap();
                let rounded = round_micros(seconds);
                prop_assert!(rounded.to_bits() == read.to_bits() || seconds.is_nan(), "{seconds}: {rounded}");
            }
        }
    }

    #[test]
    fn odd_durations_never_go_back() {
        let t = Time::from_secs(2.0);
        for odd in [-1.0, f64::NAN, -0.0, f64::NEG_INFINITY] {
            assert_eq!(t.after(odd), t);
        }
        assert_eq!(t.after(f64::INFINITY), Time::MAX);
        assert_eq!(Time::from_secs(1.0) - t, 0.0);
    }
}
