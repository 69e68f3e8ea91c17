//! The race: every strategy's lanes under one time axis.

use super::axis::TimeAxis;
use super::compact;
use super::filter::{LaneFilter, listing};
use super::gestures::Gestures;
use super::lanes::{Lanes, viewport};
use super::lazy::TIMELINE;
use super::painter;
use super::task::duration_drag::DurationDrag;
use super::visible_range::VisibleRange;
use crate::ui::kit::keyed::keyed;
use crate::ui::kit::lazy::{self, Lazy, LazyView};
use crate::ui::kit::paper::Paper;
use crate::ui::kit::surface::Surface;
use crate::ui::state::app::App;
use crate::ui::state::shown::{Shown, ShownRun};
use interleave_geometry::layout;
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::{IN_FLIGHT, Time, Verdict, cycle, cycle_words, limit_reached, seconds};
use leptos::either::Either;
use leptos::html::Section;
use leptos::prelude::*;
use std::sync::Arc;

/// The race of a playground's chosen strategies.
#[component]
pub fn Race(
    /// The playground.
    entry: &'static Entry,
    /// Below the lanes, in the same card.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let app = App::get();
    let visible = VisibleRange::get();
    let range = visible.range;
    let race = NodeRef::<Section>::new();
    let gestures = Gestures::of(race);
    view! {
        <section class="race card" aria-label="Race" node_ref=race class:zoomed=move || !visible.is_whole()
            on:pointerdown=move |event| gestures.press(&event)
            on:pointermove=move |event| gestures.drag(&event)
            on:pointerup=move |event| gestures.release(&event)
            on:pointercancel=move |event| gestures.release(&event)
        >
            <Lazy place="playbar-place" view=lazy::of(&TIMELINE, |timeline| (timeline.playbar)())/>
            <Lazy view=lazy::of(&TIMELINE, |timeline| (timeline.stepped_in)())/>
            <Lazy view=lazy::of(&TIMELINE, |timeline| (timeline.dragged)())/>
            <Lazy place="overview-place" view=lazy::of(&TIMELINE, move |timeline| (timeline.overview)(entry))/>
            <TimeAxis range/>
            <Lazy view=lazy::of(&TIMELINE, |timeline| (timeline.filter)())/>
            {keyed(move || app.view.strategies(entry), |strategy| strategy.mode, move |strategy| view! {
                <Lazy view=lazy::piece(move || view! { <Strategy entry strategy range/> }.into_any())/>
            })}
            <div class="legend-row"><Lazy view=lazy::of(&TIMELINE, |timeline| (timeline.legend)())/></div>
            {children.map(|children| children())}
        </section>
    }
}

#[component]
fn Strategy(
    entry: &'static Entry,
    strategy: &'static Strategy,
    range: Memo<(f64, f64)>,
) -> impl IntoView {
    let app = App::get();
    let mode = strategy.mode;
    let id = format!("strategy-{mode}");
    let title_id = id.clone();
    let verdict = Memo::new(move |_| verdict(app, mode));
    let total = move || {
        app.shown(mode, |shown| match shown.and_then(Shown::into_run) {
            None => "–".to_owned(),
            Some(ShownRun { end: Some(end), .. }) => seconds(end.at.secs()),
            Some(run) => {
                app.runs.track_time();
                format!("{:.1} s", run.now.secs())
            }
        })
    };
    let is_none = move || app.shown(mode, |shown| !shown.is_some_and(|shown| shown.is_run()));
    let filter = LaneFilter::get();
    let listing = listing(app, filter, mode);
    // Lanes that fit stay as they are.
    let compact = Memo::new(move |_| {
        filter.compact.get() && listing.with(|listing| listing.rows().len() > compact::FIT)
    });
    view! {
        <section class="strategy" aria-labelledby=id data-mode=mode>
            <header>
                <h2 id=title_id>{strategy.title}</h2>
                <code>{strategy.headline}</code>
                <Lazy view=lazy::of(&TIMELINE, move |timeline| (timeline.ratio)(entry, mode))/>
                <span class=move || format!("verdict {}", verdict.get().0)>{move || verdict.get().1}</span>
                <span class="total" class:none=is_none class:pending=move || verdict.get().1 != "finished" data-test="total">
                    {total}
                </span>
                <Lazy view=lazy::of(&TIMELINE, move |timeline| (timeline.upcoming)(mode, verdict))/>
            </header>
            <Lazy view=lazy::of(&TIMELINE, move |timeline| (timeline.count)(listing))/>
            {move || if compact.get() {
                Either::Left(view! { <Lazy view=lazy::of(&TIMELINE, move |timeline| (timeline.compact)(mode, range, listing))/> })
            } else {
                Either::Right(view! { <Lanes mode range listing/> })
            }}
            <Lazy view=lazy::of(&TIMELINE, move |timeline| (timeline.below)(mode))/>
            <Lazy view=gauges(app, entry, mode, range)/>
            <Lazy place="loop-place" view=lazy::of(&TIMELINE, move |timeline| (timeline.loop_strip)(mode, range))/>
        </section>
    }
}

/// The gauges, or a placeholder while they load.
fn gauges(
    app: App,
    entry: &'static Entry,
    mode: &'static str,
    range: Memo<(f64, f64)>,
) -> LazyView {
    let gauges = lazy::of(&TIMELINE, move |timeline| {
        (timeline.gauges)(entry, mode, range)
    });
    Box::new(move || gauges().or_else(|| Some(untrack(|| no_gauges(app, entry, mode)))))
}

/// A placeholder as high as the gauges of a strategy.
fn no_gauges(app: App, entry: &'static Entry, mode: &str) -> AnyView {
    let in_flight = app.shown(mode, |shown| {
        let (trace, index) = shown?.outline();
        let names = index.series_names(trace, entry.shows_in_flight());
        Some(
            names
                .iter()
                .map(|&name| name == IN_FLIGHT)
                .collect::<Vec<_>>(),
        )
    });
    let gauge = |is_short| {
        view! { <div class="gauge"><canvas></canvas><p class="in-line" class:short=is_short></p></div> }
    };
    let gauges = in_flight.unwrap_or_default().into_iter().map(gauge);
    view! { <div class="gauges">{gauges.collect_view()}</div> }.into_any()
}

/// How much faster than the first strategy it was.
#[component]
pub fn Ratio(
    /// The playground.
    entry: &'static Entry,
    /// Which strategy.
    mode: &'static str,
) -> impl IntoView {
    let app = App::get();
    let ratio = Memo::new(move |_| ratio(app, entry, mode));
    move || {
        ratio.get().map(|ratio| {
            let (class, words) = if ratio >= 1.0 {
                ("badge faster", format!("{}× faster", times(ratio)))
            } else {
                ("badge slower", format!("{}× slower", times(1.0 / ratio)))
            };
            view! { <span class=class>{words}</span> }
        })
    }
}

/// The total with the values in the form.
#[component]
pub fn UpcomingTotal(
    /// Which strategy.
    mode: &'static str,
    /// The class and the word for the state of the run.
    verdict: Memo<(&'static str, &'static str)>,
) -> impl IntoView {
    let drag = DurationDrag::get();
    let upcoming = Memo::new(move |_| {
        let (old, new) = drag.totals(mode)?;
        let new = seconds(new.secs());
        // The old total is beside it already once the run has ended.
        Some(match verdict.get().1 == "finished" {
            true => format!("→ {new}"),
            false => format!("{} → {new}", seconds(old.secs())),
        })
    });
    move || {
        upcoming.get().map(|words| {
            view! { <span class="upcoming" data-test="upcoming" title="With the values in the form">{words}</span> }
        })
    }
}

/// A factor with about three digits.
fn times(factor: f64) -> String {
    if factor < 100.0 {
        format!("{factor:.2}")
    } else {
        format!("{factor:.0}")
    }
}

/// The class and the word for the state of a strategy's run.
fn verdict(app: App, mode: &str) -> (&'static str, &'static str) {
    app.shown(mode, |shown| match shown {
        None => ("", ""),
        Some(Shown::Preview(_) | Shown::Secret(_)) => ("", "not yet run"),
        Some(Shown::Run(run)) => match run.end.map(|end| end.verdict) {
            None if run.recorded => ("", "recording"),
            None => ("", "running"),
            Some(Verdict::Completed) => ("", "finished"),
            Some(Verdict::Deadlocked(_)) => ("deadlocked", "deadlocked"),
            Some(Verdict::Stopped | Verdict::LimitReached) => ("", "stopped"),
        },
    })
}

/// How much faster than the playground's first strategy, once both have completed.
fn ratio(app: App, entry: &'static Entry, mode: &'static str) -> Option<f64> {
    if entry.is_recorded() {
        return None;
    }
    let slow = entry.strategies().first()?.mode;
    let makespan = |mode| {
        app.shown(mode, |shown| {
            let run = shown?.into_run()?;
            let end = run.end.filter(|end| end.verdict == Verdict::Completed)?;
            Some(end.at.secs()).filter(|&seconds| seconds > 0.0)
        })
    };
    let ratio = makespan(slow)? / makespan(mode)?;
    // Equal to the second decimal is equal.
    (mode != slow && (ratio - 1.0).abs() >= 0.005).then_some(ratio)
}

/// The most stuck tasks that are listed; the table has all.
const MOST_PENDING: usize = 12;

/// Why a run did not come to its end: what each task waits for when none can run, or that it had too many events.
#[component]
pub fn Stuck(
    /// Which strategy.
    mode: &'static str,
) -> impl IntoView {
    let app = App::get();
    let pending = Memo::new(move |_| {
        app.shown(mode, |shown| {
            let Some(run) = shown.and_then(Shown::into_run) else {
                return Arc::default();
            };
            match run.end.as_ref().map(|end| &end.verdict) {
                Some(Verdict::Deadlocked(pending)) => {
                    let cycle = cycle(run.index).map(|cycle| cycle_words(run.trace, &cycle));
                    let cycle = cycle.map(|words| format!("A cycle: {words}"));
                    cycle.into_iter().chain(pending.iter().cloned()).collect()
                }
                Some(Verdict::LimitReached) => limit_reached(run.trace).into_iter().collect(),
                _ => Arc::default(),
            }
        })
    });
    view! {
        <Show when=move || pending.with(|pending| !pending.is_empty())>
            <ul class="deadlock" aria-label="Why it did not come to its end">
                {move || {
                    let pending = pending.get();
                    let more = pending.len().saturating_sub(MOST_PENDING);
                    let shown = pending.iter().take(MOST_PENDING).map(|words| view! { <li>{words.clone()}</li> });
                    let rest = (more > 0).then(|| view! { <li>{format!("and {more} more: see Tasks")}</li> });
                    view! { {shown.collect_view()}{rest} }
                }}
            </ul>
        </Show>
    }
}

/// When tasks hold the event loop.
#[component]
pub fn LoopStrip(
    /// Which strategy.
    mode: &'static str,
    /// The time that is shown, in seconds.
    range: Memo<(f64, f64)>,
) -> impl IntoView {
    let app = App::get();
    let paint = move |paper: &Paper| {
        app.shown(mode, |shown| {
            let now = shown.as_ref().map_or(Time::ZERO, Shown::now);
            let view = viewport(paper, range.get(), now);
            let record = shown.as_ref().and_then(Shown::record);
            let polls = record.map_or_else(Vec::new, |(_, index)| layout::loop_strip(index, &view));
            let is_run = shown.is_some_and(|shown| shown.is_run());
            painter::loop_strip(paper, &view, &polls, !is_run);
        });
    };
    let holder = Memo::new(move |_| {
        app.runs.track_time();
        app.shown(mode, |shown| {
            let shown = shown?;
            let run = shown.run().filter(|run| run.end.is_none())?;
            let poll = run.index.polls().last();
            let poll = poll.filter(|poll| poll.end >= run.now)?;
            Some(shown.name(poll.task).to_owned())
        })
    });
    view! {
        <div class="loop">
            <span class="loop-label">"event loop"</span>
            <span class="loop-note">"one thread, one task at a time"</span>
            <span class="holder" class:busy=move || holder.with(Option::is_some)>
                {move || holder.get().unwrap_or_else(|| "idle".to_owned())}
            </span>
            <Surface paint/>
        </div>
    }
}
