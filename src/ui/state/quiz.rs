//! Predict, then run: the question before a run, the answer, and its grade.

use super::subscribers::drop_subscribers;
use crate::chunk::Chunk;
use interleave_player::quiz::{Answer, Grade, Question};
use interleave_player::{Plan, Preview, Session};
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::Index;
use leptos::prelude::*;
use leptos::reactive::graph::ToAnySource as _;
use serde_json::Value;

/// What makes questions, loaded as a chunk.
pub struct Questions {
    /// All questions about a plan.
    pub of: fn(&Entry, &Value, &[&'static Strategy], &Preview) -> Vec<Question>,
}

/// The chunk.
pub static QUESTIONS: Chunk<Questions> = Chunk::new();

/// The stage of a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Nothing is asked.
    Idle,
    /// The reader is asked.
    Asking(Question),
    /// There is an answer, and its run has not ended.
    Running(Question, Answer),
    /// The run has ended, and the answer is graded.
    Graded(Question, Grade),
}

/// The questions of a visit. Copies are the same quiz.
#[derive(Clone, Copy)]
pub struct Quiz {
    stage: RwSignal<Stage>,
    /// Right answers and all answers of this visit.
    score: RwSignal<(u32, u32)>,
    /// The number of questions that were answered or skipped: the next question is another one.
    turn: StoredValue<usize>,
    /// Counts the requests to focus the question.
    focused: RwSignal<u32>,
}

impl Quiz {
    /// Without a question.
    pub fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Idle),
            score: RwSignal::new((0, 0)),
            turn: StoredValue::new(0),
            focused: RwSignal::new(0),
        }
    }

    /// The same quiz for the present owner: once that goes, the quiz keeps nothing of it.
    pub fn scoped(self) -> Self {
        drop_subscribers(&[
            self.stage.to_any_source(),
            self.score.to_any_source(),
            self.focused.to_any_source(),
        ]);
        self
    }

    /// The stage of the question.
    pub fn stage(self) -> Stage {
        self.stage.get()
    }

    /// Whether the reader is being asked, untracked.
    pub fn is_asking(self) -> bool {
        self.stage
            .with_untracked(|stage| matches!(stage, Stage::Asking(_)))
    }

    /// Right answers and all answers of this visit.
    pub fn score(self) -> (u32, u32) {
        self.score.get()
    }

    /// Changes with each request to focus the question.
    pub fn focused(self) -> u32 {
        self.focused.get()
    }

    /// The next question about a plan, if it has any.
    pub fn question(self, plan: &Plan) -> Option<Question> {
        let preview = plan.preview.as_ref()?;
        let questions = QUESTIONS.get_untracked()?.of;
        let mut all = questions(plan.entry, &plan.params, &plan.strategies, preview);
        let turn = self.turn.get_value() % all.len().max(1);
        (turn < all.len()).then(|| all.swap_remove(turn))
    }

    /// Whether this question is being asked already.
    pub fn asks(self, question: &Question) -> bool {
        self.stage
            .with_untracked(|stage| matches!(stage, Stage::Asking(asked) if asked == question))
    }

    /// Asks a question.
    pub fn ask(self, question: Question) {
        self.stage.set(Stage::Asking(question));
    }

    /// Requests the focus for the question.
    pub fn focus(self) {
        self.focused.update(|focused| *focused += 1);
    }

    /// Takes the answer to the question, or `None` to skip it; false if nothing is asked.
    pub fn answer(self, answer: Option<Answer>) -> bool {
        let Stage::Asking(question) = self.stage.get_untracked() else {
            return false;
        };
        self.turn.update_value(|turn| *turn += 1);
        self.stage.set(match answer {
            Some(answer) => Stage::Running(question, answer),
            None => Stage::Idle,
        });
        true
    }

    /// Withdraws the question.
    pub fn cancel(self) {
        self.stage.set(Stage::Idle);
    }

    /// Grades the answer by a session that is over. A run that was stopped or stepped into grades nothing.
    pub fn grade(self, session: &Session) {
        let Stage::Running(question, answer) = self.stage.get_untracked() else {
            return;
        };
        // All that has been recorded, whichever instant of it is shown.
        let traces: Vec<_> = session
            .runs()
            .iter()
            .filter_map(|run| Some((run.strategy.mode, run.trace()?)))
            .map(|(mode, trace)| (mode, Index::of(&trace), trace))
            .collect();
        let run = |wanted: &str| {
            let (_, index, trace) = traces.iter().find(|(mode, ..)| *mode == wanted)?;
            Some((&**trace, index))
        };
        let grade = match session.is_stepped_into() {
            true => None,
            false => question.grade(answer, run),
        };
        self.stage.set(match grade {
            Some(grade) => {
                self.score.update(|(right, all)| {
                    *right += u32::from(grade.right);
                    *all += 1;
                });
                Stage::Graded(question, grade)
            }
            None => Stage::Idle,
        });
    }
}
