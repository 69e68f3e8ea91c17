//! The messages of the browser's console.

use std::fmt;

use serde_json::Value;

/// One entry of the console.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Its source: `console-api`, `javascript`, `network`, `security` (the Content-Security-Policy) and others.
    pub source: String,
    /// Its text.
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

    /// The entries among the lines that Firefox prints. It prints complaints of neither the network nor the policy, but
    /// also complaints of its own parts, which have other addresses.
    pub fn all_printed(lines: &[String]) -> impl Iterator<Item = Self> {
        let kinds = [
            ("console.error: \"", "SEVERE", "console-api"),
            ("console.warn: \"", "WARNING", "console-api"),
            ("JavaScript error: http", "SEVERE", "javascript"),
        ];
        lines.iter().filter_map(move |line| {
            let (_, level, source) = kinds.iter().find(|(start, ..)| line.starts_with(start))?;
            Some(Self {
                level: (*level).to_owned(),
                source: (*source).to_owned(),
                message: line.clone(),
            })
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
