//! An element's size, how much of it can be seen, and what the system shows it on.

use js_sys::Reflect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Reports how much of an element is in view until it is dropped. Within a frame, as much as its reader sees of it.
pub struct VisibilityWatch {
    observer: web_sys::IntersectionObserver,
    _callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl VisibilityWatch {
    /// Calls `changed` with the part that is seen, from 0 to 1, and its height in pixels: at first, and whenever it has
    /// changed by a twentieth, or reached or left 0. `None` in browsers that cannot tell. The margin, as in CSS, is what
    /// counts as seen besides the window.
    pub fn new(
        element: &web_sys::Element,
        margin: &str,
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
        options.set_root_margin(margin);
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

/// The size of an element.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Width and height in CSS pixels.
    pub css: (f64, f64),
    /// Width and height in the screen's pixels, as the browser has rounded them; `None` where it does not say.
    pub device: Option<(f64, f64)>,
}

/// Reports changes of an element's size until it is dropped: in CSS pixels, or in the screen's, as when a window goes to
/// another screen.
pub struct ResizeWatch {
    observer: web_sys::ResizeObserver,
    _callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl ResizeWatch {
    /// Calls `changed` at first and whenever the size changes; `None` in browsers that cannot tell.
    pub fn new(
        element: &web_sys::Element,
        mut changed: impl FnMut(Size) + 'static,
    ) -> Option<Self> {
        let watched = element.clone();
        let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let css = (
                f64::from(watched.client_width()),
                f64::from(watched.client_height()),
            );
            let last = entries.get(entries.length().wrapping_sub(1));
            let device = device_size(&last);
            changed(Size { css, device });
        });
        let observer = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        let options = web_sys::ResizeObserverOptions::new();
        options.set_box(web_sys::ResizeObserverBoxOptions::DevicePixelContentBox);
        // Safari does not know this box, and throws.
        let observed = Reflect::get(&observer, &"observe".into())
            .and_then(JsCast::dyn_into::<js_sys::Function>)
            .and_then(|observe| observe.call2(&observer, element, &options));
        if observed.is_err() {
            observer.observe(element);
        }
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

/// The size in the screen's pixels that an entry of a resize observer gives, where the browser knows it.
fn device_size(entry: &JsValue) -> Option<(f64, f64)> {
    let sizes = Reflect::get(entry, &"devicePixelContentBoxSize".into()).ok()?;
    let size = Reflect::get_u32(&sizes, 0).ok()?;
    let number = |name: &str| Reflect::get(&size, &name.into()).ok()?.as_f64();
    Some((number("inlineSize")?, number("blockSize")?))
}

/// Reports changes of the system's colours and of the screen's scale until it is dropped.
pub struct DisplayWatch {
    queries: Vec<web_sys::MediaQueryList>,
    callback: Closure<dyn FnMut()>,
}

impl DisplayWatch {
    /// Calls `changed` when the system's theme, contrast or colours change, before printing, and when the page is shown at
    /// another scale than it is now, as on another screen.
    pub fn new(changed: impl FnMut() + 'static) -> Option<Self> {
        let window = web_sys::window()?;
        let callback = Closure::<dyn FnMut()>::new(changed);
        let scale = format!("(resolution: {}dppx)", window.device_pixel_ratio());
        let watched = [
            "(prefers-color-scheme: dark)",
            "(prefers-contrast: more)",
            "(forced-colors: active)",
            "print",
            &scale,
        ];
        let queries: Vec<_> = watched
            .iter()
            .filter_map(|query| window.match_media(query).ok()?)
            .collect();
        for query in &queries {
            // Browsers that cannot tell leave the picture as it is until the next frame.
            let _ =
                query.add_event_listener_with_callback("change", callback.as_ref().unchecked_ref());
        }
        Some(Self { queries, callback })
    }
}

impl Drop for DisplayWatch {
    fn drop(&mut self) {
        for query in &self.queries {
            let callback = self.callback.as_ref().unchecked_ref();
            let _ = query.remove_event_listener_with_callback("change", callback);
        }
    }
}
