//! The runs that are shown: what has been recorded of them, and which instant of it.

use super::subscribers::{drop_subscribers, scoped_memo};
use crate::driver::{Change, Player, Remark};
use interleave_player::{Pace, Phase, Plan, Session, Showing};
use interleave_playgrounds::Problem;
use interleave_runtime::StepIn;
use interleave_trace::{TaskId, Time, seconds};
use leptos::prelude::*;
use leptos::reactive::graph::{ReactiveNode as _, ToAnySource as _};

/// The session of the page: the runs of one press of Run. Copies are the same session.
#[derive(Clone, Copy)]
pub struct Runs {
    /// Starts and stops them.
    player: StoredValue<Player, LocalStorage>,
    /// Notified whenever time has passed, at most a few times a frame.
    time: Trigger,
    /// Notified when something has happened, too.
    events: Trigger,
    /// The phase of the session.
    pub phase: Memo<Phase>,
    /// The number of the session that is shown; changes with the session, not with what happens in it.
    pub current: Memo<Option<u32>>,
}

impl Runs {
    /// Nothing has been run. `remark` takes what the reader of a run should know.
    pub fn new(remark: impl Fn(Remark) + 'static) -> Self {
        let (time, events) = (Trigger::new(), Trigger::new());
        // See `subscribers` for why it is not the triggers that are notified.
        let (of_time, of_events) = (time.to_any_source(), events.to_any_source());
        let changed = move |change| {
            of_time.mark_dirty();
            if change == Change::Events {
                of_events.mark_dirty();
            }
        };
        let player = StoredValue::new_local(Player::new(changed, remark));
        // The loops of a run hold the player: without this they would outlive the page.
        on_cleanup(move || player.with_value(Player::leave));
        Self::of(player, time, events)
    }

    /// The same session for the present owner: once that goes, the session keeps nothing of it.
    pub fn scoped(self) -> Self {
        drop_subscribers(&[self.time.to_any_source(), self.events.to_any_source()]);
        Self::of(self.player, self.time, self.events)
    }

    fn of(player: StoredValue<Player, LocalStorage>, time: Trigger, events: Trigger) -> Self {
        Self {
            player,
            time,
            events,
            phase: scoped_memo(move || {
                events.track();
                player.with_value(Player::phase)
            }),
            current: scoped_memo(move || {
                events.track();
                player.with_value(|player| player.with(|session| session.map(|_| player.number())))
            }),
        }
    }

    /// Reads the session as often as something has happened in it. That is not every frame: what shows how time passes
    /// calls [`Runs::track_time`], too.
    pub fn session<T>(self, read: impl FnOnce(Option<&Session>) -> T) -> T {
        self.events.track();
        self.player.with_value(|player| player.with(read))
    }

    /// Tracks every frame in which time passes.
    pub fn track_time(self) {
        self.time.track();
    }

    /// Makes all that reads the session read it again.
    pub fn notify(self) {
        self.events.notify();
    }

    /// The number of the session, which no session before had.
    pub fn number(self) -> u32 {
        self.player.with_value(Player::number)
    }

    /// What the session was started with.
    pub fn plan(self) -> Option<Plan> {
        self.current.get()?;
        untrack(|| self.session(|session| session.map(|session| session.plan.clone())))
    }

    /// Whether what runs can be paused: real time cannot.
    pub fn can_pause(self) -> bool {
        self.session(|session| session.is_some_and(|session| session.plan.pace == Pace::Simulated))
    }

    /// Whether the reader has stepped into the runs.
    pub fn is_stepped_into(self) -> bool {
        self.session(|session| session.is_some_and(Session::is_stepped_into))
    }

    /// Whether waits name lines of the source that is shown: for a recording from elsewhere that is not always known.
    pub fn knows_lines(self) -> bool {
        self.session(|session| session.is_none_or(Session::knows_lines))
    }

    /// What is on screen; `None` while nothing has been run.
    pub fn playback(self) -> Option<Playback> {
        self.session(|session| {
            let session = session?;
            let live = session.plan.pace == Pace::Live;
            Some(match (session.showing(), session.phase()) {
                (Showing::Present, _) if live => Playback::Live,
                (Showing::Present, Phase::Paused) => Playback::Paused,
                (Showing::Present, _) => Playback::Simulating,
                (Showing::Recording { playing }, phase) => Playback::Recording {
                    playing,
                    at_end: session.is_at_end(),
                    is_running: phase != Phase::Finished,
                },
            })
        })
    }

    /// Starts a plan.
    ///
    /// # Errors
    ///
    /// The first wrong param.
    pub fn start(self, plan: Plan) -> Result<(), Problem> {
        self.player.with_value(|player| player.start(plan))
    }

    /// Runs a plan at once, and shows the instant `at`.
    ///
    /// # Errors
    ///
    /// The first wrong param.
    pub fn run_to(self, plan: Plan, at: Time) -> Result<(), Problem> {
        self.player.with_value(|player| player.rush(plan, at))
    }

    /// Goes to the next event; starts the plan if nothing has been run.
    ///
    /// # Errors
    ///
    /// The first wrong param.
    pub fn step(self, plan: Plan) -> Result<(), Problem> {
        self.player.with_value(|player| player.step(move || plan))
    }

    /// Goes back to the event before.
    pub fn step_back(self) {
        self.player.with_value(Player::step_back);
    }

    /// Shows a session that is over.
    pub fn show(self, session: Session) {
        self.player.with_value(|player| player.show(session));
    }

    /// Shows an instant of what has been recorded.
    pub fn seek(self, at: Time) {
        self.player.with_value(|player| player.seek(at));
    }

    /// Shows the end of what has been recorded, or the present.
    pub fn follow(self) {
        self.player.with_value(Player::follow);
    }

    /// Resumes a run, or plays its recording.
    pub fn play(self) {
        self.player.with_value(Player::play);
    }

    /// Pauses a run, or its recording.
    pub fn pause(self) {
        self.player.with_value(Player::pause);
    }

    /// Plays the recording from the instant that is shown, or pauses it.
    pub fn play_or_pause(self) {
        match self.playback() {
            Some(Playback::Recording { playing: true, .. }) => self.pause(),
            Some(Playback::Recording { .. }) => self.play(),
            _ => {}
        }
    }

    /// Stops what runs; what has been recorded stays.
    pub fn stop(self) {
        self.player.with_value(Player::stop);
    }

    /// Stops what runs, and drops the session.
    pub fn reset(self) {
        self.player.with_value(Player::reset);
    }

    /// Sets the speed of what runs.
    pub fn set_speed(self, speed: f64) {
        self.player.with_value(|player| player.set_speed(speed));
    }

    /// Cancels a task, or lets it fail.
    pub fn step_in(self, mode: &str, task: TaskId, what: StepIn) {
        // A task that can no longer be changed stays as it is.
        self.player
            .with_value(|player| player.step_in(mode, task, what));
    }
}

/// What is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Playback {
    /// A run in real time.
    Live,
    /// A run in virtual time.
    Simulating,
    /// A run in virtual time that is paused.
    Paused,
    /// What has been recorded of a run.
    Recording {
        /// It is being played.
        playing: bool,
        /// Its end is shown.
        at_end: bool,
        /// The run itself is not over.
        is_running: bool,
    },
}

impl Playback {
    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Simulating => "simulating",
            Self::Paused => "paused",
            Self::Recording { .. } => "recording",
        }
    }

    /// An instant in words: exact where time stands still, else in tenths.
    pub fn instant(self, now: Time) -> String {
        match self.stands_still() {
            true => seconds(now.secs()),
            false => format!("{:.1} s", now.secs()),
        }
    }

    /// Whether the instant that is shown stays until the reader moves it.
    pub fn stands_still(self) -> bool {
        matches!(self, Self::Paused | Self::Recording { playing: false, .. })
    }
}
