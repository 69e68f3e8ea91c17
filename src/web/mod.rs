//! The browser: its clock, frames, network, address and storage. Nothing here knows of views.

pub mod aside;
pub mod database;
pub mod disk;
pub mod editor;
pub mod fetch;
pub mod files;
pub mod host;
mod lab_files;
pub mod listen;
mod live_lock;
pub mod mock;
pub mod outside;
pub mod own_file;
pub mod pages;
pub mod promises;
pub mod sandbox;
mod script;
mod text;
pub mod threads;
pub mod timing;
mod wait;
mod watch;

pub use live_lock::LiveLock;
pub use text::load_text;
pub use wait::{frame, sleep, turn, within};
pub use watch::{DisplayWatch, ResizeWatch, Size, VisibilityWatch};

use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static PERFORMANCE: Option<web_sys::Performance> =
        web_sys::window().and_then(|window| window.performance());
}

/// Monotonic time in seconds, from any origin; 0 where the browser has no such clock.
pub fn now() -> f64 {
    // Live runs read it at every step: not even a handle is made.
    PERFORMANCE.with(|performance| performance.as_ref().map_or(0.0, |it| it.now() / 1e3))
}

fn performance() -> Option<web_sys::Performance> {
    PERFORMANCE.with(Clone::clone)
}

/// Calls `done` with the result of a promise, and then drops all that belongs to it.
fn settle(promise: &js_sys::Promise, done: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
    type Callback = Closure<dyn FnMut(JsValue)>;
    let done = Rc::new(Cell::new(Some(done)));
    let kept = Rc::new(Cell::new(None::<[Callback; 2]>));
    let callback = |what: fn(JsValue) -> Result<JsValue, JsValue>| {
        let (done, kept) = (Rc::clone(&done), Rc::clone(&kept));
        Closure::once(move |value| {
            // Exactly one of the two is called, and drops both.
            drop(kept.take());
            if let Some(done) = done.take() {
                done(what(value));
            }
        })
    };
    let callbacks = [callback(Ok), callback(Err)];
    let [fulfilled, rejected] = &callbacks;
    let _ = promise.then2(fulfilled, rejected);
    kept.set(Some(callbacks));
}

/// The part of the address from `#` on; empty if there is none.
pub fn hash() -> String {
    web_sys::window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// The whole address.
pub fn href() -> String {
    web_sys::window()
        .and_then(|window| window.location().href().ok())
        .unwrap_or_default()
}

/// The address of the app, without the part that says what it shows.
pub fn site() -> String {
    let mut address = href();
    address.truncate(address.find('#').unwrap_or(address.len()));
    address
}

/// The folder that the app lies in, with a slash at its end.
pub fn folder() -> String {
    let mut address = site();
    address.truncate(address.find('?').unwrap_or(address.len()));
    address.truncate(address.rfind('/').map_or(address.len(), |slash| slash + 1));
    address
}

/// The height of some elements together, in CSS pixels.
pub fn total_height(selector: &str) -> f64 {
    let found = document().and_then(|document| document.query_selector_all(selector).ok());
    let found = found.into_iter().flat_map(|found| {
        let element = move |place| found.get(place)?.dyn_into::<web_sys::Element>().ok();
        (0..).map_while(element)
    });
    found
        .map(|element| f64::from(element.client_height()))
        .sum()
}

/// The value of the first input within an element that a selector finds.
pub fn value_of(within: &web_sys::Element, selector: &str) -> Option<String> {
    let input = within.query_selector(selector).ok()??;
    let input: web_sys::HtmlInputElement = input.dyn_into().ok()?;
    Some(input.value())
}

/// Puts a hash into the address without a new entry in the history; true if the browser allowed it.
///
/// Browsers refuse this in some frames, and when it is done too often: the address is then behind.
pub fn set_hash(hash: &str) -> bool {
    let history = web_sys::window().and_then(|window| window.history().ok());
    history.is_some_and(|history| {
        let put = history.replace_state_with_url(&JsValue::NULL, "", Some(hash));
        put.is_ok()
    })
}

/// Puts a hash into the address with an entry in the history, so that there is a way back.
pub fn push_hash(new: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history.filter(|_| hash() != new) {
        // Refused as above: then there is no way back.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(new));
    }
}

/// Opens a hash, as a link does.
pub fn go(hash: &str) {
    if let Some(window) = web_sys::window() {
        // Refused in no page that shows this: then nothing happens.
        let _ = window.location().set_hash(hash);
    }
}

/// Whether keyboards of this system have a command key.
pub fn is_apple() -> bool {
    let platform = web_sys::window().and_then(|window| window.navigator().platform().ok());
    platform.is_some_and(|platform| platform.starts_with("Mac"))
}

/// Whether the system's theme is dark.
pub fn prefers_dark() -> bool {
    prefers("(prefers-color-scheme: dark)")
}

/// Whether the reader prefers reduced motion.
pub fn prefers_stillness() -> bool {
    prefers("(prefers-reduced-motion: reduce)")
}

fn prefers(what: &str) -> bool {
    let query = web_sys::window().and_then(|window| window.match_media(what).ok()?);
    query.is_some_and(|query| query.matches())
}

/// Copies a text; `done` gets whether the browser allowed it.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    let clipboard = web_sys::window().filter(web_sys::Window::is_secure_context);
    let Some(clipboard) = clipboard.map(|window| window.navigator().clipboard()) else {
        return done(false);
    };
    settle(&clipboard.write_text(&text), move |copied| {
        done(copied.is_ok())
    });
}

/// A stored choice; `None` where there is none or storage is denied.
pub fn load(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Stores a choice, or with `None` removes it. Where storage is denied or full, it holds until the page is left.
pub fn save(key: &str, value: Option<&str>) {
    if let Some(storage) = storage() {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The element with this id, if it can hold others.
pub fn element(id: &str) -> Option<web_sys::HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Whether an event's target is an element or within it.
pub fn holds(element: &web_sys::Element, target: Option<web_sys::EventTarget>) -> bool {
    let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    element.contains(target.as_ref())
}

/// Whether a selector finds anything on the page.
pub fn has(selector: &str) -> bool {
    let found = document().and_then(|document| document.query_selector(selector).ok());
    found.flatten().is_some()
}

/// Appends a copy of the element that a selector finds first, if there is one.
pub fn append_copy(selector: &str, to: &web_sys::Element) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    let copy = found.and_then(|found| found.clone_node_with_deep(true).ok());
    if let Some(copy) = copy {
        // Refused only if it would be within itself.
        let _ = to.append_child(&copy);
    }
}

/// The address of a file that is loaded when it is needed. It lies in a folder of this page's version, so that a page
/// never gets a file of another one.
pub fn file(name: &str) -> String {
    let meta = document().and_then(|document| document.query_selector("meta[name=files]").ok()?);
    let folder = meta.and_then(|meta| meta.get_attribute("content"));
    folder.unwrap_or_default() + name
}

/// Reloads the page.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // Refused in some frames: then nothing happens.
        let _ = window.location().reload();
    }
}

/// Sets the title of the page.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Sets an attribute of the root element, or with `None` takes it away.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // Only invalid names are refused.
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// Whether the page cannot be seen, because another tab is in front of it.
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// How many threads can compute at the same time, as the browser says; 1 if it does not.
pub fn cores() -> usize {
    let told = web_sys::window().map(|window| window.navigator().hardware_concurrency());
    // It is no number where it is not known.
    told.map_or(1, |told| told as usize).max(1)
}

/// Lets the browser's own frame follow the theme: "light", "dark", or the system's.
pub fn set_theme_colour(theme: Option<&str>) {
    let metas =
        document().and_then(|document| document.query_selector_all("meta[name=theme-color]").ok());
    let Some(metas) = metas else { return };
    // The page has them in this order.
    for (place, own) in ["light", "dark"].into_iter().enumerate() {
        let media = match theme {
            None => format!("(prefers-color-scheme: {own})"),
            Some(theme) if theme == own => "all".to_owned(),
            Some(_) => "not all".to_owned(),
        };
        let meta = metas
            .get(place as u32)
            .and_then(|meta| meta.dyn_into::<web_sys::Element>().ok());
        if let Some(meta) = meta {
            // A plain attribute cannot be refused.
            let _ = meta.set_attribute("media", &media);
        }
    }
}

/// The width of the window in pixels.
pub fn width() -> f64 {
    let width = web_sys::window().and_then(|window| window.inner_width().ok());
    width.and_then(|width| width.as_f64()).unwrap_or(0.0)
}

/// The height of the window in pixels.
pub fn height() -> f64 {
    let height = web_sys::window().and_then(|window| window.inner_height().ok());
    height.and_then(|height| height.as_f64()).unwrap_or(0.0)
}

/// Back to the top of the page.
pub fn scroll_to_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Scrolls to the first element that a selector finds, unless all of it is seen.
pub fn scroll_to(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    if let Some(found) = found {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        found.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// Shows the page for an app that has stopped; boot.js has it, so that it works whatever broke.
pub fn fail(message: &str) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let show = js_sys::Reflect::get(&window, &JsValue::from_str("interleaveFail"));
    let show = show
        .ok()
        .and_then(|show| show.dyn_into::<js_sys::Function>().ok());
    if let Some(show) = show {
        // If even this fails, the console has the message.
        let _ = show.call1(&JsValue::NULL, &JsValue::from_str(message));
    }
}

/// The style of the root element as it is now.
pub fn root_style() -> Option<web_sys::CssStyleDeclaration> {
    let root = document()?.document_element()?;
    web_sys::window()?.get_computed_style(&root).ok()?
}

/// A new element, not in the page yet.
pub fn create(name: &str) -> Option<web_sys::Element> {
    document()?.create_element(name).ok()
}
