//! Predict, then run: the question before a run and the grade after it, on the page.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use crate::ui::state::quiz::Stage;
use crate::web;
use interleave_player::Phase;
use interleave_player::quiz::{Answer, Answers, Question};
use leptos::html::{Div, Form};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Turns questions on and off.
#[component]
pub fn PredictToggle() -> impl IntoView {
    let app = App::get();
    let quiz = app.quiz;
    view! {
        <button class="chip predict-toggle" type="button" data-test="predict"
            title="Predict the outcome before each run"
            aria-pressed=move || app.view.predict.get().to_string()
            on:click=move |_| {
                app.view.update(|view| view.predict = !view.predict);
                if quiz.is_asking() {
                    quiz.cancel();
                }
            }
        >{icon(Icon::Predict)}"Predict"</button>
    }
}

/// Takes the answer, or none, and runs.
fn run(app: App, answer: Option<Answer>) {
    // Wrong values are reported by the run, and the question stays.
    let is_wrong = !app.problems.with_untracked(Vec::is_empty);
    if is_wrong || app.quiz.answer(answer) {
        app.run(None);
    }
}

/// The question, or the grade of its answer.
#[component]
pub fn Prediction() -> impl IntoView {
    let app = App::get();
    let quiz = app.quiz;
    Effect::new(move |_| {
        if app.runs.phase.get() == Phase::Finished {
            untrack(|| {
                app.runs
                    .session(|session| session.map(|session| quiz.grade(session)))
            });
        }
    });
    // When the values change, the question is about the new ones.
    Effect::new(move |before: Option<()>| {
        app.previews.latest();
        app.problems.track();
        if before.is_some() && quiz.is_asking() {
            untrack(|| {
                // While a value is being typed, the question stays.
                let is_typing = !app.problems.with(Vec::is_empty);
                if !is_typing && !app.asks(false) {
                    quiz.cancel();
                }
            });
        }
    });
    let place = NodeRef::<Div>::new();
    Effect::new(move |before: Option<u32>| {
        let focused = quiz.focused();
        if before.is_some_and(|before| before != focused) {
            // Once the question is there.
            request_animation_frame(move || focus(place));
        }
        focused
    });
    let graded = move || match quiz.stage() {
        Stage::Graded(question, grade) => {
            let (right, all) = quiz.score();
            let (class, sign, word) = match grade.right {
                true => ("check holds", Icon::Check, "Right"),
                false => ("check wrong", Icon::Cross, "Wrong"),
            };
            Some(view! {
                <div class="predict card" data-test="graded">
                    <p class="predict-asked">{question.text}</p>
                    <p class="predict-grade">
                        <span class=class>{icon(sign)}{word}</span>" "{grade.because}
                    </p>
                    <p class="small muted">{format!("{right} of {all} right so far")}</p>
                </div>
            })
        }
        _ => None,
    };
    view! {
        <div class="prediction" node_ref=place>
            {move || match quiz.stage() {
                Stage::Asking(question) => Some(view! { <Ask question/> }),
                _ => None,
            }}
            <p class="small muted" hidden=move || !matches!(quiz.stage(), Stage::Running(..))>
                "Your answer is graded when the run has ended."
            </p>
            // Always there, so that what is put into it is read out.
            <div role="status">{graded}</div>
        </div>
    }
}

fn focus(place: NodeRef<Div>) {
    let found = place
        .get_untracked()
        .and_then(|place| place.query_selector("input").ok()?);
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = found.focus();
    }
}

#[component]
fn Ask(question: Question) -> impl IntoView {
    let app = App::get();
    let form = NodeRef::<Form>::new();
    let wrong = RwSignal::new(None::<&'static str>);
    let answers = question.answers.clone();
    let unit = match &question.answers {
        Answers::Seconds => "seconds",
        Answers::Count => "tasks",
        Answers::Choice(_) => "",
    };
    let is_choice = matches!(answers, Answers::Choice(_));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let answer = form
            .get_untracked()
            .and_then(|form| given(&form, is_choice));
        match answer {
            Some(answer) => run(app, Some(answer)),
            None if is_choice => wrong.set(Some("Choose one, or skip the question.")),
            None => wrong.set(Some("Type a number, or skip the question.")),
        }
    };
    let field = match answers {
        Answers::Choice(choices) => {
            let choices = choices.into_iter().enumerate().map(|(place, choice)| {
                view! {
                    <label class="predict-choice">
                        <input type="radio" name="answer" value=place.to_string()/>
                        <span>{choice}</span>
                    </label>
                }
            });
            view! { <div class="predict-choices">{choices.collect_view()}</div> }.into_any()
        }
        Answers::Seconds | Answers::Count => view! {
            <label class="predict-number">
                <input type="text" inputmode="decimal" name="answer" autocomplete="off" size="8"
                    aria-label=format!("Your answer, in {unit}")
                    aria-invalid=move || wrong.get().map(|_| "true")
                />
                <span aria-hidden="true">{unit}</span>
                {(unit == "seconds").then(|| view! { <span class="small muted">"right within 5 %"</span> })}
            </label>
        }
        .into_any(),
    };
    view! {
        <form class="predict card" node_ref=form data-test="question" on:submit=submit on:input=move |_| wrong.set(None)
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.prevent_default();
                    app.quiz.cancel();
                }
            }
        >
            <fieldset>
                <legend>{question.text}</legend>
                {field}
                <p class="error" role="alert">{move || wrong.get()}</p>
            </fieldset>
            <div class="predict-actions">
                <button class="button primary" type="submit" data-test="answer">"Run and see"</button>
                <button class="button quiet" type="button" data-test="skip" on:click=move |_| run(app, None)>"Skip"</button>
            </div>
        </form>
    }
}

/// The answer in the form.
fn given(form: &web_sys::HtmlFormElement, is_choice: bool) -> Option<Answer> {
    let selector = if is_choice { "input:checked" } else { "input" };
    let value = web::value_of(form, selector)?;
    if is_choice {
        value.parse().ok().map(Answer::Choice)
    } else {
        Question::number(&value)
    }
}
