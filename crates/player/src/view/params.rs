//! Params in links: one key for each field, readable and exact.

use super::text::{decode, encode};
use super::{MAX_PROBLEMS, problem};
use interleave_playgrounds::{Field, FieldKind, List, MAX_ROWS, Map, Problem, Rows};
use serde_json::Value;

/// The type of a params object.
type Object = serde_json::Map<String, Value>;

/// The value of a field as it is written in a link; `None` is an absent value.
pub(super) fn write(field: &Field, value: Option<&Value>) -> String {
    let mut out = String::new();
    write_into(field, value, &mut out);
    out
}

fn write_into(field: &Field, value: Option<&Value>, out: &mut String) {
    match value {
        None => out.push('!'),
        Some(value) => write_value(&field.kind, value, out),
    }
}

fn write_value(kind: &FieldKind, value: &Value, out: &mut String) {
    let start = out.len();
    match (kind, value) {
        (FieldKind::Text { .. }, Value::String(text)) => return encode(text, out),
        // A whole field would read `5.0` as 5: such a wrong value is kept, as JSON.
        (FieldKind::Number { whole, .. }, Value::Number(number))
            if !(*whole && number.is_f64()) =>
        {
            return encode(&number.to_string(), out);
        }
        (FieldKind::Flag, Value::Bool(flag)) => {
            return out.push_str(if *flag { "true" } else { "false" });
        }
        (FieldKind::Rows(rows), Value::Array(list)) if rows_fit(rows, list) => {
            write_rows(rows, list, out);
        }
        (FieldKind::List(list), Value::Array(values)) => write_list(list, values, out),
        (FieldKind::Map(map), Value::Object(values)) => write_map(map, values, out),
        _ => {}
    }
    if out.len() == start {
        // Not a value of this kind, or one whose text is empty.
        out.push('!');
        encode(&value.to_string(), out);
    } else if out[start..].starts_with('!') {
        // The `!` of the first inner value must not be read as that of the whole.
        out.insert(start, '!');
    }
}

/// The separator of a list's values: a comma, or a semicolon if they are lists themselves.
/// `None` if they are nested deeper: those are written as JSON.
fn separator(list: &List) -> Option<char> {
    match &*list.item {
        FieldKind::List(inner) if !inner.item.is_nested() => Some(';'),
        item => (!item.is_nested()).then_some(','),
    }
}

/// Values as `1,2`, lists as `1,2;3,4`.
fn write_list(list: &List, values: &[Value], out: &mut String) {
    let Some(separator) = separator(list) else {
        return;
    };
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(separator);
        }
        match (&*list.item, value) {
            // Between two semicolons, nothing is an empty list.
            (FieldKind::List(_), Value::Array(inner)) if inner.is_empty() => {}
            (item, value) => write_value(item, value, out),
        }
    }
}

/// Values as `a:1,b:2`.
fn write_map(map: &Map, values: &Object, out: &mut String) {
    if map.value.is_nested() {
        return;
    }
    for (i, (name, value)) in values.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let mut encoded = String::new();
        encode(name, &mut encoded);
        out.push_str(&encoded.replace(':', "%3A"));
        out.push(':');
        write_value(&map.value, value, out);
    }
}

/// Whether the columns cover every value of each row.
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
                (kind, Some(Value::Array(_) | Value::Object(_))) if kind.is_nested() => {
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
/// All problems of the params.
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

    fn put(&mut self, object: &mut Object, field: &Field, text: &str, path: &str) {
        match self.field(field, text, path) {
            Some(value) => object.insert(field.key.to_owned(), value),
            None => object.shift_remove(field.key),
        };
    }

    /// A value. One that is not of the field's kind becomes a text, which the form's
    /// checks then refuse with their own message. `None` is an absent value.
    fn field(&mut self, field: &Field, text: &str, path: &str) -> Option<Value> {
        let is_text = matches!(field.kind, FieldKind::Text { .. });
        if text == "!" || (text.is_empty() && field.optional && !is_text) {
            return None;
        }
        Some(self.value(&field.kind, text, path))
    }

    fn value(&mut self, kind: &FieldKind, text: &str, path: &str) -> Value {
        let marked = text.strip_prefix('!');
        if marked.is_none_or(|rest| rest.starts_with('!')) {
            let text = marked.unwrap_or(text);
            match kind {
                FieldKind::Rows(rows) => return Value::Array(self.rows(rows, text, path)),
                FieldKind::List(list) => {
                    if let Some(separator) = separator(list) {
                        return Value::Array(self.list(list, separator, text, path));
                    }
                }
                FieldKind::Map(map) if !map.value.is_nested() => {
                    return Value::Object(self.map(map, text, path));
                }
                _ => {}
            }
        }
        let json = marked
            .and_then(decode)
            .and_then(|json| serde_json::from_str(&json).ok());
        if let Some(json) = json {
            return json;
        }
        let Some(plain) = decode(text) else {
            self.add(path, "is not text in UTF-8");
            return Value::Null;
        };
        let value = match (kind, &*plain) {
            (FieldKind::Number { .. }, digits) => kind.number_in(digits).map(Value::Number),
            (FieldKind::Flag, "true") => Some(Value::Bool(true)),
            (FieldKind::Flag, "false") => Some(Value::Bool(false)),
            _ => None,
        };
        value.unwrap_or_else(|| Value::String(plain.into_owned()))
    }

    /// A list of values. One too many is kept, so that the form's checks refuse the list.
    fn list(&mut self, list: &List, separator: char, text: &str, path: &str) -> Vec<Value> {
        if text.is_empty() {
            return Vec::new();
        }
        let values = text.split(separator).take(MAX_ROWS + 1).enumerate();
        let value = |(i, text)| self.value(&list.item, text, &format!("{path}[{i}]"));
        values.map(value).collect()
    }

    /// Values by name.
    fn map(&mut self, map: &Map, text: &str, path: &str) -> Object {
        let mut object = Object::new();
        let pairs = text.split(',').filter(|pair| !pair.is_empty());
        for pair in pairs.take(MAX_ROWS + 1) {
            let Some((name, value)) = pair.split_once(':') else {
                self.add(path, "must be names and values, as in a:1,b:2");
                continue;
            };
            let Some(name) = decode(name) else {
                self.add(path, "has a name that is not text in UTF-8");
                continue;
            };
            let short: String = name.chars().take(40).collect();
            let value = self.value(&map.value, value, &format!("{path}.{short}"));
            if object.insert(name.into_owned(), value).is_some() {
                self.add(path, "gives a name twice");
            }
        }
        object
    }

    /// A list of rows. One row too many is kept, so that the form's checks refuse the list.
    fn rows(&mut self, rows: &Rows, text: &str, path: &str) -> Vec<Value> {
        let nests = rows.columns.iter().any(|column| column.kind.is_nested());
        let list = split(text, ';', nests).take(MAX_ROWS + 1).enumerate();
        list.map(|(i, row)| self.row(rows, split(row, ',', nests), &format!("{path}[{i}]")))
            .collect()
    }

    fn row<'a>(&mut self, rows: &Rows, cells: impl Iterator<Item = &'a str>, path: &str) -> Value {
        let (mut object, mut tuple) = (Object::new(), Vec::new());
        let mut columns = rows.columns.iter();
        let mut count = 0;
        for cell in cells {
            count += 1;
            let Some(column) = columns.next() else {
                continue;
            };
            let is_nested = column.kind.is_nested();
            let inner = cell
                .strip_prefix('(')
                .and_then(|cell| cell.strip_suffix(')'));
            let cell = inner.filter(|_| is_nested).unwrap_or(cell);
            let path = format!("{path}.{}", column.key);
            if rows.tuples {
                tuple.push(self.field(column, cell, &path).unwrap_or_default());
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
