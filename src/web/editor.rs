//! The editor of the Python lab (`public/editor/editor.js`).

use super::script;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlTextAreaElement};

/// Its file, and the function that the file defines.
const FILE: &str = "lab/editor.js";
const OPEN: &str = "interleaveEditor";

/// An editor in the place of a text field, with the same text.
pub struct Editor {
    handle: JsValue,
    _run: Closure<dyn FnMut()>,
}

impl Editor {
    /// Opens one in an empty element; `run` is called for Ctrl or Cmd and Enter. `None` if its script does not load.
    pub async fn open(
        place: HtmlElement,
        field: HtmlTextAreaElement,
        run: impl FnMut() + 'static,
    ) -> Option<Self> {
        let open = script::function(FILE, OPEN).await?;
        let run = Closure::<dyn FnMut()>::new(run);
        let handle = open
            .call3(&JsValue::NULL, &place, &field, run.as_ref())
            .ok()?;
        Some(Self { handle, _run: run })
    }

    /// Shows the field's text after it was set from elsewhere.
    pub fn follow(&self) {
        self.call("follow", &[]);
    }

    /// Marks a line, with a text under it; no line: no mark.
    pub fn mark(&self, line: Option<u32>, text: &str) {
        self.call("mark", &[line.unwrap_or(0).into(), text.into()]);
    }

    fn call(&self, name: &str, args: &[JsValue]) {
        let method = js_sys::Reflect::get(&self.handle, &name.into()).ok();
        if let Some(method) = method.and_then(|it| it.dyn_into::<js_sys::Function>().ok()) {
            // The editor's own methods do not throw; if one did, the field would still hold the text.
            let _ = method.apply(&self.handle, &args.iter().collect());
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.call("close", &[]);
    }
}
