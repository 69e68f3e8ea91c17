//! Loads a text that belongs to the site.

use super::settle;
use wasm_bindgen::{JsCast, JsValue};

/// Loads a text from this version's [`files`](super::file). `done` gets the text, or why there is none, in words for
/// the reader.
pub fn load_text(name: &str, done: impl FnOnce(Result<String, String>) + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    settle(&window.fetch_with_str(&super::file(name)), move |answer| {
        let Ok(response) = answer.map(JsCast::unchecked_into::<web_sys::Response>) else {
            return done(Err("the server cannot be reached".to_owned()));
        };
        match response.text() {
            Ok(text) if response.ok() => settle(&text, move |text| done(read(text))),
            _ => done(Err(format!("the server answered {}", response.status()))),
        }
    });
}

fn read(text: Result<JsValue, JsValue>) -> Result<String, String> {
    let text = text.map_err(|_| "it did not arrive whole".to_owned())?;
    text.as_string().ok_or_else(|| "it is no text".to_owned())
}
