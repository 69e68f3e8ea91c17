//! What an article says of its program, and what follows from the params.

use crate::{Measure, Playground};
use interleave_trace::time::{Time, round_micros};
use interleave_trace::{Outcome, seconds};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A figure that follows from the params, to be held against the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What the figure is: "concurrent: as long as the largest file".
    pub label: String,
    /// What the article says, word for word or nearly; only with the article's own params.
    pub said: Option<&'static str>,
    /// Why that is not what follows from the params, in a kind sentence; `None` where it is.
    pub but: Option<&'static str>,
    /// How it follows from the params: `max(1.0, 25.0, 0.5) = 25.0 s`.
    pub formula: String,
    /// The figure.
    pub expected: f64,
    /// Where in the runs to look for it.
    pub measure: Measure,
}

impl Claim {
    /// How far a simulated figure may be off: the resolution of a trace, in seconds.
    const EXACT: f64 = 1e-6;

    /// A claim of which the articles say nothing.
    pub fn new(
        label: impl Into<String>,
        measure: Measure,
        expected: f64,
        formula: impl Into<String>,
    ) -> Self {
        Self {
            label: label.into(),
            said: None,
            but: None,
            formula: formula.into(),
            expected,
            measure,
        }
    }

    fn sum(mode: &'static str, durations: &[f64]) -> Self {
        let sum = in_turn(durations.iter().copied());
        let terms = terms(durations.iter().copied(), " + ");
        let formula = format!("{terms} = {}", seconds(sum));
        let label = "one after another: the sum of the durations";
        Self::new(label, Measure::Makespan(mode), sum, formula)
    }

    fn longest(mode: &'static str, durations: &[f64]) -> Self {
        let each = durations.iter().map(|&duration| in_turn([duration]));
        let longest = each.fold(0.0, f64::max);
        let terms = terms(durations.iter().copied(), ", ");
        let formula = format!("max({terms}) = {}", seconds(longest));
        let label = "concurrent: the longest duration";
        Self::new(label, Measure::Makespan(mode), longest, formula)
    }

    /// How long two strategies take, and how many times as long the slow one takes.
    pub fn compared(slow: Self, fast: Self) -> Vec<Self> {
        let ratio = Self::speed_up(&slow, &fast);
        [slow, fast].into_iter().chain(ratio).collect()
    }

    /// How many times as long one strategy takes as another, of which both durations are
    /// claimed; `None` if the fast one takes no time.
    pub fn speed_up(slow: &Self, fast: &Self) -> Option<Self> {
        let (Measure::Makespan(slow_mode), Measure::Makespan(fast_mode)) =
            (slow.measure, fast.measure)
        else {
            return None;
        };
        let ratio = slow.expected / fast.expected;
        let (slow_words, fast_words) = (seconds(slow.expected), seconds(fast.expected));
        let formula = format!("{slow_words} / {fast_words} = {ratio:.2}×");
        let measure = Measure::Ratio(slow_mode, fast_mode);
        (fast.expected > 0.0).then(|| Self::new("speed-up", measure, ratio, formula))
    }

    /// The same claim under another label.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same claim with another formula.
    pub fn formula(mut self, formula: impl Into<String>) -> Self {
        self.formula = formula.into();
        self
    }

    /// The same claim with what the article says, if these are the params that it says it of.
    pub fn said(mut self, of_these: bool, words: &'static str) -> Self {
        if of_these {
            self.said = Some(words);
        }
        self
    }

    /// The same claim with the reason why the article, if it says anything, says otherwise.
    pub fn but(mut self, why: &'static str) -> Self {
        self.but = self.said.map(|_| why);
        self
    }

    /// Where it comes from, in words: from an article, or from the params alone.
    pub fn says(&self) -> String {
        match (self.said, self.but) {
            (None, _) => "computed from the values".to_owned(),
            (Some(said), None) => format!("the article says {said}"),
            (Some(said), Some(but)) => format!("the article says {said}: {but}"),
        }
    }

    /// Whether a figure of a run in virtual time agrees.
    pub fn holds(&self, measured: f64) -> bool {
        (measured - self.expected).abs() <= Self::EXACT
    }
}

/// Claims about one strategy.
pub trait Figures: Playground {
    /// A figure of its run.
    fn claim(
        self,
        measure: impl FnOnce(&'static str) -> Measure,
        label: impl Into<String>,
        expected: f64,
        formula: impl Into<String>,
    ) -> Claim {
        Claim::new(label, measure(self.name()), expected, formula)
    }

    /// How many there are of something.
    fn counts(
        self,
        measure: impl FnOnce(&'static str) -> Measure,
        label: impl Into<String>,
        expected: usize,
        formula: impl Into<String>,
    ) -> Claim {
        self.claim(measure, label, expected as f64, formula)
    }

    /// How many tasks end in this way.
    fn ends(
        self,
        outcome: Outcome,
        label: impl Into<String>,
        expected: usize,
        formula: impl Into<String>,
    ) -> Claim {
        self.counts(
            |mode| Measure::Ended(mode, outcome),
            label,
            expected,
            formula,
        )
    }

    /// How many tasks are cancelled.
    fn cancelled(
        self,
        label: impl Into<String>,
        expected: usize,
        formula: impl Into<String>,
    ) -> Claim {
        self.ends(Outcome::Cancelled, label, expected, formula)
    }

    /// How many seconds it takes.
    fn takes(self, label: impl Into<String>, expected: f64, formula: impl Into<String>) -> Claim {
        self.claim(Measure::Makespan, label, expected, formula)
    }

    /// It does one thing after another, and takes the sum of their durations.
    fn sum(self, durations: &[f64]) -> Claim {
        Claim::sum(self.name(), durations)
    }

    /// It does all things concurrently, and takes the longest of their durations.
    fn longest(self, durations: &[f64]) -> Claim {
        Claim::longest(self.name(), durations)
    }
}

impl<P: Playground> Figures for P {}

/// The seconds that sleeps take one after the other, on the clock of a run: to the nanosecond.
pub fn in_turn(sleeps: impl IntoIterator<Item = f64>) -> f64 {
    sleeps.into_iter().fold(Time::ZERO, Time::after).secs()
}

/// The second at which the last of these is done, if they take the permits in their order, each the one that is free
/// first.
pub fn with_permits(takes: &[f64], permits: usize) -> f64 {
    let mut free: BinaryHeap<_> = vec![Reverse(Time::ZERO); permits.min(takes.len())].into();
    for &seconds in takes {
        if let Some(mut first) = free.peek_mut() {
            first.0 = first.0.after(seconds);
        }
    }
    let last = free.into_iter().map(|Reverse(at)| at).max();
    last.unwrap_or_default().secs()
}

/// A list of terms for a formula, cut short in the middle when it is long: `2 + 50 + … + 8`.
pub fn terms(values: impl IntoIterator<Item = f64>, separator: &str) -> String {
    let shown: Vec<String> = values
        .into_iter()
        .map(|value| round_micros(value).to_string())
        .collect();
    match shown.len() {
        0..=6 => shown.join(separator),
        n => [&shown[..3], &["…".to_owned()], &shown[n - 1..]]
            .concat()
            .join(separator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_longest_and_speed_up_follow_from_durations() {
        let durations = [1.0, 0.5, 0.8];
        let slow = Claim::sum("sequential", &durations);
        let fast = Claim::longest("concurrent", &durations);
        assert_eq!(
            (slow.expected, &*slow.formula),
            (2.3, "1 + 0.5 + 0.8 = 2.3 s")
        );
        assert_eq!(
            (fast.expected, &*fast.formula),
            (1.0, "max(1, 0.5, 0.8) = 1.0 s")
        );
        let ratio = Claim::speed_up(&slow, &fast).map(|claim| (claim.expected, claim.formula));
        assert_eq!(ratio, Some((2.3, "2.3 s / 1.0 s = 2.30×".to_owned())));
        assert_eq!(
            Claim::speed_up(&slow, &Claim::longest("concurrent", &[0.0])),
            None
        );
    }

    #[test]
    fn permits_are_taken_as_they_become_free() {
        let takes = [0.5, 1.0, 2.0, 0.5];
        let last = [1, 2, 3, 4, 9].map(|permits| with_permits(&takes, permits));
        assert_eq!(last, [4.0, 2.5, 2.0, 2.0, 2.0]);
        assert_eq!(with_permits(&[], 3), 0.0);
    }

    #[test]
    fn an_objection_needs_something_said() {
        let claim = || Claim::sum("sequential", &[1.0]);
        assert_eq!(claim().said(false, "2 s").but("no").but, None);
        assert_eq!(claim().said(true, "2 s").but("no").but, Some("no"));
    }

    #[test]
    fn long_lists_of_terms_are_cut() {
        let numbers = |n: u32| (1..=n).map(f64::from);
        assert_eq!(terms(numbers(6), " + "), "1 + 2 + 3 + 4 + 5 + 6");
        assert_eq!(terms(numbers(7), ", "), "1, 2, 3, …, 7");
    }
}
