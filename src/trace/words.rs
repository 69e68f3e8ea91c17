//! Durations, outcomes and waits in words, the same wherever they are shown.

use super::index::Index;
use super::model::{Outcome, State, TaskId, Trace, WaitFor};

impl Outcome {
    /// The word that readers see.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ok => "done",
            Self::Error => "failed",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timed out",
            Self::Hung => "hung",
            Self::NeverStarted => "never started",
        }
    }
}

impl State {
    /// The word that readers see of a task that is suspended in this state; one that holds
    /// the loop is on the loop.
    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "waiting",
            Self::Backoff => "backing off",
        }
    }
}

/// Seconds to the millisecond, with at least one decimal: `25.0 s`, `0.125 s`.
pub fn seconds(seconds: f64) -> String {
    let mut digits = format!("{seconds:.3}");
    while digits.ends_with('0') && !digits.ends_with(".0") {
        digits.pop();
    }
    digits + " s"
}

/// What keeps a task from going on, in words.
pub fn describe(trace: &Trace, index: &Index, id: TaskId) -> String {
    let name = |id: TaskId| index.task(id).map_or("?", |task| trace.text(task.name));
    let own = name(id);
    let task = index.task(id);
    let Some(wait) = task.and_then(|task| task.wait) else {
        let has_run = task.is_some_and(|task| !task.holds.is_empty());
        return format!(
            "{own} {}",
            if has_run {
                "waits, nobody knows for what"
            } else {
                "has not started"
            }
        );
    };
    match wait.on {
        WaitFor::Timer { until } => format!("{own} sleeps until {}", seconds(until.secs())),
        WaitFor::Task(other) => format!("{own} waits for {}", name(other)),
        WaitFor::Tasks(1) => format!("{own} waits for a task"),
        WaitFor::Tasks(count) => format!("{own} waits for {count} tasks"),
        WaitFor::First(count) => format!("{own} waits for the first of {count} tasks"),
        WaitFor::Permit => format!("{own} waits for a permit"),
        WaitFor::Token => format!("{own} waits for a token"),
        WaitFor::Item => format!("{own} waits for an item"),
        WaitFor::Slot => format!("{own} waits for a free place in the queue"),
        WaitFor::Taker => format!("{own} waits for somebody to take it"),
        WaitFor::ItemsDone(1) => {
            format!("{own} waits for the queue: 1 item has not been marked as done")
        }
        WaitFor::ItemsDone(left) => {
            format!("{own} waits for the queue: {left} items have not been marked as done")
        }
        WaitFor::Flight => format!("{own} waits for a fetch that is under way"),
        WaitFor::Response => format!("{own} waits for an answer from the network"),
        WaitFor::Turn => format!("{own} waits for its turn on the loop"),
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_keep_one_decimal_and_no_idle_zeros() {
        for (value, words) in [
            (25.0, "25.0 s"),
            (0.5, "0.5 s"),
            (1.125, "1.125 s"),
            (25.0034, "25.003 s"),
            (0.0, "0.0 s"),
            (100.0, "100.0 s"),
            (1.10, "1.1 s"),
        ] {
            assert_eq!(seconds(value), words);
        }
    }
}
