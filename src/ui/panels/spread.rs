//! What could happen: how long each strategy takes, over a thousand seeds. They are run by the app in a worker, beside the
//! page; where there is none, by the page, a few milliseconds a frame.

use crate::chunk::{self, Chunk};
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::state::app::App;
use crate::ui::state::entries;
use crate::web;
use crate::web::aside::Aside;
use futures_util::FutureExt as _;
use futures_util::future::abortable;
use interleave_player::Pace;
use interleave_player::spread::{Bar, Distribution, SEEDS, Spread};
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::{count, seconds};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// The histograms, loaded as a chunk.
pub struct Histograms {
    /// Runs all seeds, and shows the totals.
    pub view: fn(&'static Entry, Choice) -> AnyView,
    /// In a worker: runs all seeds, and posts the totals.
    pub run: fn(String),
}

/// What the reader has chosen.
#[derive(Clone, Copy)]
pub struct Choice {
    /// The share by which latencies vary, where the playground draws nothing itself.
    share: f64,
    /// The run that was opened last: the params of the form before, and those of the run.
    opened: RwSignal<Option<[Value; 2]>>,
}

impl Choice {
    /// The params to draw from: those in the form, or those that were there before a run was opened.
    fn params(self, form: Value) -> Value {
        match self.opened.get_untracked() {
            Some([before, drawn]) if drawn == form => before,
            _ => form,
        }
    }
}

/// By how much latencies may differ, in percent; the second is chosen at first.
const SHARES: [u32; 4] = [10, 20, 50, 100];

/// The chunk: that of `pages::lazy::CHOOSE`.
pub static HISTOGRAMS: Chunk<Histograms> = Chunk::new();

/// Its name in `ui::chunks`.
const CHUNK: &str = "choose";

/// How long seeds are run before the page gets a turn, in seconds.
const SLICE: f64 = 0.006;
/// How long a worker runs them between two posts of the totals, in milliseconds.
const POSTED: f64 = 40.0;
/// Steps of runs between two looks at the clock.
const PORTION: usize = 500;

/// A button that runs all seeds. Nothing is run before.
#[component]
pub fn WhatCouldHappen(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    // Each press makes it anew.
    let asked = RwSignal::new(0_u32);
    let percent = RwSignal::new(SHARES[1]);
    let opened = RwSignal::new(None);
    let choice = move || Choice {
        share: f64::from(percent.get_untracked()) / 100.0,
        opened,
    };
    let share = move || {
        view! {
            <label class="select">
                <span>"Latencies ±"</span>
                <select data-test="spread-share" on:change=move |event| {
                    if let Ok(chosen) = event_target_value(&event).parse() {
                        percent.set(chosen);
                    }
                }>
                    {SHARES.map(|share| view! {
                        <option value=share.to_string() selected=share == SHARES[1]>{format!("{share} %")}</option>
                    }).collect_view()}
                </select>
                {icon(Icon::Chevron)}
            </label>
        }
    };
    view! {
        <section class="spread card" aria-labelledby="spread-title">
            <div class="spread-head">
                <h2 id="spread-title">"What could happen"</h2>
                {entry.draw.is_none().then(share)}
                <button class="button" type="button" data-test="spread" on:click=move |_| {
                    HISTOGRAMS.with(|_| {});
                    asked.update(|times| *times += 1);
                }>{move || format!("{} {} seeds", if asked.get() == 0 { "Run" } else { "Run again:" }, count(SEEDS as usize))}</button>
            </div>
            {move || match asked.get() {
                0 => view! { <p class="muted small">{lead(entry)}</p> }.into_any(),
                _ => view! { <Lazy view=lazy::of(&HISTOGRAMS, move |histograms| (histograms.view)(entry, choice()))/> }.into_any(),
            }}
        </section>
    }
}

fn lead(entry: &Entry) -> &'static str {
    match entry.draw {
        Some(_) => {
            "One run is one draw. A thousand of them show how long each strategy takes, and how often."
        }
        None => {
            "Nothing takes equally long each time. A thousand runs, each with latencies of its own, show how long each \
             strategy takes, and how often."
        }
    }
}

/// Does, in a worker, the work that its page has sent.
pub fn work_aside(work: String) {
    HISTOGRAMS.with(|histograms| (histograms.run)(work));
}

/// The message that tells a worker what to run.
fn work(entry: &Entry, strategies: &[&'static Strategy], params: &Value, share: f64) -> String {
    let strategies: Vec<_> = strategies.iter().map(|strategy| strategy.mode).collect();
    json!([entry.slug, strategies, params, share]).to_string()
}

/// In a worker: runs all seeds, and posts the totals, or that there is nothing to run.
pub fn run_aside(work: String) {
    let run = async move {
        let work: Value = serde_json::from_str(&work).ok()?;
        let entry = entries::loaded(work[0].as_str()?).await?;
        let strategies = work[1].as_array()?.iter();
        let strategies = strategies.filter_map(|mode| entry.strategy(mode.as_str()?));
        let strategies: Vec<_> = strategies.collect();
        let mut spread = Spread::new(entry, &strategies, &work[2], work[3].as_f64()?)?;
        let (mut posted, mut last) = (0, js_sys::Date::now());
        loop {
            let more = spread.advance(PORTION);
            if !more || js_sys::Date::now() - last > POSTED {
                web::aside::post(Some(&spread.totals_after(posted)));
                (posted, last) = (spread.seeds(), js_sys::Date::now());
            }
            if !more {
                return Some(());
            }
        }
    };
    let done = async {
        if run.await.is_none() {
            web::aside::post(None);
        }
    };
    chunk::after(done, || {});
}

/// Runs all seeds, and shows what is known so far.
#[component]
pub fn Shown(
    /// The playground.
    entry: &'static Entry,
    /// What the reader has chosen.
    choice: Choice,
) -> impl IntoView {
    let app = App::get();
    let (params, strategies) = untrack(|| (app.view.params.get(), app.view.strategies(entry)));
    let params = choice.params(params);
    if !app.problems.with_untracked(Vec::is_empty) {
        return view! { <p class="muted small">"The form has to be right first."</p> }.into_any();
    }
    let Some(spread) = Spread::new(entry, &strategies, &params, choice.share) else {
        return ().into_any();
    };
    let spread = StoredValue::new_local(Rc::new(RefCell::new(spread)));
    let is_cancelled = RwSignal::new(false);
    let known = RwSignal::new(Vec::new());
    let seeds = RwSignal::new(0);
    let is_over = Memo::new(move |_| seeds.get() == SEEDS || is_cancelled.get());
    let worker = StoredValue::new_local(None::<Aside>);
    let here = move || {
        // Drops a worker that has failed, outside of its own callback.
        worker.try_set_value(None);
        advance(spread, is_cancelled, seeds, known);
    };
    let told = move |totals: Option<Vec<f64>>| match (totals, spread.try_get_value()) {
        (Some(totals), Some(runs)) => {
            let mut runs = runs.borrow_mut();
            runs.add(&totals);
            known.set(runs.distributions());
            seeds.set(runs.seeds());
        }
        (None, Some(_)) => {
            request_animation_frame(here);
        }
        _ => {}
    };
    let work = work(entry, &strategies, &params, choice.share);
    let (beside, abort) = abortable(async move {
        let playground = entry.slug.replace('-', "_");
        match Aside::start(&[CHUNK, &playground], &work, told).await {
            Some(aside) => {
                worker.try_set_value(Some(aside));
            }
            None => {
                request_animation_frame(here);
            }
        }
    });
    chunk::after(beside.map(|_| ()), || {});
    on_cleanup(move || abort.abort());
    // Drops the worker once nothing is left to do.
    Effect::new(move |_| {
        if is_over.get() {
            worker.set_value(None);
        }
    });
    let is_of_form = Memo::new(move |_| {
        let is_of = |params: &Value| {
            let is_opened = |opened: &Option<[Value; 2]>| {
                opened.as_ref().is_some_and(|[_, drawn]| drawn == params)
            };
            choice.opened.with(is_opened)
                || spread.with_value(|spread| spread.borrow().is_of(params))
        };
        let is_right = app.problems.with(Vec::is_empty);
        !is_right || app.view.params.with(is_of)
    });
    let open = move |seed: u64| {
        let [before, params] = spread.with_value(|spread| {
            let spread = spread.borrow();
            [spread.params().clone(), spread.drawn(seed)]
        });
        choice.opened.set(Some([before, params.clone()]));
        app.view.update(|view| {
            view.params = params;
            view.seed = seed;
        });
        untrack(|| app.run(Some(Pace::Instant)));
        // The run is above.
        web::scroll_to(".race");
    };
    let places = strategies.len();
    view! {
        <div class="spread-state" hidden=is_over>
            <progress max=SEEDS.to_string() value=move || seeds.get().to_string() aria-label="Seeds that have been run"></progress>
            <button class="button" type="button" data-test="spread-cancel" on:click=move |_| is_cancelled.set(true)>"Cancel"</button>
        </div>
        <p class="muted small" role="status">
            {move || match (is_over.get(), seeds.get()) {
                (false, _) => String::new(),
                (true, SEEDS) => format!("{} seeds have been run. A bar opens the first of its runs.", count(SEEDS as usize)),
                (true, seeds) => format!("Cancelled after {seeds} of {} seeds.", count(SEEDS as usize)),
            }}
        </p>
        <Show when=move || !is_of_form.get()>
            <p class="small">"The form has changed: this is what could happen with the values before."</p>
        </Show>
        {(0..places).map(|place| view! { <Histogram known place open/> }).collect_view()}
        <details class="spread-table">
            <summary>"As a table"</summary>
            {move || is_over.get().then(|| known.with(|known| table(known)))}
        </details>
    }
    .into_any()
}

/// Runs seeds for a few milliseconds, then again in the next frame.
fn advance(
    spread: StoredValue<Rc<RefCell<Spread>>, LocalStorage>,
    is_cancelled: RwSignal<bool>,
    seeds: RwSignal<u64>,
    known: RwSignal<Vec<Distribution>>,
) {
    // The page may have been left.
    let Some(runs) = spread.try_get_value() else {
        return;
    };
    if is_cancelled.try_get_untracked() != Some(false) {
        return;
    }
    let end = web::now() + SLICE;
    let mut runs = runs.borrow_mut();
    let mut more = true;
    while more && web::now() < end {
        more = runs.advance(PORTION);
    }
    known.set(runs.distributions());
    seeds.set(runs.seeds());
    if more {
        request_animation_frame(move || advance(spread, is_cancelled, seeds, known));
    }
}

/// The totals of a strategy.
#[component]
fn Histogram(
    /// What is known.
    known: RwSignal<Vec<Distribution>>,
    /// Which of the strategies.
    place: usize,
    /// Opens the run of a seed.
    open: impl Fn(u64) + Copy + Send + 'static,
) -> impl IntoView {
    let of = move || known.with(|known| known.get(place).cloned());
    // The bars are made once for each scale, so that one that has the focus keeps it while they grow.
    let count = Memo::new(move |_| of().map_or(0, |of| of.bars.len()));
    let bar = move |bar: usize| of().and_then(|of| of.bars.get(bar).copied());
    let highest = Memo::new(move |_| {
        known.with(|known| {
            let bars = known
                .iter()
                .flat_map(|of| of.bars.iter().map(|bar| bar.count));
            bars.max().unwrap_or(0).max(1)
        })
    });
    view! {
        <div class="histogram">
            <h3>{move || of().map(|of| of.strategy.title)}</h3>
            <p class="small">{move || of().map(|of| figures(&of))}</p>
            <div class="bars" role="group" aria-label=move || of().map(|of| format!("{}: runs by total", of.strategy.title))
                on:keydown=move |event| step(&event)>
                {move || (0..count.get()).map(|place| view! {
                    <button class="bar" type="button" tabindex=if place == 0 { "0" } else { "-1" }
                        class:empty=move || bar(place).is_none_or(|bar| bar.count == 0)
                        aria-disabled=move || bar(place).is_none_or(|bar| bar.count == 0).to_string()
                        aria-label=move || bar(place).map(words) title=move || bar(place).map(words)
                        on:click=move |_| if let Some(seed) = bar(place).and_then(|bar| bar.seed) { open(seed) }
                    ><span style:height=move || {
                        let part = bar(place).map_or(0.0, |bar| bar.count as f64 / highest.get() as f64);
                        format!("{:.2}%", 100.0 * part)
                    }></span></button>
                }).collect_view()}
            </div>
            <div class="scale small muted" aria-hidden="true">
                <span>{move || of().and_then(|of| Some(seconds(of.bars.first()?.from)))}</span>
                <span>{move || of().and_then(|of| Some(seconds(of.bars.last()?.to)))}</span>
            </div>
            {move || of().and_then(|of| of.first_endless.map(|seed| view! {
                <p class="small">{format!("{} of {} runs do not end. ", of.endless, of.runs())}
                    <button class="button" type="button" on:click=move |_| open(seed)>{format!("Open seed {seed}")}</button></p>
            }))}
        </div>
    }
}

/// Left and right go from bar to bar, Home and End to the first and the last.
fn step(event: &web_sys::KeyboardEvent) {
    let here = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let next = here.and_then(|here| match event.key().as_str() {
        "ArrowRight" => Some(here.next_element_sibling()),
        "ArrowLeft" => Some(here.previous_element_sibling()),
        "Home" => Some(here.parent_element()?.first_element_child()),
        "End" => Some(here.parent_element()?.last_element_child()),
        _ => None,
    });
    let Some(next) = next else { return };
    // Otherwise they step through the run.
    event.prevent_default();
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A button that is shown takes the focus.
        let _ = next.focus();
    }
}

fn words(bar: Bar) -> String {
    let range = format!("{} to {}", seconds(bar.from), seconds(bar.to));
    match (bar.count, bar.seed) {
        (1, Some(seed)) => format!("{range}: 1 run, seed {seed}"),
        (count, Some(seed)) => format!("{range}: {count} runs, the first with seed {seed}"),
        (_, None) => format!("{range}: no run"),
    }
}

fn figures(of: &Distribution) -> String {
    match (of.median, of.p95, of.p99) {
        (Some(median), Some(p95), Some(p99)) => format!(
            "median {} · 95th percentile {} · 99th {}",
            seconds(median),
            seconds(p95),
            seconds(p99)
        ),
        _ => "no run has ended".to_owned(),
    }
}

/// The same figures and bars in rows.
fn table(known: &[Distribution]) -> impl IntoView + use<> {
    let cell =
        |value: Option<f64>| view! { <td>{value.map_or_else(|| "–".to_owned(), seconds)}</td> };
    let head = known
        .iter()
        .map(|of| view! { <th scope="col">{of.strategy.title}</th> });
    let head = head.collect_view();
    let row = |name: &'static str, read: fn(&Distribution) -> Option<f64>| {
        let cells = known.iter().map(|of| cell(read(of))).collect_view();
        view! { <tr><th scope="row">{name}</th>{cells}</tr> }
    };
    let figures = [
        row("median", |of| of.median),
        row("95th percentile", |of| of.p95),
        row("99th percentile", |of| of.p99),
    ];
    let endless = known
        .iter()
        .map(|of| view! { <td>{of.endless}</td> })
        .collect_view();
    let bars = known.first().map_or(0, |of| of.bars.len());
    let bars = (0..bars).filter_map(|place| {
        let bar = known.first()?.bars.get(place)?;
        let counts = known
            .iter()
            .map(|of| of.bars.get(place).map_or(0, |bar| bar.count));
        let counts: Vec<_> = counts.collect();
        let cells = counts
            .iter()
            .map(|&count| view! { <td>{count}</td> })
            .collect_view();
        let range = format!("{} to {}", seconds(bar.from), seconds(bar.to));
        counts
            .iter()
            .any(|&count| count > 0)
            .then(|| view! { <tr><th scope="row">{range}</th>{cells}</tr> })
    });
    let bars = bars.collect_view();
    view! {
        <div class="table-scroll" role="region" aria-label="Totals of all seeds" tabindex="0">
            <table>
                <thead><tr><th scope="col">"total"</th>{head}</tr></thead>
                <tbody>
                    {figures.collect_view()}
                    <tr><th scope="row">"do not end"</th>{endless}</tr>
                    {bars}
                </tbody>
            </table>
        </div>
    }
}
