//! Entries in the browser's performance timeline (User Timing), which its developer tools show as tracks.

use super::{now, performance};
use interleave_trace::State;
use js_sys::{Array, Function, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Puts entries into the timeline: a JSON list of `[name, start, end, detail]`, in milliseconds. Each millisecond becomes
/// `scale` milliseconds, and the last of `length` milliseconds is now. Earlier entries are removed. False where the browser
/// refuses.
pub fn publish(entries: &str, length: f64, scale: f64) -> bool {
    clear();
    let (Some(performance), Ok(entries)) = (performance(), JSON::parse(entries)) else {
        return false;
    };
    let measure = Reflect::get(&performance, &JsValue::from_str("measure"));
    let measure = measure.ok().and_then(|it| it.dyn_into::<Function>().ok());
    let (Some(measure), Some(entries)) = (measure, entries.dyn_ref::<Array>()) else {
        return false;
    };
    // No entry can begin before the page did.
    let origin = (now() * 1e3 - length * scale).max(0.0);
    entries.iter().all(|entry| {
        let entry: Array = entry.unchecked_into();
        let at = |place| entry.get(place).as_f64().unwrap_or(0.0) * scale + origin;
        let options = Object::new();
        let set = |name: &str, value: &JsValue| {
            // A fresh object takes every property.
            let _ = Reflect::set(&options, &JsValue::from_str(name), value);
        };
        set("start", &at(1).into());
        set("end", &at(2).into());
        set("detail", &entry.get(3));
        measure.call2(&performance, &entry.get(0), &options).is_ok()
    })
}

/// Removes the entries of the last run from the timeline. They are named after the states of tasks.
pub fn clear() {
    if let Some(performance) = performance() {
        for state in State::ALL {
            performance.clear_measures_with_measure_name(state.label());
        }
    }
}
