//! Sharing: a link to the run, or the element that embeds the playground in another page.

use crate::ui::kit::dropdown::{Dropdown, DropdownMenu};
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::{App, Tone};
use crate::web;
use interleave_player::view;
use interleave_player::view::{Embed, FOLLOW_HEIGHT, PANELS, THEMES};
use leptos::html::{Dialog, Textarea};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Copies a link to exactly this run.
pub fn share(app: App) {
    let at = untrack(|| app.instant_to_share());
    let Some(hash) = untrack(|| app.hash_at(at)) else {
        let problem = untrack(|| why_not(app));
        app.notices
            .add(Tone::Error, format!("This cannot be shared: {problem}."));
        return;
    };
    let is_in_address = web::set_hash(&hash);
    web::copy(address(&hash, ""), move |copied| {
        if copied {
            let text = match at {
                None if untrack(|| app.runs.is_stepped_into()) => {
                    "Link copied. It opens this run without your changes to it."
                }
                None => "Link copied. It opens exactly this run.",
                Some(_) => "Link copied. It opens exactly this instant.",
            };
            app.notices.add(Tone::Info, text);
        } else {
            let text = match is_in_address {
                true => "The browser does not allow copying. The link is in the address bar.",
                false => {
                    "The browser allows neither copying nor a new address, so there is no link."
                }
            };
            app.notices.add(Tone::Warn, text);
        }
    });
}

/// The whole address of what a hash shows, for chats, which show title and picture of that page; with [`view::FRAME`], for
/// a frame. Only a site that is built for release has these pages.
pub fn address(hash: &str, file: &str) -> String {
    match cfg!(feature = "split") {
        true => view::page(&web::folder(), hash, file),
        false => web::site() + hash,
    }
}

/// What prevents a link.
fn why_not(app: App) -> String {
    let problem = app
        .problems
        .with(|problems| problems.first().map(ToString::to_string));
    problem.unwrap_or_else(|| "the values are too long for a link".to_owned())
}

/// The share menu: a link, or a frame.
#[component]
pub fn ShareMenu(
    /// Opens the dialog with the snippet.
    embedding: RwSignal<bool>,
) -> impl IntoView {
    let app = App::get();
    let menu = Dropdown::new();
    view! {
        <DropdownMenu menu name="Share" test="share" icon=Icon::Share>
            <button type="button" data-test="share-link" on:click=move |_| {
                menu.close();
                share(app);
            }>"Copy a link to this run"<small>"opens exactly what you see"<span class="by-mouse">" · key S"</span></small></button>
            <button type="button" data-test="share-embed" on:click=move |_| {
                menu.close();
                embedding.set(true);
            }>"Embed…"<small>"in an article or on your page"</small></button>
        </DropdownMenu>
    }
}

/// The name of a panel of an embedded page.
fn title(panel: &str) -> &'static str {
    match panel {
        "race" => "Race",
        "claims" => "Claims",
        "results" => "Results",
        "form" => "Form",
        "code" => "Code",
        "log" => "Log",
        "story" => "Story",
        "tasks" => "Tasks",
        "numbers" => "Numbers",
        _ => "Compare",
    }
}

/// The snippet and its options.
#[component]
pub fn EmbedDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let app = App::get();
    let dialog = NodeRef::<Dialog>::new();
    let text = NodeRef::<Textarea>::new();
    let embed = RwSignal::new(Embed::default());
    let predict = RwSignal::new(false);
    let follows = RwSignal::new(false);
    let height = RwSignal::new(480);
    let said = RwSignal::new("");
    Effect::new(move |_| {
        let (open, Some(dialog)) = (open.get(), dialog.get()) else {
            return;
        };
        if open && !dialog.open() {
            // The present height of the race, and of the controls above it.
            let race = web::total_height(".race > :not(.claims, .claims-later)");
            height.set(((race + 150.0) / 10.0).ceil() as u32 * 10);
            predict.set(app.view.predict.get_untracked());
            said.set("");
            // Refused only when it is open already.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let snippet = Memo::new(move |_| {
        if !open.get() {
            return String::new();
        }
        let entry = app.view.entry.get().map_or("", |entry| entry.card().title);
        let frame = app.runnable_view().and_then(|mut view| {
            view.embed = Some(embed.get());
            view.predict = predict.get();
            let title = format!("Playground: {entry}");
            let address = |hash: &str| address(hash, view::FRAME);
            view::snippet(address, &view, &title, height.get()).ok()
        });
        match frame {
            None => format!("This cannot be embedded: {}.", why_not(app)),
            Some(frame) if follows.get() => format!("{frame}\n{FOLLOW_HEIGHT}\n"),
            Some(frame) => frame + "\n",
        }
    });
    let copy = move |_| {
        web::copy(snippet.get_untracked(), move |copied| {
            if copied {
                return said.set("Copied.");
            }
            if let Some(text) = text.get_untracked() {
                text.select();
            }
            said.set("The browser does not allow copying. The text is selected: copy it by hand.");
        });
    };
    let toggle = move |panel: &'static str| {
        embed.update(|embed| {
            let panels = PANELS.into_iter();
            let panels = panels.filter(|one| (*one == panel) != embed.panels.contains(one));
            let panels: Vec<_> = panels.collect();
            // One panel at least is shown.
            if !panels.is_empty() {
                embed.panels = panels;
            }
        });
    };
    view! {
        <dialog class="embed-dialog" aria-labelledby="embed-title" node_ref=dialog
            on:close=move |_| open.set(false)
            on:click=move |event| {
                // A click beside it hits the dialog itself.
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok());
                if target.is_some() {
                    open.set(false);
                }
            }
        >
            <div class="dialog-head">
                <h2 id="embed-title">"Embed this playground"</h2>
                <button class="icon-button" type="button" aria-label="Close" on:click=move |_| open.set(false)>
                    {icon(Icon::Close)}
                </button>
            </div>
            <div class="dialog-body">
                <div class="embed-options">
                    <label class="embed-field">"Theme"
                        <span class="select">
                            <select data-test="embed-theme" on:change=move |event| {
                                let word = event_target_value(&event);
                                let theme = THEMES.into_iter().find(|theme| *theme == word);
                                embed.update(|embed| embed.theme = theme);
                            }>
                                <option value="">"reader's"</option>
                                {THEMES.map(|theme| view! { <option value=theme>{theme}</option> }).collect_view()}
                            </select>
                            {icon(Icon::Chevron)}
                        </span>
                    </label>
                    <label class="embed-field">"Height in pixels"
                        <input type="number" min="100" max="5000" step="10" data-test="embed-height"
                            prop:value=move || height.get().to_string()
                            on:input=move |event| {
                                if let Ok(pixels) = event_target_value(&event).parse() {
                                    height.set(pixels);
                                }
                            }
                        />
                    </label>
                </div>
                <div class="chips" role="group" aria-label="What is shown">
                    {PANELS.map(|panel| view! {
                        <button class="chip" type="button" data-test=format!("embed-{panel}")
                            aria-pressed=move || embed.with(|embed| embed.panels.contains(&panel)).to_string()
                            on:click=move |_| toggle(panel)
                        >{title(panel)}</button>
                    }).collect_view()}
                </div>
                <div class="embed-checks">
                    <label><input type="checkbox" data-test="embed-autoplay"
                        prop:checked=move || embed.with(|embed| embed.autoplay)
                        on:change=move |event| embed.update(|embed| embed.autoplay = event_target_checked(&event))
                    />"Run when it comes into view"</label>
                    <label><input type="checkbox" data-test="embed-predict"
                        prop:checked=move || predict.get()
                        on:change=move |event| predict.set(event_target_checked(&event))
                    />"Ask for a prediction before each run"</label>
                    <label><input type="checkbox" data-test="embed-follow"
                        prop:checked=move || follows.get()
                        on:change=move |event| follows.set(event_target_checked(&event))
                    />"Fit the height to the content (adds a short script)"</label>
                </div>
                <textarea readonly rows="7" spellcheck="false" aria-label="HTML for your page" data-test="embed-snippet"
                    node_ref=text prop:value=move || snippet.get()
                ></textarea>
                <div class="embed-copy">
                    <button class="button primary" type="button" data-test="embed-copy" on:click=copy>
                        {icon(Icon::Copy)}"Copy"
                    </button>
                    <span role="status" class="small muted">{move || said.get()}</span>
                </div>
            </div>
        </dialog>
    }
}
