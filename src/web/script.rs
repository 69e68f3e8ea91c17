//! Scripts that are loaded when they are first needed.

use tokio::sync::oneshot;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// A global function that a script defines. The script is in the folder of the page's version, and is loaded if that has
/// not been done; `None` if it does not load.
pub async fn function(file: &str, name: &str) -> Option<js_sys::Function> {
    if let Some(function) = global(name) {
        return function.dyn_into().ok();
    }
    load(file).await;
    global(name)?.dyn_into().ok()
}

/// Something that a script has defined.
pub fn global(name: &str) -> Option<JsValue> {
    let window = web_sys::window()?;
    let value = js_sys::Reflect::get(window.as_ref(), &JsValue::from_str(name)).ok()?;
    (!value.is_undefined()).then_some(value)
}

/// Loads a script from the folder of the page's version; `None` if it does not load.
pub async fn load(file: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let script = document.create_element("script").ok()?;
    let script: web_sys::HtmlScriptElement = script.dyn_into().ok()?;
    let (send, receive) = oneshot::channel();
    let mut send = Some(send);
    // Called for both ends: a second one has no effect.
    let ended = Closure::<dyn FnMut()>::new(move || {
        send.take().map(|send| send.send(()));
    });
    script.set_onload(Some(ended.as_ref().unchecked_ref()));
    script.set_onerror(Some(ended.as_ref().unchecked_ref()));
    // Without this, boot.js would show the failure page when it does not arrive.
    script.set_attribute("data-optional", "").ok()?;
    script.set_src(&super::file(file));
    document.head()?.append_child(&script).ok()?;
    let _ = receive.await;
    script.set_onload(None);
    script.set_onerror(None);
    Some(())
}
