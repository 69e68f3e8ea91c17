//! Opens recordings: from the file dialog, or dropped onto the page.

use super::lazy::RECORDINGS;
use super::open_file::OpenFile;
use crate::chunk;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::{App, Tone};
use crate::ui::state::entries;
use crate::web;
use crate::web::files::{self, Given};
use interleave_player::Session;
use interleave_trace::saved::{self, MAX_BYTES};
use leptos::ev;
use leptos::prelude::*;
use std::rc::Rc;

/// The input of the file dialog, and the drop zone that appears while a file is dragged over the page.
#[component]
pub fn Opener() -> impl IntoView {
    let app = App::get();
    let opener = OpenFile::get();
    let input = opener.input();
    let dropping = RwSignal::new(false);
    let over = window_event_listener(ev::dragover, move |event| {
        // Text that is dragged belongs to the fields.
        if event
            .data_transfer()
            .is_some_and(|data| files::holds_files(&data))
        {
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
        if let Some(given) = Given::dropped(&event) {
            event.prevent_default();
            open(app, opener, given, false);
        }
    });
    let paste = window_event_listener(ev::paste, move |event| {
        if let Some(given) = Given::pasted(&event) {
            event.prevent_default();
            open(app, opener, given, false);
        }
    });
    on_cleanup(move || {
        paste.remove();
        over.remove();
        leave.remove();
        drop.remove();
    });
    view! {
        <input type="file" accept=".json,.jsonl,.ndjson,application/json" hidden multiple data-test="file" aria-label="Recording" node_ref=input
            on:change=move |_| {
                let Some(input) = input.get_untracked() else { return };
                open(app, opener, Given::chosen(input.files()), opener.takes_beside());
                // The same file may be chosen again.
                input.set_value("");
            }
        />
        <div class="drop-here" aria-hidden="true" hidden=move || !dropping.get()>
            <p>{icon(Icon::Open)}"Drop a recording to open it"</p>
        </div>
        <div class="reading" role="status">
            {move || opener.reading().map(|(name, done)| view! {
                <p>{format!("Reading “{name}”: {done} %")}</p>
                <progress max="100" value=done aria-hidden="true"></progress>
            })}
        </div>
    }
}

/// How much of a file is examined before all of it is read, in bytes.
const BEGINNING: i32 = 256;

/// Opens files or text, or says why they cannot be opened; with `beside`, compared with the recording that is open. The
/// page stays as it is until the result can be shown.
pub fn open(app: App, opener: OpenFile, given: Given, beside: bool) {
    match given {
        Given::File(file) if beside => {
            read_programs(app, opener, vec![(file.name(), file.into())], true);
        }
        Given::File(file) => open_file(app, opener, &file),
        Given::Text(text) => open_text(app, opener, &text),
        Given::Folder(name) => refuse(app, &name, "it is a folder"),
        // Two are compared.
        Given::Several(files) if files.len() == 2 => {
            let named = files.into_iter().map(|file| (file.name(), file.into()));
            read_programs(app, opener, named.collect(), false);
        }
        Given::Several(files) => {
            let count = files.len();
            say(
                app,
                &format!("{count} files cannot be opened at once: two recordings can be compared"),
            );
        }
        Given::Nothing => say(app, "There is no file in what was dropped"),
    }
}

/// Text in the first bytes of recordings of programs, which saved races do not have.
const OF_PROGRAM: &str = "\"interleave recording\"";

/// Whether a file that begins like this may be a recording of the reader's own program: written by the recorder, or as
/// trace events by another tool.
fn is_of_program(beginning: &str) -> bool {
    let is_list = beginning.trim_start().starts_with('[') && beginning.contains("\"ph\"");
    is_list || beginning.contains(OF_PROGRAM) || beginning.contains("\"traceEvents\"")
}

/// Opens a text that was pasted.
fn open_text(app: App, opener: OpenFile, text: &str) {
    let name = "the pasted text".to_owned();
    if text.len() > MAX_BYTES {
        let why = format!("it has more than {} MB", MAX_BYTES >> 20);
        return refuse(app, &name, &why);
    }
    if text
        .get(..BEGINNING as usize)
        .unwrap_or(text)
        .contains(OF_PROGRAM)
        && let Some(file) = files::blob(text, "text/plain")
    {
        return read_programs(app, opener, vec![(name, file)], false);
    }
    show(app, name, text);
}

/// Opens recordings of a program of the reader's own.
fn read_programs(app: App, opener: OpenFile, files: Vec<(String, web_sys::Blob)>, beside: bool) {
    if let Some((name, _)) = files.first()
        && app.view.is_embedded()
    {
        return refuse(app, name, "a playground within another page cannot show it");
    }
    RECORDINGS.with(move |recordings| (recordings.open)(app, opener, files, beside));
}

fn open_file(app: App, opener: OpenFile, file: &web_sys::File) {
    let name = file.name();
    let size = file.size();
    if size == 0.0 {
        return refuse(app, &name, "it is empty");
    }
    let Some(beginning) = files::beginning(file, BEGINNING) else {
        return refuse(app, &name, UNREADABLE);
    };
    // A picture or a film of many megabytes is not even read.
    let file = file.clone();
    files::read(&beginning, move |beginning| match beginning {
        None => refuse(app, &name, UNREADABLE),
        Some(text) if is_of_program(&text) => {
            read_programs(app, opener, vec![(name, file.into())], false);
        }
        Some(_) if size > MAX_BYTES as f64 => {
            let why = format!("it has more than {} MB", MAX_BYTES >> 20);
            refuse(app, &name, &why);
        }
        Some(text) if !text.trim().is_empty() && !text.trim_start().starts_with(['{', '[']) => {
            refuse(app, &name, "it is not JSON");
        }
        Some(_) => files::read(&file, move |text| match text {
            None => refuse(app, &name, UNREADABLE),
            Some(text) => show(app, name, &text),
        }),
    });
}

/// Shows the recording that a file holds.
fn show(app: App, name: String, text: &str) {
    let saved = match saved::open(text) {
        Ok(saved) => saved,
        Err(why) => return refuse(app, &name, &why),
    };
    let playground = saved.playground.clone();
    let loaded = async move {
        entries::loaded(&playground).await;
    };
    chunk::after(loaded, move || {
        match Session::of_saved(&name, saved, Rc::new(web::now)) {
            Ok((session, seed)) => untrack(|| app.show(session, seed, false)),
            Err(why) => refuse(app, &name, &why),
        }
    });
}

pub(super) const UNREADABLE: &str = "the browser could not read it";

/// Says why a file cannot be opened.
pub fn refuse(app: App, name: &str, why: &str) {
    say(
        app,
        &format!("“{name}” cannot be opened as a recording: {why}"),
    );
}

fn say(app: App, what: &str) {
    app.notices
        .add(Tone::Error, format!("{what}. Nothing has changed."));
    // A file may be dropped far below the messages.
    request_animation_frame(|| web::scroll_to(".notices > :last-child"));
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
