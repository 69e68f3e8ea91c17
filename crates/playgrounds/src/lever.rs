//! How long a task takes, as its params say: where that stands, and how to change it.
//!
//! A row of a task's name, or an entry of a map, is its own; what stands there is found by the
//! fields. Where many tasks take as long as one value says, that is the lever of each of them. How much time it makes is measured: by instant runs, with two values of it.

use crate::form::{Field, FieldKind, Map, Rows};
use crate::{Entry, Strategy};
use interleave_runtime::{Ports, Runtime, Status};
use interleave_trace::Time;
use interleave_trace::{Index, TaskId, UniqueNames};
use serde_json::{Value, json};

/// Larger runs are not measured: it happens between two frames.
const MAX_STEPS: usize = 60_000;
/// By how much the value is moved to see the effect: a power of two, so that sums are exact.
const PROBE: f64 = 1.0 / 64.0;

/// What makes a task last as long as it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Where the value stands in the params: a JSON pointer.
    pub pointer: String,
    min: f64,
    max: f64,
    /// Seconds for each unit of the value.
    rate: f64,
    /// Seconds that the task takes besides.
    rest: f64,
}

impl Entry {
    /// Where the params say how long a task takes, as a JSON pointer; `None` for a task that
    /// has no duration of its own.
    pub fn duration_of(&self, params: &Value, task: &str) -> Option<String> {
        // A repeated name has a number in the trace.
        let bare = task.rsplit_once(" #").map_or(task, |(bare, _)| bare);
        let find = |name: &str| {
            let named = || {
                let (row, column) = match self.own_row(name) {
                    Some((row, column)) => (row, Some(column)),
                    None => (name, None),
                };
                let fields = (self.fields)();
                let mut fields = fields.iter();
                fields.find_map(|field| find(field, params, row, column))
            };
            self.own_duration(name)
                .filter(|pointer| params.pointer(pointer).is_some_and(Value::is_number))
                .or_else(named)
        };
        find(task).or_else(|| find(bare).filter(|_| bare != task))
    }

    /// What makes a task of a strategy last as long as it does; `None` where nothing does.
    pub fn lever(&self, strategy: &Strategy, params: &Value, task: &str) -> Option<Lever> {
        let pointer = self.duration_of(params, task)?;
        let fields = (self.fields)();
        let kind = kind(&fields, &pointer)?;
        let FieldKind::Number {
            min,
            max,
            whole: false,
            ..
        } = *kind
        else {
            return None;
        };
        let min = min.max(0.0);
        let takes = |value: f64| {
            let mut params = params.clone();
            *params.pointer_mut(&pointer)? = json!(value);
            let runtime = Runtime::new(Ports::simulated());
            self.start(&runtime, strategy, &params).ok()?;
            let ended = runtime.run_until(Time::MAX, MAX_STEPS) == Status::Ended;
            let trace = runtime.trace();
            let index = Index::of(&trace);
            let named = |(id, _): &(TaskId, _)| trace.name(*id) == task;
            let (_, task) = index.tasks().find(named).filter(|_| ended)?;
            // A task that another one cuts short says nothing.
            let mut waits = task.waits().iter();
            let end = task.end.filter(|_| !waits.any(|wait| wait.asked))?;
            Some((end.at - task.started?, end.outcome))
        };
        let measure = |value: f64| {
            let value = value.clamp(min, max - PROBE);
            let ((short, how), (long, other)) = (takes(value)?, takes(value + PROBE)?);
            let rate = (long - short) / PROBE;
            (rate > 1e-6 && how == other).then_some((rate, short - rate * value))
        };
        // Where it is cut short nothing comes of it; then it is measured where it is shortest.
        // Where it is cut short at once, seconds are what they say.
        let value = params.pointer(&pointer)?.as_f64()?;
        let said = || in_seconds(kind).then_some((1.0, 0.0));
        let (rate, rest) = measure(value).or_else(|| measure(min)).or_else(said)?;
        Some(Lever {
            pointer,
            min,
            max,
            rate,
            rest,
        })
    }
}

impl Lever {
    /// How long the task takes with these params, if nothing cuts it short.
    pub fn seconds(&self, params: &Value) -> f64 {
        self.rest + self.rate * self.value(params)
    }

    /// Params with which the task takes so long, as near as the bounds of the value and its
    /// rounding allow; `step` is the least difference, in seconds, that matters.
    pub fn set(&self, params: &Value, seconds: f64, step: f64) -> Value {
        let grain = Grain::of(step / self.rate);
        self.put(params, grain.round((seconds - self.rest) / self.rate))
    }

    /// Params with which the task takes a step longer, or less long.
    pub fn nudge(&self, params: &Value, longer: bool, step: f64) -> Value {
        let (grain, value) = (Grain::of(step / self.rate), self.value(params));
        self.put(params, grain.next(value, longer))
    }

    fn value(&self, params: &Value) -> f64 {
        let value = params.pointer(&self.pointer).and_then(Value::as_f64);
        value.unwrap_or_default()
    }

    fn put(&self, params: &Value, value: f64) -> Value {
        let (mut params, value) = (params.clone(), value.clamp(self.min, self.max));
        if let Some(slot) = params.pointer_mut(&self.pointer) {
            // A whole number stays one, as it was written.
            *slot = match slot.is_i64() && value.fract() == 0.0 {
                true => json!(value as i64),
                false => json!(value),
            };
        }
        params
    }
}

/// A key as a part of a JSON pointer.
pub fn in_pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The least step that matters where this many seconds are seen: a hundredth of them.
pub fn step(seen: f64) -> f64 {
    seen / 100.0
}

/// Values that are round: multiples of 1, 2 or 5 times a power of ten.
struct Grain {
    /// 1, 2 or 5; or, below 1, how many of them make ten times the power.
    size: f64,
    below_one: bool,
}

impl Grain {
    /// The coarsest that is not coarser than `step`.
    fn of(step: f64) -> Self {
        let magnitude = step.max(1e-9).log10().floor() as i32;
        let power = 10f64.powi(magnitude);
        let factors = [5.0, 2.0, 1.0].into_iter();
        let factor = factors
            .map(|factor| factor * (1.0 + 1e-9))
            .find(|factor| factor * power <= step * (1.0 + 1e-6));
        let factor = factor.unwrap_or(1.0).round();
        if magnitude < 0 {
            // A division gives 0.3 where a product gives 0.30000000000000004.
            let size = 10f64.powi(-magnitude) / factor;
            return Self {
                size,
                below_one: true,
            };
        }
        Self {
            size: factor * power,
            below_one: false,
        }
    }

    fn count(&self, value: f64) -> f64 {
        if self.below_one {
            value * self.size
        } else {
            value / self.size
        }
    }

    fn value(&self, count: f64) -> f64 {
        if self.below_one {
            count / self.size
        } else {
            count * self.size
        }
    }

    fn round(&self, value: f64) -> f64 {
        self.value(self.count(value).round())
    }

    /// The next one after a value, or before it.
    fn next(&self, value: f64, up: bool) -> f64 {
        let count = self.count(value);
        self.value(match up {
            true => (count + 1e-6).floor() + 1.0,
            false => (count - 1e-6).ceil() - 1.0,
        })
    }
}

/// Where a field says how long the task of this name takes; of rows in this column, or in the first that says so.
fn find(field: &Field, params: &Value, name: &str, column: Option<&str>) -> Option<String> {
    let key = field.key;
    match &field.kind {
        FieldKind::Rows(rows) => {
            let (row, column) = in_rows(rows, params[key].as_array()?, name, column)?;
            Some(format!("/{key}/{row}/{column}"))
        }
        FieldKind::Map(Map { value, .. }) if in_seconds(value) => {
            let known = params[key].as_object()?.contains_key(name);
            known.then(|| format!("/{key}/{}", in_pointer(name)))
        }
        _ => None,
    }
}

/// The row of a name, and in it the column of this key, or that of a duration or of what makes one.
fn in_rows(
    rows: &Rows,
    values: &[Value],
    name: &str,
    column: Option<&str>,
) -> Option<(usize, String)> {
    let is_text = |field: &Field| matches!(field.kind, FieldKind::Text { .. });
    let title = rows.columns.iter().position(is_text)?;
    let wanted = |field: &Field| !field.optional && in_seconds(&field.kind);
    let makes_time = |field: &Field| {
        !field.optional && matches!(field.kind, FieldKind::Number { whole: false, .. })
    };
    let place_of = |is_it: &dyn Fn(&Field) -> bool| rows.columns.iter().position(is_it);
    let column = match column {
        Some(key) => place_of(&|field| field.key == key)?,
        None => place_of(&wanted).or_else(|| place_of(&makes_time))?,
    };
    let place = |column: usize| match rows.tuples {
        true => column.to_string(),
        false => rows.columns[column].key.to_owned(),
    };
    let key = format!("/{}", place(title));
    // As the trace names the tasks of the rows.
    let mut names = UniqueNames::default();
    let mut given = values.iter().map(|row| {
        let name = row.pointer(&key).and_then(Value::as_str);
        names.give(name.unwrap_or_default())
    });
    let row = given.position(|given| given == name)?;
    Some((row, place(column)))
}

fn in_seconds(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Number { unit: "s", .. })
}

/// What values a pointer leads to.
fn kind<'a>(fields: &'a [Field], pointer: &str) -> Option<&'a FieldKind> {
    let mut parts = pointer.split('/').skip(1);
    let key = parts.next()?;
    let kind = &fields.iter().find(|field| field.key == key)?.kind;
    Some(match kind {
        FieldKind::Rows(rows) => {
            let column = parts.nth(1)?;
            let mut columns = rows.columns.iter().enumerate();
            let found = columns.find(|(number, field)| match rows.tuples {
                true => number.to_string() == column,
                false => field.key == column,
            });
            &found?.1.kind
        }
        FieldKind::Map(map) => &map.value,
        kind => kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grains_are_round_numbers() {
        for (step, value, expected) in [
            (0.38, 12.27, 12.2),
            (0.05, 0.30000000000000004, 0.3),
            (0.07, 1.234, 1.25),
            (5.0, 12.0, 10.0),
            (1.0, 2.4, 2.0),
            (0.1, 0.7, 0.7),
            (2000.0, 4700.0, 4000.0),
        ] {
            assert_eq!(Grain::of(step).round(value), expected, "{step}");
        }
        let grain = Grain::of(0.25);
        assert_eq!(grain.next(0.4, true), 0.6);
        assert_eq!(grain.next(0.4, false), 0.2);
        assert_eq!(grain.next(0.5, false), 0.4);
    }

    #[test]
    fn a_name_leads_to_its_row_and_a_repeated_one_to_its_own() {
        let entry = Entry::find("downloads").unwrap();
        let params = json!({
            "seconds_per_mb": 0.5,
            "files": [["a", 1], ["b", 2], ["a", 3], ["b #2", 4]]
        });
        for (task, expected) in [
            ("a", Some("/files/0/1")),
            ("a #2", Some("/files/2/1")),
            ("b", Some("/files/1/1")),
            ("b #2", Some("/files/3/1")),
            // Run a second time, it has another number.
            ("a #7", Some("/files/0/1")),
            ("main", None),
        ] {
            let found = entry.duration_of(&params, task);
            assert_eq!(found.as_deref(), expected, "{task}");
        }
    }

    /// "A", "A" and "A #2" used to be two tasks called "A #2", and the lever of both was that of the third row.
    #[test]
    fn a_name_that_looks_numbered_leads_to_its_own_row() {
        let entry = Entry::find("downloads").unwrap();
        let params = json!({
            "seconds_per_mb": 0.5,
            "files": [["A", 1], ["A", 2], ["A #2", 3]]
        });
        let strategy = &entry.strategies()[0];
        let runtime = Runtime::new(Ports::simulated());
        entry.start(&runtime, strategy, &params).unwrap();
        runtime.run();
        let trace = runtime.trace();
        let index = Index::of(&trace);
        let tasks = index.tasks().filter(|&(id, _)| id != TaskId::MAIN);
        let tasks: Vec<_> = tasks.collect();
        assert_eq!(tasks.len(), 3);
        for (row, (id, task)) in tasks.into_iter().enumerate() {
            let pointer = entry.duration_of(&params, trace.name(id));
            assert_eq!(pointer, Some(format!("/files/{row}/1")));
            assert_eq!(task.amount.map(|(total, _)| total), Some(row as f64 + 1.0));
        }
    }

    #[test]
    fn a_task_that_is_named_after_a_row_and_a_step_has_a_column_of_its_own() {
        let entry = Entry::find("scrape-site").unwrap();
        let page = |url| json!({ "url": url, "latency": 1, "parse": 2, "links": 3 });
        let params = json!({ "pages": [page("a"), page("b c"), page("a")] });
        for (task, expected) in [
            ("fetch a", Some("/pages/0/latency")),
            ("parse a", Some("/pages/0/parse")),
            ("parse b c", Some("/pages/1/parse")),
            ("fetch a #2", Some("/pages/2/latency")),
            ("fetch d", None),
        ] {
            let found = entry.duration_of(&params, task);
            assert_eq!(found.as_deref(), expected, "{task}");
        }
    }
}
