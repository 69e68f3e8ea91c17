//! An element's size, and how much of it can be seen.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Reports how much of an element is in view until it is dropped. Within a frame, as much as its reader sees of it.
pub struct VisibilityWatch {
    observer: web_sys::IntersectionObserver,
    _callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl VisibilityWatch {
    /// Calls `changed` with the part that is seen, from 0 to 1, and its height in pixels: at first, and whenever it has
    /// changed by a twentieth, or reached or left 0. `None` in browsers that cannot tell.
    pub fn new(
        element: &web_sys::Element,
        mut changed: impl FnMut(f64, f64) + 'static,
    ) -> Option<Self> {
        let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let last = entries.get(entries.length().wrapping_sub(1));
            if let Ok(last) = last.dyn_into::<web_sys::IntersectionObserverEntry>() {
                changed(last.intersection_ratio(), last.intersection_rect().height());
            }
        });
        let steps = (0..=20).map(|step| JsValue::from(f64::from(step) / 20.0));
        let options = web_sys::IntersectionObserverInit::new();
        options.set_threshold(&steps.collect::<js_sys::Array>());
        let observer = web_sys::IntersectionObserver::new_with_options(
            callback.as_ref().unchecked_ref(),
            &options,
        );
        let observer = observer.ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for VisibilityWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Reports changes of an element's size until it is dropped.
pub struct ResizeWatch {
    observer: web_sys::ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl ResizeWatch {
    /// Calls `changed` with the width and height in CSS pixels, at first and whenever they
    /// change; `None` in browsers that cannot tell.
    pub fn new(
        element: &web_sys::Element,
        mut changed: impl FnMut(f64, f64) + 'static,
    ) -> Option<Self> {
        let watched = element.clone();
        let callback = Closure::<dyn FnMut()>::new(move || {
            changed(
                f64::from(watched.client_width()),
                f64::from(watched.client_height()),
            );
        });
        let observer = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for ResizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
