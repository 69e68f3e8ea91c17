//! Example programs, and the Python of playgrounds.

use crate::ui::state::app::LINKS;
use crate::ui::state::entries;
use crate::web;
use interleave_player::gallery::{self, CASES, Example, FIRST, PRIMITIVES};
use interleave_player::lab::{LabProgram, of_playground};
use interleave_player::view::Route;
use interleave_playgrounds::{CARDS, source};
use leptos::prelude::*;
use tokio::sync::oneshot;

/// The program that a first visit shows.
pub fn first() -> LabProgram {
    LabProgram::of(FIRST.first().map_or("", |example| example.source))
}

/// The program with this name.
pub fn program(name: &str) -> Option<LabProgram> {
    let example = gallery::all().find(|example| example.name == name)?;
    Some(LabProgram::of(example.source))
}

/// A playground's Python as a program, with the params of a link to it.
pub async fn of(name: &str, settings: &str) -> Result<LabProgram, String> {
    let unknown = || format!("there is no playground “{name}”");
    let entry = entries::loaded(name).await.ok_or_else(unknown)?;
    let links = LINKS.loaded().await;
    let (Route::Playground(view), _) = (links.parse)(&format!("#/{name}?{settings}")) else {
        return Err(unknown());
    };
    let (send, receive) = oneshot::channel();
    web::load_text(&entry.source_path("py"), move |loaded| {
        // The receiver is gone if the page is.
        let _ = send.send(loaded);
    });
    let text = receive
        .await
        .unwrap_or_else(|_| Err("it did not come".to_owned()))?;
    if source::fingerprint(&text) != entry.fingerprints[1] {
        return Err("its source is of another version of this site; reload the page".to_owned());
    }
    let program = of_playground(&text, &view.params, &view.strategies)?;
    Ok(LabProgram {
        seed: view.seed,
        ..LabProgram::of(program)
    })
}

/// The programs as links, with what each of them shows.
#[component]
pub fn Gallery() -> impl IntoView {
    let list = |examples: &'static [Example]| {
        let link = |example: &'static Example| {
            view! {
                <li><a href=format!("#/lab?program={}", example.name)>{example.title}</a>" "<span>{example.says()}</span></li>
            }
        };
        view! { <ul>{examples.iter().map(link).collect_view()}</ul> }
    };
    view! {
        <section class="card lab-gallery" aria-labelledby="lab-gallery-title">
            <h2 id="lab-gallery-title">"Programs to try"</h2>
            {list(FIRST)}
            <h3>"One for each primitive"</h3>
            {list(PRIMITIVES)}
            <details>
                <summary>"Cases that surprise"</summary>
                {list(CASES)}
            </details>
            <details>
                <summary>"The Python of each playground"</summary>
                <ul>{CARDS.iter().map(|card| view! {
                    <li><a href=format!("#/lab?playground={}", card.slug)>{card.title}</a>" "<span>{card.aim}</span></li>
                }).collect_view()}</ul>
            </details>
        </section>
    }
}
