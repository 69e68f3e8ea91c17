//! The app in a worker, beside its page: for computations that would block the page.
//!
//! The page sends a text that describes the work; the worker posts numbers. `public/aside.js` starts the app there, with
//! the modules that the page has compiled.

use super::script;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What the worker runs first, from the folder of the page's version.
const SCRIPT: &str = "aside.js";
/// The global variable in which the script puts the work.
const WORK: &str = "interleaveWork";

/// The app in a worker, which ends when this is dropped.
pub struct Aside {
    worker: Worker,
    /// Called with the worker's messages and errors.
    _told: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Aside {
    /// Starts the app with these chunks to do some work. `told` gets the numbers that it posts; `None` if it has failed.
    /// Nothing is started where the page is not that of a built site, or the browser has no workers of this kind.
    pub async fn start(
        chunks: &[&str],
        work: &str,
        mut told: impl FnMut(Option<Vec<f64>>) + 'static,
    ) -> Option<Self> {
        let parts: js_sys::Function = script::global("interleaveParts")?.dyn_into().ok()?;
        let names: js_sys::Array = chunks.iter().map(|name| JsValue::from_str(name)).collect();
        let parts = parts.call1(&JsValue::UNDEFINED, &names).ok()?;
        let parts = JsFuture::from(parts.dyn_into::<js_sys::Promise>().ok()?).await;
        let parts = parts.ok()?;
        js_sys::Reflect::set(&parts, &"work".into(), &work.into()).ok()?;

        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&super::file(SCRIPT), &options).ok()?;
        let told = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            let numbers = data.and_then(|data| data.dyn_into::<js_sys::Float64Array>().ok());
            told(numbers.map(|numbers| numbers.to_vec()));
        });
        worker.set_onmessage(Some(told.as_ref().unchecked_ref()));
        worker.set_onerror(Some(told.as_ref().unchecked_ref()));
        let aside = Self {
            worker,
            _told: told,
        };
        // Not all browsers can send modules.
        aside.worker.post_message(&parts).ok()?;
        Some(aside)
    }
}

/// In such a worker: the work that the page has sent.
pub fn work() -> Option<String> {
    let work = js_sys::Reflect::get(&js_sys::global(), &WORK.into());
    work.ok()?.as_string()
}

/// In such a worker: posts numbers, or that it has failed.
pub fn post(numbers: Option<&[f64]>) {
    let data = numbers.map_or(JsValue::NULL, |numbers| {
        js_sys::Float64Array::from(numbers).into()
    });
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    // Posting numbers does not fail.
    let _ = scope.post_message(&data);
}
