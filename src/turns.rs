//! Work in turns: each piece runs in a browser task of its own, so that a slow device responds to its reader in between.
//!
//! The first page of a visit is made this way, outside the document, and replaces the static page when it is complete
//! ([`take_place`]). Chunks that load later bring many views, which are made this way too.

use crate::web;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

/// Work that is queued.
#[derive(Default)]
struct Turns {
    waiting: VecDeque<Box<dyn FnOnce()>>,
    is_working: bool,
}

thread_local! {
    static TURNS: RefCell<Turns> = RefCell::default();
    static IS_FIRST_PAGE: Cell<bool> = const { Cell::new(false) };
}

/// Queues work for a browser task of its own, after the work that was queued before.
pub fn in_turn(work: impl FnOnce() + 'static) {
    let was_working = TURNS.with_borrow_mut(|turns| {
        turns.waiting.push_back(Box::new(work));
        std::mem::replace(&mut turns.is_working, true)
    });
    if was_working {
        return;
    }
    spawn_local(async {
        loop {
            web::turn().await;
            let next = TURNS.with_borrow_mut(|turns| {
                let next = turns.waiting.pop_front();
                turns.is_working = next.is_some();
                next
            });
            match next {
                Some(work) => work(),
                None => return,
            }
        }
    });
}

/// Queues work while the first page is made; at any other time does it now.
pub fn in_turn_at_first(work: impl FnOnce() + 'static) {
    if is_first_page() {
        in_turn(work);
    } else {
        work();
    }
}

/// Whether the first page of the visit is being made.
pub fn is_first_page() -> bool {
    IS_FIRST_PAGE.get()
}

/// Mounts the app outside the document. When its first page is complete, it replaces the content of `place`, and `then` is
/// called.
pub fn take_place<V: IntoView + 'static>(
    place: HtmlElement,
    app: impl FnOnce() -> V + 'static,
    then: impl FnOnce() + 'static,
) {
    IS_FIRST_PAGE.set(true);
    in_turn(move || {
        let aside = web::create("div").and_then(|aside| aside.dyn_into::<HtmlElement>().ok());
        let Some(aside) = aside else { return };
        leptos::mount::mount_to(aside.clone(), app).forget();
        move_when_made(place, aside, then);
    });
}

/// A piece queues those within it, so the page is complete when the queue is empty.
fn move_when_made(place: HtmlElement, aside: HtmlElement, then: impl FnOnce() + 'static) {
    in_turn(move || {
        if TURNS.with_borrow(|turns| !turns.waiting.is_empty()) {
            return move_when_made(place, aside, then);
        }
        IS_FIRST_PAGE.set(false);
        // Removes the static page.
        place.set_text_content(None);
        while let Some(part) = aside.first_child() {
            if place.append_child(&part).is_err() {
                break;
            }
        }
        then();
    });
}
