//! Listens for keys: what they do is in a chunk, and keys that are pressed before it has loaded are kept until then.

use super::keys::Keys;
use super::lazy::PAGES;
use crate::ui::state::app::App;
use crate::web;
use leptos::ev;
use leptos::prelude::*;

/// Listens for keys as long as the owner lives.
pub fn listen(app: App) {
    let keys = Keys::of(app);
    // Keys that were pressed before the chunk has loaded.
    let kept = StoredValue::new_local(Vec::new());
    let listener = window_event_listener(ev::keydown, move |event| match PAGES.get_untracked() {
        Some(pages) => (pages.key)(&keys, &event),
        // Run does not have to wait for it.
        None if event.key() == " " && web::has("body:focus, #main:focus") => {
            event.prevent_default();
            if app.view.entry.get_untracked().is_some() && !event.repeat() {
                untrack(|| app.run_or_pause());
            }
        }
        None => kept.update_value(|kept| kept.push(event)),
    });
    Effect::new(move |_| {
        let Some(pages) = PAGES.get() else { return };
        let kept = kept.try_update_value(std::mem::take).unwrap_or_default();
        untrack(|| kept.iter().for_each(|event| (pages.key)(&keys, event)));
    });
    on_cleanup(move || listener.remove());
}
