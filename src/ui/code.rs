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
            <Listing language=Language::Rust entry/>
            <Listing language=Language::Python entry/>
        </div>
    }
}

/// A source file on its way: `None` while it is being loaded, or why it could not be.
type Loaded = Option<Result<String, String>>;

/// Loads a source file.
fn load(path: &str, fingerprint: u64, into: RwSignal<Loaded>) {
    // The tab may be closed by now: then nobody waits for it.
    if into.try_set(None).is_some() {
        return;
    }
    web::load_text(path, move |loaded| {
        let known = loaded.and_then(|text| {
            (source::fingerprint(&text) == fingerprint)
                .then_some(text)
                .ok_or_else(|| "it is of another version of this site; reload the page".to_owned())
        });
        let _ = into.try_set(Some(known));
    });
}

#[component]
fn Listing(language: Language, entry: &'static Entry) -> impl IntoView {
    let app = App::get();
    let (title, says, extension) = match language {
        Language::Rust => ("Rust", "the code that runs here", "rs"),
        Language::Python => ("Python", "the same program", "py"),
    };
    let path = entry.source_path(extension);
    let [rust, python] = entry.fingerprints;
    let fingerprint = match language {
        Language::Rust => rust,
        Language::Python => python,
    };
    let loaded = RwSignal::new(None);
    // The listings are open from the start, yet nobody reads them first.
    web::when_whole({
        let path = path.clone();
        move || load(&path, fingerprint, loaded)
    });
    let text = Memo::new(move |_| loaded.with(|loaded| loaded.clone()?.ok()));
    let pre = NodeRef::<Pre>::new();
    Effect::new(move |_| {
        if let (Some(pre), Some(text)) = (pre.get(), text.get()) {
            scroll_to_program(&pre, source::program(&text).1);
        }
    });
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let Some(text) = text.get_untracked() else {
            return;
        };
        web::copy(source::program(&text).1.to_owned(), move |done| {
            copied.set(done);
            if !done {
                app.notify(
                    Tone::Warn,
                    "The browser does not let the code be copied. Select it and copy it by hand.",
                );
            }
        });
    };
    let first = move || text.with(|text| text.as_ref().map_or(1, |text| source::program(text).0));
    let shown = move || match loaded.get() {
        None => view! { <p class="empty" role="status">"Loading …"</p> }.into_any(),
        Some(Ok(text)) => listing(source::program(&text).1, language).into_any(),
        Some(Err(why)) => {
            let path = path.clone();
            view! {
                <div class="empty" role="alert">
                    <p>{format!("The code could not be loaded: {why}.")}</p>
                    <button class="button" type="button" on:click=move |_| load(&path, fingerprint, loaded)>
                        {icon(Icon::Reset)}"Try again"
                    </button>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <figure class="source">
            <figcaption>
                <h3>{title}</h3>
                <p>{says}</p>
                <button class="icon-button" type="button" title="Copy" aria-label=format!("Copy the {title} code")
                    prop:disabled=move || text.with(Option::is_none) on:click=copy
                >
                    {move || icon(if copied.get() { Icon::Check } else { Icon::Copy })}
                </button>
                <span class="visually-hidden" role="status">{move || copied.get().then_some("Copied")}</span>
            </figcaption>
            <pre node_ref=pre tabindex="0" role="region" aria-label=format!("{title} code")
                style:counter-reset=move || format!("line {}", first() - 1)
            >{shown}</pre>
        </figure>
    }
}

/// Coloured source, line by line.
fn listing(text: &str, language: Language) -> impl IntoView + use<> {
    let shown = lines(text, language).into_iter().map(|pieces| {
        let pieces = pieces.into_iter().map(|(token, piece)| match token {
            Token::Plain => piece.to_owned().into_any(),
            token => view! { <span class=token.class()>{piece.to_owned()}</span> }.into_any(),
        });
        view! { <span class="line">{pieces.collect_view()}</span> }
    });
    view! { <code>{shown.collect_view()}</code> }
}

/// What is imported and what the params are is above; the program begins at its first function.
fn scroll_to_program(pre: &web_sys::HtmlElement, text: &str) {
    let starts = ["async fn", "async def"];
    let first_function = text
        .lines()
        .position(|line| starts.iter().any(|start| line.starts_with(start)));
    let lines = pre.query_selector_all(".line").ok();
    let line = first_function
        .zip(lines)
        .and_then(|(line, lines)| lines.get(line.saturating_sub(2) as u32))
        .and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(line) = line {
        pre.set_scroll_top(line.offset_top() - pre.offset_top());
    }
}
