//! Time under the reader's finger: any instant of what has been recorded, and what says which one.

use crate::driver::Player;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use interleave_player::Pace;
use interleave_player::{Phase, Session, Showing};
use interleave_trace::Time;
use interleave_trace::seconds;
use leptos::prelude::*;

impl App {
    /// Shows an instant of what has been recorded.
    pub fn seek(self, at: Time) {
        self.player.with_value(|player| player.seek(at));
    }

    /// Shows the end of what has been recorded, or what goes on.
    pub fn follow(self) {
        self.player.with_value(Player::follow);
    }

    /// Plays the recording from the instant that is shown, or pauses it.
    pub fn play_or_pause(self) {
        match self.playback() {
            Some(Playback::Recording { playing: true, .. }) => {
                self.player.with_value(Player::pause)
            }
            Some(Playback::Recording { .. }) => self.player.with_value(Player::play),
            _ => {}
        }
    }

    /// Runs the plan at once, and shows an instant of it.
    pub fn run_to(self, at: Time) {
        if let Some(plan) = self.plan() {
            let started = self.player.with_value(|player| player.rush(plan, at));
            self.report(started);
        }
    }

    /// On to the next event.
    pub fn step(self) {
        if let Some(plan) = self.plan().filter(|_| self.can_step()) {
            // The first step starts a run.
            if self.phase.get() == Phase::Ready && self.asks(true) {
                return;
            }
            let stepped = self.player.with_value(|player| player.step(move || plan));
            self.report(stepped);
        }
    }

    /// Back to the event before.
    pub fn step_back(self) {
        self.player.with_value(Player::step_back);
    }

    /// Whether there is, or will be, an event to go on to.
    pub fn can_step(self) -> bool {
        if self.session(|session| session.is_some_and(|session| !session.is_at_end())) {
            return true;
        }
        match self.phase.get() {
            Phase::Ready => self.pace.get() == Pace::Simulated && self.problems.with(Vec::is_empty),
            Phase::Running | Phase::Paused => self.can_pause(),
            Phase::Finished => false,
        }
    }

    /// What is on screen; `None` as long as nothing has been run.
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
                    goes_on: phase != Phase::Finished,
                },
            })
        })
    }

    /// The instant that a link can show to others: one that the reader has stopped at, of just what is in the form.
    pub fn instant_to_share(self) -> Option<Time> {
        let stands = matches!(
            self.playback(),
            Some(Playback::Recording {
                playing: false,
                at_end: false,
                ..
            })
        );
        let shared = stands
            && !self.is_pending()
            && !self.is_stepped_into()
            && self.pace.get() != Pace::Live;
        self.session(|session| session.filter(|_| shared).map(Session::now))
    }
}

/// What is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Playback {
    /// A run in real time.
    Live,
    /// A run in virtual time.
    Simulating,
    /// A run in virtual time that stands still.
    Paused,
    /// What has been recorded of a run.
    Recording {
        /// It is being played.
        playing: bool,
        /// Its end is shown.
        at_end: bool,
        /// The run itself is not over.
        goes_on: bool,
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

    /// Whether the instant that is shown stays until somebody moves it.
    pub fn stands_still(self) -> bool {
        matches!(self, Self::Paused | Self::Recording { playing: false, .. })
    }

    fn icon(self) -> Icon {
        match self {
            Self::Live => Icon::Live,
            Self::Simulating => Icon::Play,
            Self::Paused => Icon::Pause,
            Self::Recording { .. } => Icon::Recording,
        }
    }
}

/// Says whether one sees a run or its recording, and plays the recording.
#[component]
pub fn Playbar() -> impl IntoView {
    let app = App::get();
    let playback = Memo::new(move |_| app.playback());
    let now = move || {
        app.track_time();
        app.session(|session| session.map(Session::now))
    };
    let badge = move || {
        playback.get().map(|playback| {
            let class = match playback {
                Playback::Live => "seen live",
                Playback::Simulating | Playback::Paused => "seen simulating",
                Playback::Recording { .. } => "seen recording",
            };
            view! { <span class=class>{icon(playback.icon())}{playback.word()}</span> }
        })
    };
    let clock = move || match (playback.get(), now()) {
        (Some(Playback::Recording { at_end: true, .. }), Some(_)) => " at its end".to_owned(),
        (Some(playback), Some(now)) => format!(" at {}", instant(playback, now)),
        _ => "nothing has been run yet".to_owned(),
    };
    let recorded = move || matches!(playback.get(), Some(Playback::Recording { .. }));
    let play = move || match playback.get() {
        Some(Playback::Recording { playing: true, .. }) => (Icon::Pause, "Pause"),
        Some(Playback::Recording { at_end: true, .. }) => (Icon::Play, "Replay"),
        _ => (Icon::Play, "Play"),
    };
    let back = move || match playback.get() {
        Some(Playback::Recording {
            at_end: false,
            goes_on,
            ..
        }) => Some(goes_on),
        _ => None,
    };
    view! {
        <div class="playbar" role="group" aria-label="Recording">
            <p class="what" data-test="seen">{badge}<span class="num">{clock}</span></p>
            <button class="button" type="button" data-test="back-to-end"
                class:away=move || back().is_none() prop:disabled=move || back().is_none()
                on:click=move |_| app.follow()
            >
                {icon(Icon::End)}
                {move || if back() == Some(true) { "Back to now" } else { "Back to the end" }}
            </button>
            <button class="button" type="button" data-test="play" title="At the speed that is chosen"
                prop:disabled=move || !recorded()
                on:click=move |_| untrack(|| app.play_or_pause())
            >
                {move || icon(play().0)}<span class="label">{move || play().1}</span>
                <span class="visually-hidden">" the recording"</span><kbd class="hint">"P"</kbd>
            </button>
        </div>
    }
}

/// An instant in words: exact where time stands still, in tenths where it goes on.
pub fn instant(playback: Playback, now: Time) -> String {
    match playback.stands_still() {
        true => seconds(now.secs()),
        false => format!("{:.1} s", now.secs()),
    }
}
