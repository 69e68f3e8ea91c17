//! Wrong params: nothing is derived from them, and nothing panics.

use crate::Entry;
use interleave_runtime::{Ports, Runtime};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// How many values there are within a value, itself included.
fn count(value: &Value) -> usize {
    let within: usize = match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(object) => object.values().map(count).sum(),
        _ => 0,
    };
    1 + within
}

/// Puts another value in the place that is reached after `left` others; true once that is done.
fn put(value: &mut Value, left: &mut usize, new: &Value) -> bool {
    if *left == 0 {
        *value = new.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(list) => list.iter_mut().any(|value| put(value, left, new)),
        Value::Object(object) => object.values_mut().any(|value| put(value, left, new)),
        _ => false,
    }
}

/// Values of the right type and of others, most of them out of range.
fn other() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec![
            json!(null),
            json!(0),
            json!(-1),
            json!(1),
            json!(0.5),
            json!(-0.0),
            json!(1e300),
            json!(u32::MAX),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(""),
            json!("2"),
            json!(true),
            json!([]),
            json!([[]]),
            json!([0, null]),
            json!({}),
            json!({ "": -1 }),
        ]),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
    ]
}

proptest! {
    /// Claims, which take one from the number of attempts, were made of params that nobody had checked.
    #[test]
    fn nothing_is_derived_from_wrong_params(
        playground in any::<Index>(),
        preset in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), other()), 1..4),
        seed in any::<u64>(),
    ) {
        let entries: Vec<_> = Entry::all().collect();
        let entry = entries[playground.index(entries.len())];
        let presets = (entry.presets)();
        let mut params = presets[preset.index(presets.len())].params.clone();
        for (place, new) in changes {
            let mut place = place.index(count(&params));
            put(&mut params, &mut place, &new);
        }
        let problems = entry.check(&params);
        let claims = entry.claims(&params);
        if problems.is_empty() {
            prop_assert!(claims.iter().all(|claim| claim.expected.is_finite()));
            return Ok(());
        }
        prop_assert!(claims.is_empty(), "{} {params}", entry.slug);
        if let Some(draw) = entry.draw {
            prop_assert_eq!(draw(&params, seed), params.clone());
        }
        let runtime = Runtime::new(Ports::simulated());
        let refused = entry.start(&runtime, &entry.strategies()[0], &params).err();
        prop_assert_eq!(refused.as_ref(), problems.first());
    }
}

#[test]
fn no_attempts_at_all_are_a_problem_and_no_claim() {
    let entry = Entry::find("retry-backoff").expect("a playground");
    let mut params = entry.defaults();
    params["attempts"] = json!(0);
    assert_eq!(entry.claims(&params).len(), 0);
}
