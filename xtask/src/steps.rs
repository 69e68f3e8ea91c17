//! The steps of a command that tests: a headline and a time for each, a sum at the end, a stop at the first failure.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use crate::failure::{Failure, Result};

/// Headlines and times.
pub struct Steps {
    /// The beginning of the first step.
    start: Instant,
    /// Name and time of each step so far.
    done: Vec<(String, Duration)>,
    /// What could not be done here, and why.
    left_out: Vec<&'static str>,
}

impl Steps {
    /// No step so far.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            done: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Runs one step under a headline.
    pub fn run<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        println!("\n=== {name} ===");
        // What cargo prints goes past our buffer.
        std::io::stdout().flush()?;
        let result = step();
        let time = start.elapsed();
        println!(
            "--- {name}: {}, {:.0} s",
            if result.is_ok() { "passed" } else { "FAILED" },
            time.as_secs_f64()
        );
        self.done.push((name.to_owned(), time));
        result.map_err(|failure| Failure::new(format!("{name}: {failure}")))
    }

    /// Remembers a step that could not be run here, for the end.
    pub fn leave_out(&mut self, what: &'static str) {
        self.left_out.push(what);
    }

    /// Sums up.
    pub fn finish(&self) {
        println!(
            "\nAll steps passed in {:.0} s:",
            self.start.elapsed().as_secs_f64()
        );
        for (name, time) in &self.done {
            println!("{:>6.0} s  {name}", time.as_secs_f64());
        }
        for what in &self.left_out {
            println!("LEFT OUT: {what}");
        }
    }
}
