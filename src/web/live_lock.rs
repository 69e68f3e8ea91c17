//! The lock of live runs, which all tabs share: a new service worker takes over while no tab holds it
//! (`public/offline.js`), since a browser may end the old one in the middle of an answer.

use super::{href, settle, within};
use js_sys::{Function, Object, Promise, Reflect};
use tokio::sync::oneshot;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

/// How long a worker that is just taking over may delay a run, in milliseconds.
const PATIENCE: u32 = 5_000;

/// Held as long as this lives; other runs may hold it at the same time.
#[must_use = "dropping it releases the lock"]
pub struct LiveLock {
    /// Resolves the promise until which the browser holds the lock.
    release: Option<Function>,
}

impl LiveLock {
    /// Waits for the lock, for a few seconds at most. Where the browser has no locks, or refuses this one, the run starts
    /// without it.
    pub async fn hold() -> Self {
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        // Made before the lock is granted, so that a run that is left meanwhile releases it.
        let lock = Self { release };
        let (send, granted) = oneshot::channel();
        let on_grant = move || {
            // The receiver is gone if the run has been left.
            let _ = send.send(());
            held
        };
        if request(Closure::once_into_js(on_grant)).is_ok() {
            let _ = within(PATIENCE, granted).await;
        }
        lock
    }
}

impl Drop for LiveLock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            // To settle a promise does not fail.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Asks for the lock, by names: `web_sys` has locks among its unstable parts only.
fn request(on_grant: JsValue) -> Result<(), JsValue> {
    let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let folder = Url::new_with_base(".", &href())?.href();
    let name = format!("interleave live run {folder}");
    let options = Object::new();
    Reflect::set(&options, &"mode".into(), &"shared".into())?;
    let held: Promise = request
        .call3(&locks, &name.into(), &options, &on_grant)?
        .dyn_into()?;
    // A page of an opaque origin gets none.
    settle(&held, |_| {});
    Ok(())
}
