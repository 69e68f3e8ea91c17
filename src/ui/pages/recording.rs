//! The page of a recorded program: what was found, its runs, its source; and without a recording, how to make one.

use super::lazy::PAGES;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::run::lazy::RUN;
use crate::ui::run::open_file::OpenFile;
use crate::ui::state::app::App;
use crate::ui::state::program::Program;
use crate::ui::timeline::race::Race;
use crate::ui::timeline::task::card::Card;
use interleave_player::Session;
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::recorded::{Finding, Severity};
use interleave_trace::{count, seconds};
use leptos::prelude::*;

/// What shows how to record a program, command by command.
const STEPS: [(&str, &str); 3] = [
    (
        "Install the recorder once, from a checkout of this project. It needs nothing else.",
        "pip install ./python",
    ),
    (
        "Run your program with it. It does what it does without.",
        "python -m interleave_recorder script.py",
    ),
    (
        "Does it hang? Press Ctrl-C, or ask for a report when nothing has gone on for ten seconds.",
        "python -m interleave_recorder --stuck 10 script.py",
    ),
];

/// The page without a recording.
#[component]
pub fn NoRecording() -> impl IntoView {
    let opener = OpenFile::get();
    view! {
        <div class="recordings">
            <h1>"Your own program"</h1>
            <p class="lead">
                "Record an asyncio program and open the recording here: which task waits for which, for what, since when, and \
                 which line blocks the event loop. Nothing is uploaded: the file is read by this page, on your device."
            </p>
            <section class="card drop-area" aria-labelledby="open-title">
                <h2 id="open-title">"Open a recording"</h2>
                <p>"Drop the file anywhere on this page, choose it, or paste it."</p>
                <button class="button primary" type="button" data-test="choose-recording" on:click=move |_| opener.ask()>
                    {icon(Icon::Open)}"Choose a file…"
                </button>
            </section>
            <section class="card how-to" aria-labelledby="record-title">
                <h2 id="record-title">"Make a recording"</h2>
                <ol>
                    {STEPS.map(|(says, command)| view! {
                        <li><p>{says}</p><pre><code>{command}</code></pre></li>
                    }).collect_view()}
                </ol>
                <p>
                    "The recording is "<code>"recording.jsonl"</code>", in the folder where the program ran. It holds the \
                     program's source and what it prints, unless you leave them out: "<code>"--no-sources --no-prints"</code>"."
                </p>
            </section>
        </div>
    }
}

/// The page of the recording that is open.
#[component]
pub fn Recording(
    /// What stands for it.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let opener = OpenFile::get();
    let head = untrack(|| app.runs.session(|session| session.and_then(Head::of)));
    let embedding = RwSignal::new(false);
    let Some(head) = head else {
        return view! { <NoRecording/> }.into_any();
    };
    let has_choice = entry.strategies().len() > 1;
    view! {
        <header class="page-head recorded-head">
            <h1>{head.title}</h1>
            <p class="subtitle">{head.subtitle}</p>
            <p class="lead">{head.file}</p>
        </header>
        <div class="controls" role="group" aria-label="Recording">
            <div class="transport">
                <Lazy view=lazy::of(&RUN, |run| (run.steps)())/>
                <button class="button" type="button" on:click=move |_| opener.ask()>{icon(Icon::Open)}"Open another…"</button>
            </div>
            <Lazy view=lazy::of(&RUN, |run| (run.choices)())/>
            <Lazy place="actions" view=lazy::of(&RUN, move |run| (run.actions)(embedding))/>
        </div>
        <Lazy view=lazy::of(&PAGES, |pages| (pages.announcer)())/>
        {head.problem.map(|problem| view! {
            <div class="notice warn" role="status" data-test="problem">{icon(Icon::Warning)}<p>{problem}</p></div>
        })}
        <div class="stage">
            <div class="column">
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
    file: String,
    problem: Option<String>,
}

impl Head {
    fn of(session: &Session) -> Option<Self> {
        let program = Program::of(session)?;
        let recorded = &program.recorded;
        let runs = session.runs();
        let tasks: usize = runs.iter().map(|run| run.index().task_count()).sum();
        let loops = match runs.len() {
            1 => "one event loop".to_owned(),
            many => format!("{} event loops", count(many)),
        };
        let left_out = match program.left_out {
            0 => String::new(),
            more => format!(" {} more event loops are not shown.", count(more)),
        };
        let python = match recorded.python.as_str() {
            "" => String::new(),
            version => format!(", Python {version}"),
        };
        Some(Self {
            title: match recorded.program.as_str() {
                "" => "A recording".to_owned(),
                name => name.to_owned(),
            },
            subtitle: format!(
                "{} tasks in {loops}, {}{python}",
                count(tasks),
                seconds(session.recorded().secs())
            ),
            file: format!(
                "A recording from “{}”, read on this device: nothing was uploaded.{left_out}",
                session.saved_as.as_deref().unwrap_or_default()
            ),
            problem: recorded.problem.as_ref().map(|problem| {
                format!("The file is not whole: {problem}. What comes before is shown.")
            }),
        })
    }
}

/// A finding, and the loop that it is of.
type Found = (&'static Strategy, Finding);

/// What was found, each a button that leads to its place.
#[component]
fn Findings(entry: &'static Entry) -> impl IntoView {
    let app = App::get();
    let card = Card::get();
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
    // What is wrong in any loop comes before the figures of all.
    found.sort_by_key(|(_, it)| it.severity as u8);
    let several = entry.strategies().len() > 1;
    let is_well = !found.iter().any(|(_, it)| it.severity != Severity::Figure);
    let go = move |strategy: &'static Strategy, finding: &Finding| {
        app.view.update(|view| {
            if !view.strategies.contains(&strategy.mode) {
                let chosen = |one: &&Strategy| {
                    one.mode == strategy.mode || view.strategies.contains(&one.mode)
                };
                let all = entry.strategies().iter();
                view.strategies = all.filter(chosen).map(|one| one.mode).collect();
            }
        });
        app.runs.seek(finding.at);
        let task = finding.task;
        // Lanes that have just been chosen are there in the next frame.
        request_animation_frame(move || card.jump(strategy.mode, task));
    };
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
                            <button type="button" data-test="finding" on:click=move |_| untrack(|| go(strategy, &finding))>
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
