//! The filter of lanes by name and by state, and the switch for compact lanes.

use crate::ui::state::app::App;
use crate::ui::state::shown::Origin;
use crate::web;
use interleave_geometry::{Listed, Listing};
use interleave_player::Phase;
use interleave_trace::{Filter, Standing, Trace, count};
use leptos::html::Input;
use leptos::prelude::*;

/// The filter of the page. Copies are the same filter.
#[derive(Clone, Copy)]
pub struct LaneFilter {
    /// Which tasks have lanes.
    pub tasks: RwSignal<Filter>,
    /// The text of the field, as typed.
    text: RwSignal<String>,
    /// Whether the filter's form is open.
    pub open: RwSignal<bool>,
    /// Whether all lanes are drawn in the space of a few.
    pub compact: RwSignal<bool>,
}

impl LaneFilter {
    /// Without a filter.
    pub fn new() -> Self {
        Self {
            tasks: RwSignal::new(Filter::default()),
            text: RwSignal::new(String::new()),
            open: RwSignal::new(false),
            compact: RwSignal::new(false),
        }
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Opens the form, or closes it and clears the filter.
    pub fn toggle(self) {
        self.open.update(|open| *open = !*open);
        if !self.open.get_untracked() {
            self.clear();
        }
    }

    /// Opens the form.
    pub fn search(self) {
        self.open.set(true);
    }

    /// Switches compact lanes on or off.
    pub fn toggle_compact(self) {
        self.compact.update(|compact| *compact = !*compact);
    }

    /// Shows all tasks.
    pub fn clear(self) {
        self.text.set(String::new());
        self.tasks.set(Filter::default());
    }
}

/// The rows of a strategy, and the run that they are of.
#[derive(Clone, Default)]
pub struct FilteredRows {
    origin: Option<Origin>,
    listing: Listing,
}

impl std::ops::Deref for FilteredRows {
    type Target = Listing;

    fn deref(&self) -> &Listing {
        &self.listing
    }
}

/// The rows of a strategy, kept up to date during its run.
pub fn listing(app: App, filter: LaneFilter, mode: &'static str) -> Memo<FilteredRows> {
    Memo::new_owning(move |old: Option<FilteredRows>| {
        let mut rows = old.unwrap_or_default();
        let changed = filter.tasks.with(|filter| {
            app.shown(mode, |shown| {
                let Some(shown) = shown else {
                    // One empty row keeps the space.
                    let run = Listed {
                        trace: &Trace::default(),
                        index: None,
                        count: 1,
                        name: &|_| "",
                    };
                    rows.origin = None;
                    return rows.listing.update(filter, &run);
                };
                let other = rows.origin.as_ref() != Some(shown.origin());
                if other {
                    rows.listing = Listing::default();
                    rows.origin = Some(shown.origin().clone());
                }
                let empty = Trace::default();
                let run = Listed {
                    trace: shown.record().map_or(&empty, |(trace, _)| trace),
                    index: shown.run().map(|run| run.index),
                    count: shown.rows(),
                    name: &|id| shown.name(id),
                };
                rows.listing.update(filter, &run) || other
            })
        });
        (rows, changed)
    })
}

/// Gives the focus back to the button that opened the form.
fn focus_opener() {
    if let Some(opener) = web::element(OPENER) {
        // An element that cannot take the focus leaves it to the page.
        let _ = opener.focus();
    }
}

/// The id of the button that opens the form.
pub const OPENER: &str = "filter-button";

/// The form of the filter.
#[component]
pub fn FilterForm() -> impl IntoView {
    let filter = LaneFilter::get();
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let (true, Some(field)) = (filter.open.get(), field.get()) {
            // Ready to type.
            let _ = field.focus();
        }
    });
    let is_open = Memo::new(move |_| filter.tasks.with(Filter::is_open));
    view! {
        <Show when=move || filter.open.get()>
            <div class="filter" id="filter" role="search" aria-label="Tasks"
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.prevent_default();
                        filter.toggle();
                        focus_opener();
                    }
                }
            >
                <input type="search" aria-label="Name of a task" placeholder="Name" node_ref=field data-test="filter-name"
                    prop:value=move || filter.text.get()
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        filter.tasks.update(|filter| filter.set_words(&text));
                        filter.text.set(text);
                    }
                />
                <button class="button quiet" type="button" prop:disabled=move || is_open.get() on:click=move |_| filter.clear()>"Clear"</button>
                <div class="chips" role="group" aria-label="States">
                    {Standing::ALL.map(|standing| view! {
                        <button class="chip" type="button"
                            aria-pressed=move || filter.tasks.with(|filter| filter.wants(standing)).to_string()
                            on:click=move |_| filter.tasks.update(|filter| filter.toggle(standing))
                        >{standing.label()}</button>
                    }).collect_view()}
                </div>
            </div>
        </Show>
    }
}

/// The number of a strategy's tasks that match, while there is a filter.
#[component]
pub fn Count(
    /// The strategy's rows.
    listing: Memo<FilteredRows>,
) -> impl IntoView {
    let app = App::get();
    let filter = LaneFilter::get();
    let filtered = Memo::new(move |_| filter.tasks.with(|filter| !filter.is_open()));
    let counts =
        Memo::new(move |_| listing.with(|listing| (listing.rows().len(), listing.count())));
    let words = move || match counts.get() {
        (0, all) => format!("None of {} tasks matches.", count(all)),
        (some, all) => format!("{} of {} tasks", count(some), count(all)),
    };
    // During a run, tasks come and go faster than they could be read out.
    let live = move || {
        if app.runs.phase.get() == Phase::Running {
            "off"
        } else {
            "polite"
        }
    };
    view! {
        <div class="filter-count" aria-live=live class:none=move || counts.get().0 == 0 data-test="count">
            {move || filtered.get().then(|| view! {
                <p>{words}</p>
                <Show when=move || counts.get().0 == 0>
                    <button class="button" type="button" on:click=move |_| filter.clear()>"Show all"</button>
                </Show>
            })}
        </div>
    }
}
