//! Opens recordings: from the file dialog, or dropped onto the page.

use crate::chunk;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::{App, Tone};
use crate::ui::state::entries;
use crate::web;
use interleave_player::Session;
use interleave_trace::saved::{self, MAX_BYTES};
use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;
use std::rc::Rc;

/// The file dialog; shared by all buttons that open it.
#[derive(Clone, Copy)]
pub struct OpenFile(NodeRef<Input>);

impl OpenFile {
    /// For the context.
    pub fn new() -> Self {
        Self(NodeRef::new())
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Lets the reader choose a file.
    pub fn ask(self) {
        if let Some(input) = self.0.get_untracked() {
            input.click();
        }
    }
}

/// The input of the file dialog, and the drop zone that appears while a file is dragged over the page.
#[component]
pub fn Opener() -> impl IntoView {
    let app = App::get();
    let input = OpenFile::get().0;
    let dropping = RwSignal::new(false);
    // Only files are of interest: text that is dragged belongs to the fields.
    let has_files = |event: &web_sys::DragEvent| {
        let data = event.data_transfer();
        data.is_some_and(|data| data.types().includes(&"Files".into(), 0))
    };
    let over = window_event_listener(ev::dragover, move |event| {
        if has_files(&event) {
            event.prevent_default();
            dropping.set(true);
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            dropping.set(false);
        }
    });
    let drop = window_event_listener(ev::drop, move |event| {
        dropping.set(false);
        if has_files(&event) {
            event.prevent_default();
            let files = event.data_transfer().and_then(|data| data.files());
            if let Some(file) = files.and_then(|files| files.get(0)) {
                open(app, &file);
            }
        }
    });
    on_cleanup(move || {
        over.remove();
        leave.remove();
        drop.remove();
    });
    view! {
        <input type="file" accept=".json,application/json" hidden data-test="file" aria-label="Recording" node_ref=input
            on:change=move |_| {
                let Some(input) = input.get_untracked() else { return };
                let file = input.files().and_then(|files| files.get(0));
                if let Some(file) = file {
                    open(app, &file);
                }
                // The same file may be chosen again.
                input.set_value("");
            }
        />
        <div class="drop-here" aria-hidden="true" hidden=move || !dropping.get()>
            <p>{icon(Icon::Open)}"Drop a recording to open it"</p>
        </div>
    }
}

/// Opens a file, or says what is wrong with it. What is on the page stays until it can be shown.
pub fn open(app: App, file: &web_sys::File) {
    let name = file.name();
    if file.size() > MAX_BYTES as f64 {
        let why = format!("it has more than {} MB", MAX_BYTES >> 20);
        return refuse(app, &name, &why);
    }
    web::files::read(file, move |text| {
        let saved = text
            .ok_or_else(|| "the browser could not read it".to_owned())
            .and_then(|text| saved::open(&text));
        let saved = match saved {
            Ok(saved) => saved,
            Err(why) => return refuse(app, &name, &why),
        };
        let playground = saved.playground.clone();
        let loaded = async move {
            entries::loaded(&playground).await;
        };
        chunk::after(loaded, move || {
            match Session::of_saved(&name, saved, Rc::new(web::now)) {
                Ok((session, seed)) => untrack(|| app.show(session, seed)),
                Err(why) => refuse(app, &name, &why),
            }
        });
    });
}

fn refuse(app: App, name: &str, why: &str) {
    let text = format!("“{name}” cannot be opened as a recording: {why}. Nothing has changed.");
    app.notices.add(Tone::Error, text);
}

/// Says that the run is a recording from a file.
#[component]
pub fn Recorded() -> impl IntoView {
    let app = App::get();
    let name = Memo::new(move |_| app.runs.session(|session| session?.saved_as.clone()));
    view! {
        <div class="recorded" role="status">
            {move || name.get().map(|name| view! {
                <div class="notice info" data-test="recorded">
                    {icon(Icon::Open)}
                    <p>{format!("This is a recording from “{name}”. Press Run again for a new run.")}</p>
                </div>
            })}
        </div>
    }
}
