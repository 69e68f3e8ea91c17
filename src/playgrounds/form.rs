//! What params look like: the fields of a playground, from which its form, its
//! checks and its messages follow.

use serde_json::Value;
use std::fmt;

/// One field of a params object, or one column of its rows.
#[derive(Clone, Debug)]
pub struct Field {
    /// The key in the params object.
    pub key: &'static str,
    /// What readers see.
    pub label: &'static str,
    /// What values it takes.
    pub kind: FieldKind,
    /// May be absent or null.
    pub optional: bool,
}

/// What values a field takes.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// A number from `min` to `max`.
    Number {
        /// The least value.
        min: f64,
        /// The greatest value.
        max: f64,
        /// By how much a form's arrows change it.
        step: f64,
        /// For example "s", "MB"; empty for none.
        unit: &'static str,
        /// Only whole numbers.
        whole: bool,
    },
    /// A text of so many characters at most; not empty unless optional.
    Text {
        /// The greatest length.
        max: usize,
    },
    /// True or false.
    Flag,
    /// A list of rows.
    Rows(Rows),
}

/// A list of rows, each with the same columns.
#[derive(Clone, Debug)]
pub struct Rows {
    /// What one row is, as in "Add a file".
    pub noun: &'static str,
    /// The columns.
    pub columns: Vec<Field>,
    /// Whether a row is an array of the columns' values rather than an object.
    pub tuples: bool,
    /// A fresh row; `{n}` in its texts becomes the row's number.
    pub fresh: Value,
}

/// The most rows that a list may have.
pub const MAX_ROWS: usize = 10_000;
/// The longest duration, in seconds: a day.
pub const MAX_SECONDS: f64 = 86_400.0;

impl Field {
    /// A duration in seconds, up to a day.
    pub fn seconds(key: &'static str, label: &'static str) -> Self {
        Self::number(key, label, 0.0, MAX_SECONDS, 0.1, "s")
    }

    /// A number from `min` to `max`.
    pub fn number(
        key: &'static str,
        label: &'static str,
        min: f64,
        max: f64,
        step: f64,
        unit: &'static str,
    ) -> Self {
        let whole = false;
        Self::of(
            key,
            label,
            FieldKind::Number {
                min,
                max,
                step,
                unit,
                whole,
            },
        )
    }

    /// A whole number from `min` to `max`.
    pub fn whole(
        key: &'static str,
        label: &'static str,
        min: u32,
        max: u32,
        unit: &'static str,
    ) -> Self {
        let (min, max, step, whole) = (f64::from(min), f64::from(max), 1.0, true);
        Self::of(
            key,
            label,
            FieldKind::Number {
                min,
                max,
                step,
                unit,
                whole,
            },
        )
    }

    /// A text of at most 200 characters.
    pub fn text(key: &'static str, label: &'static str) -> Self {
        Self::of(key, label, FieldKind::Text { max: 200 })
    }

    /// True or false.
    pub fn flag(key: &'static str, label: &'static str) -> Self {
        Self::of(key, label, FieldKind::Flag)
    }

    /// A list of rows.
    pub fn rows(key: &'static str, label: &'static str, rows: Rows) -> Self {
        Self::of(key, label, FieldKind::Rows(rows))
    }

    /// The same field, which may be absent.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    fn of(key: &'static str, label: &'static str, kind: FieldKind) -> Self {
        let optional = false;
        Self {
            key,
            label,
            kind,
            optional,
        }
    }
}

/// A value that cannot be used: which, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where the value is: `files[1].size`.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for Problem {}

/// Everything that is wrong with a params object; unknown keys included.
pub fn check(fields: &[Field], params: &Value) -> Vec<Problem> {
    let mut problems = Problems::default();
    problems.object(fields, params, "");
    problems.0
}

/// At most so many problems are listed: the first are the ones to mend.
const MAX_PROBLEMS: usize = 50;

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, path: &str, message: impl Into<String>) {
        if self.0.len() < MAX_PROBLEMS {
            let path = if path.is_empty() { "params" } else { path };
            self.0.push(Problem {
                path: path.to_owned(),
                message: message.into(),
            });
        }
    }

    fn object(&mut self, fields: &[Field], value: &Value, path: &str) {
        let Some(object) = value.as_object() else {
            return self.add(path, format!("must be an object, not {}", shown(value)));
        };
        for field in fields {
            let value = object.get(field.key).unwrap_or(&Value::Null);
            self.field(field, value, &join(path, field.key));
        }
        for key in object.keys() {
            if !fields.iter().any(|field| field.key == key) {
                self.add(
                    &join(path, &short(key)),
                    "is not a field that is known here",
                );
            }
        }
    }

    fn field(&mut self, field: &Field, value: &Value, path: &str) {
        if value.is_null() {
            if !field.optional {
                self.add(path, "is missing");
            }
            return;
        }
        match &field.kind {
            FieldKind::Number {
                min, max, whole, ..
            } => match value.as_f64() {
                None => self.add(path, format!("must be a number, not {}", shown(value))),
                Some(number) if !(*min..=*max).contains(&number) => {
                    self.add(
                        path,
                        format!("must be from {min} to {max}, not {}", shown(value)),
                    );
                }
                Some(number) if *whole && (number.fract() != 0.0 || value.is_f64()) => {
                    self.add(
                        path,
                        format!("must be a whole number, not {}", shown(value)),
                    );
                }
                Some(_) => {}
            },
            FieldKind::Text { max } => match value.as_str() {
                None => self.add(path, format!("must be a text, not {}", shown(value))),
                Some("") if !field.optional => self.add(path, "must not be empty"),
                Some(text) if text.chars().count() > *max => {
                    self.add(path, format!("must have at most {max} characters"));
                }
                Some(_) => {}
            },
            FieldKind::Flag => {
                if !value.is_boolean() {
                    self.add(path, format!("must be true or false, not {}", shown(value)));
                }
            }
            FieldKind::Rows(rows) => self.rows(rows, value, path),
        }
    }

    fn rows(&mut self, rows: &Rows, value: &Value, path: &str) {
        let Some(list) = value.as_array() else {
            return self.add(path, format!("must be a list, not {}", shown(value)));
        };
        if list.is_empty() || list.len() > MAX_ROWS {
            let count = list.len();
            return self.add(
                path,
                format!("must have from 1 to {MAX_ROWS} rows, not {count}"),
            );
        }
        for (i, row) in list.iter().enumerate() {
            let path = format!("{path}[{i}]");
            match row.as_array() {
                Some(cells) if rows.tuples => {
                    if cells.len() != rows.columns.len() {
                        let (columns, count) = (rows.columns.len(), cells.len());
                        self.add(&path, format!("must have {columns} values, not {count}"));
                        continue;
                    }
                    for (column, cell) in rows.columns.iter().zip(cells) {
                        self.field(column, cell, &join(&path, column.key));
                    }
                }
                None if rows.tuples => {
                    self.add(&path, format!("must be a list, not {}", shown(row)));
                }
                _ => self.object(&rows.columns, row, &path),
            }
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// A value in a message, cut short.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        value => short(&value.to_string()),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn fields() -> Vec<Field> {
        let rows = Rows {
            noun: "file",
            columns: vec![
                Field::text("name", "Name"),
                Field::number("size", "Size", 0.0, 100.0, 1.0, "MB"),
            ],
            tuples: true,
            fresh: json!(["file-{n}", 1]),
        };
        vec![
            Field::seconds("pause", "Pause"),
            Field::whole("limit", "Limit", 1, 9, "").optional(),
            Field::rows("files", "Files", rows),
        ]
    }

    fn problems(params: Value) -> Vec<String> {
        check(&fields(), &params)
            .iter()
            .map(Problem::to_string)
            .collect()
    }

    #[test]
    fn good_params_have_no_problem() {
        let params = json!({"pause": 0.5, "limit": null, "files": [["a", 1], ["b", 2.5]]});
        assert_eq!(problems(params), Vec::<String>::new());
    }

    #[test]
    fn every_problem_names_its_field() {
        let params =
            json!({"pause": -1, "limit": 2.5, "files": [["", 1], ["b", "x"], ["c"]], "x": 1});
        assert_eq!(
            problems(params),
            [
                "pause: must be from 0 to 86400, not -1",
                "limit: must be a whole number, not 2.5",
                "files[0].name: must not be empty",
                "files[1].size: must be a number, not \"x\"",
                "files[2]: must have 2 values, not 1",
                "x: is not a field that is known here",
            ]
        );
        assert_eq!(
            problems(json!([])),
            ["params: must be an object, not a list"]
        );
    }

    #[test]
    fn too_many_rows_are_one_problem() {
        let many = vec![json!(["a", 1]); MAX_ROWS + 1];
        assert_eq!(
            problems(json!({"pause": 0, "files": many})),
            ["files: must have from 1 to 10000 rows, not 10001"]
        );
    }

    proptest! {
        /// Whatever comes in, the answer is a bounded list, never a panic.
        #[test]
        fn hostile_values_are_refused_calmly(text in "\\PC{0,80}", number in any::<f64>()) {
            let params = json!({"pause": number, "files": text, text.clone(): [text]});
            let found = check(&fields(), &params);
            prop_assert!(!found.is_empty() && found.len() <= MAX_PROBLEMS);
        }
    }
}
