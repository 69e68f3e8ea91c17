//! The log: the events of all strategies, by time.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::keyed::keyed;
use crate::ui::kit::long_list::{MoreRows, NothingYet, RowLimit, StrategyFilter};
use crate::ui::state::app::App;
use interleave_playgrounds::Entry;
use interleave_trace::{Event, Kind, LogKind, Outcome, State, TaskId, Trace, sort_by};
use leptos::prelude::*;

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    /// The session, the strategy's place and the event's.
    key: (u32, usize, u32),
    at: f64,
    title: &'static str,
    task: String,
    class: &'static str,
    icon: Icon,
    text: String,
}

/// The log.
#[component]
pub fn Log(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let only = RwSignal::new(None::<&'static str>);
    let window = RowLimit::first();
    let count = Memo::new(move |_| {
        app.runs.session(|session| {
            let runs = session.map(|session| session.runs()).unwrap_or_default();
            let wanted = runs
                .iter()
                .filter(|run| only.get().is_none_or(|mode| run.strategy.mode == mode));
            wanted.map(|run| run.index().log().len()).sum::<usize>()
        })
    });
    let lines = Memo::new(move |_| {
        // The lines change when events are added, not when time passes.
        count.track();
        app.runs.current.get();
        let (only, most) = (only.get(), window.most());
        untrack(|| lines(app, only, most))
    });
    view! {
        <StrategyFilter entry only/>
        <Show when=move || count.get() != 0 fallback=NothingYet>
            <ol class="log" tabindex="0" aria-label="Log">
                {keyed(move || lines.get(), |line| line.key, |line| view! {
                    <li class=line.class>
                        <time>{format!("{:.3} s", line.at)}</time>
                        <span class="strategy-name">{line.title}</span>
                        <span class="task">{line.task}</span>
                        {icon(line.icon)}
                        <span class="text">{line.text}</span>
                    </li>
                })}
            </ol>
            <MoreRows limit=window count/>
        </Show>
    }
}

/// The first `most` lines of the wanted strategies, merged by time.
fn lines(app: App, only: Option<&'static str>, most: usize) -> Vec<Line> {
    let number = app.runs.number();
    app.runs.session(|session| {
        let runs = session.map(|session| session.runs()).unwrap_or_default();
        let mut lines = Vec::new();
        for (place, run) in runs.iter().enumerate() {
            let Some(trace) = run
                .trace()
                .filter(|_| only.is_none_or(|mode| run.strategy.mode == mode))
            else {
                continue;
            };
            let name = |id: TaskId| {
                run.index()
                    .task(id)
                    .map_or("", |task| trace.text(task.name))
            };
            for &at in run.index().log().iter().take(most) {
                let event = trace.events()[at as usize];
                let (class, icon, text) = said(&trace, &event);
                lines.push(Line {
                    key: (number, place, at),
                    at: event.at.secs(),
                    title: run.strategy.title,
                    task: name(event.task).to_owned(),
                    class,
                    icon,
                    text,
                });
            }
        }
        sort_by(&mut lines, |a, b| a.at.total_cmp(&b.at));
        lines.truncate(most);
        lines
    })
}

/// The class, the icon and the words of an event.
fn said(trace: &Trace, event: &Event) -> (&'static str, Icon, String) {
    let with = |word: &str, text: &str| {
        if text.is_empty() {
            word.to_owned()
        } else {
            format!("{word}: {text}")
        }
    };
    match event.kind {
        Kind::Created { .. } => ("quiet", Icon::Plus, "created".to_owned()),
        Kind::State { state, text } => {
            let (icon, word) = match state {
                State::Queued => (Icon::Clock, "queued"),
                State::Running => (Icon::Start, "starts operation"),
                State::Backoff => (Icon::Reset, "backoff"),
            };
            ("quiet", icon, with(word, trace.text(text)))
        }
        Kind::Ended { outcome, detail } => {
            let class = match outcome {
                Outcome::Ok => "ok",
                Outcome::Error => "error",
                Outcome::Cancelled => "cancelled",
                Outcome::Timeout => "timeout",
                Outcome::Hung | Outcome::NeverStarted => "hung",
            };
            (
                class,
                Icon::of(outcome),
                with(outcome.label(), trace.text(detail)),
            )
        }
        Kind::Log {
            kind: LogKind::Print,
            text,
        } => ("", Icon::Print, trace.text(text).to_owned()),
        Kind::Log {
            kind: LogKind::Note,
            text,
        } => ("quiet", Icon::Info, trace.text(text).to_owned()),
        Kind::Wait { .. }
        | Kind::Woken { .. }
        | Kind::Polled { .. }
        | Kind::Blocks { .. }
        | Kind::Amount { .. }
        | Kind::Progress { .. }
        | Kind::Gauge { .. }
        | Kind::Resource { .. }
        | Kind::Holds { .. }
        | Kind::NeverRetrieved
        | Kind::SteppedIn { .. } => ("quiet", Icon::Info, String::new()),
    }
}
