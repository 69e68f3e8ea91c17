//! Params in links: one key a field, readable, to the letter.

use super::text::{decode, encode};
use super::{MAX_PROBLEMS, problem};
use crate::playgrounds::{Field, FieldKind, MAX_ROWS, Problem, Rows};
use serde_json::{Map, Number, Value};

/// The value of a field as it stands in a link; `None` is an absent one.
pub(super) fn write(field: &Field, value: Option<&Value>) -> String {
    let mut out = String::new();
    write_into(field, value, &mut out);
    out
}

fn write_into(field: &Field, value: Option<&Value>, out: &mut String) {
    match (value, &field.kind) {
        (None, _) => out.push('!'),
        (Some(Value::String(text)), FieldKind::Text { .. }) => encode(text, out),
        (Some(Value::Number(number)), FieldKind::Number { .. }) => encode(&number.to_string(), out),
        (Some(Value::Bool(flag)), FieldKind::Flag) => {
            out.push_str(if *flag { "true" } else { "false" })
        }
        (Some(Value::Array(list)), FieldKind::Rows(rows)) if rows_fit(rows, list) => {
            let start = out.len();
            write_rows(rows, list, out);
            // A mark of the first cell must not be taken for one of the whole list.
            if out[start..].starts_with('!') {
                out.insert(start, '!');
            }
        }
        (Some(value), _) => {
            out.push('!');
            encode(&value.to_string(), out);
        }
    }
}

/// Whether each row is one that the columns can say all of.
fn rows_fit(rows: &Rows, list: &[Value]) -> bool {
    let columns = &rows.columns;
    !columns.is_empty()
        && !list.is_empty()
        && list.iter().all(|row| match row {
            Value::Array(cells) => rows.tuples && cells.len() == columns.len(),
            Value::Object(cells) => {
                !rows.tuples
                    && cells
                        .keys()
                        .all(|key| columns.iter().any(|column| column.key == key))
            }
            _ => false,
        })
}

fn write_rows(rows: &Rows, list: &[Value], out: &mut String) {
    for (i, row) in list.iter().enumerate() {
        if i > 0 {
            out.push(';');
        }
        let cell = |i: usize, column: &Field| match row {
            Value::Array(cells) => cells.get(i),
            row => row.get(column.key),
        };
        let last = rows
            .columns
            .iter()
            .enumerate()
            .rposition(|(i, column)| cell(i, column).is_some());
        for (i, column) in rows.columns.iter().enumerate().take(last.unwrap_or(0) + 1) {
            if i > 0 {
                out.push(',');
            }
            match (&column.kind, cell(i, column)) {
                (FieldKind::Rows(_), Some(Value::Array(_))) => {
                    out.push('(');
                    write_into(column, cell(i, column), out);
                    out.push(')');
                }
                (_, cell) => write_into(column, cell, out),
            }
        }
    }
}

/// The params that a link gives: `base`, with other values for some fields.
///
/// # Errors
///
/// All that is wrong with them.
pub(super) fn read(
    given: &[(&Field, &str)],
    base: &Value,
    check: impl Fn(&Value) -> Vec<Problem>,
) -> Result<Value, Vec<Problem>> {
    let mut reader = Reader::default();
    let mut params = base.clone();
    if let Some(object) = params.as_object_mut() {
        for &(field, text) in given {
            reader.put(object, field, text, field.key);
        }
    }
    let mut problems = reader.problems;
    if problems.is_empty() {
        problems = check(&params);
    }
    if problems.is_empty() {
        Ok(params)
    } else {
        Err(problems)
    }
}

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn add(&mut self, path: &str, message: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem(path, message));
        }
    }

    fn put(&mut self, object: &mut Map<String, Value>, field: &Field, text: &str, path: &str) {
        match self.value(field, text, path) {
            Some(value) => object.insert(field.key.to_owned(), value),
            None => object.shift_remove(field.key),
        };
    }

    /// A value; what is not of the field's kind becomes a text, which the form's
    /// checks then refuse in their own words. `None` is an absent one.
    fn value(&mut self, field: &Field, text: &str, path: &str) -> Option<Value> {
        let is_text = matches!(field.kind, FieldKind::Text { .. });
        if text == "!" || (text.is_empty() && field.optional && !is_text) {
            return None;
        }
        let marked = text.strip_prefix('!');
        if let FieldKind::Rows(rows) = &field.kind
            && marked.is_none_or(|rest| rest.starts_with('!'))
        {
            return Some(Value::Array(self.rows(rows, marked.unwrap_or(text), path)));
        }
        let json = marked
            .and_then(decode)
            .and_then(|json| serde_json::from_str(&json).ok());
        if json.is_some() {
            return json;
        }
        let Some(plain) = decode(text) else {
            self.add(path, "is not text in UTF-8");
            return Some(Value::Null);
        };
        let value = match (&field.kind, &*plain) {
            (FieldKind::Number { .. }, digits) => number(digits),
            (FieldKind::Flag, "true") => Some(Value::Bool(true)),
            (FieldKind::Flag, "false") => Some(Value::Bool(false)),
            _ => None,
        };
        Some(value.unwrap_or_else(|| Value::String(plain.into_owned())))
    }

    /// A list of rows. One row too many is kept, so that the form's checks refuse the list.
    fn rows(&mut self, rows: &Rows, text: &str, path: &str) -> Vec<Value> {
        let nests = rows
            .columns
            .iter()
            .any(|column| matches!(column.kind, FieldKind::Rows(_)));
        let list = split(text, ';', nests).take(MAX_ROWS + 1).enumerate();
        list.map(|(i, row)| self.row(rows, split(row, ',', nests), &format!("{path}[{i}]")))
            .collect()
    }

    fn row<'a>(&mut self, rows: &Rows, cells: impl Iterator<Item = &'a str>, path: &str) -> Value {
        let (mut object, mut tuple) = (Map::new(), Vec::new());
        let mut columns = rows.columns.iter();
        let mut count = 0;
        for cell in cells {
            count += 1;
            let Some(column) = columns.next() else {
                continue;
            };
            let is_rows = matches!(column.kind, FieldKind::Rows(_));
            let inner = cell
                .strip_prefix('(')
                .and_then(|cell| cell.strip_suffix(')'));
            let cell = inner.filter(|_| is_rows).unwrap_or(cell);
            let path = format!("{path}.{}", column.key);
            if rows.tuples {
                tuple.push(self.value(column, cell, &path).unwrap_or_default());
            } else {
                self.put(&mut object, column, cell, &path);
            }
        }
        let most = rows.columns.len();
        if count > most {
            self.add(path, format!("must have {most} values, not {count}"));
        }
        if rows.tuples {
            Value::Array(tuple)
        } else {
            Value::Object(object)
        }
    }
}

/// A number as in JSON, exactly; also what JSON would not take, such as `.5`.
fn number(digits: &str) -> Option<Value> {
    let whole = digits.parse::<i64>().map(Number::from);
    let whole = whole
        .or_else(|_| digits.parse::<u64>().map(Number::from))
        .ok();
    // serde_json's own way from digits to a float may be off by the last bit.
    let number = whole.or_else(|| digits.parse().ok().and_then(Number::from_f64));
    number.map(Value::Number)
}

/// Splits at a separator; if `nests`, not within parentheses.
fn split(text: &str, separator: char, nests: bool) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    text.split(move |c| {
        match c {
            '(' if nests => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == separator && depth == 0
    })
}
