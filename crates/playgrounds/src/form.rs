//! What params look like: the fields of a playground, from which its form, its
//! checks and its links follow.

use interleave_trace::decimal;
use serde_json::{Number, Value};

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
    /// Its numbers say how long something takes that takes a little longer or shorter each time: an answer, a statement.
    pub varies: bool,
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
    /// A text of limited length; not empty unless optional.
    Text {
        /// The greatest length.
        max: usize,
    },
    /// True or false.
    Flag,
    /// A list of rows.
    Rows(Rows),
    /// A list of values that have no names: delays, say, or lists of them.
    List(List),
    /// Values by name, where the names are the reader's own.
    Map(Map),
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
    /// How many rows there must be at least.
    pub min: usize,
    /// A fresh row; `{n}` in its texts becomes the row's number.
    pub fresh: Value,
}

impl Rows {
    /// Rows that are objects.
    pub fn objects(noun: &'static str, fresh: Value, columns: impl Into<Vec<Field>>) -> Self {
        Self {
            noun,
            columns: columns.into(),
            tuples: false,
            min: 1,
            fresh,
        }
    }

    /// Rows that are arrays of their columns' values.
    pub fn tuples(noun: &'static str, fresh: Value, columns: impl Into<Vec<Field>>) -> Self {
        Self {
            tuples: true,
            ..Self::objects(noun, fresh, columns)
        }
    }

    /// The same rows, of which there may be none.
    pub fn or_none(mut self) -> Self {
        self.min = 0;
        self
    }
}

/// A list of values, all of one kind.
#[derive(Clone, Debug)]
pub struct List {
    /// What one value is, as in "Add a delay".
    pub noun: &'static str,
    /// What values it holds.
    pub item: Box<FieldKind>,
    /// How many it must hold at least.
    pub min: usize,
    /// A fresh value; `{n}` in a text becomes its number.
    pub fresh: Value,
}

impl List {
    /// A list that may be empty.
    pub fn of(noun: &'static str, item: FieldKind, fresh: Value) -> Self {
        Self {
            noun,
            item: Box::new(item),
            min: 0,
            fresh,
        }
    }

    /// A list of at least one value.
    pub fn not_empty(noun: &'static str, item: FieldKind, fresh: Value) -> Self {
        Self {
            min: 1,
            ..Self::of(noun, item, fresh)
        }
    }
}

/// Values by name, all of one kind. Their order says nothing, but is kept.
#[derive(Clone, Debug)]
pub struct Map {
    /// What one value is, as in "Add a time".
    pub noun: &'static str,
    /// What values it holds.
    pub value: Box<FieldKind>,
    /// The name of a fresh one; `{n}` becomes its number.
    pub fresh_name: &'static str,
    /// A fresh value.
    pub fresh: Value,
}

impl Map {
    /// Values by name; `{n}` in a fresh name becomes its number.
    pub fn of(
        noun: &'static str,
        value: FieldKind,
        fresh_name: &'static str,
        fresh: Value,
    ) -> Self {
        Self {
            noun,
            value: Box::new(value),
            fresh_name,
            fresh,
        }
    }
}

/// The most rows that a list may have.
pub const MAX_ROWS: usize = 10_000;
/// The longest duration, in seconds: a day.
pub const MAX_SECONDS: f64 = 86_400.0;

/// Up to here every whole number is a floating-point number, too: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Field {
    /// A duration in seconds, up to a day.
    pub fn seconds(key: &'static str, label: &'static str) -> Self {
        Self::of(key, label, FieldKind::seconds())
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
        Self::of(key, label, FieldKind::number(min, max, step, unit))
    }

    /// A whole number from `min` to `max`.
    pub fn whole(
        key: &'static str,
        label: &'static str,
        min: u32,
        max: u32,
        unit: &'static str,
    ) -> Self {
        Self::of(key, label, FieldKind::whole(min, max, unit))
    }

    /// A text of at most 200 characters.
    pub fn text(key: &'static str, label: &'static str) -> Self {
        Self::of(key, label, FieldKind::Text { max: 200 })
    }

    /// The name of a task or of what it works on.
    pub fn name() -> Self {
        Self::text("name", "Name")
    }

    /// The error that a task fails with; without one it succeeds.
    pub fn error() -> Self {
        Self::text("error", "Fails with").optional()
    }

    /// How long a task cleans up when it is cancelled.
    pub fn cleanup(key: &'static str) -> Self {
        Self::seconds(key, "Clean-up when cancelled").optional()
    }

    /// True or false.
    pub fn flag(key: &'static str, label: &'static str) -> Self {
        Self::of(key, label, FieldKind::Flag)
    }

    /// A list of rows.
    pub fn rows(key: &'static str, label: &'static str, rows: Rows) -> Self {
        Self::of(key, label, FieldKind::Rows(rows))
    }

    /// A list of values.
    pub fn list(key: &'static str, label: &'static str, list: List) -> Self {
        Self::of(key, label, FieldKind::List(list))
    }

    /// Values by name.
    pub fn map(key: &'static str, label: &'static str, map: Map) -> Self {
        Self::of(key, label, FieldKind::Map(map))
    }

    /// The same field, which may be absent.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same field, whose durations differ from time to time.
    pub fn varies(mut self) -> Self {
        self.varies = true;
        self
    }

    fn of(key: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self {
            key,
            label,
            kind,
            optional: false,
            varies: false,
        }
    }
}

impl FieldKind {
    /// A duration in seconds, up to a day.
    pub fn seconds() -> Self {
        Self::number(0.0, MAX_SECONDS, 0.1, "s")
    }

    /// A number from `min` to `max`.
    pub fn number(min: f64, max: f64, step: f64, unit: &'static str) -> Self {
        Self::Number {
            min,
            max,
            step,
            unit,
            whole: false,
        }
    }

    /// A whole number from `min` to `max`.
    pub fn whole(min: u32, max: u32, unit: &'static str) -> Self {
        Self::Number {
            min: f64::from(min),
            max: f64::from(max),
            step: 1.0,
            unit,
            whole: true,
        }
    }

    /// A text as a number of this kind; `None` if it is none. Where only whole ones are taken, `1e3` and `5.` are whole.
    pub fn number_in(&self, text: &str) -> Option<Number> {
        let number = decimal::number(text)?;
        let wants_whole = matches!(self, Self::Number { whole: true, .. });
        let exact = number
            .as_f64()
            .filter(|number| wants_whole && number.fract() == 0.0 && number.abs() <= EXACT);
        match exact {
            Some(whole) if number.is_f64() => Some(Number::from(whole as i64)),
            _ => Some(number),
        }
    }

    /// Whether a value of this kind holds other values.
    pub fn is_nested(&self) -> bool {
        matches!(self, Self::Rows(_) | Self::List(_) | Self::Map(_))
    }
}
