//! Findings: what a debugger would point out in the runs, up to the instant that is shown.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use interleave_playgrounds::Entry;
use interleave_trace::{Finding, Time};
use leptos::prelude::*;

/// The most findings of a strategy that are listed; more are only counted.
const MOST: usize = 12;

/// The findings of all strategies that are shown; nothing if there are none.
#[component]
pub fn Findings(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let found = Memo::new(move |_| {
        let strategies = app.view.strategies(entry);
        let of = |mode| {
            app.runs.session(|session| {
                let (session, run) = (session?, session?.run(mode)?);
                let (trace, index) = (run.trace()?, run.index());
                let has_lines = session.knows_lines();
                let all = Finding::all(index);
                let words = all
                    .iter()
                    .take(MOST)
                    .map(|found| (at(*found), found.words(&trace, index, has_lines)));
                Some((words.collect::<Vec<_>>(), all.len().saturating_sub(MOST)))
            })
        };
        let of_strategy = |strategy: &'static interleave_playgrounds::Strategy| {
            let found = of(strategy.mode).filter(|found| !found.0.is_empty())?;
            Some((strategy.title, found))
        };
        strategies
            .into_iter()
            .filter_map(of_strategy)
            .collect::<Vec<_>>()
    });
    view! {
        <Show when=move || found.with(|found| !found.is_empty())>
            <section class="findings" aria-labelledby="findings-title">
                <h3 id="findings-title">{icon(Icon::Warning)}"Findings"</h3>
                {move || found.get().into_iter().map(|(title, (words, more))| view! {
                    <h4>{title}</h4>
                    <ul>
                        {words.into_iter().map(|(at, words)| view! {
                            <li><time>{at.map(|at| format!("{:.3} s", at.secs()))}</time><span>{words}</span></li>
                        }).collect_view()}
                        {(more > 0).then(|| view! { <li><time></time><span>{format!("and {more} more")}</span></li> })}
                    </ul>
                }).collect_view()}
            </section>
        </Show>
    }
}

/// When the step began, of a finding about a slow step.
fn at(found: Finding) -> Option<Time> {
    match found {
        Finding::Slow { step, .. } => Some(step.start),
        Finding::NeverAwaited(_) | Finding::NeverEnds(_) | Finding::NeverRetrieved(_) => None,
    }
}
