//! The frame around every page: menu, notices, the list of keys.

use super::course::{Progress, mark};
use super::find;
use super::hint::FirstRun;
use super::keys::Shortcuts;
use super::lazy::{CHOOSE, EMBED, PAGES, START, needed};
use super::page::Page;
use super::page_state::provide_page;
use crate::chunk;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::keyed::keyed;
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::kit::theme::{ThemeSignal, ThemeSwitch};
use crate::ui::lab::lazy::LAB;
use crate::ui::run::lazy::RECORDINGS;
use crate::ui::run::open_file::OpenFile;
use crate::ui::state::app::{App, Blank, Tone};
use crate::ui::state::progress;
use crate::ui::timeline::lazy::TIMELINE;
use crate::web;
use crate::web::files::Given;
use interleave_player::lab;
use interleave_player::view::Embed;
use interleave_playgrounds::{CARDS, Entry, Section, front};
use leptos::ev;
use leptos::html::{Button, Main, Nav};
use leptos::prelude::*;

/// The whole app.
#[component]
pub fn Shell() -> impl IntoView {
    let app = App::from_address();
    provide_context(app);
    let theme = ThemeSignal::new();
    provide_context(theme);
    let opener = OpenFile::new();
    provide_context(opener);
    provide_context(MenuOpen(RwSignal::new(false)));
    provide_context(FirstRun::new());
    provide_context(Shortcuts::new());
    let main = NodeRef::<Main>::new();
    let on_hash = window_event_listener(ev::hashchange, move |_| {
        // The page before stays until the new one can be shown.
        let hash = web::hash();
        chunk::after(needed(hash.clone()), move || {
            if hash != web::hash() || app.notices.is_disposed() {
                return;
            }
            app.open(&hash);
            if let Some(main) = main.get_untracked() {
                // A new page starts at its top, for screen readers too.
                let _ = main.focus();
                web::scroll_to_top();
            }
        });
    });
    on_cleanup(move || on_hash.remove());
    // The document's event bubbles to the window.
    let on_hide = window_event_listener(ev::visibilitychange, move |_| {
        if web::is_hidden() {
            app.hidden();
        }
    });
    on_cleanup(move || on_hide.remove());
    // A file that is dropped before the chunk has loaded is opened once it has.
    let on_drop = window_event_listener(ev::drop, move |event| {
        if PAGES.get_untracked().is_none()
            && let Some(given) = Given::dropped(&event)
        {
            PAGES.with(move |pages| (pages.open)(app, opener, given, false));
        }
    });
    on_cleanup(move || on_drop.remove());
    // From offline.js.
    let on_update = window_event_listener_untyped("interleave:update", move |_| {
        app.notices.add(Tone::Update, "A new version is ready.");
    });
    on_cleanup(move || on_update.remove());
    let title = move || match app.view.entry.get() {
        // The open recording is that of the lab's program.
        Some(_) if app.blank.get() == Blank::Lab => titled(front::LAB.title),
        Some(entry) => titled(entry.card().title),
        None => match app.blank.get() {
            Blank::Start => front::TITLE.to_owned(),
            Blank::Choose => titled(front::CHOOSE.title),
            Blank::Recording => titled(front::RECORDING.title),
            Blank::Lab => titled(front::LAB.title),
        },
    };
    Effect::new(move |_| web::set_title(&title()));
    let is_lab = Memo::new(move |_| app.blank.get() == Blank::Lab);
    let is_embedded = Memo::new(move |_| {
        let of_lab = is_lab.get() && app.lab_link.with(|link| lab::is_embedded(link));
        of_lab || app.view.embed.with(Option::is_some)
    });
    view! {
        <div class="app" class:embedded=is_embedded>
            <Show when=move || !is_embedded.get()>
                <a class="skip" href="#main" on:click=move |event| {
                    // The hash stays that of the playground.
                    event.prevent_default();
                    if let Some(main) = main.get_untracked() {
                        let _ = main.focus();
                    }
                }>"Skip to the playground"</a>
                <Lazy meanwhile=no_menu view=lazy::of(&PAGES, |pages| (pages.menu)())/>
            </Show>
            <main id="main" tabindex="-1" node_ref=main class:start=move || app.view.entry.get().is_none()>
                // Always there, so that what is added is read out.
                <div class="notices" aria-live="polite"><Lazy view=lazy::of(&PAGES, |pages| (pages.notices)())/></div>
                {move || {
                    app.opened.track();
                    // The lab's page stays while its program is run again and again.
                    if is_lab.get() {
                        return view! { <Lazy view=lazy::of(&LAB, move |lab| (lab.page)(app))/> }.into_any();
                    }
                    let (entry, embed) = (app.view.entry.get(), app.view.embed.get());
                    let opened = move || view! { <Opened app entry embed=embed.clone()/> }.into_any();
                    view! { <Lazy view=lazy::piece(opened)/> }.into_any()
                }}
            </main>
            <Lazy view=lazy::of(&PAGES, |pages| (pages.dialogs)())/>
        </div>
    }
}

/// The title of a document.
fn titled(page: &str) -> String {
    format!("{page} · Interleave")
}

/// A page, with the state that is dropped with it.
#[component]
fn Opened(
    /// The state of the whole app. From the context it would be that of the page before.
    app: App,
    /// The playground; none on the start page.
    entry: Option<&'static Entry>,
    /// How it is embedded, if it is.
    embed: Option<Embed>,
) -> impl IntoView {
    provide_page(app);
    view! {
        {match (entry, embed) {
            (Some(entry), Some(embed)) => {
                view! { <Lazy view=lazy::of(&EMBED, move |embedded| (embedded.page)(entry, embed.clone()))/> }.into_any()
            },
            (Some(entry), None) if !entry.is_recorded() => view! { <Page entry/> }.into_any(),
            (Some(entry), None) => {
                view! { <Lazy view=lazy::of(&RECORDINGS, move |recordings| (recordings.page)(entry))/> }.into_any()
            }
            (None, _) => match app.blank.get_untracked() {
                Blank::Start => view! { <Lazy view=lazy::of(&START, |start| (start.page)())/> }.into_any(),
                Blank::Choose => view! { <Lazy view=lazy::of(&CHOOSE, |choose| (choose.page)())/> }.into_any(),
                Blank::Recording => {
                    view! { <Lazy view=lazy::of(&RECORDINGS, |recordings| (recordings.without)())/> }.into_any()
                }
                // It has a page of its own.
                Blank::Lab => ().into_any(),
            },
        }}
        <Lazy view=lazy::of(&TIMELINE, |timeline| (timeline.card)())/>
    }
}

/// Updates the address a moment after the last change of the view.
pub fn keep_address(app: App) {
    let timer = StoredValue::new_local(None::<gloo_timers::callback::Timeout>);
    Effect::new(move |before: Option<Option<String>>| {
        let hash = app.hash();
        if let (Some(Some(before)), Some(hash)) = (&before, &hash)
            && before != hash
        {
            let hash = hash.clone();
            let shown = web::hash();
            let write = gloo_timers::callback::Timeout::new(250, move || {
                // A link that was opened meanwhile wins, even if its event has not arrived yet.
                if web::hash() == shown && untrack(|| app.hash()).as_ref() == Some(&hash) {
                    // If the browser refuses, the address is outdated until the next change.
                    let _ = web::set_hash(&hash);
                }
            });
            timer.set_value(Some(write));
        }
        hash.or(before.flatten())
    });
}

/// Whether the menu is open, where there is no room for it beside the page.
#[derive(Clone, Copy)]
struct MenuOpen(RwSignal<bool>);

/// The placeholder of [`Menu`]: its head, and the list of the static page. Opened, the menu is open when it has loaded.
fn no_menu() -> AnyView {
    let MenuOpen(open) = expect_context();
    let nav = NodeRef::<Nav>::new();
    Effect::new(move |_| {
        // The static page is in the document until the app's first page is complete.
        if let Some(nav) = nav.get() {
            web::append_copy("#app > .static .menu-body", &nav);
        }
    });
    view! {
        <nav class="menu" aria-label="Playgrounds" node_ref=nav>
            <div class="menu-bar">
                <a class="brand" href="#/">
                    <svg viewBox="0 0 24 24" aria-hidden="true">
                        <rect class="b1" x="1" y="4" width="13" height="4" rx="2"></rect>
                        <rect class="b2" x="6" y="10" width="17" height="4" rx="2"></rect>
                        <rect class="b3" x="3" y="16" width="10" height="4" rx="2"></rect>
                    </svg>
                    "Interleave"
                </a>
                <button class="icon-button menu-toggle" type="button" aria-label="Menu"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {icon(Icon::Menu)}
                </button>
            </div>
        </nav>
    }
    .into_any()
}

/// The menu.
#[component]
pub fn Menu() -> impl IntoView {
    let app = App::get();
    let open_file = OpenFile::get();
    let MenuOpen(open) = expect_context();
    let (nav, toggle) = (NodeRef::<Nav>::new(), NodeRef::<Button>::new());
    let focus_toggle = move || {
        if let Some(toggle) = toggle.get_untracked() {
            // On wide screens there is no button to take it.
            let _ = toggle.focus();
        }
    };
    let run = progress::all();
    let is_blank = move |page| app.view.entry.get().is_none() && app.blank.get() == page;
    let is_recording = move || match app.view.entry.get() {
        Some(entry) => entry.is_recorded() && app.blank.get() != Blank::Lab,
        None => app.blank.get() == Blank::Recording,
    };
    let section = move |section: Section| {
        let cards = CARDS.iter().filter(move |card| card.section == section);
        view! {
            <h2>{section.title()}</h2>
            <ul>
                {cards.map(|card| {
                    let slug = card.slug;
                    let here = move || app.view.entry.get().is_some_and(|open| open.slug == slug);
                    view! {
                        <li>
                            <a
                                href=format!("#/{slug}")
                                aria-current=move || here().then_some("page")
                                on:click=move |_| open.set(false)
                            >{card.title}</a>
                            {mark(run, slug)}
                        </li>
                    }
                }).collect_view()}
            </ul>
        }
    };
    view! {
        <nav class="menu" class:open=open aria-label="Playgrounds" node_ref=nav
            on:keydown=move |event| {
                if event.key() == "Escape" && open.get_untracked() {
                    event.prevent_default();
                    open.set(false);
                    focus_toggle();
                }
            }
            // A click on the backdrop of the open menu has the menu itself as its target, not an element in it.
            on:click=move |event| if event.target() == event.current_target() { open.set(false) }
            on:focusout=move |event| {
                let to = event.related_target();
                if to.is_some() && !nav.get_untracked().is_some_and(|nav| web::holds(&nav, to)) {
                    open.set(false);
                }
            }
        >
            <div class="menu-bar">
                <a class="brand" href="#/" aria-current=move || is_blank(Blank::Start).then_some("page")
                    on:click=move |_| open.set(false)>
                    <svg viewBox="0 0 24 24" aria-hidden="true">
                        <rect class="b1" x="1" y="4" width="13" height="4" rx="2"/>
                        <rect class="b2" x="6" y="10" width="17" height="4" rx="2"/>
                        <rect class="b3" x="3" y="16" width="10" height="4" rx="2"/>
                    </svg>
                    "Interleave"
                </a>
                <button class="icon-button menu-toggle" type="button" node_ref=toggle aria-label="Menu" aria-controls="menu-body"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {move || icon(if open.get() { Icon::Close } else { Icon::Menu })}
                </button>
            </div>
            <div class="menu-body" id="menu-body">
                {find::button(move || {
                    if open.get_untracked() {
                        open.set(false);
                        // When the dialog is closed, the focus goes back to where it was.
                        focus_toggle();
                    }
                })}
                <div class="menu-list">
                    <ul>
                        <li><a href="#/choose" aria-current=move || is_blank(Blank::Choose).then_some("page")
                            on:click=move |_| open.set(false)>{front::CHOOSE.name}</a></li>
                        <li><a href="#/recording" aria-current=move || is_recording().then_some("page")
                            on:click=move |_| open.set(false)>{front::RECORDING.name}</a></li>
                        <li><a href="#/lab" aria-current=move || (app.blank.get() == Blank::Lab).then_some("page")
                            on:click=move |_| open.set(false)>{front::LAB.name}</a></li>
                    </ul>
                    {Section::ALL.map(section).collect_view()}</div>
                <div class="menu-open">
                    <button class="button quiet" type="button" data-test="menu-open" on:click=move |_| {
                        open.set(false);
                        open_file.ask(false);
                    }>{icon(Icon::Open)}"Open a recording…"</button>
                </div>
                <Progress/>
                <div class="menu-foot"><span>"Theme"</span><ThemeSwitch/></div>
            </div>
        </nav>
    }
}

/// Messages that stay until they are dismissed.
#[component]
pub fn Notices() -> impl IntoView {
    let app = App::get();
    view! {
            {keyed(move || app.notices.all(), |notice| notice.id, move |notice| view! {
                <div class=match notice.tone {
                    Tone::Info | Tone::Update => "notice info",
                    Tone::Warn => "notice warn",
                    Tone::Error => "notice error",
                }>
                    {icon(match notice.tone {
                        Tone::Info | Tone::Update => Icon::Info,
                        Tone::Warn | Tone::Error => Icon::Warning,
                    })}
                    <p>{notice.text}</p>
                    {(notice.tone == Tone::Update).then(|| view! {
                        <button class="button" type="button" on:click=move |_| web::reload()>"Reload"</button>
                    })}
                    <button class="icon-button" type="button" aria-label="Dismiss"
                        on:click=move |_| app.notices.dismiss(notice.id)
                    >{icon(Icon::Close)}</button>
                </div>
            })}
    }
}
