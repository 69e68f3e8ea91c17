//! The program's text: a plain text field, covered by the editor as soon as that has loaded.

use super::state::{Lab, RunState};
use crate::chunk;
use crate::web::editor::Editor;
use leptos::html::{Div, Textarea};
use leptos::prelude::*;

/// The field with its editor.
#[component]
pub fn SourceEditor() -> impl IntoView {
    let lab = Lab::get();
    let (place, field) = (NodeRef::<Div>::new(), NodeRef::<Textarea>::new());
    let editor = StoredValue::new_local(None::<Editor>);
    let has_editor = RwSignal::new(false);
    Effect::new(move |opened: Option<()>| {
        let (Some(place), Some(field)) = (place.get(), field.get()) else {
            return;
        };
        if opened.is_some() && has_editor.get_untracked() {
            return;
        }
        let load = async move {
            let run = move || {
                if !lab.state.get_untracked().is_busy() {
                    lab.run();
                }
            };
            let opened = Editor::open(place.into(), field, run).await;
            if opened.is_some() && editor.try_set_value(opened).is_none() {
                has_editor.set(true);
            }
        };
        chunk::after(load, || {});
    });
    // A program that is put into the field shows in the editor.
    Effect::new(move |_| {
        lab.source.track();
        if has_editor.get() {
            editor.with_value(|editor| editor.as_ref().map(Editor::follow));
        }
    });
    // Why a run ended is shown at its line.
    Effect::new(move |_| {
        let (line, text) = match lab.state.get() {
            RunState::Failed | RunState::Stopped => lab.answer.with(|it| (it.line, it.why.clone())),
            _ => (None, String::new()),
        };
        if has_editor.get() {
            editor.with_value(|editor| editor.as_ref().map(|editor| editor.mark(line, &text)));
        }
    });
    view! {
        <div class="lab-editor" class:rich=has_editor>
            <textarea node_ref=field class="lab-source" data-test="lab-source" aria-label="Python program"
                spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"
                // The keyboard and screen readers reach the editor that covers it.
                aria-hidden=move || has_editor.get().then_some("true")
                tabindex=move || if has_editor.get() { "-1" } else { "0" }
                prop:value=move || lab.source.get()
                on:input=move |event| lab.source.set(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        event.prevent_default();
                        if !lab.state.get_untracked().is_busy() {
                            lab.run();
                        }
                    }
                }
            ></textarea>
            <div node_ref=place class="lab-rich"></div>
        </div>
    }
}
