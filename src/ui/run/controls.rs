//! Run, pause, step, reset; speed, pace; share, export.

use super::export::ExportMenu;
use super::lazy::RUN;
use super::share::ShareMenu;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::lazy::{self, Lazy};
use crate::ui::state::app::App;
use interleave_player::Pace;
use interleave_player::SPEEDS;
use interleave_player::{Phase, Session};
use interleave_trace::Time;
use interleave_trace::decimal;
use interleave_trace::{Verdict, seconds};
use leptos::prelude::*;

/// The bar above the race.
#[component]
pub fn Controls() -> impl IntoView {
    let app = App::get();
    let primary = move || match app.runs.phase.get() {
        Phase::Ready => (Icon::Play, "Run"),
        Phase::Finished => (Icon::Play, "Run again"),
        Phase::Paused => (Icon::Play, "Resume"),
        Phase::Running if app.runs.can_pause() => (Icon::Pause, "Pause"),
        Phase::Running => (Icon::Stop, "Stop"),
    };
    let primary = Memo::new(move |_| primary());
    let embedding = RwSignal::new(false);
    view! {
        <div class="controls" role="group" aria-label="Run">
            <div class="transport">
                <button class="button primary run" type="button" data-test="run"
                    on:click=move |_| untrack(|| app.run_or_pause())
                >
                    {move || icon(primary.get().0)}
                    <span class="label">{move || primary.get().1}</span>
                    <kbd class="hint">"space"</kbd>
                </button>
                <Lazy meanwhile=no_steps view=lazy::of(&RUN, |run| (run.steps)())/>
                <Status/>
            </div>
            <Lazy meanwhile=no_choices view=lazy::of(&RUN, |run| (run.choices)())/>
            // An embedded page links to the full page, which has all of this.
            {(!app.view.is_embedded()).then(|| view! { <Lazy place="actions" view=lazy::of(&RUN, move |run| (run.actions)(embedding))/> })}
        </div>
        // Outside of the bar, whose style would apply to its buttons.
        {(!app.view.is_embedded()).then(|| view! { <Lazy view=lazy::of(&RUN, move |run| (run.embed_dialog)(embedding))/> })}
    }
}

/// A placeholder that looks like [`Steps`]: presses take effect once they have loaded.
fn no_steps() -> AnyView {
    let app = App::get();
    let is_ready = move || app.runs.phase.get() == Phase::Ready;
    view! {
        <button class="button back" type="button" prop:disabled=is_ready
            on:click=move |_| RUN.with(move |run| (run.step_back)(app))
        >
            <svg class="icon" viewBox="0 0 16 16"><path class="solid" d="M12.5 3v10L6 8zM3.5 3v10"></path></svg>
            <span class="label">"Back"</span><kbd class="hint">"←"</kbd>
        </button>
        <button class="button step" type="button" on:click=move |_| RUN.with(move |run| untrack(|| (run.step)(app)))>
            <svg class="icon" viewBox="0 0 16 16"><path class="solid" d="M3.5 3v10L10 8zM12.5 3v10"></path></svg>
            <span class="label">"Step"</span><kbd class="hint">"→"</kbd>
        </button>
        <button class="button reset" type="button" prop:disabled=is_ready on:click=move |_| app.reset()>
            <svg class="icon" viewBox="0 0 16 16"><path d="M3 8a5 5 0 1 0 1.6-3.7L3 5.8M3 2.6v3.2h3.2"></path></svg>
            <span class="label">"Reset"</span><kbd class="hint">"R"</kbd>
        </button>
    }
    .into_any()
}

/// To the previous event, to the next one, and back to the start.
#[component]
pub fn Steps() -> impl IntoView {
    let app = App::get();
    let can_step = Memo::new(move |_| app.can_step());
    let can_step_back = Memo::new(move |_| {
        app.runs
            .session(|session| session.is_some_and(|session| session.now() > Time::ZERO))
    });
    view! {
        <button class="button back" type="button" data-test="back"
            prop:disabled=move || !can_step_back.get()
            title="To the previous event"
            on:click=move |_| app.runs.step_back()
        >
            {icon(Icon::StepBack)}<span class="label">"Back"</span><kbd class="hint">"←"</kbd>
        </button>
        <button class="button step" type="button" data-test="step"
            prop:disabled=move || !can_step.get()
            title="To the next event (simulated pace or recording)"
            on:click=move |_| untrack(|| app.step())
        >
            {icon(Icon::Step)}<span class="label">"Step"</span><kbd class="hint">"→"</kbd>
        </button>
        // A recording cannot be run again.
        {(!app.is_recorded()).then(|| view! {
            <button class="button reset" type="button" data-test="reset"
                prop:disabled=move || app.runs.phase.get() == Phase::Ready
                on:click=move |_| app.reset()
            >
                {icon(Icon::Reset)}<span class="label">"Reset"</span><kbd class="hint">"R"</kbd>
            </button>
        })}
    }
}

/// Share, export, help.
#[component]
pub fn Actions(
    /// Whether the dialog for embedding is open.
    embedding: RwSignal<bool>,
) -> impl IntoView {
    let app = App::get();
    view! {
        <div class="actions">
            // No link holds a recording.
            {(!app.is_recorded()).then(|| view! { <ShareMenu embedding/> })}
            <ExportMenu/>
            <button class="button" type="button" aria-label="Keyboard help" data-test="help"
                on:click=move |_| app.help.set(true)
            >
                {icon(Icon::Help)}<kbd class="hint">"?"</kbd>
            </button>
        </div>
    }
}

/// The state of the run in a word, and the clock, which screen readers skip.
#[component]
fn Status() -> impl IntoView {
    let app = App::get();
    let state = Memo::new(move |_| match app.runs.phase.get() {
        Phase::Ready => ("", "ready"),
        Phase::Running => ("running", "running"),
        Phase::Paused => ("paused", "paused"),
        Phase::Finished => app.runs.session(|session| {
            let runs = session.map(|session| session.runs()).unwrap_or_default();
            let is = |wanted: fn(&Verdict) -> bool| {
                runs.iter()
                    .any(|run| run.end().is_some_and(|end| wanted(&end.verdict)))
            };
            if is(|verdict| matches!(verdict, Verdict::Deadlocked(_))) {
                ("deadlocked", "deadlocked")
            } else if is(Verdict::is_cut_short) {
                ("paused", "stopped")
            } else {
                ("finished", "finished")
            }
        }),
    });
    let now = move || {
        app.runs.track_time();
        app.runs.session(|session| session.map(Session::now))
    };
    let clock = move || match app.runs.phase.get() {
        Phase::Running => now().map(|now| format!(" {:.1} s", now.secs())),
        Phase::Paused => now().map(|now| format!(" at {}", seconds(now.secs()))),
        Phase::Ready | Phase::Finished => None,
    };
    view! {
        <span class=move || format!("status {}", state.get().0) data-test="status">
            <span class="word">{move || state.get().1}</span>
            <span class="num" aria-hidden="true">{clock}</span>
        </span>
    }
}

/// A placeholder that looks like [`Speed`] and [`PaceChoice`].
fn no_choices() -> AnyView {
    view! {
        <span class="select speed"><span>"Speed"</span><select disabled aria-hidden="true"></select></span>
        <span class="select pace"><span>"Pace"</span><select disabled aria-hidden="true"></select></span>
    }
    .into_any()
}

/// How fast time passes.
#[component]
pub fn Speed() -> impl IntoView {
    let app = App::get();
    view! {
        <label class="select speed">
            <span>"Speed"</span>
            <select aria-label="Speed" data-test="speed"
                prop:disabled=move || app.view.pace.get() != Pace::Simulated && app.runs.phase.get() == Phase::Ready
                prop:value=move || app.view.speed.get().to_string()
                on:change=move |event| {
                    if let Some(speed) = decimal::parse(&event_target_value(&event)) {
                        app.set_speed(speed);
                    }
                }
            >
                {SPEEDS.map(|speed| view! {
                    <option value=speed.to_string() selected=move || app.view.speed.get() == speed>{format!("{speed}×")}</option>
                }).collect_view()}
            </select>
            {icon(Icon::Chevron)}
        </label>
    }
}

/// How time passes.
#[component]
pub fn PaceChoice() -> impl IntoView {
    let app = App::get();
    (!app.is_recorded()).then(|| {
    view! {
        <label class="select pace" title="simulated: virtual time at the chosen speed. instant: without waiting. live: real time.">
            <span>"Pace"</span>
            <select aria-label="Pace" data-test="pace"
                prop:value=move || app.view.pace.get().word()
                on:change=move |event| {
                    if let Some(pace) = Pace::from_word(&event_target_value(&event)) {
                        app.view.update(|view| view.pace = pace);
                    }
                }
            >
                {Pace::ALL.map(|pace| view! {
                    <option value=pace.word() selected=move || app.view.pace.get() == pace>{pace.word()}</option>
                }).collect_view()}
            </select>
            {icon(Icon::Chevron)}
        </label>
    }
    })
}
