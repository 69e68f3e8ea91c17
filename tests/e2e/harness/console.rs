//! What the browser's console has said.

use std::fmt;

use serde_json::Value;

/// One entry of the console.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Who says it: `console-api`, `javascript`, `network`, `security` (the Content-Security-Policy) and others.
    pub source: String,
    /// What it says.
    pub message: String,
}

impl Entry {
    /// The entries of a log that ChromeDriver has handed out.
    pub fn all_of(log: &Value) -> impl Iterator<Item = Self> {
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        log.as_array().into_iter().flatten().map(move |entry| Self {
            level: text(entry, "level"),
            source: text(entry, "source"),
            message: text(entry, "message"),
        })
    }

    /// Whether it complains. Warnings do: one says that a file was preloaded in vain.
    pub fn is_complaint(&self) -> bool {
        matches!(self.level.as_str(), "SEVERE" | "WARNING") || self.source == "security"
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({}): {}", self.level, self.source, self.message)
    }
}
