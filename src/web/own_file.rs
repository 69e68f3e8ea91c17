//! Files of the site itself, which a link may name.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, RequestCache, RequestInit, RequestMode, RequestRedirect, Response};

/// Loads a file below the page. The browser refuses any other site, also one to which this one leads on.
///
/// # Errors
///
/// Why it could not be loaded.
pub async fn load(path: &str) -> Result<Blob, String> {
    let unreachable = |_| "it cannot be loaded".to_owned();
    let options = RequestInit::new();
    options.set_mode(RequestMode::SameOrigin);
    options.set_redirect(RequestRedirect::Error);
    // It may have been replaced under the same name.
    options.set_cache(RequestCache::NoStore);
    let window = web_sys::window().ok_or("there is no page")?;
    let asked = window.fetch_with_str_and_init(path, &options);
    let answer = JsFuture::from(asked).await.map_err(unreachable)?;
    let answer: Response = answer.dyn_into().map_err(unreachable)?;
    if !answer.ok() {
        return Err(format!("the server answers {}", answer.status()));
    }
    let content = answer.blob().map_err(unreachable)?;
    let content = JsFuture::from(content).await.map_err(unreachable)?;
    content.dyn_into().map_err(unreachable)
}
