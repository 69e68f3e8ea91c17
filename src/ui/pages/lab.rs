//! The page of the Python lab.

use super::differences::Differences;
use super::lazy::PAGES;
use super::page_state::provide_page;
use super::recording::Findings;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::kit::theme::{Theme, ThemeSignal};
use crate::ui::lab::editor::SourceEditor;
use crate::ui::lab::explore::{Explore, Variations};
use crate::ui::lab::files::{Open, Save, Share, follow_address, opened};
use crate::ui::lab::gallery::Gallery;
use crate::ui::lab::output::Output;
use crate::ui::lab::python::KeptPython;
use crate::ui::lab::state::{Lab, RunState};
use crate::ui::lab::world::World;
use crate::ui::run::lazy::RUN;
use crate::ui::state::app::App;
use crate::ui::state::program::Program;
use crate::ui::timeline::lazy::TIMELINE;
use crate::ui::timeline::race::Race;
use crate::web;
use crate::web::host::{Asked, Host};
use interleave_player::lab;
use interleave_playgrounds::{Entry, front};
use interleave_trace::recorded::divergence;
use interleave_trace::{count, seconds};
use leptos::prelude::*;

/// The page.
#[component]
pub fn PythonLab(
    /// The state of the whole app. From the context it would be that of the page before.
    app: App,
) -> impl IntoView {
    provide_context(app);
    let lab = Lab::new(app, Default::default());
    provide_context(lab);
    opened(app, lab);
    follow_address(app, lab);
    let embedded = untrack(|| app.lab_link.with(|link| lab::is_embedded(link)));
    if embedded {
        follow_host();
    }
    let head = match embedded {
        true => view! { <EmbeddedHead/> }.into_any(),
        false => view! { <Head/> }.into_any(),
    };
    view! {
        {head}
        <div class="lab">
            <section class="card lab-program" aria-label="Program">
                <div class="lab-bar" role="group" aria-label="Program">
                    <RunButton/>
                    <Status/>
                    <Variations/>
                    <div class="lab-tools"><Open/><Save/><Share/></div>
                </div>
                <SourceEditor/>
                <p class="hint lab-keys">"Ctrl Enter runs. Tab indents; Escape, then Tab leaves the editor."</p>
            </section>
            <div class="lab-side">
                <Output/>
                <World/>
            </div>
        </div>
        <Played/>
        {move || {
            // A race of its own for each run.
            app.runs.current.track();
            app.view.entry.get().map(|entry| view! { <Timeline app entry/> })
        }}
        {(!embedded).then(|| view! { <Explore/><Gallery/> })}
        <KeptPython preloads=!embedded/>
    }
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <header class="page-head lab-head">
            <h1>{front::LAB.heading}</h1>
            <p class="lead">{front::LAB.lead}</p>
        </header>
    }
}

/// The head within a frame of another page, with a link to the whole lab.
#[component]
fn EmbeddedHead() -> impl IntoView {
    let app = App::get();
    let whole = move || app.lab_link.with(|link| lab::whole(link));
    view! {
        <header class="embed-head">
            <h1>{front::LAB.heading}</h1>
            <a href=whole target="_blank" rel="noopener" data-test="whole">
                "Open in Interleave"<span class="visually-hidden">" (in a new tab)"</span>{icon(Icon::Away)}
            </a>
        </header>
    }
}

/// Tells the page around the frame how high this one is. That page cannot run the program: only the reader can.
fn follow_host() {
    let theme = ThemeSignal::get();
    let asked = move |asked| match asked {
        Asked::Run => {}
        Asked::Theme(word) => theme.show(Theme::from_word(word.as_deref())),
    };
    let host =
        StoredValue::new_local(web::element("app").and_then(|root| Host::listen(root, asked)));
    on_cleanup(move || host.set_value(None));
}

/// Runs the program, or stops it.
#[component]
fn RunButton() -> impl IntoView {
    let lab = Lab::get();
    let is_busy = Memo::new(move |_| lab.state.get().is_busy());
    view! {
        <button class="button primary run" type="button" data-test="lab-run" on:click=move |_| lab.run_or_stop()>
            {move || icon(if is_busy.get() { Icon::Stop } else { Icon::Play })}
            <span class="label">{move || if is_busy.get() { "Stop" } else { "Run" }}</span>
        </button>
    }
}

/// The state of the run, and how much of Python is loaded.
#[component]
fn Status() -> impl IntoView {
    let lab = Lab::get();
    let word = Memo::new(move |_| lab.state.get().word());
    let is_loading = Memo::new(move |_| lab.state.get() == RunState::Loading);
    let class = move || match lab.state.get() {
        RunState::Ready => "status",
        RunState::Loading | RunState::Running => "status running",
        RunState::Finished => "status finished",
        RunState::Deadlocked | RunState::Failed => "status deadlocked",
        RunState::Stopped => "status paused",
    };
    view! {
        <span class=class role="status"><span class="word" data-test="lab-state">{word}</span></span>
        {move || is_loading.get().then(|| view! {
            <label class="lab-loading"><span>"Python"</span>
                <progress max="1" value=move || lab.loaded.get().to_string()></progress></label>
        })}
    }
}

/// The libraries that the last run played, and the Python that ran it.
#[component]
fn Played() -> impl IntoView {
    let lab = Lab::get();
    let words = move || {
        let answer = lab.answer.get();
        (!answer.python.is_empty()).then(|| match answer.played.is_empty() {
            true => format!("Run by CPython {} in virtual time.", answer.python),
            false => format!(
                "Run by CPython {} in virtual time. Played, not real: {}.",
                answer.python,
                answer.played.join(", ")
            ),
        })
    };
    view! { {move || words().map(|words| view! { <p class="hint lab-played" data-test="lab-played">{words}</p> })} }
}

/// The race of a run, with all that a recording has.
#[component]
fn Timeline(
    /// The state of the whole app. From the context it would be that of the run before.
    app: App,
    /// The run, as the views of a playground take one.
    entry: &'static Entry,
) -> impl IntoView {
    provide_page(app);
    let app = App::get();
    let embedding = RwSignal::new(false);
    let has_choice = entry.strategies().len() > 1;
    let (left_out, are_compared) = untrack(|| {
        app.runs.session(|session| {
            let program = session.and_then(Program::of);
            program.map_or((0, false), |it| (it.left_out, it.sides.len() > 1))
        })
    });
    let problem =
        (left_out > 0).then(|| format!("{} more event loops are not shown.", count(left_out)));
    view! {
        <section class="lab-result" aria-label="Timeline">
            <div class="controls" role="group" aria-label="Timeline">
                <div class="transport"><Lazy view=lazy::of(&RUN, |run| (run.steps)())/></div>
                <Lazy view=lazy::of(&RUN, |run| (run.choices)())/>
                <CompareToggle/>
                <Lazy place="actions" view=lazy::of(&RUN, move |run| (run.actions)(embedding))/>
            </div>
            <Lazy view=lazy::of(&PAGES, |pages| (pages.announcer)())/>
            {problem.map(|problem| view! { <div class="notice warn">{icon(Icon::Warning)}<p>{problem}</p></div> })}
            <div class="stage">
                <div class="column">
                    {has_choice.then(|| view! {
                        <div class="choices"><Lazy view=lazy::of(&PAGES, move |pages| (pages.choices)(entry))/></div>
                    })}
                    <Race entry/>
                    {are_compared.then(|| view! { <Divergence/><Differences entry/> })}
                    <Findings entry/>
                </div>
                <Lazy place="panel" view=lazy::of(&PAGES, move |pages| (pages.panel)(entry))/>
            </div>
        </section>
        <Lazy view=lazy::of(&TIMELINE, |timeline| (timeline.card)())/>
    }
}

/// Whether the run is shown beside the one before the last change.
#[component]
fn CompareToggle() -> impl IntoView {
    let lab = Lab::get();
    view! {
        <Show when=move || lab.before.with(Option::is_some)>
            <button class="chip" type="button" data-test="lab-compare" aria-pressed=move || lab.compares.get().to_string()
                on:click=move |_| lab.compare(!lab.compares.get_untracked())
            >"Beside the run before"</button>
        </Show>
    }
}

/// Up to where two runs are the same, and what each of them does next.
#[component]
fn Divergence() -> impl IntoView {
    let app = App::get();
    let words = untrack(|| {
        app.runs.session(|session| {
            let session = session?;
            let program = Program::of(session)?;
            // The first event loop in which they differ.
            let found = program.differences.iter().find_map(|pair| {
                let [Some(before), Some(after)] =
                    pair.runs.map(|run| session.runs().get(run?)?.trace())
                else {
                    return None;
                };
                Some((pair, divergence(&before, &after)?))
            });
            let Some((pair, found)) = found else {
                let mut loops = program.differences.iter().flat_map(|pair| pair.runs);
                let text = match loops.all(|run| run.is_some()) {
                    true => "Both runs are the same, event by event.",
                    false => "Event loops that both runs have are the same, event by event.",
                };
                return Some((None, text.to_owned()));
            };
            let of = match program.differences.len() {
                1 => String::new(),
                _ => format!(" of {}", pair.title),
            };
            let [one, other] = &found.next;
            let text = format!(
                "The runs{of} are the same up to {}. What comes next: {one} ({}); {other} ({}).",
                seconds(found.at.secs()),
                program.sides.first()?.name,
                program.sides.get(1)?.name,
            );
            Some((Some(found.at), text))
        })
    })?;
    let (at, text) = words;
    Some(view! {
        <p class="lab-divergence" data-test="lab-divergence">
            {text}
            {at.map(|at| view! {
                " "<button class="button" type="button" on:click=move |_| app.runs.seek(at)>"Go there"</button>
            })}
        </p>
    })
}
