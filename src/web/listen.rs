//! Events of an element, for as long as the listener is kept.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Listens to an element's events until it is dropped.
pub struct Listener {
    element: web_sys::Element,
    name: &'static str,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Calls `heard` for each event, and may keep the browser from what it would do: browsers
    /// take it for granted of some events that nobody does.
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
            element: element.clone(),
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
