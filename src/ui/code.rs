//! The source that ran, and the same program in Python.

use super::app::{App, Tone};
use super::icon::{Icon, icon};
use crate::highlight::{Language, Token, lines};
use crate::playgrounds::{Entry, source};
use crate::web;
use leptos::html::Pre;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Both listings of a playground.
#[component]
pub fn Code(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    view! {
        <div class="code">
            <Listing language=Language::Rust source=entry.card.rust/>
            <Listing language=Language::Python source=entry.card.python/>
        </div>
    }
}

#[component]
fn Listing(language: Language, source: &'static str) -> impl IntoView {
    let app = App::get();
    let (title, says) = match language {
        Language::Rust => ("Rust", "the code that runs here"),
        Language::Python => ("Python", "the same program"),
    };
    let (first, text) = source::program(source);
    let shown = lines(text, language).into_iter().map(|pieces| {
        let pieces = pieces.into_iter().map(|(token, piece)| match token {
            Token::Plain => piece.into_any(),
            token => view! { <span class=token.class()>{piece}</span> }.into_any(),
        });
        view! { <span class="line">{pieces.collect_view()}</span> }
    });
    let pre = NodeRef::<Pre>::new();
    let starts = ["async fn", "async def"];
    let first_function = text
        .lines()
        .position(|line| starts.iter().any(|start| line.starts_with(start)));
    Effect::new(move |_| {
        let (Some(pre), Some(line)) = (pre.get(), first_function) else {
            return;
        };
        // What is imported and what the params are is above; the program begins here.
        let lines = pre.query_selector_all(".line").ok();
        let line = lines.and_then(|lines| lines.get(line.saturating_sub(2) as u32));
        if let Some(line) = line.and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok()) {
            pre.set_scroll_top(line.offset_top() - pre.offset_top());
        }
    });
    let copied = RwSignal::new(false);
    let copy = move |_| {
        web::copy(text.to_owned(), move |done| {
            copied.set(done);
            if !done {
                app.notify(
                    Tone::Warn,
                    "The browser does not let the code be copied. Select it and copy it by hand.",
                );
            }
        });
    };
    view! {
        <figure class="source">
            <figcaption>
                <h3>{title}</h3>
                <p>{says}</p>
                <button class="icon-button" type="button" title="Copy" aria-label=format!("Copy the {title} code") on:click=copy>
                    {move || icon(if copied.get() { Icon::Check } else { Icon::Copy })}
                </button>
                <span class="visually-hidden" role="status">{move || copied.get().then_some("Copied")}</span>
            </figcaption>
            <pre node_ref=pre tabindex="0" role="region" aria-label=format!("{title} code") style:counter-reset=format!("line {}", first - 1)>
                <code>{shown.collect_view()}</code>
            </pre>
        </figure>
    }
}
