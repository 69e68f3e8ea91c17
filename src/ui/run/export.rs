//! The export menu: pictures, recordings, traces, tables.

use super::open_file::OpenFile;
use crate::ui::kit::dropdown::{Dropdown, DropdownMenu};
use crate::ui::kit::icon::Icon;
use crate::ui::kit::theme::{Theme as Chosen, ThemeSignal};
use crate::ui::state::app::{App, Tone};
use crate::web;
use crate::web::{files, timing};
use interleave_geometry::svg::{self, Theme};
use interleave_player::Pace;
use interleave_player::Session;
use interleave_trace::export;
use interleave_trace::export::{Race, Run};
use interleave_trace::saved;
use leptos::prelude::*;

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

    /// Its name in the menu, and its use.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Svg => ("Picture (SVG)", "sharp at any size, light and dark"),
            Self::Png => ("Picture (PNG)", "in the present theme"),
            Self::Saved => ("Recording (JSON)", "can be opened here again"),
            Self::Chrome => ("Trace (JSON)", "for Perfetto or chrome://tracing"),
            Self::Csv => ("Table (CSV)", "one row per task"),
            Self::Timing => ("Performance panel", "tracks in the developer tools"),
        }
    }

    /// Its name in tests.
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

/// The menu.
#[component]
pub fn ExportMenu() -> impl IntoView {
    let app = App::get();
    let theme = ThemeSignal::get();
    let open_file = OpenFile::get();
    let menu = Dropdown::new();
    let has_run = Memo::new(move |_| app.runs.session(|session| session.is_some_and(has_trace)));
    let choose = move |format| menu.close_and(move || untrack(|| export(app, theme, format)));
    view! {
        <DropdownMenu menu name="Export" test="export" icon=Icon::Export>
            <p class="small muted" hidden=move || has_run.get()>"Nothing to export: run it first."</p>
            // The reader has the file of a recording already.
            {Format::ALL.into_iter().filter(|&format| format != Format::Saved || !app.is_recorded()).map(|format| {
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
                menu.close();
                open_file.ask(false);
            }>"Open a recording…"<small class="by-mouse">"or drop its file on the page"</small></button>
        </DropdownMenu>
    }
}

fn has_trace(session: &Session) -> bool {
    session.runs().iter().any(|run| run.trace().is_some())
}

/// Reads the race that is shown; `None` if nothing has been run.
fn with_race<T>(app: App, read: impl FnOnce(&Race<'_>, &Session) -> T) -> Option<T> {
    app.runs.session(|session| {
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
        let is_of_form = app
            .view
            .params
            .with_untracked(|params| *params == plan.params);
        let race = Race {
            title: match (&session.saved_as, plan.entry.is_recorded()) {
                (Some(name), true) => name,
                _ => plan.entry.card().title,
            },
            slug: plan.entry.slug,
            params: &plan.params,
            seed: if is_of_form {
                app.view.seed.get_untracked()
            } else {
                0
            },
            pace: plan.pace.word(),
            source: session.source,
            slow: plan
                .entry
                .strategies()
                .first()
                .map_or("", |first| first.mode),
            axis_end: app.axis_end(),
            in_flight: plan.entry.shows_in_flight(),
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
            Format::Svg => text(&svg::svg(race, Theme::Both), "image/svg+xml", "svg"),
            Format::Png => png(app, race, theme),
            Format::Saved => {
                let recording = saved::save(race);
                if recording.len() > saved::MAX_BYTES {
                    app.notices.add(Tone::Warn, TOO_LONG);
                }
                text(&recording, "application/json", "json")
            }
            Format::Chrome => text(&export::chrome(race), "application/json", "trace.json"),
            Format::Csv => text(&export::csv(race), "text/csv;charset=utf-8", "csv"),
            Format::Timing => publish(app, race, session),
        }
    });
    if done == Some(false) {
        app.notices.add(Tone::Error, REFUSED);
    }
}

const TOO_LONG: &str = "This recording is too large to be opened here again.";
const REFUSED: &str = "The browser refuses this export: it may lack memory, or block downloads.";

fn png(app: App, race: &Race<'_>, theme: Theme) -> bool {
    let name = race.file_name("png");
    let Some(svg) = files::blob(&svg::svg(race, theme), "image/svg+xml") else {
        return false;
    };
    files::paint(&svg, move |painted| match painted {
        None => app.notices.add(
            Tone::Error,
            "This picture is too large for a PNG in this browser. The SVG has no such limit.",
        ),
        Some((png, scale)) => {
            if !files::download(&name, &png) {
                app.notices.add(Tone::Error, REFUSED);
            } else if scale < 1.0 {
                app.notices.add(
                    Tone::Warn,
                    "This PNG is reduced in size: its lanes do not fit in full size. The SVG is sharp.",
                );
            }
        }
    });
    true
}

fn publish(app: App, race: &Race<'_>, session: &Session) -> bool {
    let (list, cut) = export::tracks(race);
    // The run takes as long as on screen; an instant run takes a thousandth of its own time.
    let scale = match session.plan.pace {
        Pace::Simulated => 1.0 / session.plan.speed,
        Pace::Live => 1.0,
        Pace::Instant => 1e-3,
    };
    let length = session.now().secs() * 1e3;
    let published = timing::publish(&list, length, scale);
    if published {
        let mut text = format!(
            "The run is in the browser's performance timeline until the next one; a second of it takes {:.0} ms there. \
             To see it as tracks, record in the Performance panel of the developer tools while you run and choose this.",
            scale * 1e3
        );
        if cut {
            text.push_str(" It holds the first tasks only: there are too many.");
        }
        app.notices.add(Tone::Info, text);
    }
    published
}
