//! Under the race: code, log, tasks, numbers and comparison, in tabs.

use super::code::Code;
use super::compare::Compare;
use super::log::Log;
use super::numbers::Numbers;
use super::story::Story;
use super::tasks::Tasks;
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::run::lazy::RECORDINGS;
use crate::ui::state::app::App;
use interleave_playgrounds::Entry;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Code,
    Log,
    Story,
    Tasks,
    Numbers,
    Compare,
}

impl Tab {
    const ALL: [Self; 6] = [
        Self::Code,
        Self::Log,
        Self::Story,
        Self::Tasks,
        Self::Numbers,
        Self::Compare,
    ];

    /// The tabs of a playground: with one strategy there is nothing to compare, and the event loops of a recorded program
    /// are not alternatives to each other.
    fn of(entry: &Entry) -> &'static [Self] {
        match entry.strategies().len() {
            _ if entry.is_recorded() => &Self::ALL[..5],
            1 => &Self::ALL[..5],
            _ => &Self::ALL,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Log => "log",
            Self::Story => "story",
            Self::Tasks => "tasks",
            Self::Numbers => "numbers",
            Self::Compare => "compare",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Code => "Code",
            Self::Log => "Log",
            Self::Story => "Story",
            Self::Tasks => "Tasks",
            Self::Numbers => "Numbers",
            Self::Compare => "Compare",
        }
    }

    /// The tab some places to the right of this one, wrapping around.
    fn beside(self, tabs: &[Self], by: usize) -> Self {
        let at = tabs.iter().position(|&tab| tab == self).unwrap_or(0);
        let beside = tabs.get((at + by) % tabs.len().max(1));
        beside.copied().unwrap_or(self)
    }
}

/// The tabs that are to be shown.
fn shown(app: App, entry: &Entry) -> impl Iterator<Item = Tab> {
    let tabs = Tab::of(entry).iter().copied();
    tabs.filter(move |tab| app.view.shows(tab.word()))
}

/// Whether any tab is to be shown.
pub fn has_tabs(app: App, entry: &Entry) -> bool {
    shown(app, entry).next().is_some()
}

/// The tabs of a playground. Only the open one exists, so that the others cost nothing.
#[component]
pub fn Panel(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let tabs: Vec<_> = shown(app, entry).collect();
    let open = RwSignal::new(tabs.first().copied().unwrap_or(Tab::Code));
    let all = StoredValue::new(tabs.clone());
    let choose = move |tab: Tab, event: &web_sys::Event| {
        open.set(tab);
        // The focus follows the arrow keys.
        let list = event
            .current_target()
            .and_then(|list| list.dyn_into::<web_sys::Element>().ok());
        let button = list.and_then(|list| {
            list.query_selector(&format!("#tab-{}", tab.word()))
                .ok()
                .flatten()
        });
        if let Some(button) =
            button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok())
        {
            let _ = button.focus();
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let beside = |by| all.with_value(|tabs| open.get_untracked().beside(tabs, by));
        let ends = all.with_value(|tabs| (tabs.first().copied(), tabs.last().copied()));
        let tab = match event.key().as_str() {
            "ArrowRight" => Some(beside(1)),
            "ArrowLeft" => Some(beside(all.with_value(Vec::len).saturating_sub(1))),
            "Home" => ends.0,
            "End" => ends.1,
            _ => return,
        };
        let Some(tab) = tab else { return };
        event.prevent_default();
        choose(tab, &event);
    };
    let count = move |tab: Tab| {
        app.runs.session(|session| {
            let runs = session?.runs();
            let count = match tab {
                Tab::Log => runs
                    .iter()
                    .map(|run| run.index().log().len())
                    .sum::<usize>(),
                Tab::Tasks => runs.iter().map(|run| run.index().task_count()).sum(),
                Tab::Code | Tab::Story | Tab::Numbers | Tab::Compare => return None,
            };
            Some(count)
        })
    };
    view! {
        <section class="panel card" aria-label="Details">
            <div class="tabs" role="tablist" aria-label="Details" on:keydown=keys>
                {tabs.into_iter().map(|tab| view! {
                    <button type="button" role="tab" id=format!("tab-{}", tab.word()) aria-controls="panel-body"
                        aria-selected=move || (open.get() == tab).to_string()
                        tabindex=move || if open.get() == tab { "0" } else { "-1" }
                        on:click=move |_| open.set(tab)
                    >
                        {tab.title()}
                        {move || count(tab).map(|count| view! { " "<span class="count">{count}</span> })}
                    </button>
                }).collect_view()}
            </div>
            <div role="tabpanel" id="panel-body" aria-labelledby=move || format!("tab-{}", open.get().word())>
                {move || match open.get() {
                    Tab::Code if entry.is_recorded() => {
                        view! { <Lazy view=lazy::of(&RECORDINGS, |recordings| (recordings.code)())/> }.into_any()
                    }
                    Tab::Code => view! { <Code entry/> }.into_any(),
                    Tab::Log => view! { <Log entry/> }.into_any(),
                    Tab::Story => view! { <Story entry/> }.into_any(),
                    Tab::Tasks => view! { <Tasks entry/> }.into_any(),
                    Tab::Numbers => view! { <Numbers entry/> }.into_any(),
                    Tab::Compare => view! { <Compare entry/> }.into_any(),
                }}
            </div>
        </section>
    }
}
