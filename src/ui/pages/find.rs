//! The box in which playgrounds are found: by title, by a name of asyncio or Rust, or by an error message.

use super::lazy::FIND;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::kit::words::words;
use crate::ui::state::app::App;
use crate::web;
use interleave_playgrounds::{Found, find};
use leptos::ev;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;

/// The placeholder of the dialog, and the key that opens it. The dialog is loaded when it is first opened.
#[component]
pub fn Finder() -> impl IntoView {
    let app = App::get();
    let is_wanted =
        Memo::new(move |before: Option<&bool>| before == Some(&true) || app.finding.get());
    let keys = window_event_listener(ev::keydown, move |event| {
        let is_it = event.key().eq_ignore_ascii_case("k") && !event.alt_key() && !event.shift_key();
        if is_it && (event.ctrl_key() || event.meta_key()) && !app.view.is_embedded() {
            event.prevent_default();
            // One dialog at a time.
            if !web::has("dialog[open]") {
                app.finding.set(true);
            }
        }
    });
    on_cleanup(move || keys.remove());
    move || {
        is_wanted.get().then(|| {
            FIND.with(|_| {});
            view! { <Lazy view=lazy::of(&FIND, |find| (find.dialog)())/> }
        })
    }
}

/// The button that opens it.
pub fn button(on_click: impl Fn() + 'static) -> impl IntoView {
    let app = App::get();
    let key = if web::is_apple() { "⌘ K" } else { "Ctrl K" };
    view! {
        <div class="menu-find">
            <button class="button" type="button" data-test="find" aria-keyshortcuts="Control+K Meta+K" aria-haspopup="dialog"
                on:click=move |_| {
                    on_click();
                    app.finding.set(true);
                }
            >
                {icon(Icon::Zoom)}"Find…"<kbd aria-hidden="true">{key}</kbd>
            </button>
        </div>
    }
}

/// The dialog.
#[component]
pub fn FindDialog() -> impl IntoView {
    let open = App::get().finding;
    let (dialog, input) = (NodeRef::<Dialog>::new(), NodeRef::<Input>::new());
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| query.with(|query| find(query)));
    Effect::new(move |_| {
        let (true, Some(dialog)) = (open.get(), dialog.get()) else {
            return;
        };
        if !dialog.open() {
            // Refused only when it is open already.
            let _ = dialog.show_modal();
        }
        if let Some(input) = input.get_untracked() {
            input.select();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let go = move |found: Found| {
        close();
        web::go(&format!("#/{}", found.card.slug));
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        let here = chosen.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.set((here + 1) % count),
            "ArrowUp" if count > 0 => chosen.set((here + count - 1) % count),
            "Enter" => {
                if let Some(found) = found.with_untracked(|found| found.get(here).copied()) {
                    go(found);
                }
            }
            _ => return,
        }
        event.prevent_default();
        web::scroll_to(&format!("#{}", option_id(chosen.get_untracked())));
    };
    let option = move |place: usize, found: Found| {
        view! {
            <li id=option_id(place) role="option" aria-selected=move || (chosen.get() == place).to_string()
                on:click=move |_| go(found)
            >
                <strong>{words(found.card.heading)}</strong>
                <span class="muted">{words(found.by.unwrap_or(found.card.subtitle))}</span>
            </li>
        }
    };
    view! {
        <dialog class="find" aria-label="Find a playground" node_ref=dialog on:close=move |_| open.set(false)
            on:click=move |event| {
                // A click beside the box hits the dialog itself.
                if event.target() == event.current_target() {
                    close();
                }
            }
        >
            <div class="find-box">
                {icon(Icon::Zoom)}
                <input type="text" role="combobox" aria-label="Title, name or error message" aria-autocomplete="list"
                    aria-expanded=move || (!found.with(Vec::is_empty)).to_string() aria-controls="find-list"
                    aria-activedescendant=move || found.with(|found| (!found.is_empty()).then(|| option_id(chosen.get())))
                    placeholder="Title, gather, tokio::spawn, an error message…" autocomplete="off" spellcheck="false" maxlength="500"
                    node_ref=input
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        chosen.set(0);
                    }
                    on:keydown=keys
                />
                <button class="icon-button" type="button" aria-label="Close" on:click=move |_| close()>{icon(Icon::Close)}</button>
            </div>
            <ul id="find-list" role="listbox" aria-label="Playgrounds" hidden=move || found.with(Vec::is_empty)>
                {move || found.get().into_iter().enumerate().map(|(place, found)| option(place, found)).collect_view()}
            </ul>
            <p class="find-said" role="status">{move || match found.with(Vec::len) {
                0 => "Nothing matches. Try one word: a name such as gather, or the last line of an error.".to_owned(),
                1 => "1 playground".to_owned(),
                count => format!("{count} playgrounds"),
            }}</p>
        </dialog>
    }
}

fn option_id(place: usize) -> String {
    format!("find-{place}")
}
