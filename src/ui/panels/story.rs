//! The story: the runs of all strategies in sentences, by time.

use super::findings::Findings;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::keyed::keyed;
use crate::ui::kit::long_list::{MoreRows, NothingYet, RowLimit, StrategyFilter};
use crate::ui::state::app::App;
use crate::ui::state::stories::Stories;
use interleave_playgrounds::Entry;
use interleave_trace::{Outcome, sort_by};
use leptos::html::Ol;
use leptos::prelude::*;

/// A sentence as it is listed.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    /// The session, the strategy's place, and the sentence's in its story.
    key: (u32, usize, usize),
    at: f64,
    title: &'static str,
    outcome: Option<Outcome>,
    text: String,
}

/// The story of the runs, up to the instant that is shown.
#[component]
pub fn Story(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let (app, stories) = (App::get(), Stories::get());
    let only = RwSignal::new(None::<&'static str>);
    let window = RowLimit::first();
    let wanted = move || {
        let all = entry.strategies().iter().enumerate();
        all.filter(move |(_, strategy)| only.get().is_none_or(|mode| mode == strategy.mode))
    };
    let count = Memo::new(move |_| {
        let lines =
            wanted().filter_map(|(_, s)| stories.read(app.runs, s.mode, |lines, _| lines.len()));
        lines.sum::<usize>()
    });
    let rows = Memo::new(move |_| {
        let (session, most) = (app.runs.number(), window.most());
        let mut rows = Vec::new();
        for (place, strategy) in wanted() {
            stories.read(app.runs, strategy.mode, |lines, trace| {
                let first = lines.len().saturating_sub(most);
                rows.extend((first..lines.len()).map(|at| Row {
                    key: (session, place, at),
                    at: lines[at].at.secs(),
                    title: strategy.title,
                    outcome: lines[at].outcome(),
                    text: lines[at].words(trace),
                }));
            });
        }
        sort_by(&mut rows, |a, b| a.at.total_cmp(&b.at));
        let surplus = rows.len().saturating_sub(most);
        rows.drain(..surplus);
        rows
    });
    // It follows the run as long as its reader has not scrolled back.
    let (list, follows) = (NodeRef::<Ol>::new(), StoredValue::new(true));
    Effect::new(move |_| {
        rows.track();
        // By the next frame the story may be closed.
        request_animation_frame(move || {
            if let (Some(true), Some(Some(list))) =
                (follows.try_get_value(), list.try_get_untracked())
            {
                list.set_scroll_top(list.scroll_height());
            }
        });
    });
    view! {
        // A recording has a list of its own, above the race.
        {(!entry.is_recorded()).then(|| view! { <Findings entry/> })}
        <StrategyFilter entry only/>
        <Show when=move || count.get() != 0 fallback=NothingYet>
            <MoreRows limit=window count/>
            <ol class="log story" tabindex="0" aria-label="Story" node_ref=list
                on:scroll=move |_| {
                    if let Some(list) = list.get_untracked() {
                        let below = list.scroll_height() - list.scroll_top() - list.client_height();
                        follows.set_value(below < 40);
                    }
                }
            >
                {keyed(move || rows.get(), |row| (row.key, row.text.clone()), |row| view! {
                    <li class=row.outcome.map_or("", class)>
                        <time>{format!("{:.3} s", row.at)}</time>
                        <span class="strategy-name">{row.title}</span>
                        {match row.outcome {
                            Some(outcome) => icon(Icon::of(outcome)).into_any(),
                            None => view! { <i></i> }.into_any(),
                        }}
                        <span class="text">{row.text}</span>
                    </li>
                })}
            </ol>
        </Show>
    }
}

fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Error => "error",
        Outcome::Cancelled => "cancelled",
        Outcome::Timeout => "timeout",
        Outcome::Hung | Outcome::NeverStarted => "hung",
    }
}
