//! What all components share: the view, the runs, previews, the quiz, notices.

use super::notice::Notices;
pub use super::notice::Tone;
use super::previews::{PreviewService, Subject};
use super::quiz::{QUESTIONS, Quiz};
use super::runs::{Playback, Runs};
use super::shown::{Shown, Sources};
use super::subscribers::scoped_memo;
use super::view::ViewSignal;
use crate::chunk::Chunk;
use crate::driver::Remark;
use crate::turns;
use crate::web;
use interleave_player::view::{Embed, Route, View};
use interleave_player::{Pace, Phase, Plan, Preview, Session, lab, view};
use interleave_playgrounds::{Entry, Problem};
use interleave_trace::Time;
use leptos::prelude::*;
use std::sync::Arc;

/// A page without a playground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// The start page.
    Start,
    /// The one that helps to choose.
    Choose,
    /// The one that opens recordings of one's own programs.
    Recording,
    /// The Python lab. While it is open, a playground's place is taken by the race of the program in it.
    Lab,
}

/// Parses links that say more than a playground. It is loaded as a chunk before such a link is opened.
pub struct Links {
    /// The route of a hash, and the parts of the hash that could not be used.
    pub parse: fn(&str) -> (Route, Vec<Problem>),
}

/// The chunk.
pub static LINKS: Chunk<Links> = Chunk::new();

/// The shared state. Copies are the same state; children get it from the context.
#[derive(Clone, Copy)]
pub struct App {
    /// The meaning of a link: the playground, its params, how it runs.
    pub view: ViewSignal,
    /// Everything that is wrong with the params.
    pub problems: Memo<Vec<Problem>>,
    /// Previews of runs with these params.
    pub previews: PreviewService,
    /// What has been run, and which instant of it is shown.
    pub runs: Runs,
    /// The questions before runs.
    pub quiz: Quiz,
    /// The messages above the race.
    pub notices: Notices,
    /// Which page without a playground is shown, while none is open.
    pub blank: RwSignal<Blank>,
    /// The hash of a link to what is in the lab.
    pub lab_link: RwSignal<String>,
    /// Whether the box in which playgrounds are found is open.
    pub finding: RwSignal<bool>,
    /// Whether the list of keys is open.
    pub help: RwSignal<bool>,
    /// Notified when a link is opened: its page is made anew, even if it is the same playground's.
    pub opened: Trigger,
}

impl App {
    /// The state for the page's present URL.
    pub fn from_address() -> Self {
        let (view, notices) = (ViewSignal::new(), Notices::new());
        let problems = scoped_memo(move || {
            let entry = view.entry.get();
            entry.map_or_else(Vec::new, |entry| {
                view.params.with(|params| entry.check(params))
            })
        });
        let app = Self {
            view,
            problems,
            previews: PreviewService::new(),
            runs: Runs::new(move |remark| match remark {
                Remark::GoodToKnow(text) => notices.add(Tone::Info, text),
                Remark::Failed(why) => notices.add(Tone::Error, cannot_run(&why)),
            }),
            quiz: Quiz::new(),
            notices,
            blank: RwSignal::new(Blank::Start),
            lab_link: RwSignal::new(String::new()),
            finding: RwSignal::new(false),
            help: RwSignal::new(false),
            opened: Trigger::new(),
        };
        Effect::new(move |_| {
            if app.view.entry.with(Option::is_none) {
                app.previews.clear();
            }
        });
        app.open(&web::hash());
        app
    }

    /// The shared state, from the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// The same state for one page: once that is left, the state keeps nothing of it.
    pub fn scoped(self) -> Self {
        let app = Self {
            view: self.view.scoped(),
            problems: scoped_memo(move || self.problems.get()),
            previews: self.previews.scoped(),
            runs: self.runs.scoped(),
            quiz: self.quiz.scoped(),
            ..self
        };
        // The preview follows the form. While a value is being typed it stays, so that nothing jumps.
        // It reads the page's memos, not those that `problems` is made of: in reactive_graph 0.2 an effect that reads a memo
        // itself, and before it another one made of it whose value stays the same, is not told of the change.
        Effect::new(move |_| {
            if let Some(subject) = app.subject() {
                app.previews.request(subject);
            }
        });
        app
    }

    /// Opens the view of a URL's hash, with a notice that lists its errors.
    pub fn open(self, hash: &str) {
        let (route, problems) = match LINKS.get_untracked().filter(|_| hash.contains('?')) {
            Some(links) => (links.parse)(hash),
            None => view::parse_path(hash),
        };
        let (blank, view) = match route {
            Route::Start => (Blank::Start, None),
            Route::Choose => (Blank::Choose, None),
            Route::Recording => (Blank::Recording, None),
            Route::Lab => (Blank::Lab, None),
            Route::Playground(view) => (Blank::Start, Some(view)),
        };
        self.blank.set(blank);
        if blank == Blank::Lab {
            self.lab_link.set(hash.to_owned());
        }
        let open = self.view.entry.get_untracked().map(|entry| entry.slug);
        if open != view.as_ref().map(|view| view.slug) {
            self.notices.retain(|notice| notice.tone == Tone::Update);
        }
        self.reset();
        self.runs.notify();
        let at = view.as_ref().and_then(|view| view.at);
        self.view.set(view.map(|view| View { at: None, ..view }));
        turns::in_turn_at_first(move || {
            self.finished_preview();
        });
        self.opened.notify();
        if let Some(at) = at {
            self.run_to(at);
        }
        if !problems.is_empty() {
            let all: Vec<_> = problems.iter().map(Problem::to_string).collect();
            let text = format!("This link cannot be read in full. {}.", all.join("; "));
            self.notices.add(Tone::Error, text);
        }
    }

    /// Shows a session that is over, on the page of its playground. Unless the address leads to it already, it gets one
    /// that leads to the playground.
    pub fn show(self, session: Session, seed: u64, is_linked: bool) {
        let plan = &session.plan;
        let before = untrack(|| self.view.get());
        let view = View {
            params: plan.params.clone(),
            seed,
            pace: plan.pace,
            strategies: plan.strategies.iter().map(|one| one.mode).collect(),
            speed: match &before {
                Some(before) if !plan.entry.is_recorded() => before.speed,
                _ => plan.speed,
            },
            predict: !plan.entry.is_recorded() && before.as_ref().is_some_and(|view| view.predict),
            embed: before.and_then(|view| view.embed),
            ..View::of(plan.entry)
        };
        // Params that are too large for a link have no entry in the history either.
        if let Ok(hash) = view::format(&Route::Playground(view.clone()))
            && !is_linked
        {
            web::push_hash(&hash);
        }
        self.blank.set(Blank::Start);
        self.notices.retain(|_| false);
        self.reset();
        self.view.set(Some(view));
        self.finished_preview();
        let is_recorded = session.plan.entry.is_recorded();
        self.runs.show(session);
        if is_recorded {
            // Another recording may have been open, whose page is of no use for this one.
            self.opened.notify();
        }
    }

    /// Shows the race of the program in the lab, on the lab's page; or none.
    pub fn show_program(self, session: Option<Session>) {
        self.reset();
        let embedded = self.lab_link.with_untracked(|link| lab::is_embedded(link));
        let embed = embedded.then(Embed::default);
        let view = session.as_ref().map(|session| View {
            speed: session.plan.speed,
            embed,
            ..View::of(session.plan.entry)
        });
        self.view.set(view);
        self.finished_preview();
        match session {
            Some(session) => self.runs.show(session),
            None => self.runs.notify(),
        }
    }

    /// Whether a recording of the reader's own program is open: there is nothing to run.
    pub fn is_recorded(self) -> bool {
        let entry = self.view.entry.get_untracked();
        entry.is_some_and(Entry::is_recorded)
    }

    /// The view, if its params can be run.
    pub fn runnable_view(self) -> Option<View> {
        let view = self.view.get()?;
        self.problems.with(Vec::is_empty).then_some(view)
    }

    /// The URL's hash for what is in the form; `None` while that cannot be run.
    pub fn hash(self) -> Option<String> {
        self.hash_at(None)
    }

    /// The hash of a link that shows an instant of the run.
    pub fn hash_at(self, at: Option<Time>) -> Option<String> {
        let blank = self.blank.get();
        if blank == Blank::Lab {
            return Some(self.lab_link.get());
        }
        let route = match self.view.entry.get() {
            None => match blank {
                Blank::Start => Route::Start,
                Blank::Choose => Route::Choose,
                Blank::Recording => Route::Recording,
                Blank::Lab => Route::Lab,
            },
            Some(_) => Route::Playground(View {
                at,
                ..self.runnable_view()?
            }),
        };
        view::format(&route).ok()
    }

    /// Warns that the times of a live run are not exact, if one is running while the tab is hidden.
    pub fn hidden(self) {
        let is_live = |session: &Session| session.plan.pace == Pace::Live;
        let live = untrack(|| self.runs.session(|session| session.is_some_and(is_live)));
        if live && self.runs.phase.get_untracked() == Phase::Running {
            self.notices.add(
                Tone::Warn,
                "The tab was hidden during a live run. Browsers slow down timers of hidden tabs, so its times may \
                 be too long. Simulated runs stay exact.",
            );
        }
    }

    /// What Run would start now.
    pub fn plan(self) -> Option<Plan> {
        let preview = self.finished_preview();
        let view = untrack(|| self.view.get())?;
        let entry = view.entry()?;
        Some(Plan {
            entry,
            strategies: super::view::named(entry, &view.strategies),
            params: view.params,
            pace: view.pace,
            speed: view.speed,
            preview,
        })
    }

    /// The input of a preview; `None` while the params are wrong.
    fn subject(self) -> Option<Subject> {
        let entry = self.view.entry.get()?;
        self.problems.with(Vec::is_empty).then(|| Subject {
            entry,
            strategies: self.view.strategies(entry),
            params: self.view.params.get(),
        })
    }

    /// The preview of a run with the params in the form, however long that takes.
    pub fn finished_preview(self) -> Option<Arc<Preview>> {
        match untrack(|| self.subject()) {
            Some(subject) => self.previews.finish(subject),
            None => untrack(|| self.previews.latest()),
        }
    }

    /// Whether the next run would differ from the one that is shown.
    pub fn is_pending(self) -> bool {
        let (pace, modes) = (self.view.pace.get(), self.view.modes.get());
        self.runs.plan().is_some_and(|plan| {
            let ran = plan.strategies.iter().map(|strategy| strategy.mode);
            let is_same = |params: &_| plan.params == *params;
            let is_other =
                || plan.pace != pace || !ran.eq(modes) || !self.view.params.with(is_same);
            !plan.entry.is_recorded() && is_other()
        })
    }

    /// Run; pause or stop what runs; resume what is paused.
    pub fn run_or_pause(self) {
        match self.runs.phase.get_untracked() {
            _ if self.is_recorded() => self.runs.play_or_pause(),
            Phase::Ready | Phase::Finished if self.asks(true) => {}
            Phase::Ready | Phase::Finished => self.run(None),
            Phase::Paused => self.runs.play(),
            Phase::Running if self.runs.can_pause() => self.runs.pause(),
            Phase::Running => self.runs.stop(),
        }
    }

    /// Runs at once, without a question; at another pace than the chosen one, if that is given.
    pub fn run(self, pace: Option<Pace>) {
        if let Some(mut plan) = self.plan() {
            plan.pace = pace.unwrap_or(plan.pace);
            web::timing::clear();
            self.report(self.runs.start(plan));
        }
    }

    /// Runs the plan at once, and shows an instant of it.
    pub fn run_to(self, at: Time) {
        if let Some(plan) = self.plan() {
            self.report(self.runs.run_to(plan, at));
        }
    }

    /// To the next event. The first step starts a run.
    pub fn step(self) {
        if let Some(plan) = self.plan().filter(|_| self.can_step()) {
            if self.runs.phase.get() == Phase::Ready && self.asks(true) {
                return;
            }
            self.report(self.runs.step(plan));
        }
    }

    /// Whether there is, or will be, a next event.
    pub fn can_step(self) -> bool {
        let is_behind = |session: &Session| !session.is_at_end();
        if self.runs.session(|session| session.is_some_and(is_behind)) {
            return true;
        }
        match self.runs.phase.get() {
            Phase::Ready => {
                self.view.pace.get() == Pace::Simulated && self.problems.with(Vec::is_empty)
            }
            Phase::Running | Phase::Paused => self.runs.can_pause(),
            Phase::Finished => false,
        }
    }

    /// Reports the problem that kept a run from starting.
    fn report(self, result: Result<(), Problem>) {
        match result {
            Ok(()) => self.notices.retain(|notice| notice.tone != Tone::Error),
            Err(problem) => self
                .notices
                .add(Tone::Error, cannot_run(&problem.to_string())),
        }
    }

    /// Drops the run and the question.
    pub fn reset(self) {
        self.quiz.cancel();
        self.runs.reset();
    }

    /// Sets the speed, of what runs too.
    pub fn set_speed(self, speed: f64) {
        self.view.update(|view| view.speed = speed);
        self.runs.set_speed(speed);
    }

    /// Whether everything that gives an answer away is hidden: until the run has ended.
    pub fn hides_outcome(self) -> bool {
        self.view.predict.get() && self.runs.phase.get() != Phase::Finished
    }

    /// Asks a question instead of starting a run, if the reader predicts and there is one. `focus`: the reader is about
    /// to answer.
    pub fn asks(self, focus: bool) -> bool {
        let is_on = self.view.predict.get_untracked();
        if !is_on || !self.problems.with_untracked(Vec::is_empty) {
            return false;
        }
        if QUESTIONS.get_untracked().is_none() {
            // Asks once the questions have loaded.
            QUESTIONS.with(move |_| self.run_or_pause());
            return true;
        }
        let Some(question) = self.plan().and_then(|plan| self.quiz.question(&plan)) else {
            return false;
        };
        if !self.quiz.asks(&question) {
            // The last run may have the answer.
            self.reset();
            self.quiz.ask(question);
        }
        if focus {
            self.quiz.focus();
        }
        true
    }

    /// The instant that a link can share: one at which the reader has stopped, in a run with exactly the params of the
    /// form.
    pub fn instant_to_share(self) -> Option<Time> {
        let is_still = matches!(
            self.runs.playback(),
            Some(Playback::Recording {
                playing: false,
                at_end: false,
                ..
            })
        );
        let shared = is_still
            && !self.is_pending()
            && !self.runs.is_stepped_into()
            && self.view.pace.get() != Pace::Live;
        self.runs
            .session(|session| session.filter(|_| shared).map(Session::now))
    }

    /// Reads what is on screen of a strategy, as often as it changes.
    pub fn shown<T>(self, mode: &str, read: impl FnOnce(Option<Shown<'_>>) -> T) -> T {
        self.runs.session(|session| {
            let preview = session.and_then(|session| session.plan.preview.clone());
            let sources = Sources {
                session,
                number: self.runs.number(),
                preview: preview.or_else(|| self.previews.latest()),
                secret: self.hides_outcome(),
            };
            sources.read(mode, read)
        })
    }

    /// The right end of the time axis, in seconds.
    pub fn axis_end(self) -> f64 {
        let known = self.runs.session(|session| match session {
            Some(session) => session.plan.preview.clone(),
            None => self.previews.latest(),
        });
        let now = self.runs.session(|session| {
            let session = session?;
            // Virtual time keeps to the preview, unless the reader steps in.
            let is_bound = known.is_some() && session.plan.pace != Pace::Live;
            if !is_bound || self.runs.is_stepped_into() {
                self.runs.track_time();
            }
            Some(session.recorded().secs())
        });
        let now = now.unwrap_or_default();
        match known.filter(|_| !self.hides_outcome()) {
            Some(preview) => preview.end().secs().max(now).max(1e-3),
            // Room ahead, in steps, so that the picture does not change its scale all the time.
            None => [
                1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 1e4, 1e5, 1e6,
            ]
            .into_iter()
            .find(|&end| end > now)
            .unwrap_or(now),
        }
    }
}

/// The message of a run that could not be started.
fn cannot_run(why: &str) -> String {
    format!("This cannot be run: {why}.")
}
