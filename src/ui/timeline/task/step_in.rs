//! Stepping in: the reader cancels a task of a run, or lets it fail.

use super::anchor::CardAnchor;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use interleave_runtime::{Reach, StepIn};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The error of a task that the reader lets fail.
const WHY: &str = "you let it fail";

/// What can be done to a task.
#[derive(Clone, PartialEq)]
enum Offer {
    Whole,
    /// Awaited in place by the task of this name.
    Within(String),
}

/// The buttons of a pinned card.
pub fn buttons(app: App, anchor: Memo<Option<CardAnchor>>, pinned: Memo<bool>) -> impl IntoView {
    let offer = Memo::new(move |_| {
        let anchor = anchor.get().filter(|_| pinned.get())?;
        app.runs.session(|session| {
            let session = session?;
            let name = |task| {
                let trace = session.run(anchor.mode)?.trace()?;
                Some(trace.name(task).to_owned())
            };
            match session.reach(anchor.mode, anchor.id) {
                Reach::Whole => Some(Offer::Whole),
                Reach::Within(host) => name(host).map(Offer::Within),
                Reach::Nothing => None,
            }
        })
    });
    let act = move |what: StepIn| {
        if let Some(anchor) = anchor.get_untracked() {
            app.runs.step_in(anchor.mode, anchor.id, what);
            keep_focus();
        }
    };
    move || {
        let offer = offer.get()?;
        let within = match offer {
            Offer::Whole => None,
            Offer::Within(host) => Some(host),
        };
        let cancel = within.is_none().then(|| {
            view! {
                <button class="button" type="button" data-test="cancel-task" on:click=move |_| act(StepIn::Cancel)>
                    {icon(Icon::Cancelled)}"Cancel this task"
                </button>
            }
        });
        Some(view! {
            <div class="tip-acts">
                {cancel}
                <button class="button" type="button" data-test="fail-task" on:click=move |_| act(StepIn::Fail(WHY.to_owned()))>
                    {icon(Icon::Cross)}"Fail this task"
                </button>
                {within.map(|host| view! {
                    <p>{format!("It is awaited in place, as part of {host}: there is no handle to cancel.")}</p>
                })}
            </div>
        })
    }
}

/// Focuses the card's first button, if the one that had the focus is gone.
fn keep_focus() {
    request_animation_frame(|| {
        let lost = document()
            .active_element()
            .is_none_or(|it| it.tag_name() == "BODY");
        let button = document()
            .query_selector("#tip.pinned button")
            .ok()
            .flatten();
        let button = button.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(button) = button.filter(|_| lost) {
            // An element that cannot take the focus leaves it to the page.
            let _ = button.focus();
        }
    });
}

/// Says that a link does not give this run.
#[component]
pub fn SteppedIn() -> impl IntoView {
    let app = App::get();
    let stepped = Memo::new(move |_| app.runs.is_stepped_into());
    view! {
        <div role="status">
            <Show when=move || stepped.get()>
                <p class="stepped-in" data-test="stepped-in">
                    {icon(Icon::Info)}"You stepped in: a link replays the run without your changes."
                </p>
            </Show>
        </div>
    }
}
