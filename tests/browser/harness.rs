//! The helpers of the tests: a page that is mounted into an element of its own and removed when dropped.

use interleave::{ui, web};
use leptos::prelude::*;
use std::any::Any;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlTextAreaElement;
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlInputElement, HtmlSelectElement};
use web_sys::{KeyboardEvent, KeyboardEventInit};

/// How long a test waits for anything, in seconds. A passing test never takes that long.
const PATIENCE: f64 = 20.0;

/// The app, mounted; unmounted on drop.
pub struct Page {
    /// Where it is mounted.
    place: HtmlElement,
}

thread_local! {
    /// Unmounts the page that is open. A test that fails drops nothing: the next page that is opened removes its page.
    static OPEN: RefCell<Option<(Box<dyn Any>, HtmlElement)>> = const { RefCell::new(None) };
}

/// Unmounts the page that is open.
fn close() {
    if let Some((handle, place)) = OPEN.take() {
        drop(handle);
        place.remove();
    }
}

impl Page {
    /// Mounts the app as if the page had been opened at this hash.
    pub async fn open(hash: &str) -> Self {
        close();
        web::set_hash(if hash.is_empty() { "#" } else { hash });
        let document = document();
        let place: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        document.body().unwrap().append_child(&place).unwrap();
        let handle = leptos::mount::mount_to(place.clone(), || view! { <ui::Shell/> });
        OPEN.set(Some((Box::new(handle), place.clone())));
        let page = Self { place };
        page.settle().await;
        page
    }

    /// Lets effects run.
    pub async fn settle(&self) {
        leptos::task::tick().await;
        web::frame().await;
    }

    // Looking

    /// The elements that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.place.query_selector_all(selector).unwrap();
        let found = (0..found.length()).filter_map(|i| found.get(i));
        found.map(JsCast::unchecked_into).collect()
    }

    /// The one element that a selector finds.
    pub fn one(&self, selector: &str) -> HtmlElement {
        let mut found = self.all(selector);
        assert_eq!(found.len(), 1, "`{selector}`");
        found.remove(0).unchecked_into()
    }

    /// The text of the one element.
    pub fn text(&self, selector: &str) -> String {
        self.one(selector).text_content().unwrap_or_default()
    }

    /// The texts of all elements.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let all = self.all(selector).into_iter();
        all.map(|element| element.text_content().unwrap_or_default())
            .collect()
    }

    /// The value of the one input.
    pub fn value(&self, selector: &str) -> String {
        self.one(selector)
            .unchecked_into::<HtmlInputElement>()
            .value()
    }

    /// The value of the one text area.
    pub fn value_of_text(&self, selector: &str) -> String {
        self.one(selector)
            .unchecked_into::<HtmlTextAreaElement>()
            .value()
    }

    /// The state of the run, in words.
    pub fn status(&self) -> String {
        self.text("[data-test=status] .word")
    }

    /// The totals, strategy by strategy.
    pub fn totals(&self) -> Vec<String> {
        let totals = self.texts("[data-test=total]").into_iter();
        totals.map(|total| total.trim().to_owned()).collect()
    }

    /// Checks frame by frame until it is so.
    pub async fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let says = || self.place.inner_text();
        until(what, is_so, says).await;
    }

    /// Waits until the run has this state.
    pub async fn until_status(&self, status: &str) {
        self.until(status, || self.status() == status).await;
    }

    // Acting

    /// Clicks the one element.
    pub async fn click(&self, selector: &str) {
        self.one(selector).click();
        self.settle().await;
    }

    /// Puts a text into an input as typing does.
    pub async fn enter(&self, selector: &str, text: &str) {
        let input: HtmlInputElement = self.one(selector).unchecked_into();
        input.set_value(text);
        for event in ["input", "change"] {
            let bubbles = EventInit::new();
            bubbles.set_bubbles(true);
            let event = Event::new_with_event_init_dict(event, &bubbles).unwrap();
            input.dispatch_event(&event).unwrap();
        }
        self.settle().await;
    }

    /// Chooses an option by its value.
    pub async fn choose(&self, selector: &str, value: &str) {
        let select: HtmlSelectElement = self.one(selector).unchecked_into();
        select.set_value(value);
        assert_eq!(select.value(), value, "`{selector}` has no such option");
        let bubbles = EventInit::new();
        bubbles.set_bubbles(true);
        let event = Event::new_with_event_init_dict("change", &bubbles).unwrap();
        select.dispatch_event(&event).unwrap();
        self.settle().await;
    }

    /// Presses a key on the one element; true if the page handled it.
    pub async fn press(&self, selector: &str, key: &str) -> bool {
        self.one(selector).focus().unwrap();
        let used = press(&self.one(selector), key);
        self.settle().await;
        used
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        close();
    }
}

/// Presses a key on an element; true if it was handled.
pub fn press(element: &Element, key: &str) -> bool {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    !element.dispatch_event(&event).unwrap()
}

/// Checks frame by frame until it is so.
pub async fn until(what: &str, is_so: impl Fn() -> bool, says: impl Fn() -> String) {
    let deadline = web::now() + PATIENCE;
    while !is_so() {
        assert!(
            web::now() < deadline,
            "waited in vain: {what}\n--- the page says ---\n{}",
            says()
        );
        web::frame().await;
    }
}

/// The document.
pub fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

/// Runs JavaScript and gives what it returns.
pub fn js(code: &str) -> JsValue {
    let function = js_sys::Function::new_no_args(code);
    function.call0(&JsValue::NULL).unwrap()
}

/// A function of the window that counts while this lives.
pub struct Counter {
    /// The function's name, as seen from the window.
    name: &'static str,
}

impl Counter {
    /// Counts calls of `requestAnimationFrame`, `console.error` and the like.
    pub fn of(name: &'static str) -> Self {
        js(&format!(
            "const real = {name}; let calls = 0; const it = function (...all) {{ calls += 1; return real.apply(this, all); }};
             it.calls = () => calls; it.real = real; {name} = it;"
        ));
        Self { name }
    }

    /// The calls so far.
    pub fn calls(&self) -> usize {
        let calls = js(&format!("return {}.calls()", self.name));
        calls.as_f64().unwrap() as usize
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        js(&format!("{0} = {0}.real", self.name));
    }
}
