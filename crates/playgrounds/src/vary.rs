//! Durations that differ from time to time: each is drawn from a range around what the form says.

use crate::{Entry, Field, FieldKind, Rows};
use serde_json::Value;

impl Entry {
    /// Whether it has durations that differ from time to time.
    pub fn varies(&self) -> bool {
        any(&(self.fields)())
    }

    /// The params with each such duration drawn from the seed: longer or shorter by at most this share of it, to the
    /// millisecond.
    pub fn vary(&self, params: &Value, share: f64, seed: u64) -> Value {
        let mut params = params.clone();
        let mut random = fastrand::Rng::with_seed(seed);
        let mut draw = |seconds: f64| {
            let factor = 1.0 + share * (2.0 * random.f64() - 1.0);
            (1e3 * seconds * factor).round() / 1e3
        };
        object(&(self.fields)(), &mut params, &mut draw);
        params
    }
}

fn any(fields: &[Field]) -> bool {
    let is_one = |field: &Field| match &field.kind {
        FieldKind::Rows(rows) => any(&rows.columns),
        _ => field.varies,
    };
    fields.iter().any(is_one)
}

/// Draws what is in an object with these fields.
fn object(fields: &[Field], params: &mut Value, draw: &mut impl FnMut(f64) -> f64) {
    for field in fields {
        if let Some(value) = params.get_mut(field.key) {
            one(field, value, draw);
        }
    }
}

fn one(field: &Field, value: &mut Value, draw: &mut impl FnMut(f64) -> f64) {
    match &field.kind {
        FieldKind::Rows(rows) => {
            for row in value.as_array_mut().into_iter().flatten() {
                row_of(rows, row, draw);
            }
        }
        _ if field.varies => all(value, draw),
        _ => {}
    }
}

fn row_of(rows: &Rows, row: &mut Value, draw: &mut impl FnMut(f64) -> f64) {
    match row {
        Value::Array(values) => {
            for (field, value) in rows.columns.iter().zip(values) {
                one(field, value, draw);
            }
        }
        _ => object(&rows.columns, row, draw),
    }
}

/// Draws every number in a value: a list, or values by name, or one number.
fn all(value: &mut Value, draw: &mut impl FnMut(f64) -> f64) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| all(value, draw)),
        Value::Object(values) => values.values_mut().for_each(|value| all(value, draw)),
        Value::Number(number) => {
            if let Some(seconds) = number.as_f64() {
                *value = draw(seconds).into();
            }
        }
        _ => {}
    }
}
