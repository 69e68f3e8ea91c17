//! The figures of the strategies, side by side.

use super::app::{App, chosen};
use super::rows::Empty;
use crate::player::Run;
use crate::playgrounds::Entry;
use crate::time::Time;
use crate::trace::{Outcome, Stats, seconds};
use leptos::prelude::*;

/// One figure: its name, what it is, and how it is read of a run at some instant.
struct Figure {
    name: &'static str,
    meaning: &'static str,
    read: fn(&Stats, Time, f64) -> String,
}

/// The figures, in the order of the table. The last argument is the first strategy's makespan in seconds, or 0.
const FIGURES: &[Figure] = &[
    Figure {
        name: "Makespan",
        meaning: "from the start to the end of the run",
        read: |_, now, _| seconds(now.secs()),
    },
    Figure {
        name: "Sum of work",
        meaning: "all tasks' time inside, one after another",
        read: |stats, _, _| seconds(stats.work),
    },
    Figure {
        name: "Speed-up",
        meaning: "against the first strategy",
        read: |_, now, slow| {
            if now > Time::ZERO && slow > 0.0 {
                format!("{:.2}×", slow / now.secs())
            } else {
                "–".to_owned()
            }
        },
    },
    Figure {
        name: "Peak in flight",
        meaning: "the most tasks inside at once",
        read: |stats, _, _| stats.peak.to_string(),
    },
    Figure {
        name: "Mean in flight",
        meaning: "tasks inside on average",
        read: |stats, _, _| format!("{:.2}", stats.mean_in_flight()),
    },
    Figure {
        name: "Time queued",
        meaning: "all tasks' time waiting for their turn",
        read: |stats, _, _| seconds(stats.queued),
    },
    Figure {
        name: "Loop utilisation",
        meaning: "share of the time that somebody held the loop",
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
    let any = move || app.session(|session| session.is_some());
    let strategies = move || chosen(entry, &app.modes.get());
    let figure = move |figure: &'static Figure, mode: &'static str| {
        Memo::new(move |_| {
            app.session(|session| {
                let session = session?;
                let slow = entry
                    .strategies
                    .first()
                    .and_then(|first| session.run(first.mode)?.end());
                let run = session.run(mode)?;
                let now = session.now_of(run);
                let done = run.end().is_some() || figure.name != "Speed-up";
                done.then(|| {
                    (figure.read)(&stats(run, now), now, slow.map_or(0.0, |end| end.at.secs()))
                })
            })
            .unwrap_or_else(|| "–".to_owned())
        })
    };
    view! {
        <Show when=any fallback=Empty>
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

/// The figures of a run up to `now`, between two events too.
fn stats(run: &Run, now: Time) -> Stats {
    let mut stats = run.index().stats().clone();
    stats.time_passes(now);
    stats
}
