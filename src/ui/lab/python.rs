//! How much of Python is kept on this device, and its licences.

use super::state::Lab;
use crate::chunk;
use crate::web::sandbox;
use futures_util::lock::Mutex;
use leptos::prelude::*;
use std::sync::Arc;

/// Shows how much is kept, with a button that removes it, and the licences.
#[component]
pub fn KeptPython(
    /// Whether Python is loaded before the first run if it is kept.
    preloads: bool,
) -> impl IntoView {
    let lab = Lab::get();
    let size = RwSignal::new(None::<f64>);
    // One at a time: a look-up that began before Python was removed would still find it, or make its cache anew.
    let turns = StoredValue::new(Arc::new(Mutex::new(())));
    let look = move || {
        // The page may be closed by now.
        let Some(turns) = turns.try_get_value() else {
            return;
        };
        let look = async move {
            let turn = turns.lock().await;
            let kept = sandbox::size().await;
            drop(turn);
            if size.try_set(kept).is_none() && preloads && kept.is_some() {
                lab.preload().await;
            }
        };
        chunk::after(look, || {});
    };
    // After a run more may be kept than before.
    Effect::new(move |_| {
        if !lab.state.get().is_busy() {
            look();
        }
    });
    let forget = move || {
        let Some(turns) = turns.try_get_value() else {
            return;
        };
        let forget = async move {
            let turn = turns.lock().await;
            sandbox::forget().await;
            drop(turn);
            look();
        };
        chunk::after(forget, || {});
    };
    view! {
        <footer class="lab-foot hint">
            {move || size.get().map(|size| view! {
                <p data-test="lab-kept">
                    {format!("Python is kept on this device, so that it is there at once and without a network: {:.0} MB. ", size / 1e6)}
                    <button class="button quiet" type="button" data-test="lab-forget" on:click=move |_| forget()>"Remove"</button>
                </p>
            })}
            <p>
                "Python is "
                <a href="https://pyodide.org" rel="noopener">"Pyodide"</a>" (MPL-2.0), CPython for WebAssembly (PSF-2.0). "
                <a href=crate::web::file("lab/licences.txt")>"Licences and sources"</a>
            </p>
        </footer>
    }
}
