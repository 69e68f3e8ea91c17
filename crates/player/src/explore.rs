//! The outcomes of many runs of one program in the lab, each with the runs that had it.
//!
//! `interleave_lab.explore` runs a program once for each schedule, or once for each await at which its main task is
//! cancelled, and reports each run in a line of JSON.

use interleave_trace::sort_by_key;
use serde_json::Value;

/// What differs between the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variation {
    /// The seed of the schedule.
    Schedule,
    /// The await at which the main task is cancelled, counted from 1.
    Cancel,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// `finished`, `failed`, `deadlocked` or `stopped`.
    pub state: String,
    /// What it printed.
    pub output: String,
    /// The last line of its traceback, or why it did not end; empty if it ended by itself.
    pub error: String,
    /// The line of the program that the error is about.
    pub line: Option<u64>,
}

/// Runs with the same ending.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Their ending.
    pub ending: Ending,
    /// How many there are.
    pub count: usize,
    /// The first of them: the smallest seed, or the first await.
    pub first: u64,
    /// The shortest and the longest of them, in virtual seconds.
    pub seconds: (f64, f64),
}

/// The outcomes of runs so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    groups: Vec<Group>,
    count: usize,
}

impl Outcomes {
    /// Adds a run from its line of JSON. Other lines are ignored.
    pub fn add(&mut self, json: &str, variation: Variation) {
        let Ok(value) = serde_json::from_str::<Value>(json) else {
            return;
        };
        let text = |key: &str| {
            let text = value.get(key).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let number = |key: &str| value.get(key).and_then(Value::as_u64);
        let key = match variation {
            Variation::Schedule => "seed",
            Variation::Cancel => "cancel",
        };
        let Some(first) = number(key) else { return };
        let state = text("state");
        let error = match (state.as_str(), text("error")) {
            ("finished", _) => String::new(),
            (_, error) if error.is_empty() => text("why"),
            (_, error) => error,
        };
        let ending = Ending {
            line: number("line").filter(|_| state != "finished"),
            state,
            output: text("output"),
            error,
        };
        let seconds = value.get("seconds").and_then(Value::as_f64).unwrap_or(0.0);
        self.count += 1;
        match self.groups.iter_mut().find(|group| group.ending == ending) {
            Some(group) => {
                group.count += 1;
                group.first = group.first.min(first);
                group.seconds.0 = group.seconds.0.min(seconds);
                group.seconds.1 = group.seconds.1.max(seconds);
            }
            None => self.groups.push(Group {
                ending,
                count: 1,
                first,
                seconds: (seconds, seconds),
            }),
        }
    }

    /// How many runs there were.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The groups, the most frequent first.
    pub fn groups(&self) -> Vec<&Group> {
        let mut groups: Vec<_> = self.groups.iter().collect();
        sort_by_key(&mut groups, |group| {
            (std::cmp::Reverse(group.count), group.first)
        });
        groups
    }

    /// The outcomes in a sentence.
    pub fn sentence(&self, variation: Variation) -> String {
        let runs = match (variation, self.count) {
            (Variation::Schedule, 1) => "1 schedule".to_owned(),
            (Variation::Schedule, count) => format!("{count} schedules"),
            (Variation::Cancel, 1) => "1 await".to_owned(),
            (Variation::Cancel, count) => format!("{count} awaits"),
        };
        match (variation, self.groups.len()) {
            (Variation::Schedule, 0 | 1) => {
                format!("{runs}, one outcome: the order of what is ready makes no difference.")
            }
            (Variation::Schedule, groups) => format!(
                "{runs}, {groups} outcomes: the result depends on the order of what is ready."
            ),
            (Variation::Cancel, 0 | 1) => format!("Cancelled at {runs}: one outcome."),
            (Variation::Cancel, groups) => format!("Cancelled at {runs}: {groups} outcomes."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(seed: u64, state: &str, output: &str, seconds: f64) -> String {
        json!({
            "seed": seed, "cancel": null, "state": state, "output": output, "error": "", "why": "no timer", "line": 3,
            "seconds": seconds,
        })
        .to_string()
    }

    #[test]
    fn runs_with_the_same_outcome_are_one_group_named_by_the_smallest_seed() {
        let mut outcomes = Outcomes::default();
        for (seed, output) in [(5, "2\n"), (2, "1\n"), (3, "2\n"), (9, "2\n")] {
            outcomes.add(
                &outcome(seed, "finished", output, seed as f64),
                Variation::Schedule,
            );
        }
        outcomes.add(&outcome(4, "deadlocked", "", 0.0), Variation::Schedule);
        let groups = outcomes.groups();
        let told: Vec<_> = groups
            .iter()
            .map(|it| (it.count, it.first, it.seconds))
            .collect();
        assert_eq!(
            told,
            [(3, 3, (3.0, 9.0)), (1, 2, (2.0, 2.0)), (1, 4, (0.0, 0.0))]
        );
        assert_eq!(groups[0].ending.error, "");
        assert_eq!(groups[0].ending.line, None);
        assert_eq!(groups[2].ending.error, "no timer");
        assert_eq!(groups[2].ending.line, Some(3));
        assert_eq!(outcomes.count(), 5);
        assert!(
            outcomes
                .sentence(Variation::Schedule)
                .starts_with("5 schedules, 3 outcomes")
        );
    }

    #[test]
    fn what_is_no_outcome_is_passed_over() {
        let mut outcomes = Outcomes::default();
        for wrong in ["", "[]", "{\"seed\": null}", "{\"cancel\": 1}"] {
            outcomes.add(wrong, Variation::Schedule);
        }
        assert_eq!(outcomes, Outcomes::default());
    }
}
