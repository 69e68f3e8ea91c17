//! The figures that were measured, what they are compared with, and whether they are within their bounds.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::Form;

/// Where a bound holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// On every machine, however busy: ratios, bytes, leaks.
    Always,
    /// On a machine of today that does nothing else.
    Alone,
}

/// One measured figure.
struct Row {
    what: String,
    figure: f64,
    unit: &'static str,
    at_most: f64,
    bound: Bound,
}

/// All figures of one run.
pub struct Table {
    form: Form,
    rows: Vec<Row>,
}

impl Table {
    /// No figure yet.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            rows: Vec::new(),
        }
    }

    /// Whether all is to be measured.
    pub fn is_full(&self) -> bool {
        self.form == Form::Full
    }

    /// Adds a figure.
    pub fn row(
        &mut self,
        what: impl Into<String>,
        figure: f64,
        unit: &'static str,
        at_most: f64,
        bound: Bound,
    ) {
        let what = what.into();
        println!("{what}: {figure:.3} {unit}");
        self.rows.push(Row {
            what,
            figure,
            unit,
            at_most,
            bound,
        });
    }

    /// Prints the table, writes the JSON document, and fails if a figure that must hold here does not.
    pub fn finish(self) {
        let width = self.rows.iter().map(|row| row.what.chars().count()).max();
        let width = width.unwrap_or(0);
        println!("\n{:width$}  {:>14}  {:>14}", "", "measured", "at most");
        let mut over = Vec::new();
        for row in &self.rows {
            let is_over = row.figure > row.at_most;
            let must_hold = row.bound == Bound::Always || self.form != Form::Short;
            let says = match (is_over, must_hold) {
                (false, _) => "",
                (true, true) => "  OVER",
                (true, false) => "  over, on this machine",
            };
            let (figure, at_most) = (show(row.figure, row.unit), show(row.at_most, row.unit));
            println!("{:width$}  {figure:>14}  {at_most:>14}{says}", row.what);
            if is_over && must_hold {
                over.push(row.what.as_str());
            }
        }
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        if let Some(path) = std::env::var_os("INTERLEAVE_BENCH_JSON").map(PathBuf::from) {
            let text = serde_json::to_string_pretty(&json!({ "figures": rows }));
            let text = text.expect("figures are JSON");
            std::fs::write(&path, text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            println!("\n{}", path.display());
        }
        assert!(over.is_empty(), "over the bound: {}", over.join("; "));
    }
}

impl Row {
    fn json(&self) -> Value {
        json!({
            "what": self.what,
            "figure": self.figure,
            "unit": self.unit,
            "at_most": self.at_most,
            "within": self.figure <= self.at_most,
            "holds_anywhere": self.bound == Bound::Always,
        })
    }
}

fn show(figure: f64, unit: &str) -> String {
    match unit {
        "bytes" => format!("{figure:.0} {unit}"),
        "" => format!("{figure:.0}"),
        "x" => format!("{figure:.2} x"),
        _ => format!("{figure:.1} {unit}"),
    }
}
