//! Gauges under the lanes: permits, queues, tokens, what is in flight, on the same time axis.

use super::lanes::{playhead, viewport};
use super::painter;
use crate::ui::kit::keyed::keyed;
use crate::ui::kit::paper::Paper;
use crate::ui::kit::surface::Surface;
use crate::ui::state::app::App;
use crate::ui::state::shown::Shown;
use interleave_geometry::steps;
use interleave_playgrounds::Entry;
use interleave_trace::{IN_FLIGHT, gauge_words, waiting_list};
use leptos::prelude::*;

/// The gauges of a strategy.
#[component]
pub fn Gauges(
    /// The playground.
    entry: &'static Entry,
    /// The strategy.
    mode: &'static str,
    /// The stretch of time that is shown.
    range: Memo<(f64, f64)>,
) -> impl IntoView {
    let app = App::get();
    let names = Memo::new(move |_| {
        app.shown(mode, |shown| {
            shown.map_or_else(Vec::new, |shown| {
                let (trace, index) = shown.outline();
                let names = index.series_names(trace, entry.shows_in_flight());
                names.into_iter().map(str::to_owned).collect()
            })
        })
    });
    view! {
        <div class="gauges">
            {keyed(move || names.get(), Clone::clone, move |name| view! {
                <Gauge mode name range/>
            })}
        </div>
    }
}

#[component]
fn Gauge(mode: &'static str, name: String, range: Memo<(f64, f64)>) -> impl IntoView {
    let app = App::get();
    let is_flight = name == IN_FLIGHT;
    let name = StoredValue::new(name);
    let peak = Memo::new(move |_| {
        app.shown(mode, |shown| {
            let shown = shown?;
            let (trace, index) = shown.outline();
            name.with_value(|name| index.series(trace, name))
                .map(|series| series.peak)
        })
        .unwrap_or(1.0)
    });
    // A run may turn out later to have several of a kind.
    let title = Memo::new(move |_| {
        app.shown(mode, |shown| {
            let (trace, index) = shown?.outline();
            Some(name.with_value(|name| gauge_words(trace, index, name)))
        })
    });
    let value = move || {
        app.shown(mode, |shown| {
            let run = shown?.into_run()?;
            let series = name.with_value(|name| run.index.series(run.trace, name))?;
            series.samples.last().map(|&(_, value)| format!("{value}"))
        })
        .unwrap_or_default()
    };
    let paint = move |paper: &Paper| {
        app.runs.track_time();
        app.shown(mode, |shown| {
            let Some(run) = shown.and_then(Shown::into_run) else {
                return;
            };
            let view = viewport(paper, range.get(), run.now);
            let series = name.with_value(|name| run.index.series(run.trace, name));
            if let Some(series) = series {
                painter::gauge(paper, &view, &steps(series.samples, &view), peak.get());
            }
            playhead(paper, &view, run.playhead);
        });
    };
    let line = Memo::new(move |_| {
        app.shown(mode, |shown| {
            let run = shown?.into_run()?;
            Some(name.with_value(|name| waiting_list(run.trace, run.index, name)))
        })
    });
    view! {
        <div class="gauge">
            <span class="name">{move || title.get()}</span>
            <span class="now">{value}</span>
            <Surface paint/>
            <p class="in-line" class:short=is_flight data-test="in-line">
                {move || line.get().map(|line| if line.is_empty() { "no task waits".to_owned() } else { line })}
            </p>
        </div>
    }
}
