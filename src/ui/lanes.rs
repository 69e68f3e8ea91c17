//! The lanes of one strategy: a canvas, and over it a row for every task that is seen.

use super::app::App;
use super::painter::{self, MARGIN, ROW};
use super::paper::Paper;
use super::shown::Shown;
use super::surface::Surface;
use crate::trace::layout::{self, Bar, Shape, Viewport};
use crate::trace::{State, TaskId, describe, seconds};
use leptos::html::Div;
use leptos::prelude::*;

/// The part of time that fits onto a canvas; the same for axis, lanes, gauges and loop strip.
pub fn viewport(paper: &Paper, end: f64, shown: Option<&Shown<'_>>) -> Viewport {
    Viewport {
        from: 0.0,
        to: end,
        width: (paper.width - MARGIN).max(1.0),
        first_row: 0,
        rows: 0,
        now: shown.map_or_else(Default::default, |shown| shown.now),
    }
}

/// The lanes of a strategy.
#[component]
pub fn Lanes(
    /// Which strategy.
    mode: &'static str,
    /// The right end of the time axis, in seconds.
    axis_end: Memo<f64>,
) -> impl IntoView {
    let app = App::get();
    let tip = TipView::get();
    let lanes = NodeRef::<Div>::new();
    let scrolled = RwSignal::new(0.0_f64);
    let height = RwSignal::new(14.5 * ROW);
    let count = Memo::new(move |_| app.shown(mode, |shown| shown.map_or(1, |shown| shown.rows())));
    // The row that the tab key goes to: the arrow keys do the rest.
    let entry = RwSignal::new(0);
    let first = Memo::new(move |_| (scrolled.get() / ROW).floor() as usize);
    let seen = Memo::new(move |_| {
        let (first, fit) = (first.get(), (height.get() / ROW).ceil() as usize + 1);
        (first, count.get().min(first + fit))
    });
    let stop = Memo::new(move |_| {
        let (from, to) = seen.get();
        entry.get().clamp(from, to.max(from + 1) - 1)
    });
    let paint = move |paper: &Paper| {
        if height.get_untracked() != paper.height {
            height.set(paper.height);
        }
        app.shown(mode, |shown| {
            let mut view = viewport(paper, axis_end.get(), shown.as_ref());
            painter::grid(paper, &view);
            let Some(shown) = shown else { return };
            (view.first_row, view.rows) = (first.get(), (paper.height / ROW).ceil() as usize + 1);
            let mut picture = layout::lanes(shown.trace, shown.index, &view);
            // Tasks that do not exist yet, of those that are seen.
            let seen = view.first_row..shown.rows().min(view.first_row + view.rows);
            for row in seen.start.max(shown.index.task_count())..seen.end {
                let (row, shape) = (row - view.first_row, Shape::NotYet);
                let (x0, x1) = (0.0, view.x(shown.now).min(view.width));
                picture.bars.push(Bar { row, x0, x1, shape });
            }
            let offset = scrolled.get() - first.get() as f64 * ROW;
            painter::lanes(paper, &view, &picture, offset, shown.ghost);
            if !shown.ghost && shown.end.is_none() {
                painter::playhead(paper, view.x(shown.now));
            }
        });
    };
    view! {
        <div class="lanes" node_ref=lanes style=("--rows", move || count.get().to_string())
            on:scroll=move |_| {
                tip.0.set(None);
                if let Some(lanes) = lanes.get_untracked() {
                    scrolled.set(f64::from(lanes.scroll_top()));
                }
            }
        >
            <div class="lanes-space"></div>
            <div class="lanes-view">
                <div class="plot"><Surface paint/></div>
                <div class="names">
                    <For each=move || { let (from, to) = seen.get(); from..to } key=|row| *row let:row>
                        <Lane mode row scrolled entry stop/>
                    </For>
                </div>
            </div>
        </div>
    }
}

/// What a row shows and says; changes with the task's state, not with time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    class: String,
    depth: u16,
    words: String,
}

fn row(shown: Option<Shown<'_>>, id: TaskId) -> Row {
    let Some(shown) = shown else {
        return Row {
            name: String::new(),
            class: "lane".to_owned(),
            depth: 0,
            words: String::new(),
        };
    };
    let (depth, last) = shown.place(id);
    let name = shown.name(id).to_owned();
    let task = shown.index.task(id).filter(|_| !shown.ghost);
    let state = match task {
        None => "not yet".to_owned(),
        Some(task) => match (task.end, task.state()) {
            (Some(end), _) => format!("{} at {}", end.outcome.label(), seconds(end.at.secs())),
            (None, state) => state.label().to_owned(),
        },
    };
    let mut class = "lane".to_owned();
    for (holds, word) in [
        (depth > 0, " child"),
        (last, " last"),
        (task.is_some_and(|task| task.end.is_some()), " done"),
        (task.is_none() && !shown.ghost, " never"),
    ] {
        if holds {
            class.push_str(word);
        }
    }
    Row {
        words: format!("{name}: {state}"),
        name,
        class,
        depth,
    }
}

#[component]
fn Lane(
    mode: &'static str,
    row: usize,
    scrolled: RwSignal<f64>,
    entry: RwSignal<usize>,
    stop: Memo<usize>,
) -> impl IntoView {
    let app = App::get();
    let tip = TipView::get();
    let id = TaskId(row as u32);
    let view = Memo::new(move |_| app.shown(mode, |shown| self::row(shown, id)));
    let show = move |event: &web_sys::Event| {
        let target = event
            .current_target()
            .and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(target).ok());
        if let Some(target) = target {
            let place = target.get_bounding_client_rect();
            tip.0.set(Some(Tip {
                mode,
                id,
                x: place.left() + 24.0,
                y: place.bottom() + 4.0,
            }));
        }
    };
    view! {
        <button type="button" class=move || view.with(|view| view.class.clone())
            style:top=move || format!("{}px", row as f64 * ROW - scrolled.get())
            style=("--depth", move || view.with(|view| view.depth.to_string()))
            aria-label=move || view.with(|view| view.words.clone())
            on:mouseenter=move |event| show(&event)
            on:focus=move |event| {
                entry.set(row);
                show(&event);
            }
            on:click=move |event| show(&event)
            on:mouseleave=move |_| tip.0.set(None)
            on:blur=move |_| tip.0.set(None)
            aria-describedby=move || tip.is_of(mode, id).then_some("tip")
            tabindex=move || if stop.get() == row { "0" } else { "-1" }
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    tip.0.set(None);
                }
                step_focus(&event);
            }
        >
            <span class="name">
                <span class="head">{move || view.with(|view| split(&view.name).0.to_owned())}</span>
                {move || view.with(|view| split(&view.name).1.to_owned())}
            </span>
        </button>
    }
}

/// The part of a name that may be cut short, and the end that tells it from others: long names often begin alike.
fn split(name: &str) -> (&str, &str) {
    let cut = name
        .char_indices()
        .rev()
        .nth(TAIL - 1)
        .map_or(0, |(at, _)| at);
    if name.chars().count() > 2 * TAIL {
        name.split_at(cut)
    } else {
        (name, "")
    }
}

/// How many characters at the end of a long name are always shown.
const TAIL: usize = 9;

/// Up and down go from task to task.
fn step_focus(event: &web_sys::KeyboardEvent) {
    use wasm_bindgen::JsCast;
    let target = event
        .current_target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(target) = target else { return };
    let next = match event.key().as_str() {
        "ArrowDown" => target.next_element_sibling(),
        "ArrowUp" => target.previous_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        let lanes = next.closest(".lanes").ok().flatten();
        // Rows are placed by hand, so the browser cannot scroll them into view by itself.
        if let Some(lanes) = lanes {
            let (row, frame) = (
                next.get_bounding_client_rect(),
                lanes.get_bounding_client_rect(),
            );
            let below = (row.bottom() - frame.bottom()).max(0.0);
            let above = (row.top() - frame.top()).min(0.0);
            lanes.set_scroll_top(lanes.scroll_top() + (below + above).round() as i32);
        }
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // A row that was scrolled away meanwhile cannot take the focus; the next key finds another.
        let _ = next.focus_with_options(&options);
    }
}

/// The task whose details are shown, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tip {
    mode: &'static str,
    id: TaskId,
    x: f64,
    y: f64,
}

/// The one tooltip of the page.
#[derive(Clone, Copy)]
pub struct TipView(RwSignal<Option<Tip>>);

impl Default for TipView {
    fn default() -> Self {
        Self(RwSignal::new(None))
    }
}

impl TipView {
    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Whether it is about this task.
    fn is_of(self, mode: &str, id: TaskId) -> bool {
        self.0
            .get()
            .is_some_and(|tip| tip.mode == mode && tip.id == id)
    }

    /// Shows it.
    pub fn view(self, app: App) -> impl IntoView {
        let facts = move || {
            let tip = self.0.get()?;
            app.shown(tip.mode, |shown| shown.map(|shown| facts(&shown, tip.id)))
        };
        let x = move || {
            self.0
                .get()
                .map_or(0.0, |tip| tip.x.min(crate::web::width() - 300.0).max(8.0))
        };
        let y = move || self.0.get().map_or(0.0, |tip| tip.y);
        view! {
            <div class="tip" role="tooltip" id="tip" hidden=move || self.0.get().is_none()
                style:left=move || format!("{}px", x()) style:top=move || format!("{}px", y())
            >
                {move || facts().map(|(name, facts)| view! {
                    <b>{name}</b>
                    <dl>{facts.into_iter().map(|(word, fact)| view! { <dt>{word}</dt><dd>{fact}</dd> }).collect_view()}</dl>
                })}
            </div>
        }
    }
}

/// What there is to know of a task at the instant that is shown.
fn facts(shown: &Shown<'_>, id: TaskId) -> (String, Vec<(&'static str, String)>) {
    let name = shown.name(id).to_owned();
    let Some(task) = shown.index.task(id).filter(|_| !shown.ghost) else {
        return (name, vec![("state", "not yet".to_owned())]);
    };
    let mut facts = Vec::new();
    match task.end {
        Some(end) => facts.push(("outcome", end.outcome.label().to_owned())),
        None => facts.push(("now", describe(shown.trace, shown.index, id))),
    }
    if let Some(end) = task
        .end
        .filter(|end| !shown.trace.text(end.detail).is_empty())
    {
        facts.push(("result", shown.trace.text(end.detail).to_owned()));
    }
    if let Some(wait) = task.wait.filter(|_| task.end.is_none()) {
        facts.push(("awaits at", format!("line {}", wait.line)));
    }
    facts.push(("created", seconds(task.created.secs())));
    if let Some(started) = task.started {
        facts.push(("started", seconds(started.secs())));
    }
    if let Some(end) = task.end {
        facts.push(("ended", seconds(end.at.secs())));
    }
    for (word, state) in [
        ("inside", State::Running),
        ("queued", State::Queued),
        ("backoff", State::Backoff),
    ] {
        let time = task.time_in(state, shown.now);
        if time > 0.0 {
            facts.push((word, seconds(time)));
        }
    }
    if let Some((total, unit)) = task.amount {
        facts.push(("moves", format!("{total} {}", shown.trace.text(unit))));
    }
    if let Some((bytes, _)) = task.received {
        facts.push(("received", format!("{bytes} bytes")));
    }
    (name, facts)
}
