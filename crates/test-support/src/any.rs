//! Runs made up at random: any playground and strategy, with params that its form allows.

use super::Case;
use interleave_playgrounds::{Entry, Field, FieldKind};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any params of a playground, made from its fields: small numbers and durations that collide, repeat and vanish.
fn params_of(entry: &'static Entry) -> BoxedStrategy<Value> {
    let allowed = |params: &Value| entry.check(params).is_empty();
    object((entry.fields)())
        .prop_filter("what the playground allows", allowed)
        .boxed()
}

/// An object with all of these fields; optional ones may be null.
fn object(fields: Vec<Field>) -> BoxedStrategy<Value> {
    let keys: Vec<_> = fields.iter().map(|field| field.key.to_owned()).collect();
    let named = move |values: Vec<Value>| {
        let pairs: Map<_, _> = keys.iter().cloned().zip(values).collect();
        Value::Object(pairs)
    };
    values(fields).prop_map(named).boxed()
}

/// A value for each of these fields.
fn values(fields: Vec<Field>) -> BoxedStrategy<Vec<Value>> {
    let value = |field: Field| {
        let optional = field.optional;
        match value(field.kind, optional) {
            of_kind if optional => prop_oneof![Just(Value::Null), of_kind].boxed(),
            of_kind => of_kind,
        }
    };
    fields.into_iter().map(value).collect::<Vec<_>>().boxed()
}

fn value(kind: FieldKind, optional: bool) -> BoxedStrategy<Value> {
    match kind {
        FieldKind::Number {
            min,
            max,
            whole: true,
            ..
        } => whole(min as u64, max as u64),
        FieldKind::Number { min, max, .. } => number(min, max),
        FieldKind::Text { .. } if optional => "(|no answer)".prop_map(Value::from).boxed(),
        FieldKind::Text { .. } => name().prop_map(Value::from).boxed(),
        FieldKind::Flag => any::<bool>().prop_map(Value::from).boxed(),
        FieldKind::Rows(rows) => {
            let row = match rows.tuples {
                true => values(rows.columns).prop_map(Value::Array).boxed(),
                false => object(rows.columns),
            };
            vec(row, rows.min..12).prop_map(Value::Array).boxed()
        }
        FieldKind::List(list) => {
            let values = vec(value(*list.item, false), list.min..list.min + 5);
            values.prop_map(Value::Array).boxed()
        }
        FieldKind::Map(map) => {
            let names = prop_oneof![name(), numbered(map.fresh_name)];
            let pairs = vec((names, value(*map.value, false)), 0..9);
            pairs
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
                .boxed()
        }
    }
}

/// Small ones, and all of them where there are not many.
fn whole(min: u64, max: u64) -> BoxedStrategy<Value> {
    let up_to = |most: u64| (min..=max.min(min + most)).prop_map(Value::from);
    match max - min {
        0..500 => prop_oneof![up_to(9), up_to(29), up_to(500)].boxed(),
        _ => prop_oneof![up_to(9), up_to(29)].boxed(),
    }
}

/// Whole ones, tenths and any others, most of them small.
fn number(min: f64, max: f64) -> BoxedStrategy<Value> {
    let within = move |number: f64| json!(number.clamp(min, max));
    let tenths = move |number: i32| within(f64::from(number) / 10.0);
    let (least, most) = (min.max(-3.0), max.min(3.0));
    let (first, last) = (least.ceil() as i64, most.floor() as i64);
    prop_oneof![
        3 => (first..=last.max(first)).prop_map(Value::from),
        3 => (0..30i32).prop_map(tenths),
        1 => (0..200i32).prop_map(tenths),
        2 => (least..=most).prop_map(within),
    ]
    .boxed()
}

fn name() -> BoxedStrategy<String> {
    prop_oneof!["[A-C]", "\\PC{1,5}"].boxed()
}

/// Names like the one of a fresh value, with other numbers in them.
fn numbered(fresh: &str) -> BoxedStrategy<String> {
    let pattern = fresh.replace("{n}", "0").replace('0', "[0-4]");
    proptest::string::string_regex(&pattern)
        .expect("a pattern")
        .boxed()
}

/// Any playground and strategy, with params.
pub fn any_case() -> impl Strategy<Value = Case> {
    (0..Entry::all().len()).prop_flat_map(|place| {
        let entry = Entry::all().nth(place).expect("a playground");
        let strategies = entry.strategies().iter();
        let modes: Vec<_> = strategies.map(|strategy| strategy.mode).collect();
        let parts = (prop::sample::select(modes), params_of(entry));
        parts.prop_map(|(mode, params)| Case {
            slug: entry.slug,
            mode,
            params,
        })
    })
}
