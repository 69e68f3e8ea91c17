//! What all components share: the view that the URL holds, the player, notices, the theme.

use super::notice::say;
pub use super::notice::{Notice, Tone};
use super::previews::PreviewService;
use super::quiz::Quiz;
use super::subscribers::{drop_subscribers, scoped_memo, scoped_memo_with};
use crate::driver::{Change, Player, Remark};
use crate::web;
use interleave_player::view::{Embed, Route, View};
use interleave_player::{DEFAULT_SPEED, Pace, view};
use interleave_player::{Phase, Plan, Preview, Session};
use interleave_playgrounds::{Entry, Problem, Strategy};
use interleave_trace::Time;
use leptos::prelude::*;
use leptos::reactive::graph::{ReactiveNode as _, ToAnySource as _};
use serde_json::Value;
use std::sync::Arc;

/// The shared state. Copies are the same state; children get it from the context.
#[derive(Clone, Copy)]
pub struct App {
    /// The playground that is open; `None` on the start page.
    pub entry: RwSignal<Option<&'static Entry>>,
    /// What the form holds, wrong values included.
    pub params: RwSignal<Value>,
    /// The seed of what is drawn at random.
    pub seed: RwSignal<u64>,
    /// Which clock the next run has.
    pub pace: RwSignal<Pace>,
    /// Virtual seconds per second.
    pub speed: RwSignal<f64>,
    /// The strategies that run.
    pub modes: RwSignal<Vec<&'static str>>,
    /// How the page shows itself in a frame of another one, if that is where it stands.
    pub embed: RwSignal<Option<Embed>>,
    /// What is asked before runs.
    pub quiz: Quiz,
    /// Everything that is wrong with the params.
    pub problems: Memo<Vec<Problem>>,
    /// What a run with these params would be; `None` if they are wrong or it would be too large. A large one follows
    /// the params some frames later.
    pub preview: Memo<Option<Arc<Preview>>>,
    /// What is said above the race.
    pub notices: RwSignal<Vec<Notice>>,
    /// Whether the list of keys is open.
    pub help: RwSignal<bool>,
    /// Where the session stands.
    pub phase: Memo<Phase>,
    /// The number of the session that is shown; changes with the session, not with what happens in it.
    pub number: Memo<Option<u32>>,
    /// Notified whenever time has passed, at most a few times a frame.
    pub time: Trigger,
    /// Notified when something has happened, too.
    pub events: Trigger,
    /// Starts and stops runs.
    pub player: StoredValue<Player, LocalStorage>,
    previews: PreviewService,
    next_notice: StoredValue<u32>,
}

impl App {
    /// The state for the page's present URL.
    pub fn from_address() -> Self {
        let (time, events) = (Trigger::new(), Trigger::new());
        // See `lasting` for why it is not the triggers that are notified.
        let (of_time, of_events) = (time.to_any_source(), events.to_any_source());
        let notices = RwSignal::new(Vec::new());
        let next_notice = StoredValue::new(0);
        let player = Player::new(
            move |change| {
                of_time.mark_dirty();
                if change == Change::Events {
                    of_events.mark_dirty();
                }
            },
            move |remark| match remark {
                Remark::GoodToKnow(text) => say(notices, next_notice, Tone::Info, text),
                Remark::Failed(why) => {
                    let text = format!("This cannot be run: {why}.");
                    say(notices, next_notice, Tone::Error, text);
                }
            },
        );
        let player = StoredValue::new_local(player);
        let entry = RwSignal::new(None::<&'static Entry>);
        let params = RwSignal::new(Value::Null);
        let modes = RwSignal::new(Vec::new());
        let problems = Memo::new(move |_| {
            entry
                .get()
                .map_or_else(Vec::new, |entry| params.with(|params| entry.check(params)))
        });
        let previews = PreviewService::new();
        let preview = Memo::new_with_compare(
            move |last: Option<&Option<Arc<Preview>>>| {
                let Some(entry) = entry.get() else {
                    previews.forget();
                    return None;
                };
                let last = last.and_then(Option::as_ref);
                if problems.with(|problems| !problems.is_empty()) {
                    // While a value is being typed the picture stays, so that nothing jumps.
                    return last.cloned();
                }
                let strategies = chosen(entry, &modes.get());
                params.with(|params| previews.of(entry, &strategies, params, last))
            },
            is_another,
        );
        let app = Self {
            entry,
            params,
            seed: RwSignal::new(0),
            pace: RwSignal::new(Pace::Simulated),
            speed: RwSignal::new(DEFAULT_SPEED),
            modes,
            embed: RwSignal::new(None),
            quiz: Quiz::new(),
            problems,
            preview,
            notices,
            help: RwSignal::new(false),
            phase: Memo::new(move |_| {
                events.track();
                player.with_value(Player::phase)
            }),
            number: Memo::new(move |_| {
                events.track();
                player.with_value(|player| player.with(|session| session.map(|_| player.number())))
            }),
            time,
            events,
            player,
            previews,
            next_notice,
        };
        // The loops of a run hold the player: without this they would outlive the page.
        on_cleanup(move || player.with_value(Player::leave));
        app.open(&web::hash());
        app
    }

    /// The shared state, from the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// The same state for one page: once that is left, nothing of the state remembers anything of it.
    pub fn scoped(self) -> Self {
        drop_subscribers(&self.quiz.signals());
        drop_subscribers(&[
            self.entry.to_any_source(),
            self.params.to_any_source(),
            self.seed.to_any_source(),
            self.pace.to_any_source(),
            self.speed.to_any_source(),
            self.modes.to_any_source(),
            self.embed.to_any_source(),
            self.time.to_any_source(),
            self.events.to_any_source(),
        ]);
        // Memos cannot be made to forget their readers: they tell them only of what is new.
        Self {
            problems: scoped_memo(move || self.problems.get()),
            preview: scoped_memo_with(move || self.preview.get(), is_another),
            phase: scoped_memo(move || self.phase.get()),
            number: scoped_memo(move || self.number.get()),
            ..self
        }
    }

    /// Opens what a URL's hash says, with a notice for what is wrong with it.
    pub fn open(self, hash: &str) {
        let (route, problems) = view::parse(hash);
        let same_page = match &route {
            Route::Start => self.entry.get_untracked().is_none(),
            Route::Playground(view) => self
                .entry
                .get_untracked()
                .is_some_and(|entry| entry.slug == view.slug),
        };
        if !same_page {
            self.notices
                .update(|all| all.retain(|notice| notice.tone == Tone::Update));
        }
        self.reset();
        self.events.notify();
        match route {
            Route::Start => {
                self.embed.set(None);
                self.entry.set(None);
            }
            Route::Playground(view) => {
                let entry = view.entry();
                self.params.set(view.params);
                self.seed.set(view.seed);
                self.pace.set(view.pace);
                self.speed.set(view.speed);
                self.quiz.on.set(view.predict);
                self.embed.set(view.embed);
                self.entry.set(entry);
                self.modes.set(view.strategies);
                if let Some(at) = view.at {
                    self.run_to(at);
                }
            }
        }
        if !problems.is_empty() {
            let all: Vec<_> = problems.iter().map(Problem::to_string).collect();
            let text = format!("This link cannot be read in full. {}.", all.join("; "));
            self.notify(Tone::Error, text);
        }
    }

    /// Shows a session that is over, on the page of its playground.
    pub fn show(self, session: Session, seed: u64) {
        let plan = &session.plan;
        let modes: Vec<_> = plan.strategies.iter().map(|one| one.mode).collect();
        let route = Route::Playground(View {
            slug: plan.entry.slug,
            params: plan.params.clone(),
            seed,
            pace: plan.pace,
            speed: self.speed.get_untracked(),
            strategies: modes.clone(),
            at: None,
            predict: self.quiz.on.get_untracked(),
            embed: self.embed.get_untracked(),
        });
        // What is too much for a link has no entry in the history either.
        if let Ok(hash) = view::format(&route) {
            web::push_hash(&hash);
        }
        self.notices.update(Vec::clear);
        self.reset();
        self.params.set(plan.params.clone());
        self.seed.set(seed);
        self.pace.set(plan.pace);
        if self
            .entry
            .with_untracked(|entry| entry.is_none_or(|it| it.slug != plan.entry.slug))
        {
            self.entry.set(Some(plan.entry));
        }
        self.modes.set(modes);
        self.player.with_value(|player| player.show(session));
    }

    /// What the page shows of a playground; `None` while the form holds what cannot be run.
    pub fn view(self) -> Option<View> {
        let entry = self.entry.get()?;
        self.problems.with(Vec::is_empty).then(|| View {
            slug: entry.slug,
            params: self.params.get(),
            seed: self.seed.get(),
            pace: self.pace.get(),
            speed: self.speed.get(),
            strategies: self.modes.get(),
            at: None,
            predict: self.quiz.on.get(),
            embed: self.embed.get(),
        })
    }

    /// The URL's hash for what is in the form; `None` while that cannot be run.
    pub fn hash(self) -> Option<String> {
        self.hash_at(None)
    }

    /// The hash of a link that shows an instant of the run.
    pub fn hash_at(self, at: Option<Time>) -> Option<String> {
        let route = match self.entry.get() {
            None => Route::Start,
            Some(_) => Route::Playground(View { at, ..self.view()? }),
        };
        view::format(&route).ok()
    }

    /// Says something above the race. What is said already is not said twice.
    pub fn notify(self, tone: Tone, text: impl Into<String>) {
        say(self.notices, self.next_notice, tone, text.into());
    }

    /// Says that the times of a live run are not to be trusted, if one goes on while the tab is hidden.
    pub fn hidden(self) {
        let is_live = |session: &Session| session.plan.pace == Pace::Live;
        let live = untrack(|| self.session(|session| session.is_some_and(is_live)));
        if live && self.phase.get_untracked() == Phase::Running {
            self.notify(
                Tone::Warn,
                "The tab was hidden during a live run. Browsers slow down timers of hidden tabs, so its times may \
                 be too long. Simulated runs are exact all the same.",
            );
        }
    }

    /// Reads the session as often as something has happened in it. That is not every frame: whoever shows how time
    /// passes has to say so by [`App::track_time`].
    pub fn session<T>(self, read: impl FnOnce(Option<&Session>) -> T) -> T {
        self.events.track();
        self.player.with_value(|player| player.with(read))
    }

    /// Does what reads it again in every frame in which time passes.
    pub fn track_time(self) {
        self.time.track();
    }

    /// Tells the session from those before it.
    pub fn session_number(self) -> u32 {
        self.player.with_value(Player::number)
    }

    /// What the session that is shown was started with.
    pub fn ran(self) -> Option<Plan> {
        self.number.get()?;
        untrack(|| self.session(|session| session.map(|session| session.plan.clone())))
    }

    /// What Run would start now.
    pub fn plan(self) -> Option<Plan> {
        let entry = self.entry.get_untracked()?;
        Some(Plan {
            entry,
            params: self.params.get_untracked(),
            strategies: chosen(entry, &self.modes.get_untracked()),
            pace: self.pace.get_untracked(),
            speed: self.speed.get_untracked(),
            preview: self.finished_preview(),
        })
    }

    /// What a run with the params in the form would be, however long it takes to find out.
    pub fn finished_preview(self) -> Option<Arc<Preview>> {
        self.previews.hurry();
        self.preview.get_untracked()
    }

    /// Whether the next run would be another one than what is shown.
    pub fn is_pending(self) -> bool {
        let (pace, modes) = (self.pace.get(), self.modes.get());
        self.ran().is_some_and(|plan| {
            let ran = plan.strategies.iter().map(|strategy| strategy.mode);
            plan.pace != pace || !ran.eq(modes) || self.params.with(|params| plan.params != *params)
        })
    }

    /// Run; pause or stop what runs; resume what is paused.
    pub fn run_or_pause(self) {
        match self.phase.get_untracked() {
            Phase::Ready | Phase::Finished if self.asks(true) => {}
            Phase::Ready | Phase::Finished => self.run(None),
            Phase::Paused => self.player.with_value(Player::play),
            Phase::Running if self.can_pause() => self.player.with_value(Player::pause),
            Phase::Running => self.player.with_value(Player::stop),
        }
    }

    /// Whether what runs can be paused: real time cannot.
    pub fn can_pause(self) -> bool {
        self.session(|session| session.is_some_and(|session| session.plan.pace == Pace::Simulated))
    }

    /// Runs at once, asking nothing; at another pace than the chosen one, if that is given.
    pub fn run(self, pace: Option<Pace>) {
        if let Some(mut plan) = self.plan() {
            plan.pace = pace.unwrap_or(plan.pace);
            web::timing::clear();
            let started = self.player.with_value(|player| player.start(plan));
            self.report(started);
        }
    }

    /// Says what kept a run from starting.
    pub fn report(self, result: Result<(), Problem>) {
        match result {
            Ok(()) => self
                .notices
                .update(|notices| notices.retain(|notice| notice.tone != Tone::Error)),
            Err(problem) => self.notify(Tone::Error, format!("This cannot be run: {problem}.")),
        }
    }

    /// Whether what gives an answer away is to be hidden: until the run has ended.
    pub fn hides_outcome(self) -> bool {
        self.quiz.on.get() && self.phase.get() != Phase::Finished
    }

    /// Puts a question instead of starting a run, if the quiz is on and has one. With `focus`, for a reader who is about
    /// to answer.
    pub fn asks(self, focus: bool) -> bool {
        let plan = self.plan();
        let plan = plan.filter(|_| self.problems.with_untracked(Vec::is_empty));
        let Some(question) = plan.and_then(|plan| self.quiz.question(&plan)) else {
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

    /// Forgets the run.
    pub fn reset(self) {
        self.quiz.cancel();
        self.player.with_value(Player::reset);
    }

    /// Sets the speed, of what runs too.
    pub fn set_speed(self, speed: f64) {
        self.speed.set(speed);
        self.player.with_value(|player| player.set_speed(speed));
    }
}

/// Whether a preview is not the one that was known.
pub fn is_another(old: Option<&Option<Arc<Preview>>>, new: Option<&Option<Arc<Preview>>>) -> bool {
    match (old.and_then(Option::as_ref), new.and_then(Option::as_ref)) {
        (Some(old), Some(new)) => !Arc::ptr_eq(old, new),
        (old, new) => old.is_some() != new.is_some(),
    }
}

/// The strategies with these names, in the playground's order.
pub fn chosen(entry: &'static Entry, modes: &[&str]) -> Vec<&'static Strategy> {
    entry
        .strategies()
        .iter()
        .filter(|strategy| modes.contains(&strategy.mode))
        .collect()
}
