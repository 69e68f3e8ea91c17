//! The source that ran, and the same program in Python.

use crate::turns::in_turn;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::{App, Tone};
use crate::ui::timeline::suspended::{
    HoveredLines, LineTasks, Suspended, by_line, rust_lines, suspended,
};
use crate::web;
use interleave_player::lab::SLUG as LAB;
use interleave_playgrounds::Entry;
use interleave_playgrounds::highlight::{Language, Token, lines};
use interleave_playgrounds::source;
use interleave_playgrounds::source::Listing;
use leptos::html::Pre;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;

/// Both listings of a playground.
#[component]
pub fn Code(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let [rust, python] = [(); 2].map(|()| RwSignal::new(None::<Loaded>));
    let read = |loaded: RwSignal<Option<Loaded>>| {
        Memo::new(move |_| loaded.with(|loaded| Some(Listing::of(loaded.as_ref()?.as_ref().ok()?))))
    };
    let rust_lines = read(rust);
    let app = App::get();
    let suspended = suspended(app);
    let pinned = Pinned::new(None);
    let knows_lines = Memo::new(move |_| app.runs.knows_lines());
    view! {
        {move || (!knows_lines.get()).then(|| view! {
            <p class="other-source" role="status">
                "This recording may be of another version of this code, so no lines are marked where its tasks wait."
            </p>
        })}
        <div class="code">
            <Source language=Language::Rust entry loaded=rust listing=rust_lines rust=rust_lines suspended pinned/>
            <Source language=Language::Python entry loaded=python listing=read(python) rust=rust_lines suspended pinned/>
        </div>
    }
}

/// A source file, or why it could not be loaded.
type Loaded = Result<String, String>;
/// A source file as it is shown; `None` while it loads.
type Shown = Memo<Option<Listing>>;

/// Loads a source file.
fn load(path: &str, fingerprint: u64, into: RwSignal<Option<Loaded>>) {
    // The tab may be closed by now.
    if into.try_set(None).is_some() {
        return;
    }
    web::load_text(path, move |loaded| {
        let known = loaded.and_then(|text| {
            (source::fingerprint(&text) == fingerprint)
                .then_some(text)
                .ok_or_else(|| "it is of another version of this site; reload the page".to_owned())
        });
        // Both files may arrive at once, and a slow phone needs a while to make the lines of each.
        in_turn(move || {
            let _ = into.try_set(Some(known));
        });
    });
}

#[component]
fn Source(
    language: Language,
    entry: &'static Entry,
    loaded: RwSignal<Option<Loaded>>,
    listing: Shown,
    rust: Shown,
    suspended: Memo<Vec<Suspended>>,
    pinned: Pinned,
) -> impl IntoView {
    let app = App::get();
    let (title, says, extension) = match language {
        Language::Rust => ("Rust", "the code that runs here", "rs"),
        Language::Python => (
            "Python",
            "the same program, as Python 3.13 and 3.14 run it",
            "py",
        ),
    };
    let path = entry.source_path(extension);
    let [of_rust, of_python] = entry.fingerprints;
    let fingerprint = match language {
        Language::Rust => of_rust,
        Language::Python => of_python,
    };
    // The listings are open from the start, but not read first.
    load(&path, fingerprint, loaded);
    let lines = Lines {
        lit: Memo::new(move |_| {
            let (shown, rust) = (listing.read(), rust.read());
            let twin = shown.as_ref().filter(|_| language == Language::Python);
            match rust.as_ref() {
                Some(rust) => suspended.with(|suspended| by_line(suspended, rust, twin)),
                None => BTreeMap::new(),
            }
        }),
        language,
        listing,
        rust,
        pinned,
        hovered: HoveredLines::get(),
    };
    // A closed listing points at no line.
    on_cleanup(move || {
        let _ = lines.hovered.0.try_set(Vec::new());
    });
    let pre = NodeRef::<Pre>::new();
    Effect::new(move |_| {
        if let (Some(pre), Some(listing)) = (pre.get(), listing.get()) {
            // With the next frame, when its lines are there.
            request_animation_frame(move || scroll_to_program(&pre, &listing.text));
        }
    });
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let Some(listing) = listing.get_untracked() else {
            return;
        };
        web::copy(listing.text, move |done| {
            copied.set(done);
            if !done {
                app.notices.add(
                    Tone::Warn,
                    "The browser does not allow copying. Select the code and copy it by hand.",
                );
            }
        });
    };
    let first = move || listing.with(|listing| listing.as_ref().map_or(1, |listing| listing.first));
    let shown = move || match loaded.get() {
        None => view! { <p class="empty" role="status">"Loading …"</p> }.into_any(),
        Some(Ok(_)) => listing
            .get()
            .map(|shown| coloured(&shown, language, lines))
            .into_any(),
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
                {(language == Language::Python && !app.view.is_embedded()).then(|| view! {
                    <a class="button quiet" href=move || lab_link(app, entry.slug) data-test="open-in-lab"
                        title="Change this program and run it in the Python lab"
                    >{icon(Icon::Play)}"Open in the lab"</a>
                })}
                <button class="icon-button" type="button" title="Copy" aria-label=format!("Copy the {title} code")
                    prop:disabled=move || listing.with(Option::is_none) on:click=copy
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

/// The Python lab with this playground's program, and the params in the form.
fn lab_link(app: App, slug: &str) -> String {
    let hash = app.hash().unwrap_or_default();
    match hash.split_once('?') {
        Some((_, settings)) => format!("#/{LAB}?playground={slug}&{settings}"),
        None => format!("#/{LAB}?playground={slug}"),
    }
}

/// The line that stays marked until it or another one is pressed, with its meaning in the Rust source. Both
/// listings share it.
type Pinned = RwSignal<Option<(Language, usize, Vec<u32>)>>;

/// What links the lines of a listing with the race.
#[derive(Clone, Copy)]
struct Lines {
    /// Where tasks are suspended.
    lit: Memo<BTreeMap<usize, LineTasks>>,
    language: Language,
    listing: Shown,
    rust: Shown,
    pinned: Pinned,
    hovered: HoveredLines,
}

impl Lines {
    /// The meaning of a line in the Rust source.
    fn meant(self, line: usize) -> Vec<u32> {
        self.listing.with_untracked(|listing| {
            self.rust.with_untracked(|rust| match (listing, rust) {
                (Some(listing), Some(rust)) => rust_lines(line, listing, rust),
                _ => Vec::new(),
            })
        })
    }

    /// Points at a line, or at none but the pinned one.
    fn point(self, line: Option<usize>) {
        let pinned = || self.pinned.get_untracked().map(|(.., meant)| meant);
        let meant = line.map(|line| self.meant(line)).or_else(pinned);
        self.hovered.0.set(meant.unwrap_or_default());
    }

    fn is_pinned(self, line: usize) -> bool {
        self.pinned.with(|pinned| {
            matches!(pinned, Some((language, at, _)) if (*language, *at) == (self.language, line))
        })
    }

    fn press(self, line: usize) {
        let again = untrack(|| self.is_pinned(line));
        self.pinned
            .set((!again).then(|| (self.language, line, self.meant(line))));
        self.point(None);
    }
}

/// Coloured source, line by line.
fn coloured(listing: &Listing, language: Language, all: Lines) -> impl IntoView + use<> {
    let colour = |(token, piece): (Token, &str)| match token {
        Token::Plain => piece.to_owned().into_any(),
        token => view! { <span class=token.class()>{piece.to_owned()}</span> }.into_any(),
    };
    let shown = lines(&listing.text, language)
        .into_iter()
        .enumerate()
        .map(|(place, pieces)| {
            let pieces = pieces.into_iter().map(colour).collect_view();
            let line = listing.first + place;
            if listing.mark(line).is_none() {
                return view! { <span class="line">{pieces}</span> }.into_any();
            }
            view! {
            <span class="line awaits" class:lit=move || all.lit.with(|lit| lit.contains_key(&line))
                on:mouseenter=move |_| all.point(Some(line))
                on:mouseleave=move |_| all.point(None)
            >
                <Waiters line all/>
                {pieces}
            </span>
        }
        .into_any()
        });
    view! { <code>{shown.collect_view()}</code> }
}

/// How many tasks are suspended at a line; points at them. It adds no text, so that a selection holds the source alone.
#[component]
fn Waiters(line: usize, all: Lines) -> impl IntoView {
    let lit = Memo::new(move |_| all.lit.with(|lit| lit.get(&line).cloned()));
    let count = move || lit.with(|lit| lit.as_ref().map(|lit| format!("×{}", lit.count)));
    let words = move || {
        lit.with(|lit| match lit {
            None => format!("Line {line}: no task waits here now"),
            Some(LineTasks { count: 1, of }) => {
                format!("Line {line}: 1 task waits here: {}", of.join(", "))
            }
            Some(LineTasks { count, of }) => {
                format!("Line {line}: {count} tasks wait here: {}", of.join(", "))
            }
        })
    };
    view! {
        <button type="button" class="waiters" title=words aria-label=words
            aria-pressed=move || all.is_pinned(line).to_string()
            on:focus=move |_| all.point(Some(line))
            on:blur=move |_| all.point(None)
            on:click=move |_| all.press(line)
            data-count=move || count().unwrap_or_else(|| "·".to_owned())
        ></button>
    }
}

/// The line of the first function: imports and params are above it.
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
