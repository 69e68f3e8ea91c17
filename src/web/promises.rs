//! Plain JavaScript promises, to compare tasks with.

use super::script;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The script, in the folder of the page's version.
const SCRIPT: &str = "promises.js";

/// The measured times and memory of a number of concurrent sleeps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sleeps {
    /// Seconds until all of them slept.
    pub started: f64,
    /// Seconds until the last had ended.
    pub total: f64,
    /// The bytes that they held, if that is known.
    pub bytes: Option<f64>,
}

/// Starts a number of plain promises that each sleep for some seconds.
///
/// # Errors
///
/// The script does not load, or the browser refuses.
pub async fn sleeps(count: u32, seconds: f64) -> Result<Sleeps, String> {
    let failed = || "the script that makes plain promises did not load".to_owned();
    let function = script::function(SCRIPT, "interleavePromises").await;
    let function = function.ok_or_else(failed)?;
    let (count, millis) = (JsValue::from(count), JsValue::from(seconds * 1e3));
    let promise = function.call2(&JsValue::UNDEFINED, &count, &millis);
    let promise = promise.map_err(|_| failed())?;
    let promise: js_sys::Promise = promise.dyn_into().map_err(|_| failed())?;
    let figures = JsFuture::from(promise).await.map_err(|_| failed())?;
    let figures = js_sys::Array::from(&figures);
    let figure = |place| figures.get(place).as_f64().unwrap_or(f64::NAN);
    Ok(Sleeps {
        started: figure(0),
        total: figure(1),
        // A change of zero says nothing, and a negative one is not due to these promises.
        bytes: Some(figure(2)).filter(|bytes| *bytes > 0.0),
    })
}
