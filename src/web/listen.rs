//! Events of an element or another target, for as long as the listener is kept.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Listens to events until it is dropped.
pub struct Listener {
    element: web_sys::EventTarget,
    name: &'static str,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Calls `heard` for each event. It may prevent the browser's default action: of some events browsers otherwise assume
    /// that no listener does.
    pub fn active(
        element: &web_sys::Element,
        name: &'static str,
        heard: impl FnMut(web_sys::Event) + 'static,
    ) -> Option<Self> {
        let callback = Closure::<dyn FnMut(_)>::new(heard);
        let options = web_sys::AddEventListenerOptions::new();
        options.set_passive(false);
        let listener = callback.as_ref().unchecked_ref();
        element
            .add_event_listener_with_callback_and_add_event_listener_options(
                name, listener, &options,
            )
            .ok()?;
        Some(Self {
            element: element.clone().into(),
            name,
            callback,
        })
    }

    /// Calls `hidden` whenever the page comes out of sight, as when another tab is opened.
    pub fn hidden(mut hidden: impl FnMut() + 'static) -> Option<Self> {
        let document: web_sys::EventTarget = web_sys::window()?.document()?.into();
        let name = "visibilitychange";
        let callback = Closure::<dyn FnMut(_)>::new(move |_| {
            if super::is_hidden() {
                hidden();
            }
        });
        let listener = callback.as_ref().unchecked_ref();
        document
            .add_event_listener_with_callback(name, listener)
            .ok()?;
        Some(Self {
            element: document,
            name,
            callback,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        let _ = self
            .element
            .remove_event_listener_with_callback(self.name, callback);
    }
}
