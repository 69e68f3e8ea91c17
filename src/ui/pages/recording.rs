//! The page of a recorded program: what was found, its runs, its source; and without a recording, how to make one.

use super::differences::{Differences, Goes};
use super::lazy::PAGES;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::run::lazy::RUN;
use crate::ui::run::open_file::OpenFile;
use crate::ui::run::recorded;
use crate::ui::state::app::App;
use crate::ui::state::program::{Program, Side};
use crate::ui::timeline::race::Race;
use interleave_player::Session;
use interleave_playgrounds::{Entry, Strategy, front};
use interleave_trace::recorded::{Finding, Severity};
use interleave_trace::sort_by_key;
use interleave_trace::{count, seconds};
use leptos::prelude::*;

/// The page without a recording.
#[component]
pub fn NoRecording() -> impl IntoView {
    let opener = OpenFile::get();
    recorded::open_linked(App::get(), opener);
    view! {
        <div class="recordings">
            <h1>{front::RECORDING.heading}</h1>
            <p class="lead">{front::RECORDING.lead}</p>
            <section class="card drop-area" aria-labelledby="open-title">
                <h2 id="open-title">"Open a recording"</h2>
                <p>"Drop the file anywhere on this page, choose it, or paste it. Two files at once are compared, before and after a change."</p>
                <button class="button primary" type="button" data-test="choose-recording" on:click=move |_| opener.ask(false)>
                    {icon(Icon::Open)}"Choose a file…"
                </button>
            </section>
            <section class="card how-to" aria-labelledby="record-title">
                <h2 id="record-title">"Make a recording"</h2>
                <ol>
                    {front::RECORDER.map(|(says, command)| view! {
                        <li><p>{says}</p><pre><code>{command}</code></pre></li>
                    }).collect_view()}
                </ol>
                <p>
                    "The recording is "<code>"recording.jsonl"</code>", in the folder where the program ran. It holds the \
                     program's source and what it prints, unless you leave them out: "<code>"--no-sources --no-prints"</code>"."
                </p>
                <p>
                    "Chrome trace events open too, as far as they tell of tasks: those of VizTracer, recorded with "
                    <code>"--log_async"</code>", and of the crate "<code>"tracing-chrome"</code>", for spans of Tokio's tasks."
                </p>
            </section>
        </div>
    }
}

/// The page of the recording that is open.
#[component]
pub fn Recording(
    /// Its entry.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let opener = OpenFile::get();
    let head = untrack(|| app.runs.session(|session| session.and_then(Head::of)));
    let embedding = RwSignal::new(false);
    let Some(head) = head else {
        return view! { <NoRecording/> }.into_any();
    };
    let compare_title = match head.are_compared {
        true => "Compares the later one of these with another recording",
        false => "Opens a second recording beside this one, such as one from after a change",
    };
    let has_choice = entry.strategies().len() > 1;
    view! {
        <header class="page-head recorded-head">
            <h1>{head.title}</h1>
            <p class="subtitle">{head.subtitle}</p>
            {head.files.into_iter().map(|line| view! { <p class="lead">{line}</p> }).collect_view()}
            <div class="open-others">
                <button class="button" type="button" on:click=move |_| opener.ask(false)>{icon(Icon::Open)}"Open another…"</button>
                <button class="button" type="button" data-test="compare-with" title=compare_title on:click=move |_| opener.ask(true)>"Compare with…"</button>
            </div>
        </header>
        <div class="controls" role="group" aria-label="Recording">
            <div class="transport"><Lazy view=lazy::of(&RUN, |run| (run.steps)())/></div>
            <Lazy view=lazy::of(&RUN, |run| (run.choices)())/>
            <Lazy place="actions" view=lazy::of(&RUN, move |run| (run.actions)(embedding))/>
        </div>
        <Lazy view=lazy::of(&PAGES, |pages| (pages.announcer)())/>
        {head.problems.into_iter().map(|problem| view! {
            <div class="notice warn" role="status" data-test="problem">{icon(Icon::Warning)}<p>{problem}</p></div>
        }).collect_view()}
        {(!head.missing.is_empty()).then(|| view! {
            <div class="notice info" role="note" data-test="missing">
                {icon(Icon::Info)}
                <p>{head.missing.join(" ")}</p>
            </div>
        })}
        <div class="stage">
            <div class="column">
                {head.are_compared.then(|| view! { <Differences entry/> })}
                <Findings entry/>
                {has_choice.then(|| view! {
                    <div class="choices"><Lazy view=lazy::of(&PAGES, move |pages| (pages.choices)(entry))/></div>
                })}
                <Race entry/>
            </div>
            <Lazy place="panel" view=lazy::of(&PAGES, move |pages| (pages.panel)(entry))/>
        </div>
    }
    .into_any()
}

/// What the head of the page says.
struct Head {
    title: String,
    subtitle: String,
    files: Vec<String>,
    problems: Vec<String>,
    missing: Vec<String>,
    are_compared: bool,
}

impl Head {
    fn of(session: &Session) -> Option<Self> {
        let program = Program::of(session)?;
        let last = program.sides.last()?;
        let are_compared = program.sides.len() > 1;
        let loops = match program.left_out {
            0 => String::new(),
            more => format!(" {} more event loops are not shown.", count(more)),
        };
        let here = format!("Read on this device: nothing was uploaded.{loops}");
        let (subtitle, files) = if are_compared {
            let of = |side: &Side| format!("{}: “{}”, {}", side.name, side.from, size(side));
            let files = program.sides.iter().map(of);
            let both = "Two recordings of it, compared".to_owned();
            (both, files.chain([here]).collect())
        } else {
            let from = format!("A recording from “{}”. {here}", last.from);
            (size(last), vec![from])
        };
        let problem = |side: &Side| {
            let problem = side.recorded.problem.as_ref()?;
            let file = match are_compared {
                true => format!("The file “{}”", side.from),
                false => "The file".to_owned(),
            };
            Some(format!(
                "{file} is not whole: {problem}. What comes before is shown."
            ))
        };
        // Two files of one tool lack the same information.
        let mut missing: Vec<String> = Vec::new();
        for words in program.sides.iter().flat_map(|side| &side.recorded.missing) {
            if !missing.contains(words) {
                missing.push(words.clone());
            }
        }
        Some(Self {
            title: match last.recorded.program.as_str() {
                "" => "A recording".to_owned(),
                name => name.to_owned(),
            },
            subtitle,
            files,
            problems: program.sides.iter().filter_map(problem).collect(),
            missing,
            are_compared,
        })
    }
}

/// How much there is in a recording.
fn size(side: &Side) -> String {
    let runs = &side.recorded.runs;
    let tasks: usize = runs.iter().map(|run| run.trace.task_count()).sum();
    let tasks = match tasks {
        1 => "1 task".to_owned(),
        many => format!("{} tasks", count(many)),
    };
    let loops = match runs.len() {
        1 => "one event loop".to_owned(),
        many => format!("{} event loops", count(many)),
    };
    let ends = runs.iter().filter_map(|run| run.trace.end());
    let last = ends.map(|end| end.at).max().unwrap_or_default();
    let python = match side.recorded.python.as_str() {
        "" => String::new(),
        version => format!(", Python {version}"),
    };
    format!("{tasks} in {loops}, {}{python}", seconds(last.secs()))
}

/// A finding, and the loop that it is of.
type Found = (&'static Strategy, Finding);

/// What was found, each a button that leads to its place.
#[component]
pub fn Findings(entry: &'static Entry) -> impl IntoView {
    let app = App::get();
    let mut found = untrack(|| {
        app.runs.session(|session| {
            let program = session.and_then(Program::of);
            let all = program.map(|program| &program.findings);
            let of_loops = entry.strategies().iter().zip(all.into_iter().flatten());
            let each = |(strategy, found): (&'static Strategy, &Vec<Finding>)| {
                let found = found.iter().cloned();
                found.map(|it| (strategy, it)).collect::<Vec<Found>>()
            };
            of_loops.flat_map(each).collect::<Vec<_>>()
        })
    });
    // Problems of any loop come before the figures of all.
    sort_by_key(&mut found, |(_, it)| it.severity as u8);
    let several = entry.strategies().len() > 1;
    let is_well = !found.iter().any(|(_, it)| it.severity != Severity::Figure);
    let goes = Goes::new(app, entry);
    view! {
        <section class="card found" aria-labelledby="found-title">
            <h2 id="found-title">"Findings"</h2>
            {is_well.then(|| view! { <p class="well">{icon(Icon::Check)}"Nothing hangs, nothing blocks the loop, nothing was forgotten."</p> })}
            <ul>
                {found.into_iter().map(|(strategy, finding)| {
                    let class = match finding.severity {
                        Severity::Wrong => "wrong",
                        Severity::Suspicious => "suspicious",
                        Severity::Figure => "figure",
                    };
                    let of = several.then(|| view! { <span class="of">{strategy.title}</span> });
                    let (title, words) = (finding.title, finding.words.clone());
                    let at = seconds(finding.at.secs());
                    view! {
                        <li class=class>
                            <button type="button" data-test="finding" on:click=move |_| goes.to(strategy, finding.task, finding.at)>
                                <b>{title}</b>
                                <span class="words">{words}</span>
                                {of}
                                <time>{at}</time>
                            </button>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </section>
    }
}
