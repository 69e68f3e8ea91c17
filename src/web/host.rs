//! The page that holds this one in a frame: it gets the height of this one, if it asks, and may ask for a few things.
//!
//! All messages are `{ interleave: 1, type: ... }`. Nothing is sent before the parent has said `hello`, and then only to
//! the origin from which it did. Messages from elsewhere, or of another kind, are ignored:
//!
//! | from the parent | effect |
//! |---|---|
//! | `hello` | answered by `size`, now and whenever the height changes |
//! | `run` | after `hello`: a run, once the frame is in view |
//! | `theme`, with `theme`: `"light"`, `"dark"` or null | after `hello`: these colours |
//!
//! | to the parent | says |
//! |---|---|
//! | `size`, with `height` | the height in CSS pixels that shows the page without a scrollbar |

use super::ResizeWatch;
use gloo_timers::callback::Timeout;
use js_sys::Reflect;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, MessageEvent, Window};

/// What the parent asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A run.
    Run,
    /// These colours: "light", "dark", or the system's.
    Theme(Option<String>),
}

/// Listens to the parent until it is dropped.
pub struct Host {
    shared: Rc<Shared>,
    callback: Closure<dyn FnMut(MessageEvent)>,
    _watch: Option<ResizeWatch>,
}

struct Shared {
    parent: Window,
    /// The element whose height is sent.
    element: HtmlElement,
    /// Where the parent was when it said hello.
    origin: RefCell<Option<String>>,
    /// The height that was sent last.
    sent: Cell<f64>,
    /// Armed while there is a change to send.
    timer: RefCell<Option<Timeout>>,
    asked: Box<dyn Fn(Asked)>,
}

/// Changes within this time, in milliseconds, are sent together.
const THROTTLE: u32 = 50;
/// Where boot.js keeps messages that came before the app had started.
const MAIL: &str = "interleaveMail";

impl Host {
    /// Listens to the parent, on whose behalf `asked` is called; `None` if this page is in no frame.
    pub fn listen(element: HtmlElement, asked: impl Fn(Asked) + 'static) -> Option<Self> {
        let window = web_sys::window()?;
        let parent = window.parent().ok()??;
        if parent == window {
            return None;
        }
        let shared = Rc::new(Shared {
            parent,
            element: element.clone(),
            origin: RefCell::default(),
            sent: Cell::new(0.0),
            timer: RefCell::default(),
            asked: Box::new(asked),
        });
        let watch = ResizeWatch::new(&element, {
            let shared = Rc::clone(&shared);
            move |_| shared.changed()
        });
        let callback = Closure::<dyn FnMut(MessageEvent)>::new({
            let shared = Rc::clone(&shared);
            move |event: MessageEvent| shared.hear(&event)
        });
        // A window takes any listener.
        let _ =
            window.add_event_listener_with_callback("message", callback.as_ref().unchecked_ref());
        let mail = Reflect::get(&window, &MAIL.into()).ok()?;
        if let Ok(mail) = mail.dyn_into::<js_sys::Array>() {
            // boot.js keeps no more messages: from now on they are received here.
            let _ = Reflect::set(&window, &MAIL.into(), &JsValue::NULL);
            for event in mail.iter().filter_map(|event| event.dyn_into().ok()) {
                shared.hear(&event);
            }
        }
        Some(Self {
            shared,
            callback,
            _watch: watch,
        })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.shared.timer.take();
        if let Some(window) = web_sys::window() {
            let callback = self.callback.as_ref().unchecked_ref();
            let _ = window.remove_event_listener_with_callback("message", callback);
        }
    }
}

impl Shared {
    fn hear(&self, event: &MessageEvent) {
        let data = event.data();
        // Any value may have been sent: a text has no fields, and asking for them is refused.
        let field = |name: &str| Reflect::get(&data, &name.into()).unwrap_or_default();
        let parent: &js_sys::Object = self.parent.as_ref();
        let is_parent = event.source().as_ref() == Some(parent);
        if !is_parent || field("interleave").as_f64() != Some(1.0) {
            return;
        }
        let origin = event.origin();
        let kind = field("type").as_string().unwrap_or_default();
        let is_known = self.origin.borrow().as_ref() == Some(&origin);
        match kind.as_str() {
            // Pages without an origin of their own could only be answered by a broadcast.
            "hello" if origin != "null" => {
                *self.origin.borrow_mut() = Some(origin);
                self.sent.set(0.0);
                self.tell();
            }
            "run" if is_known => (self.asked)(Asked::Run),
            "theme" if is_known => {
                let theme = field("theme");
                let word = theme.as_string();
                if theme.is_null() || matches!(word.as_deref(), Some("light" | "dark")) {
                    (self.asked)(Asked::Theme(word));
                }
            }
            _ => {}
        }
    }

    fn changed(self: &Rc<Self>) {
        if self.origin.borrow().is_none() || self.timer.borrow().is_some() {
            return;
        }
        let shared = Rc::clone(self);
        let timer = Timeout::new(THROTTLE, move || {
            shared.timer.take();
            shared.tell();
        });
        *self.timer.borrow_mut() = Some(timer);
    }

    fn tell(&self) {
        let height = self.element.get_bounding_client_rect().height().ceil();
        let origin = self.origin.borrow();
        let (Some(origin), true) = (origin.as_ref(), height != self.sent.get()) else {
            return;
        };
        self.sent.set(height);
        let message = js_sys::Object::new();
        for (name, value) in [
            ("interleave", JsValue::from(1)),
            ("type", "size".into()),
            ("height", height.into()),
        ] {
            // A fresh object takes any field.
            let _ = Reflect::set(&message, &name.into(), &value);
        }
        // If the parent has gone to another origin meanwhile, the browser keeps it from hearing this.
        let _ = self.parent.post_message(&message, origin);
    }
}
