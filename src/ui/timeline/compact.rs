//! All lanes of a strategy in the space of a few, however many there are.

use super::density;
use super::density::Kept;
use super::filter::{FilteredRows, LaneFilter};
use super::lanes::{playhead, viewport};
use super::painter;
use super::painter::ROW;
use super::task::anchor::CardAnchor;
use super::task::card::Card;
use crate::ui::kit::paper::Paper;
use crate::ui::kit::surface::Surface;
use crate::ui::state::app::App;
use crate::ui::state::shown::Shown;
use interleave_geometry::Rows;
use interleave_trace::{TaskId, Time, count};
use leptos::prelude::*;
use web_sys::MouseEvent;

/// Lanes up to this many fit into view as they are.
pub const FIT: usize = 14;
/// The least height at which lines are told apart.
const LEAST: f64 = 2.0;

/// Adds room for more rows, in steps, where the number of tasks is not known, so that not each new task makes the picture
/// anew.
fn room<'a>(rows: Rows<'a>, shown: &Shown<'_>) -> Rows<'a> {
    match rows {
        Rows::All(count) if is_open_ended(shown) => {
            let step = (count.max(1).ilog2()).saturating_sub(3);
            Rows::All(count.next_multiple_of(1 << step))
        }
        rows => rows,
    }
}

/// Whether the number of tasks that a run will have is unknown.
fn is_open_ended(shown: &Shown<'_>) -> bool {
    let run = shown.run();
    shown.expected().is_none() && run.is_some_and(|run| run.end.is_none())
}

/// The compact lanes of a strategy.
#[component]
pub fn CompactLanes(
    /// Which strategy.
    mode: &'static str,
    /// The time that is shown.
    range: Memo<(f64, f64)>,
    /// The strategy's rows.
    listing: Memo<FilteredRows>,
) -> impl IntoView {
    let app = App::get();
    let filter = LaneFilter::get();
    let card = Card::get();
    let kept = StoredValue::new_local(Kept::default());
    let height = StoredValue::new(ROW);
    let paint = move |paper: &Paper| {
        app.runs.track_time();
        app.shown(mode, |shown| {
            let now = shown.as_ref().map_or(Time::ZERO, Shown::now);
            let view = viewport(paper, range.get(), now);
            painter::grid(paper, &view);
            let Some(shown) = shown else { return };
            listing.with(|listing| {
                let rows = room(listing.rows(), &shown);
                let lines = rows
                    .len()
                    .clamp(1, (paper.height / LEAST).max(1.0) as usize);
                height.set_value((paper.height / lines as f64).min(ROW));
                kept.update_value(|kept| {
                    let size = (density::columns(paper), lines);
                    kept.read(&shown, range.get(), size, rows, listing.version());
                    density::compact(paper, kept, height.get_value(), !shown.is_run());
                });
            });
            playhead(paper, &view, shown.run().and_then(|run| run.playhead));
        });
    };
    // The task under the pointer; of those that share a line, the middle one.
    let under = move |event: &MouseEvent| -> Option<TaskId> {
        let line = (f64::from(event.offset_y()).max(0.0) / height.get_value()) as usize;
        let row = kept.with_value(|kept| kept.row(line).filter(|_| line < kept.lines()))?;
        listing.with_untracked(|listing| listing.rows().id(row))
    };
    // A lane that is asked for is shown in full.
    Effect::new(move |_| {
        if card.wanted.get().is_some_and(|wanted| wanted.0 == mode) {
            filter.compact.set(false);
        }
    });
    let rows = Memo::new(move |_| listing.with(|listing| listing.rows().len()));
    let words = move || format!("{} tasks, compact", count(rows.get()));
    view! {
        <div class="lanes compact" role="img" aria-label=words
            on:mousemove=move |event| match under(&event) {
                Some(id) => {
                    let place = (f64::from(event.client_x()), f64::from(event.client_y()));
                    card.show(CardAnchor::at(mode, id, place));
                }
                None => card.hide(),
            }
            on:mouseleave=move |_| card.hide()
            on:click=move |event| {
                if let Some(id) = under(&event) {
                    card.hide();
                    card.jump(mode, id);
                }
            }
        >
            <div class="lanes-space"></div>
            <div class="lanes-view">
                <p class="compact-note" aria-hidden="true"><b>{move || format!("{} tasks", count(rows.get()))}</b>"Click to see a lane"</p>
                <div class="plot"><Surface paint/></div>
                <div class="names"></div>
            </div>
        </div>
    }
}
