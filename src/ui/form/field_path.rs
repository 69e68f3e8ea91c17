//! Paths of the form's values in the params object.

use interleave_playgrounds::{FieldKind, List};
use serde_json::Value;

/// The path of a value in the params object.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldPath {
    /// The field of the object.
    pub key: &'static str,
    /// Of a list: the row, and the column by name and number.
    pub cell: Option<(usize, &'static str, usize)>,
}

impl FieldPath {
    /// The value of a field.
    pub fn field(key: &'static str) -> Self {
        Self { key, cell: None }
    }

    /// The path by which problems name it.
    pub fn path(&self) -> String {
        match self.cell {
            None => self.key.to_owned(),
            Some((row, column, _)) => format!("{}[{row}].{column}", self.key),
        }
    }

    /// The id of its input.
    pub fn id(&self) -> String {
        match self.cell {
            None => format!("field-{}", self.key),
            Some((row, column, _)) => format!("field-{}-{row}-{column}", self.key),
        }
    }

    /// The value; null if there is none.
    pub fn read(&self, params: &Value) -> Value {
        let field = &params[self.key];
        let value = match self.cell {
            None => field,
            Some((row, column, number)) => match &field[row] {
                Value::Array(cells) => cells.get(number).unwrap_or(&Value::Null),
                row => &row[column],
            },
        };
        value.clone()
    }

    /// Sets the value; null removes an optional one.
    pub fn write(&self, params: &mut Value, value: Value) {
        let slot = match self.cell {
            None => {
                // An optional field that is empty is left out, as in the presets.
                if let (true, Some(object)) = (value.is_null(), params.as_object_mut()) {
                    object.shift_remove(self.key);
                    return;
                }
                &mut params[self.key]
            }
            Some((row, column, number)) => match params[self.key].get_mut(row) {
                Some(Value::Array(cells)) => match cells.get_mut(number) {
                    Some(cell) => cell,
                    None => return,
                },
                Some(Value::Object(cells)) if value.is_null() => {
                    cells.shift_remove(column);
                    return;
                }
                Some(row) => &mut row[column],
                None => return,
            },
        };
        *slot = value;
    }
}

/// A typed text as a value: a number if it is one, else the text, which the check refuses.
pub fn number(kind: &FieldKind, text: &str) -> Value {
    match kind.number_in(text) {
        Some(number) => Value::Number(number),
        None if text.trim().is_empty() => Value::Null,
        None => Value::String(text.trim().to_owned()),
    }
}

/// A value as the text of an input.
pub fn typed(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// A value as the text of an input, with the values of a list in one text: `0.1, 0.2`.
pub fn listed(kind: &FieldKind, value: &Value) -> String {
    match (kind, value) {
        (FieldKind::List(list), Value::Array(values)) => {
            let texts: Vec<_> = values.iter().map(typed).collect();
            texts.join(&format!("{} ", separator(list)))
        }
        (_, value) => typed(value),
    }
}

/// The text of an input as a value of this kind.
pub fn parse(kind: &FieldKind, text: &str) -> Value {
    match kind {
        FieldKind::List(_) if text.trim().is_empty() => Value::Array(Vec::new()),
        FieldKind::List(list) => {
            let texts = text.split(separator(list));
            match *list.item {
                // While another one is being typed there is nothing behind the last semicolon.
                FieldKind::Text { .. } => texts
                    .map(str::trim)
                    .filter(|text| !text.is_empty())
                    .map(Value::from)
                    .collect(),
                _ => texts.map(|text| number(&list.item, text)).collect(),
            }
        }
        FieldKind::Number { .. } => number(kind, text),
        _ => Value::String(text.to_owned()),
    }
}

/// The separator of a list's values in one text: texts may have commas of their own.
fn separator(list: &List) -> char {
    match *list.item {
        FieldKind::Text { .. } => ';',
        _ => ',',
    }
}

/// A fresh row with its number in place of `{n}`.
pub fn numbered(fresh: &Value, number: usize) -> Value {
    match fresh {
        Value::String(text) => Value::String(text.replace("{n}", &number.to_string())),
        Value::Array(cells) => cells.iter().map(|cell| numbered(cell, number)).collect(),
        Value::Object(cells) => cells
            .iter()
            .map(|(key, cell)| (key.clone(), numbered(cell, number)))
            .collect(),
        other => other.clone(),
    }
}
