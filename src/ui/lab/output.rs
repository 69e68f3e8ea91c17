//! What the program has printed, why it ended, and fixes for it.

use super::state::{Lab, RunState};
use crate::ui::kit::icon::{Icon, icon};
use interleave_player::lab::LabProgram;
use leptos::prelude::*;

/// The output, with the messages about it.
#[component]
pub fn Output() -> impl IntoView {
    let lab = Lab::get();
    let nothing = move || lab.printed.with(Vec::is_empty);
    let empty = move || match lab.state.get() {
        RunState::Ready => "Press Run to see what the program prints.",
        RunState::Loading => "Python is being loaded.",
        RunState::Running => "It runs.",
        _ => "It has printed nothing.",
    };
    view! {
        <section class="card lab-output" aria-labelledby="lab-output-title">
            <h2 id="lab-output-title">"Output"</h2>
            <Why/>
            {move || nothing().then(|| view! { <p class="empty">{empty}</p> })}
            // The text is the program's own, nothing else.
            <pre tabindex="0" role="region" aria-label="What the program printed" data-test="lab-output" class:none=nothing>
                <For each=move || 0..lab.printed.with(Vec::len) key=|place| *place let:place>
                    {move || lab.printed.with(|printed| printed.get(place).map(|(text, is_error)| {
                        view! { <span class:stderr=*is_error>{text.clone()}</span> }
                    }))}
                </For>
            </pre>
            {move || lab.before.get().filter(|_| lab.compares.get() && !lab.state.get().is_busy()).map(|before| view! {
                <details class="lab-before">
                    <summary>{format!("Output of the run before ({})", before.state.word())}</summary>
                    <pre tabindex="0" role="region" aria-label="What the run before printed">{before.output.clone()}</pre>
                </details>
            })}
        </section>
    }
}

/// Why the run did not end by itself, or what is missing.
#[component]
fn Why() -> impl IntoView {
    let lab = Lab::get();
    let why = move || {
        let answer = lab.answer.get();
        let is_over = !matches!(
            lab.state.get(),
            RunState::Ready | RunState::Loading | RunState::Running
        );
        let text = match (lab.state.get(), answer.line) {
            (RunState::Deadlocked, _) => format!("Deadlock: {}.", answer.why),
            (RunState::Stopped, Some(line)) => format!("Stopped in line {line}: {}.", answer.why),
            (RunState::Stopped, None) => format!("Stopped: {}.", answer.why),
            (RunState::Failed, Some(line)) => format!("Line {line}: {}", answer.why),
            (RunState::Failed, None) => answer.why.clone(),
            _ if is_over && !answer.has_race => {
                "This program has started no event loop, so there is no timeline: call asyncio.run(main()).".to_owned()
            }
            _ => String::new(),
        };
        (is_over && !text.is_empty()).then_some((text, answer.hints))
    };
    view! {
        {move || why().map(|(text, hints)| view! {
            <div class="notice warn" data-test="lab-why">
                {icon(Icon::Warning)}
                <p>{text}</p>
                {hints.into_iter().map(|hint| {
                    let says = hint.says.clone();
                    view! {
                        <button class="button" type="button" data-test="lab-hint" on:click=move |_| {
                            let source = hint.source.clone();
                            untrack(|| lab.put(LabProgram { source, ..lab.program() }));
                            lab.run();
                        }>{says}</button>
                    }
                }).collect_view()}
            </div>
        })}
    }
}
