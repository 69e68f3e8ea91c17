//! Loads and saves programs: the address, files, the storage of this device.

use super::gallery;
use super::state::Lab;
use crate::chunk;
use crate::ui::kit::dropdown::{Dropdown, DropdownMenu};
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::run::share::address;
use crate::ui::state::app::{App, Tone};
use crate::web::{self, files};
use gloo_timers::callback::Timeout;
use interleave_player::lab::{self, Asked, LabProgram, MAX_SOURCE, SLUG};
use interleave_player::view::{self, FOLLOW_HEIGHT};
use leptos::html::Input;
use leptos::prelude::*;

/// How long after the last change the program is written to the address, in milliseconds.
const PAUSE: u32 = 400;

/// Puts the program that the link names into the editor, without running it.
pub fn opened(app: App, lab: Lab) {
    let hash = untrack(|| app.lab_link.get());
    // Messages about the link before are obsolete.
    app.notices.retain(|notice| notice.tone == Tone::Update);
    let as_left = move || lab.put(Lab::kept().unwrap_or_else(gallery::first));
    let fails = move |why: String| {
        app.notices.add(
            Tone::Error,
            format!("This link to the lab cannot be read: {why}."),
        );
    };
    match lab::asked(&hash) {
        Ok(Asked::AsLeft) => as_left(),
        Ok(Asked::Program(program)) => lab.put(program),
        Ok(Asked::Example(name)) => match gallery::program(&name) {
            Some(program) => lab.put(program),
            None => {
                fails(format!("there is no program “{name}”"));
                as_left();
            }
        },
        Ok(Asked::Playground(name, settings)) => {
            let load = async move {
                match gallery::of(&name, &settings).await {
                    // Another page may be open by now.
                    Ok(program) if !lab.source.is_disposed() => lab.put(program),
                    Ok(_) => {}
                    Err(why) if !lab.source.is_disposed() => {
                        fails(why);
                        as_left();
                    }
                    Err(_) => {}
                }
            };
            chunk::after(load, || {});
        }
        Err(why) => {
            fails(why);
            as_left();
        }
    }
}

/// Writes changes of the program to the address and to the storage of this device.
pub fn follow_address(app: App, lab: Lab) {
    let timer = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<LabProgram>| {
        let program = lab.program();
        if before.is_some_and(|before| before != program) {
            let changed = program.clone();
            let write = Timeout::new(PAUSE, move || {
                if app.lab_link.is_disposed() {
                    return;
                }
                lab.keep();
                // A program that is too long for a link is stored on this device alone.
                let link = lab::link(&changed).unwrap_or_else(|| format!("#/{SLUG}"));
                let embedded = app.lab_link.with_untracked(|link| lab::is_embedded(link));
                app.lab_link
                    .set(if embedded { lab::embedded(&link) } else { link });
            });
            timer.set_value(Some(write));
        }
        program
    });
}

/// How high the frame of an embedded lab is at first.
const HEIGHT: u32 = 900;

/// Copies a link to the program, or the HTML that embeds it in another page; or says why it cannot.
#[component]
pub fn Share() -> impl IntoView {
    let app = App::get();
    let lab = Lab::get();
    let menu = Dropdown::new();
    let copy = move |make: fn(&str) -> String, copied_text: &'static str| {
        menu.close();
        let Some(link) = lab::link(&untrack(|| lab.program())) else {
            let text = "The program is too long for a link: save it as a file.";
            return app.notices.add(Tone::Warn, text);
        };
        web::copy(make(&link), move |copied| match copied {
            true => app.notices.add(Tone::Info, copied_text),
            false => app.notices.add(
                Tone::Warn,
                "The browser does not allow copying. The link is in the address bar.",
            ),
        });
    };
    let of_link = |link: &str| address(link, "");
    let of_frame = |link: &str| {
        let frame = view::frame(&(web::site() + &lab::embedded(link)), "Python lab", HEIGHT);
        format!("{frame}\n{FOLLOW_HEIGHT}")
    };
    view! {
        <DropdownMenu menu name="Share" test="lab-share" icon=Icon::Share>
            <button type="button" data-test="lab-share-link"
                on:click=move |_| copy(of_link, "Link copied. It shows this program; its reader runs it with a press.")
            >"Copy a link to this program"<small>"the program is in the link"</small></button>
            <button type="button" data-test="lab-share-embed"
                on:click=move |_| copy(of_frame, "Copied. Put it into the source of your page.")
            >"Copy HTML that embeds it"<small>"an editor with Run, in a frame"</small></button>
        </DropdownMenu>
    }
}

/// Saves the program as a file.
#[component]
pub fn Save() -> impl IntoView {
    let app = App::get();
    let lab = Lab::get();
    let save = move || {
        let source = lab.source.get_untracked();
        let file = files::blob(&source, "text/x-python");
        if !file.is_some_and(|file| files::download("program.py", &file)) {
            app.notices
                .add(Tone::Error, "The browser does not allow downloads here.");
        }
    };
    view! {
        <button class="button" type="button" data-test="lab-save" on:click=move |_| save()>{icon(Icon::Export)}"Save"</button>
    }
}

/// Opens a program from a file.
#[component]
pub fn Open() -> impl IntoView {
    let app = App::get();
    let lab = Lab::get();
    let input = NodeRef::<Input>::new();
    let open = move || {
        let Some(field) = input.get_untracked() else {
            return;
        };
        let Some(file) = field.files().and_then(|files| files.get(0)) else {
            return;
        };
        // The same file can be chosen again.
        field.set_value("");
        let fails = move |why: &str| {
            app.notices
                .add(Tone::Error, format!("This file cannot be opened: {why}."));
        };
        let size = file.size();
        if size > MAX_SOURCE as f64 {
            return fails("it is too large for a program");
        }
        let read = async move {
            let bytes = files::bytes(&file, 0.0, size).await;
            match bytes.map(String::from_utf8) {
                Some(Ok(source)) if !lab.source.is_disposed() => {
                    untrack(|| {
                        lab.put(LabProgram {
                            source,
                            ..lab.program()
                        })
                    });
                }
                Some(Ok(_)) => {}
                Some(Err(_)) => fails("it is no text in UTF-8"),
                None => fails("the browser cannot read it"),
            }
        };
        chunk::after(read, || {});
    };
    view! {
        <input node_ref=input type="file" accept=".py,text/x-python,text/plain" hidden data-test="lab-file" on:change=move |_| open()/>
        <button class="button" type="button" data-test="lab-open" on:click=move |_| {
            if let Some(input) = input.get_untracked() {
                input.click();
            }
        }>{icon(Icon::Open)}"Open…"</button>
    }
}
