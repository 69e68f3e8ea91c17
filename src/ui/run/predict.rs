//! Predict, then run: a question before a run, and what the run says to the answer.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use crate::web;
use interleave_player::Phase;
use interleave_player::quiz::{Answer, Answers, Grade, Question, questions};
use interleave_trace::Index;
use leptos::html::{Div, Form};
use leptos::prelude::*;
use leptos::reactive::graph::{AnySource, ToAnySource};
use wasm_bindgen::JsCast;

/// Where a question stands.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Nothing is asked.
    Quiet,
    /// The reader is asked.
    Asking(Question),
    /// The run is to answer.
    Waiting(Question, Answer),
    /// The run has answered.
    Graded(Question, Grade),
}

/// What is asked before runs, and how the answers were.
#[derive(Clone, Copy)]
pub struct Quiz {
    /// Whether anything is asked.
    pub on: RwSignal<bool>,
    stage: RwSignal<Stage>,
    /// How many answers of this visit were right, and how many there were.
    score: RwSignal<(u32, u32)>,
    /// How many questions were answered or skipped: the next one is another one.
    turn: StoredValue<usize>,
    /// Bumped when a question is put, for the focus.
    put: RwSignal<u32>,
}

impl Quiz {
    /// Asks nothing.
    pub fn new() -> Self {
        Self {
            on: RwSignal::new(false),
            stage: RwSignal::new(Stage::Quiet),
            score: RwSignal::new((0, 0)),
            turn: StoredValue::new(0),
            put: RwSignal::new(0),
        }
    }

    /// All of its signals.
    pub fn signals(self) -> [AnySource; 4] {
        [
            self.on.to_any_source(),
            self.stage.to_any_source(),
            self.score.to_any_source(),
            self.put.to_any_source(),
        ]
    }

    /// Takes back what is asked.
    pub fn forget(self) {
        self.stage.set(Stage::Quiet);
    }
}

impl App {
    /// Whether what gives an answer away is to be hidden: until the run has ended.
    pub fn keeps_secret(self) -> bool {
        self.quiz.on.get() && self.phase.get() != Phase::Finished
    }

    /// Puts a question instead of starting a run, if that is wished and there is one. With `focus`, for who is about to
    /// answer.
    pub fn asks(self, focus: bool) -> bool {
        let question = self.question();
        let asks = question.is_some();
        if let Some(question) = question {
            let is_new = self.quiz.stage.with_untracked(
                |stage| !matches!(stage, Stage::Asking(asked) if *asked == question),
            );
            if is_new {
                // The last run may have the answer.
                self.reset();
                self.quiz.stage.set(Stage::Asking(question));
            }
            if focus {
                self.quiz.put.update(|put| *put += 1);
            }
        }
        asks
    }

    fn question(self) -> Option<Question> {
        let plan = self.plan().filter(|_| self.quiz.on.get_untracked())?;
        if !self.problems.with_untracked(Vec::is_empty) {
            return None;
        }
        let preview = plan.preview.as_ref()?;
        let mut all = questions(plan.entry, &plan.params, &plan.strategies, preview);
        let turn = self.quiz.turn.get_value() % all.len().max(1);
        (turn < all.len()).then(|| all.swap_remove(turn))
    }

    /// Runs; what comes out answers the question, if there was an answer.
    fn settle(self, answer: Option<Answer>) {
        if !self.problems.with_untracked(Vec::is_empty) {
            // This says what is wrong. The question stays.
            return self.run(None);
        }
        let stage = self.quiz.stage.get_untracked();
        if let Stage::Asking(question) = stage {
            self.quiz.turn.update_value(|turn| *turn += 1);
            self.quiz.stage.set(match answer {
                Some(answer) => Stage::Waiting(question, answer),
                None => Stage::Quiet,
            });
            self.run(None);
        }
    }

    /// Grades the answer by the runs, if they are over.
    fn grade(self) {
        let Stage::Waiting(question, answer) = self.quiz.stage.get_untracked() else {
            return;
        };
        // Nobody could foresee what the reader would do to the run.
        if self.is_stepped_into() {
            return self.quiz.forget();
        }
        let grade = self.session(|session| {
            // All that has been recorded, whichever instant of it is shown.
            let runs = session?.runs().iter();
            let traces: Vec<_> = runs
                .filter_map(|run| Some((run.strategy.mode, run.trace()?)))
                .map(|(mode, trace)| (mode, Index::of(&trace), trace))
                .collect();
            question.grade(answer, |wanted| {
                let (_, index, trace) = traces.iter().find(|(mode, ..)| *mode == wanted)?;
                Some((trace, index))
            })
        });
        // What was stopped says nothing.
        let Some(grade) = grade else {
            return self.quiz.forget();
        };
        self.quiz.score.update(|(right, all)| {
            *right += u32::from(grade.right);
            *all += 1;
        });
        self.quiz.stage.set(Stage::Graded(question, grade));
    }
}

/// Turns questions on and off.
#[component]
pub fn PredictToggle() -> impl IntoView {
    let app = App::get();
    let quiz = app.quiz;
    view! {
        <button class="chip predict-toggle" type="button" data-test="predict"
            title="Before each run, say what will come out"
            aria-pressed=move || quiz.on.get().to_string()
            on:click=move |_| {
                quiz.on.update(|on| *on = !*on);
                if matches!(quiz.stage.get_untracked(), Stage::Asking(_)) {
                    quiz.forget();
                }
            }
        >{icon(Icon::Predict)}"Predict"</button>
    }
}

/// The question, or what the run said to its answer.
#[component]
pub fn Prediction() -> impl IntoView {
    let app = App::get();
    let quiz = app.quiz;
    Effect::new(move |_| {
        if app.phase.get() == Phase::Finished {
            untrack(|| app.grade());
        }
    });
    // Whoever changes the values while being asked is asked about the new ones.
    Effect::new(move |before: Option<()>| {
        app.preview.track();
        app.problems.track();
        if before.is_some() && matches!(quiz.stage.get_untracked(), Stage::Asking(_)) {
            untrack(|| {
                // While a value is being typed, the question stays.
                let is_typing = !app.problems.with(Vec::is_empty);
                if !is_typing && !app.asks(false) {
                    quiz.forget();
                }
            });
        }
    });
    let place = NodeRef::<Div>::new();
    Effect::new(move |before: Option<u32>| {
        let put = quiz.put.get();
        if before.is_some_and(|before| before != put) {
            // Once the question is there.
            request_animation_frame(move || focus(place));
        }
        put
    });
    let graded = move || match quiz.stage.get() {
        Stage::Graded(question, grade) => {
            let (right, all) = quiz.score.get();
            let (class, sign, word) = match grade.right {
                true => ("check holds", Icon::Check, "Right"),
                false => ("check wrong", Icon::Cross, "Not so"),
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
            {move || match quiz.stage.get() {
                Stage::Asking(question) => Some(view! { <Ask question/> }),
                _ => None,
            }}
            <p class="small muted" hidden=move || !matches!(quiz.stage.get(), Stage::Waiting(..))>
                "Your answer is kept until the run has ended."
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
        // What cannot take the focus leaves it where it is.
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
            Some(answer) => app.settle(Some(answer)),
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
                    app.quiz.forget();
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
                <button class="button quiet" type="button" data-test="skip" on:click=move |_| app.settle(None)>"Skip"</button>
            </div>
        </form>
    }
}

/// What has been put into the form.
fn given(form: &web_sys::HtmlFormElement, is_choice: bool) -> Option<Answer> {
    let selector = if is_choice { "input:checked" } else { "input" };
    let value = web::value_of(form, selector)?;
    if is_choice {
        value.parse().ok().map(Answer::Choice)
    } else {
        Question::number(&value)
    }
}
