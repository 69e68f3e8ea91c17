//! The lanes of one strategy: a canvas, and over it a row for every task that is seen.

use super::critical_path::CriticalPath;
use super::filter::{FilteredRows, LaneFilter};
use super::lazy::TIMELINE;
use super::overlays::Overlays;
use super::painter;
use super::painter::{MARGIN, ROW};
use super::suspended::HoveredLines;
use super::task::anchor::CardAnchor;
use super::task::card::Card;
use super::task::duration_drag::DurationDrag;
use crate::ui::kit::keyed::keyed;
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::kit::paper::Paper;
use crate::ui::kit::surface::Surface;
use crate::ui::state::app::App;
use crate::ui::state::shown::Shown;
use crate::ui::state::subscribers::scoped_memo;
use interleave_geometry::layout;
use interleave_geometry::layout::Viewport;
use interleave_trace::{TaskId, Time, bare, seconds};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The part of time that fits onto a canvas; the same for axis, lanes, gauges and loop strip.
pub fn viewport(paper: &Paper, (from, to): (f64, f64), now: Time) -> Viewport {
    Viewport {
        from,
        to,
        width: (paper.width - MARGIN).max(1.0),
        first_row: 0,
        rows: 0,
        now,
    }
}

/// Marks the instant that is shown, unless all there is to see is behind it.
pub fn playhead(paper: &Paper, view: &Viewport, at: Option<Time>) {
    if let Some(at) = at {
        painter::playhead(paper, view, at);
    }
}

/// The lanes of a strategy.
#[component]
pub fn Lanes(
    /// Which strategy.
    mode: &'static str,
    /// The time that is shown, in seconds.
    range: Memo<(f64, f64)>,
    /// The strategy's rows.
    listing: Memo<FilteredRows>,
) -> impl IntoView {
    let app = App::get();
    let (card, drag) = (Card::get(), DurationDrag::get());
    let overlays = Overlays {
        mode,
        drag,
        path: CriticalPath::get().path(app, mode),
        picked: Memo::new(move |_| card.picked(mode)),
        hovered: HoveredLines::get(),
        knows_lines: Memo::new(move |_| app.runs.knows_lines()),
    };
    let lanes = NodeRef::<Div>::new();
    let scrolled = RwSignal::new(0.0_f64);
    let size = RwSignal::new((0.0, 14.5 * ROW));
    let count = Memo::new(move |_| listing.with(|listing| listing.rows().len()));
    // The row that the tab key goes to; arrow keys go from there.
    let entry = RwSignal::new(0);
    let first = Memo::new(move |_| (scrolled.get() / ROW).floor() as usize);
    let seen = Memo::new(move |_| {
        let (first, fit) = (first.get(), (size.get().1 / ROW).ceil() as usize + 1);
        (first, count.get().min(first + fit))
    });
    // One more above, for the key that moves the focus there.
    let ids = Memo::new(move |_| {
        let (from, to) = seen.get();
        listing.with(|listing| {
            let rows = listing.rows();
            (from.saturating_sub(1)..to)
                .filter_map(|row| rows.id(row))
                .collect::<Vec<_>>()
        })
    });
    let stop = Memo::new(move |_| {
        let (from, to) = seen.get();
        entry.get().clamp(from, to.max(from + 1) - 1)
    });
    let paint = move |paper: &Paper| {
        if size.get_untracked() != (paper.width, paper.height) {
            size.set((paper.width, paper.height));
        }
        app.runs.track_time();
        app.shown(mode, |shown| {
            let now = shown.as_ref().map_or(Time::ZERO, Shown::now);
            let mut view = viewport(paper, range.get(), now);
            painter::grid(paper, &view);
            let Some(shown) = shown else { return };
            (view.first_row, view.rows) = (first.get(), (paper.height / ROW).ceil() as usize + 1);
            let listing = listing.read();
            let rows = listing.rows();
            let picture = shown
                .record()
                .map(|(trace, index)| layout::lanes_of(trace, index, &view, rows))
                .unwrap_or_default();
            let offset = scrolled.get() - first.get() as f64 * ROW;
            let timeline = TIMELINE.get();
            if let Some(timeline) = timeline.filter(|_| shown.is_run()) {
                (timeline.under)(&overlays, paper, &view, rows, offset);
            }
            painter::lanes(paper, &view, &picture, offset, !shown.is_run());
            let Some(run) = shown.run() else { return };
            if let Some(timeline) = timeline {
                (timeline.over)(&overlays, paper, run.index, &view, rows, offset);
            }
            playhead(paper, &view, run.playhead);
        });
    };
    bring_into_view(mode, lanes, listing, scrolled);
    on_cleanup(move || card.clear());
    view! {
        <div class="lanes" node_ref=lanes style=("--rows", move || count.get().to_string())
            on:mouseleave=move |_| drag.leave()
            on:scroll=move |_| {
                card.hide();
                if let Some(lanes) = lanes.get_untracked() {
                    scrolled.set(f64::from(lanes.scroll_top()));
                }
            }
        >
            <div class="lanes-space"></div>
            <div class="lanes-view">
                <div class="plot"><Surface paint/></div>
                <div class="names">
                    {keyed(move || ids.get(), |id| *id, move |id| view! {
                        <Lane mode id range listing scrolled entry stop/>
                    })}
                </div>
                <Lazy view=lazy::of(&TIMELINE, move |timeline| (timeline.handle)(mode, range, listing, scrolled, size))/>
            </div>
        </div>
    }
}

/// A row's texts; they change with the task's state, not with time.
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
    // Speech input finds a lane by what can be read on it.
    let name = bare(shown.name(id));
    let task = shown.run().and_then(|run| run.index.task(id));
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
        (task.is_none() && shown.is_run(), " never"),
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
    id: TaskId,
    range: Memo<(f64, f64)>,
    listing: Memo<FilteredRows>,
    scrolled: RwSignal<f64>,
    entry: RwSignal<usize>,
    stop: Memo<usize>,
) -> impl IntoView {
    let app = App::get();
    let (card, drag) = (Card::get(), DurationDrag::get());
    // Lanes come and go as the list is scrolled, but the signals stay: hence scoped memos.
    // A lane that is about to go has no row.
    let row = scoped_memo(move || listing.with(|listing| listing.rows().row(id)).unwrap_or(0));
    let view = scoped_memo(move || app.shown(mode, |shown| self::row(shown, id)));
    let top = scoped_memo(move || row.get() as f64 * ROW - scrolled.get());
    let is_pinned = scoped_memo(move || card.is_pinned(mode, id));
    let is_described = scoped_memo(move || card.describes(mode, id));
    let is_stop = scoped_memo(move || stop.get() == row.get());
    let anchor = move |event: &web_sys::Event| {
        let target = event.current_target()?;
        let target = target.dyn_into::<web_sys::Element>().ok()?;
        let pointer = event.dyn_ref::<web_sys::MouseEvent>();
        let pointer = pointer.map(|event| f64::from(event.client_x()));
        Some(CardAnchor::beside(&target, mode, id, pointer))
    };
    let show = move |event: &web_sys::Event| {
        drag.hover(mode, id);
        if let Some(anchor) = anchor(event) {
            card.show(anchor);
        }
    };
    view! {
        <button type="button" class=move || view.with(|view| view.class.clone())
            style:top=move || format!("{}px", top.get())
            style=("--depth", move || view.with(|view| view.depth.to_string()))
            aria-label=move || view.with(|view| view.words.clone())
            on:mouseenter=move |event| show(&event)
            on:focus=move |event| {
                entry.set(row.get_untracked());
                show(&event);
            }
            on:click=move |event| {
                // A finger cannot hover.
                drag.hover(mode, id);
                if let Some(anchor) = anchor(&event) {
                    // A press by key has no click count.
                    card.pin(anchor, event.detail() == 0);
                }
            }
            on:mouseleave=move |_| card.hide()
            on:blur=move |_| card.hide()
            class:near=is_pinned
            aria-describedby=move || is_described.get().then_some("tip")
            aria-expanded=move || is_pinned.get().to_string()
            data-task=id.index()
            tabindex=move || if is_stop.get() { "0" } else { "-1" }
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    if card.unpin() {
                        event.prevent_default();
                    }
                    card.hide();
                }
                let (from, to) = range.get_untracked();
                let key = event.clone();
                TIMELINE.with(move |timeline| {
                    if (timeline.lane_key)(drag, &key, (mode, id), to - from) {
                        key.prevent_default();
                    }
                });
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

/// The part of a name that may be cut short, and its end: long names often begin alike.
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

/// Scrolls to the wanted lane, and gives it the focus. Clears a filter that hides it.
fn bring_into_view(
    mode: &'static str,
    lanes: NodeRef<Div>,
    listing: Memo<FilteredRows>,
    scrolled: RwSignal<f64>,
) {
    let (card, filter) = (Card::get(), LaneFilter::get());
    Effect::new(move |_| {
        let wanted = card.wanted.get().filter(|wanted| wanted.0 == mode);
        let (Some((_, id)), Some(lanes)) = (wanted, lanes.get()) else {
            return;
        };
        let Some(row) = listing.with(|listing| listing.rows().row(id)) else {
            filter.clear();
            return;
        };
        card.wanted.set(None);
        let (top, height) = (row as f64 * ROW, f64::from(lanes.client_height()));
        let at = f64::from(lanes.scroll_top());
        if top < at || top + ROW > at + height {
            lanes.set_scroll_top((top - (height - ROW) / 2.0).max(0.0) as i32);
            scrolled.set(f64::from(lanes.scroll_top()));
        }
        // The lane's button is there with the next frame.
        request_animation_frame(move || {
            let lane = lanes.query_selector(&format!("[data-task='{}']", id.index()));
            let lane = lane
                .ok()
                .flatten()
                .and_then(|lane| lane.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(lane) = lane {
                let _ = lane.focus();
                card.moves_to(CardAnchor::beside(&lane, mode, id, None));
            }
        });
    });
}

/// Up and down go from task to task.
fn step_focus(event: &web_sys::KeyboardEvent) {
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
