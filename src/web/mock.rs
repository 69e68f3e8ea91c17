//! The mock API of the app, `api/...`: its service worker answers, or a stand-in inside the page.
//!
//! The worker is to be preferred: its requests are real ones, to be seen in the browser's network panel. But there is
//! none in many private windows, on insecure origins, or where the reader has blocked it. So it is asked, and given up
//! on when it does not answer in time; nothing here waits for ever.

use super::{script, sleep, within};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, ServiceWorkerContainer};

/// The header that only answers of the mock API have; a server's start page for all paths lacks it.
const MARK: &str = "X-Interleave-Mock";
/// The service worker, from the page's folder.
const WORKER: &str = "sw.js";
/// What worker and stand-in have in common, from the folder of the page's version.
const API: &str = "mock-api.js";
/// How long the worker may take until it answers, in milliseconds; then the page does without it.
const PATIENCE: u32 = 2_500;
/// The same for a worker that is in charge of the page: that one is there, if slow to start. And for the stand-in: without
/// it, nothing can be run.
const MORE_PATIENCE: u32 = 8_000;
/// Between two checks whether the worker controls the page, in milliseconds.
const LOOK_AGAIN: u32 = 10;

/// What answers requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The service worker.
    Worker,
    /// The stand-in inside the page.
    Page,
}

/// Finds what answers requests, within a few seconds. Sets the worker up if it was not.
///
/// # Errors
///
/// Neither does: a message for the reader.
pub async fn connect() -> Result<Way, String> {
    let is_in_charge = container().is_some_and(|container| container.controller().is_some());
    let patience = if is_in_charge {
        MORE_PATIENCE
    } else {
        PATIENCE
    };
    if within(patience, worker_answers()).await == Some(true) {
        return Ok(Way::Worker);
    }
    load_stand_in().await.map(|_| Way::Page)
}

/// Asks the stand-in, as the browser's `fetch` would be asked. The inner error is that of the request.
///
/// # Errors
///
/// The stand-in could not be loaded: a message for the reader.
pub async fn ask_page(url: &str, init: &RequestInit) -> Result<Result<Response, JsValue>, String> {
    let fetch = load_stand_in().await?;
    let asked = fetch.call2(&JsValue::NULL, &JsValue::from_str(url), init);
    let response = match asked {
        Ok(promise) => JsFuture::from(js_sys::Promise::resolve(&promise)).await,
        Err(error) => Err(error),
    };
    Ok(response.and_then(JsCast::dyn_into))
}

async fn load_stand_in() -> Result<js_sys::Function, String> {
    let loaded = within(MORE_PATIENCE, stand_in()).await.flatten();
    loaded.ok_or_else(|| format!("{API} could not be loaded, so requests have no answer here"))
}

/// Whether the worker answers for this page, once it had the time to.
async fn worker_answers() -> bool {
    let Some(container) = container() else {
        return false;
    };
    let Ok(registration) = JsFuture::from(container.register(WORKER)).await else {
        return false;
    };
    let registration: web_sys::ServiceWorkerRegistration = registration.unchecked_into();
    while container.controller().is_none() {
        if let Some(worker) = registration.active() {
            // After a hard reload a page has no worker until that one claims it.
            let _ = worker.post_message(&JsValue::from_str("claim"));
        }
        sleep(LOOK_AGAIN).await;
    }
    ping().await.is_some_and(|response| is_marked(&response))
}

/// Absent on insecure origins and where the browser has none to offer.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let container = js_sys::Reflect::get(&navigator, &JsValue::from_str("serviceWorker"));
    container.ok()?.dyn_into().ok()
}

async fn ping() -> Option<Response> {
    let response = web_sys::window()?.fetch_with_str("api/ping");
    JsFuture::from(response).await.ok()?.dyn_into().ok()
}

/// Whether the mock API has given this answer.
pub fn is_marked(response: &Response) -> bool {
    response.headers().has(MARK).unwrap_or(false)
}

/// The stand-in for the browser's `fetch`; loads it if that has not been done.
async fn stand_in() -> Option<js_sys::Function> {
    if let Some(loaded) = loaded_stand_in() {
        return Some(loaded);
    }
    script::load(API).await;
    loaded_stand_in()
}

fn loaded_stand_in() -> Option<js_sys::Function> {
    let mock = script::global("interleaveMock")?;
    let fetch = js_sys::Reflect::get(&mock, &JsValue::from_str("fetch"));
    fetch.ok()?.dyn_into().ok()
}
