//! The figures of the strategies, side by side.

use crate::ui::kit::long_list::NothingYet;
use crate::ui::state::app::App;
use crate::ui::state::subscribers::scoped_memo;
use interleave_player::Run;
use interleave_playgrounds::Entry;
use interleave_trace::Time;
use interleave_trace::{End, Flight, Outcome, Stats, Verdict, seconds};
use leptos::prelude::*;

/// One figure: its name, what it is, and how it is read of a run at some instant.
struct Figure {
    name: &'static str,
    meaning: &'static str,
    read: fn(&Stats, &Flight, Time) -> String,
}

/// How much faster than the first strategy: read of two runs, so a figure of its own.
const SPEED_UP: &str = "Speed-up";

/// The figures, in the order of the table.
const FIGURES: &[Figure] = &[
    Figure {
        name: "Makespan",
        meaning: "from the start to the end of the run",
        read: |_, _, now| seconds(now.secs()),
    },
    Figure {
        name: "Sum of work",
        meaning: "time in operations, added over all tasks",
        read: |stats, _, _| seconds(stats.work),
    },
    Figure {
        name: SPEED_UP,
        meaning: "against the first strategy",
        read: |_, _, _| String::new(),
    },
    Figure {
        name: "Peak in flight",
        meaning: "most operations at once",
        read: |_, flight, _| flight.peak().to_string(),
    },
    Figure {
        name: "Mean in flight",
        meaning: "operations at once, on average",
        read: |_, flight, now| format!("{:.2}", flight.mean(now)),
    },
    Figure {
        name: "Time queued",
        meaning: "time in queues, added over all tasks",
        read: |stats, _, _| seconds(stats.queued),
    },
    Figure {
        name: "Loop utilisation",
        meaning: "share of the time with a task on the loop",
        read: |stats, _, _| format!("{:.1} %", stats.loop_utilisation() * 100.0),
    },
    Figure {
        name: "Done",
        meaning: "tasks that returned",
        read: |stats, _, _| format!("{} of {}", stats.ended_with(Outcome::Ok), stats.created),
    },
    Figure {
        name: "Not done",
        meaning: "failed, timed out, cancelled or hung",
        read: |stats, _, _| (stats.ended_count() - stats.ended_with(Outcome::Ok)).to_string(),
    },
];

/// The table of figures.
#[component]
pub fn Numbers(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let any = move || app.runs.session(|session| session.is_some());
    let strategies = move || app.view.strategies(entry);
    let figure = move |figure: &'static Figure, mode: &'static str| {
        scoped_memo(move || {
            app.runs.track_time();
            app.runs
                .session(|session| {
                    let session = session?;
                    let run = session.run(mode)?;
                    if figure.name == SPEED_UP {
                        let first = session.run(entry.strategies().first()?.mode)?;
                        return Some(speed_up(first.end()?, run.end()?));
                    }
                    let now = session.now_of(run);
                    Some((figure.read)(&stats(run, now), run.index().flight(), now))
                })
                .unwrap_or_else(|| "–".to_owned())
        })
    };
    view! {
        <Show when=any fallback=NothingYet>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Numbers">
                <table class="numbers">
                    <thead><tr>
                        <th scope="col">"Measure"</th>
                        {move || strategies().into_iter().map(|strategy| view! { <th scope="col" class="n">{strategy.title}</th> }).collect_view()}
                    </tr></thead>
                    <tbody>
                        {FIGURES.iter().map(|row| view! {
                            <tr>
                                <th scope="row">{row.name}<small>{row.meaning}</small></th>
                                {move || strategies().into_iter().map(|strategy| view! { <td class="n">{figure(row, strategy.mode)}</td> }).collect_view()}
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        </Show>
    }
}

/// How much faster one run is than another, or why there is nothing to compare.
fn speed_up(slow: End, fast: End) -> String {
    let is_not = |end: &End| match end.verdict {
        Verdict::Completed => None,
        Verdict::Deadlocked(_) => Some("hangs"),
        Verdict::Stopped | Verdict::LimitReached => Some("was stopped"),
    };
    match (is_not(&slow), is_not(&fast)) {
        (_, Some(why)) => format!("none: it {why}"),
        (Some(why), None) => format!("none: the first {why}"),
        (None, None) if fast.at == Time::ZERO || slow.at == Time::ZERO => "–".to_owned(),
        (None, None) => format!("{:.2}×", slow.at.secs() / fast.at.secs()),
    }
}

/// The figures of a run up to `now`, between two events too.
fn stats(run: &Run, now: Time) -> Stats {
    let mut stats = run.index().stats().clone();
    stats.time_passes(now);
    stats
}
