//! Menus that drop from a button: shown until something is chosen, Escape is pressed, or the focus goes elsewhere.

use super::icon::{Icon, icon};
use crate::web;
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// A menu that can be closed from within.
#[derive(Clone, Copy)]
pub struct Dropdown {
    open: RwSignal<bool>,
    /// The chosen action is running.
    busy: RwSignal<bool>,
    whole: NodeRef<Div>,
}

impl Dropdown {
    /// A closed one.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            busy: RwSignal::new(false),
            whole: NodeRef::new(),
        }
    }

    /// Closes it; its button gets the focus.
    pub fn close(self) {
        self.open.set(false);
        self.focus("[aria-expanded]");
    }

    /// Closes it, shows that it is busy, then works: a long action must not look like a click without effect.
    pub fn close_and(self, work: impl FnOnce() + 'static) {
        self.close();
        self.busy.set(true);
        request_animation_frame(move || {
            // A frame is painted before the work starts.
            let work = move || {
                work();
                // The page may be gone by then.
                self.busy.try_set(false);
            };
            set_timeout(work, Duration::ZERO);
        });
    }

    fn is_within(self, target: Option<web_sys::EventTarget>) -> bool {
        self.whole
            .get_untracked()
            .is_some_and(|whole| web::holds(&whole, target))
    }

    fn focus(self, selector: &str) {
        let found = self
            .whole
            .get_untracked()
            .and_then(|whole| whole.query_selector(selector).ok()?);
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            // An element that cannot take the focus leaves it where it is.
            let _ = found.focus();
        }
    }
}

/// The button and its menu.
#[component]
pub fn DropdownMenu(
    /// The menu.
    menu: Dropdown,
    /// The name of button and menu.
    name: &'static str,
    /// Its name in tests, and the beginning of its id.
    test: &'static str,
    /// The button's icon.
    icon: Icon,
    /// The entries.
    children: Children,
) -> impl IntoView {
    let open = menu.open;
    let id = format!("{test}-menu");
    // A press anywhere else closes it, also where a press does not move the focus.
    let elsewhere = window_event_listener(ev::pointerdown, move |event| {
        if open.get_untracked() && !menu.is_within(event.target()) {
            open.set(false);
        }
    });
    on_cleanup(move || elsewhere.remove());
    let keys = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" if open.get_untracked() => {
            event.prevent_default();
            menu.close();
        }
        // Otherwise they would step through the run.
        "ArrowLeft" | "ArrowRight" if open.get_untracked() => event.prevent_default(),
        key @ ("ArrowDown" | "ArrowUp") => {
            event.prevent_default();
            if !open.get_untracked() {
                open.set(true);
                // The list is shown once the change has come through.
                request_animation_frame(move || menu.focus(".drop button:enabled"));
            } else if let Some(whole) = menu.whole.get_untracked() {
                step_focus(&whole, &event, key == "ArrowDown");
            }
        }
        _ => {}
    };
    view! {
        <div class="has-drop" node_ref=menu.whole on:keydown=keys
            on:focusout=move |event| {
                let to = event.related_target();
                if to.is_some() && !menu.is_within(to) {
                    open.set(false);
                }
            }
        >
            <button class="button" type="button" data-test=test aria-controls=id.clone()
                aria-expanded=move || open.get().to_string()
                aria-busy=move || menu.busy.get().then_some("true")
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {self::icon(icon)}<span class="label">{name}</span>
            </button>
            <div class="drop card" id=id role="group" aria-label=name hidden=move || !open.get()>
                {children()}
            </div>
        </div>
    }
}

/// Up and down go from entry to entry, wrapping around.
fn step_focus(whole: &web_sys::Element, event: &web_sys::KeyboardEvent, down: bool) {
    let Ok(found) = whole.query_selector_all(".drop button:enabled") else {
        return;
    };
    let all: Vec<web_sys::HtmlElement> = (0..found.length())
        .filter_map(|place| found.get(place)?.dyn_into().ok())
        .collect();
    let target = event.target();
    let here = all
        .iter()
        .position(|button| Some(button.as_ref()) == target.as_ref());
    let next = match (here, down) {
        (None, true) => 0,
        (None, false) => all.len().saturating_sub(1),
        (Some(here), true) => (here + 1) % all.len(),
        (Some(here), false) => (here + all.len() - 1) % all.len(),
    };
    if let Some(next) = all.get(next) {
        // A button that is shown takes the focus.
        let _ = next.focus();
    }
}
