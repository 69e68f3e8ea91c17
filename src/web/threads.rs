//! The threads of live runs: a worker for each piece of blocking work.

use interleave_runtime::Threads;
use std::pin::Pin;
use tokio::sync::oneshot;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::Worker;

/// What a worker runs, from the folder of the page's version.
const SCRIPT: &str = "compute.js";
/// What a reader is told if there is no worker.
const NO_THREAD: &str = "this browser has no thread to compute in: its Web Workers are blocked";

/// Computes in workers.
pub struct Workers;

impl Threads for Workers {
    fn compute(&self, seconds: f64) -> Pin<Box<dyn Future<Output = Result<(), String>>>> {
        Box::pin(compute(seconds))
    }
}

/// Ends its worker when it is dropped.
struct Thread(Worker);

impl Drop for Thread {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.set_onerror(None);
        self.0.terminate();
    }
}

async fn compute(seconds: f64) -> Result<(), String> {
    let no_thread = |_| NO_THREAD.to_owned();
    let thread = Thread(Worker::new(&super::file(SCRIPT)).map_err(no_thread)?);
    let (send, ended) = oneshot::channel();
    let mut send = Some(send);
    let end = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        send.take()
            .map(|send| send.send(event.type_() == "message"));
    });
    thread.0.set_onmessage(Some(end.as_ref().unchecked_ref()));
    thread.0.set_onerror(Some(end.as_ref().unchecked_ref()));
    let told = thread.0.post_message(&JsValue::from_f64(seconds * 1e3));
    told.map_err(no_thread)?;
    match ended.await {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(NO_THREAD.to_owned()),
    }
}
