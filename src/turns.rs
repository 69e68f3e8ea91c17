//! Work in turns: each piece in a task of the browser of its own, so that a slow device answers its reader in between.
//!
//! The first page of a visit is made so, out of sight, and takes the place of the static page when it is whole
//! ([`take_place`]). Chunks that come later bring many views, which are made so too.

use crate::web;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

/// Work that waits for its turn.
#[derive(Default)]
struct Turns {
    waiting: VecDeque<Box<dyn FnOnce()>>,
    is_working: bool,
}

thread_local! {
    static TURNS: RefCell<Turns> = RefCell::default();
    static IS_FIRST_PAGE: Cell<bool> = const { Cell::new(false) };
}

/// Does something in a task of its own, after what was asked for before.
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

/// Does something in its turn while the first page is made, and now at any other time.
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

/// Mounts the app outside the document. When its first page is whole, it replaces what `place` holds, and `then` is called.
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

/// A piece queues those within it, so the page is whole when the queue is empty.
fn move_when_made(place: HtmlElement, aside: HtmlElement, then: impl FnOnce() + 'static) {
    in_turn(move || {
        if TURNS.with_borrow(|turns| !turns.waiting.is_empty()) {
            return move_when_made(place, aside, then);
        }
        IS_FIRST_PAGE.set(false);
        // The static page.
        place.set_text_content(None);
        while let Some(part) = aside.first_child() {
            if place.append_child(&part).is_err() {
                break;
            }
        }
        then();
    });
}
