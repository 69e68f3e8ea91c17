//! Loads a text that belongs to the site.

use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Loads a text from this version's [`files`](super::file). `done` is told the text, or why there is none, in words for
/// the reader.
pub fn load_text(name: &str, done: impl FnOnce(Result<String, String>) + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let done = Rc::new(Cell::new(Some(done)));
    let tell = move |result| {
        if let Some(done) = done.take() {
            done(result);
        }
    };
    let (when_refused, when_read, when_broken) = (tell.clone(), tell.clone(), tell.clone());
    let refused = Closure::once(move |_: JsValue| {
        when_refused(Err("the server cannot be reached".to_owned()));
    });
    let read = Closure::once(move |text: JsValue| {
        when_read(text.as_string().ok_or_else(|| "it is no text".to_owned()));
    });
    let broken = Closure::once(move |_: JsValue| {
        when_broken(Err("it did not arrive whole".to_owned()));
    });
    let answered = Closure::once(move |response: JsValue| {
        let response: web_sys::Response = response.unchecked_into();
        match response.text() {
            Ok(text) if response.ok() => {
                let _ = text
                    .unchecked_into::<js_sys::Promise>()
                    .then2(&read, &broken);
            }
            _ => tell(Err(format!("the server answered {}", response.status()))),
        }
        // One of them is called once the rest has come or has not: they must outlive this call.
        read.forget();
        broken.forget();
    });
    let _ = window
        .fetch_with_str(&super::file(name))
        .unchecked_into::<js_sys::Promise>()
        .then2(&answered, &refused);
    answered.forget();
    refused.forget();
}
