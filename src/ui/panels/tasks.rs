//! The tasks table: all that the picture shows.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::keyed::keyed;
use crate::ui::kit::long_list::{MoreRows, NothingYet, RowLimit};
use crate::ui::state::app::App;
use crate::ui::state::subscribers::scoped_memo;
use interleave_playgrounds::Entry;
use interleave_trace::why;
use interleave_trace::{Index, Outcome, State, TaskId, Trace, seconds};
use leptos::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    name: String,
    title: &'static str,
    parent: String,
    outcome: Option<Outcome>,
    state: &'static str,
    /// Created, started, ended, time inside, on the loop, queued.
    times: [String; 6],
    attempts: String,
    /// What it waits for, or waited for last, and the task that ended that wait.
    why: String,
    detail: String,
}

/// The table of tasks.
#[component]
pub fn Tasks(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let window = RowLimit::first();
    let count = Memo::new(move |_| {
        app.runs.session(|session| {
            let runs = session.map(|session| session.runs()).unwrap_or_default();
            runs.iter()
                .map(|run| run.index().task_count())
                .sum::<usize>()
        })
    });
    let rows = Memo::new(move |_| rows(app, entry, window.most()));
    let keys = move || rows.with(|rows| (0..rows.len()).collect::<Vec<_>>());
    view! {
        <Show when=move || count.get() != 0 fallback=NothingYet>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Tasks">
                <table class="tasks">
                    <thead><tr>
                        <th scope="col">"Task"</th><th scope="col">"Strategy"</th><th scope="col">"Parent"</th>
                        <th scope="col">"Outcome"</th><th scope="col" class="n">"Created"</th>
                        <th scope="col" class="n">"Started"</th><th scope="col" class="n">"Ended"</th>
                        <th scope="col" class="n">"Inside"</th><th scope="col" class="n">"On the loop"</th>
                        <th scope="col" class="n">"Queued"</th><th scope="col" class="n">"Attempts"</th>
                        <th scope="col">"Why"</th><th scope="col">"Detail"</th>
                    </tr></thead>
                    <tbody>
                        {keyed(keys, |row| *row, move |row| view! {
                            <TaskRow row=scoped_memo(move || rows.with(|rows| rows.get(row).cloned()))/>
                        })}
                    </tbody>
                </table>
            </div>
            <MoreRows limit=window count/>
        </Show>
    }
}

#[component]
fn TaskRow(row: Memo<Option<Row>>) -> impl IntoView {
    let cell = move |read: fn(&Row) -> String| move || row.with(|row| row.as_ref().map(read));
    let outcome =
        Memo::new(move |_| row.with(|row| row.as_ref().map(|row| (row.outcome, row.state))));
    let badge = move || {
        outcome.get().map(|(outcome, state)| match outcome {
            None => state.into_any(),
            Some(outcome) => {
                let class = match outcome {
                    Outcome::NeverStarted => "outcome never".to_owned(),
                    outcome => format!("outcome {}", outcome.word()),
                };
                view! { <span class=class>{icon(Icon::of(outcome))}{outcome.label()}</span> }
                    .into_any()
            }
        })
    };
    view! {
        <tr>
            <th scope="row">{cell(|row| row.name.clone())}</th>
            <td>{cell(|row| row.title.to_owned())}</td>
            <td>{cell(|row| row.parent.clone())}</td>
            <td>{badge}</td>
            <td class="n">{cell(|row| row.times[0].clone())}</td>
            <td class="n">{cell(|row| row.times[1].clone())}</td>
            <td class="n">{cell(|row| row.times[2].clone())}</td>
            <td class="n">{cell(|row| row.times[3].clone())}</td>
            <td class="n">{cell(|row| row.times[4].clone())}</td>
            <td class="n">{cell(|row| row.times[5].clone())}</td>
            <td class="n">{cell(|row| row.attempts.clone())}</td>
            <td class="why">{cell(|row| row.why.clone())}</td>
            <td class="detail">{cell(|row| row.detail.clone())}</td>
        </tr>
    }
}

fn rows(app: App, entry: &'static Entry, most: usize) -> Vec<Row> {
    app.runs.track_time();
    app.runs.session(|session| {
        let Some(session) = session else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for strategy in entry.strategies() {
            let Some(run) = session.run(strategy.mode) else {
                continue;
            };
            let Some(trace) = run.trace() else { continue };
            let (index, now) = (run.index(), session.now_of(run));
            for (id, task) in index.tasks().take(most.saturating_sub(rows.len())) {
                let parent = task.parent.and_then(|parent| index.task(parent));
                let time = |seconds_in: f64| {
                    if seconds_in > 0.0 {
                        seconds(seconds_in)
                    } else {
                        "–".to_owned()
                    }
                };
                rows.push(Row {
                    name: trace.text(task.name).to_owned(),
                    title: strategy.title,
                    parent: parent
                        .map_or("–", |parent| trace.text(parent.name))
                        .to_owned(),
                    outcome: task.end.map(|end| end.outcome),
                    state: task.state().label(),
                    times: [
                        seconds(task.created.secs()),
                        task.started
                            .map_or_else(|| "–".to_owned(), |at| seconds(at.secs())),
                        task.end
                            .map_or_else(|| "–".to_owned(), |end| seconds(end.at.secs())),
                        time(task.time_in(State::Running, now)),
                        time(task.ran()),
                        time(task.time_in(State::Queued, now)),
                    ],
                    attempts: (task.backoffs + 1).to_string(),
                    why: reasons(&trace, index, id),
                    detail: task
                        .end
                        .map_or_else(String::new, |end| trace.text(end.detail).to_owned()),
                });
            }
        }
        rows
    })
}

/// The reasons of waits, which the picture shows as arrows.
fn reasons(trace: &Trace, index: &Index, id: TaskId) -> String {
    let reasons = why(trace, index, id);
    // The parent has a column of its own.
    let told = reasons.iter().filter(|reason| reason.about != "started by");
    let words = told.map(|reason| format!("{} {}", reason.about, reason.text(trace)));
    words.collect::<Vec<_>>().join("; ")
}
