//! What a race can be exported as, in a menu beside the other controls.

use super::app::{App, Tone};
use super::icon::{Icon, icon};
use super::open::OpenFile;
use super::theme::{Theme as Chosen, ThemeSignal};
use crate::player::Session;
use crate::route::Pace;
use crate::trace::export::{self, Race, Run, Theme};
use crate::trace::{State, saved};
use crate::web::{self, files, timing};
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What a race is exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Svg,
    Png,
    Saved,
    Chrome,
    Csv,
    Timing,
}

impl Format {
    /// In the order of the menu.
    const ALL: [Self; 6] = [
        Self::Svg,
        Self::Png,
        Self::Saved,
        Self::Chrome,
        Self::Csv,
        Self::Timing,
    ];

    /// What the menu says, and for what it is good.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Svg => ("Picture (SVG)", "sharp at any size, light and dark"),
            Self::Png => ("Picture (PNG)", "in the theme that you see"),
            Self::Saved => ("Recording (JSON)", "to be opened here again"),
            Self::Chrome => ("Trace (JSON)", "for Perfetto or chrome://tracing"),
            Self::Csv => ("Table (CSV)", "a row for each task"),
            Self::Timing => ("Performance panel", "tracks in the developer tools"),
        }
    }

    /// Tells it from the others in tests.
    fn word(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Saved => "race",
            Self::Chrome => "chrome",
            Self::Csv => "csv",
            Self::Timing => "timing",
        }
    }
}

/// The menu: a button, and what it shows as long as it is open.
#[component]
pub fn ExportMenu() -> impl IntoView {
    let app = App::get();
    let theme = ThemeSignal::get();
    let open_file = OpenFile::get();
    let open = RwSignal::new(false);
    let whole = NodeRef::<Div>::new();
    let is_within = move |target: Option<web_sys::EventTarget>| {
        let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        whole
            .get_untracked()
            .is_some_and(|whole| whole.contains(target.as_ref()))
    };
    // A press anywhere else closes it, also where a press does not move the focus.
    let elsewhere = window_event_listener(ev::pointerdown, move |event| {
        if open.get_untracked() && !is_within(event.target()) {
            open.set(false);
        }
    });
    on_cleanup(move || elsewhere.remove());
    let focus = move |selector: &str| {
        let found = whole
            .get_untracked()
            .and_then(|whole| whole.query_selector(selector).ok()?);
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            // What cannot take the focus leaves it where it is.
            let _ = found.focus();
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" if open.get_untracked() => {
            open.set(false);
            focus("[aria-expanded]");
        }
        // They step through the run otherwise.
        "ArrowLeft" | "ArrowRight" if open.get_untracked() => event.prevent_default(),
        key @ ("ArrowDown" | "ArrowUp") => {
            event.prevent_default();
            if !open.get_untracked() {
                open.set(true);
                // The list is shown once the change has come through.
                request_animation_frame(move || focus(".drop button:enabled"));
            } else if let Some(whole) = whole.get_untracked() {
                step_focus(&whole, &event, key == "ArrowDown");
            }
        }
        _ => {}
    };
    let has_run = Memo::new(move |_| app.session(|session| session.is_some_and(has_trace)));
    let choose = move |format| {
        open.set(false);
        focus("[aria-expanded]");
        untrack(|| export(app, theme, format));
    };
    view! {
        <div class="export" node_ref=whole on:keydown=keys
            on:focusout=move |event| {
                let to = event.related_target();
                if to.is_some() && !is_within(to) {
                    open.set(false);
                }
            }
        >
            <button class="button" type="button" data-test="export" aria-controls="export-menu"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {icon(Icon::Export)}<span class="label">"Export"</span>
            </button>
            <div class="drop card" id="export-menu" role="group" aria-label="Export" hidden=move || !open.get()>
                <p class="small muted" hidden=move || has_run.get()>"Nothing has been run yet. What was run can be exported."</p>
                {Format::ALL.map(|format| {
                    let (name, what_for) = format.words();
                    view! {
                        <button type="button" data-test=format!("export-{}", format.word())
                            prop:disabled=move || !has_run.get()
                            on:click=move |_| choose(format)
                        >{name}<small>{what_for}</small></button>
                    }
                }).collect_view()}
                <hr/>
                <button type="button" data-test="open" on:click=move |_| {
                    open.set(false);
                    focus("[aria-expanded]");
                    open_file.ask();
                }>"Open a recording…"<small class="by-mouse">"or drop its file onto the page"</small></button>
            </div>
        </div>
    }
}

/// Up and down go from entry to entry, round and round.
fn step_focus(whole: &web_sys::Element, event: &web_sys::KeyboardEvent, down: bool) {
    let Ok(found) = whole.query_selector_all(".drop button:enabled") else {
        return;
    };
    let all: Vec<web_sys::HtmlElement> = (0..found.length())
        .filter_map(|place| found.get(place)?.dyn_into().ok())
        .collect();
    let target = event.target();
    let here = all
        .iter()
        .position(|button| Some(button.as_ref()) == target.as_ref());
    let next = match (here, down) {
        (None, true) => 0,
        (None, false) => all.len().saturating_sub(1),
        (Some(here), true) => (here + 1) % all.len(),
        (Some(here), false) => (here + all.len() - 1) % all.len(),
    };
    if let Some(next) = all.get(next) {
        // A button that is shown takes the focus.
        let _ = next.focus();
    }
}

fn has_trace(session: &Session) -> bool {
    session.runs().iter().any(|run| run.trace().is_some())
}

/// Hands out the race that is shown; `None` if nothing has been run.
fn with_race<T>(app: App, read: impl FnOnce(&Race<'_>, &Session) -> T) -> Option<T> {
    app.session(|session| {
        let session = session.filter(|session| has_trace(session))?;
        let plan = &session.plan;
        let runs = session.runs().iter();
        let traces: Vec<_> = runs.filter_map(|run| Some((run, run.trace()?))).collect();
        let runs = traces.iter().map(|(run, trace)| Run {
            mode: run.strategy.mode,
            title: run.strategy.title,
            headline: run.strategy.headline,
            trace,
            index: run.index(),
            now: session.now_of(run),
        });
        let is_of_form = app.params.with_untracked(|params| *params == plan.params);
        let race = Race {
            title: plan.entry.card.title,
            slug: plan.entry.card.slug,
            params: &plan.params,
            seed: if is_of_form {
                app.seed.get_untracked()
            } else {
                0
            },
            pace: plan.pace.word(),
            slow: plan.entry.strategies.first().map_or("", |first| first.mode),
            axis_end: app.axis_end(),
            runs: runs.collect(),
        };
        Some(read(&race, session))
    })
}

/// Exports the race that is shown.
fn export(app: App, theme: ThemeSignal, format: Format) {
    let theme = match theme.0.get_untracked() {
        Chosen::Light => Theme::Light,
        Chosen::Dark => Theme::Dark,
        Chosen::System if web::prefers_dark() => Theme::Dark,
        Chosen::System => Theme::Light,
    };
    let done = with_race(app, |race, session| {
        let text = |text: &str, media, extension| {
            let content = files::blob(text, media);
            content.is_some_and(|content| files::download(&race.file_name(extension), &content))
        };
        match format {
            Format::Svg => text(&export::svg(race, Theme::Both), "image/svg+xml", "svg"),
            Format::Png => png(app, race, theme),
            Format::Saved => {
                let recording = saved::save(race);
                if recording.len() > saved::MAX_BYTES {
                    app.notify(Tone::Warn, TOO_LONG);
                }
                text(&recording, "application/json", "json")
            }
            Format::Chrome => text(&export::chrome(race), "application/json", "trace.json"),
            Format::Csv => text(&export::csv(race), "text/csv;charset=utf-8", "csv"),
            Format::Timing => publish(app, race, session),
        }
    });
    if done == Some(false) {
        app.notify(Tone::Error, REFUSED);
    }
}

const TOO_LONG: &str = "This recording is too long to be opened here again.";
const REFUSED: &str =
    "The browser refuses this export. It may be short of memory, or not let this page save files.";

fn png(app: App, race: &Race<'_>, theme: Theme) -> bool {
    let name = race.file_name("png");
    let Some(svg) = files::blob(&export::svg(race, theme), "image/svg+xml") else {
        return false;
    };
    files::paint(&svg, move |painted| match painted {
        None => app.notify(
            Tone::Error,
            "This picture is too large for a PNG in this browser. As SVG it can be of any size.",
        ),
        Some((png, scale)) => {
            if !files::download(&name, &png) {
                app.notify(Tone::Error, REFUSED);
            } else if scale < 1.0 {
                app.notify(
                    Tone::Warn,
                    "So many lanes do not fit into a PNG in full size, so this one is smaller. As SVG they are sharp.",
                );
            }
        }
    });
    true
}

/// The names of entries in the performance timeline.
fn entries() -> [&'static str; 3] {
    State::ALL.map(State::label)
}

/// Takes the entries of the last run out of the performance timeline.
pub fn unpublish() {
    timing::clear(&entries());
}

fn publish(app: App, race: &Race<'_>, session: &Session) -> bool {
    let (list, cut) = export::tracks(race);
    // As long as it took on screen; what took no time there becomes a thousandth.
    let scale = match session.plan.pace {
        Pace::Simulated => 1.0 / session.plan.speed,
        Pace::Live => 1.0,
        Pace::Instant => 1e-3,
    };
    let length = session.now().secs() * 1e3;
    let published = timing::publish(&list, length, scale, &entries());
    if published {
        let mut text = format!(
            "The run is in the browser's performance timeline until the next one; a second of it takes {:.0} ms there. \
             To see it as tracks, record in the Performance panel of the developer tools while you run and choose this.",
            scale * 1e3
        );
        if cut {
            text.push_str(" It holds the first 10,000 bars.");
        }
        app.notify(Tone::Info, text);
    }
    published
}
