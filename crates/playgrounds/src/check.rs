//! What is wrong with params: every value that cannot be used, by its place.

use crate::form::{Field, FieldKind, List, MAX_ROWS, Map, Rows};
use serde_json::Value;
use std::fmt;

/// A value that cannot be used: which, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where the value is: `files[1].size`.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

impl Problem {
    /// What is wrong where rows ask for more in all than there may be; nothing if they do not.
    pub fn too_many(path: &str, what: &str, count: usize, most: usize) -> Vec<Self> {
        let problem = || Self {
            path: path.to_owned(),
            message: format!("there must be at most {most} {what}, not {count}"),
        };
        (count > most).then(problem).into_iter().collect()
    }
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

/// No more problems are listed: the first are the ones to mend.
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
        self.value(&field.kind, field.optional, value, path);
    }

    fn value(&mut self, kind: &FieldKind, optional: bool, value: &Value, path: &str) {
        match kind {
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
                Some("") if !optional => self.add(path, "must not be empty"),
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
            FieldKind::List(list) => self.list(list, value, path),
            FieldKind::Map(map) => self.map(map, value, path),
        }
    }

    fn list(&mut self, list: &List, value: &Value, path: &str) {
        let Some(values) = value.as_array() else {
            return self.add(path, format!("must be a list, not {}", shown(value)));
        };
        let (min, count) = (list.min, values.len());
        if !(min..=MAX_ROWS).contains(&count) {
            let message = format!("must have from {min} to {MAX_ROWS} values, not {count}");
            return self.add(path, message);
        }
        for (i, value) in values.iter().enumerate() {
            self.value(&list.item, false, value, &format!("{path}[{i}]"));
        }
    }

    fn map(&mut self, map: &Map, value: &Value, path: &str) {
        let Some(values) = value.as_object() else {
            return self.add(path, format!("must be an object, not {}", shown(value)));
        };
        if values.len() > MAX_ROWS {
            let count = values.len();
            let message = format!("must have at most {MAX_ROWS} values, not {count}");
            return self.add(path, message);
        }
        for (name, value) in values {
            self.value(&map.value, false, value, &join(path, &short(name)));
        }
    }

    fn rows(&mut self, rows: &Rows, value: &Value, path: &str) {
        let Some(list) = value.as_array() else {
            return self.add(path, format!("must be a list, not {}", shown(value)));
        };
        let (min, count) = (rows.min, list.len());
        if !(min..=MAX_ROWS).contains(&count) {
            let message = format!("must have from {min} to {MAX_ROWS} rows, not {count}");
            return self.add(path, message);
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
        let columns = [
            Field::text("name", "Name"),
            Field::number("size", "Size", 0.0, 100.0, 1.0, "MB"),
        ];
        let rows = Rows::tuples("file", json!(["file-{n}", 1]), columns);
        vec![
            Field::seconds("pause", "Pause"),
            Field::whole("limit", "Limit", 1, 9, "").optional(),
            Field::rows("files", "Files", rows),
        ]
    }

    /// A list of lists, and values by name.
    fn nested() -> Vec<Field> {
        let delays = FieldKind::List(List::of("delay", FieldKind::seconds(), json!(1)));
        let delays = List::not_empty("delays", delays, json!([1]));
        let times = Map::of("time", FieldKind::seconds(), "item-{n}", json!(1));
        vec![
            Field::list("delays", "Delays", delays),
            Field::map("times", "Times", times),
        ]
    }

    #[test]
    fn nested_problems_name_their_place() {
        let check = |params: Value| -> Vec<String> {
            let found = check(&nested(), &params);
            found.iter().map(Problem::to_string).collect()
        };
        let good = json!({"delays": [[0.5, 1], []], "times": {}});
        assert_eq!(check(good), Vec::<String>::new());
        assert_eq!(
            check(json!({"delays": [[0.5, -1], 2], "times": {"a": "x", "b": null}})),
            [
                "delays[0][1]: must be from 0 to 86400, not -1",
                "delays[1]: must be a list, not 2",
                "times.a: must be a number, not \"x\"",
                "times.b: must be a number, not nothing",
            ]
        );
        assert_eq!(
            check(json!({"delays": [], "times": []})),
            [
                "delays: must have from 1 to 10000 values, not 0",
                "times: must be an object, not a list",
            ]
        );
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
    fn rows_may_be_absent_only_where_there_may_be_none() {
        let fields = |rows| vec![Field::rows("files", "Files", rows)];
        let rows = || Rows::objects("file", json!({"name": "x"}), [Field::name()]);
        let none = json!({"files": []});
        assert_eq!(check(&fields(rows().or_none()), &none), []);
        let found = check(&fields(rows()), &none);
        assert_eq!(
            found.iter().map(Problem::to_string).collect::<Vec<_>>(),
            ["files: must have from 1 to 10000 rows, not 0"]
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
