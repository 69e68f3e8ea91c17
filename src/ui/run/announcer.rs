//! Announces a run to screen readers: its sentences while they are few, totals otherwise.
//!
//! A screen reader that gets a new text before it has finished starts again, so there is at most one in two seconds.

use crate::ui::state::app::App;
use crate::ui::state::stories::Stories;
use crate::web;
use interleave_player::{Phase, Run, Session};
use interleave_trace::{Outcome, Stats, Verdict, limit_reached, seconds};
use leptos::prelude::*;
use std::time::Duration;

/// Seconds between two announcements during a run.
const BETWEEN: f64 = 2.0;
/// Seconds between two announcements of a paused run: the reader is stepping.
const BETWEEN_STEPS: f64 = 0.6;
/// More sentences than this are replaced by totals.
const MOST: usize = 2;

/// What has been announced.
#[derive(Default)]
struct Announced {
    /// When last, by the wall clock.
    at: f64,
    phase: Option<Phase>,
    session: u32,
    /// The number of sentences of each run.
    lines: Vec<usize>,
    /// A timer will announce what was too early.
    later: bool,
}

/// The live region.
#[component]
pub fn Announcer() -> impl IntoView {
    let (app, stories) = (App::get(), Stories::get());
    let (text, again) = (RwSignal::new(String::new()), RwSignal::new(()));
    let told = StoredValue::new(Announced::default());
    Effect::new(move |_| {
        again.track();
        let phase = app.runs.phase.get();
        // A later frame announces what was too early.
        app.runs.track_time();
        let now = web::now();
        let (fresh, since) = told.with_value(|told| (told.phase != Some(phase), now - told.at));
        let wait = match phase {
            Phase::Running => BETWEEN,
            Phase::Paused => BETWEEN_STEPS,
            Phase::Ready | Phase::Finished => 0.0,
        };
        if !fresh && since < wait {
            let waits = phase == Phase::Paused && told.with_value(|told| !told.later);
            if waits {
                told.update_value(|told| told.later = true);
                let rest = Duration::from_secs_f64(wait - since);
                set_timeout(
                    move || {
                        told.try_update_value(|told| told.later = false);
                        again.try_update(|()| ());
                    },
                    rest,
                );
            }
            return;
        }
        let words = told.try_update_value(|told| {
            told.phase = Some(phase);
            let words = untrack(|| told.news(app, stories, phase, fresh));
            if words.is_some() {
                told.at = now;
            }
            words
        });
        if let Some(Some(words)) = words {
            text.set(words);
        }
    });
    view! { <p class="visually-hidden" aria-live="polite" data-test="announcement">{text}</p> }
}

impl Announced {
    /// The next announcement, if there is one; `fresh` if the phase has just begun.
    fn news(&mut self, app: App, stories: Stories, phase: Phase, fresh: bool) -> Option<String> {
        if self.session != app.runs.number() {
            self.session = app.runs.number();
            self.lines.clear();
        }
        if phase == Phase::Finished {
            return fresh.then(|| {
                app.runs
                    .session(|session| session.map(totals))
                    .unwrap_or_default()
            });
        }
        let modes: Vec<_> = app.runs.session(|session| {
            let runs = session.map(Session::runs).unwrap_or_default();
            runs.iter()
                .map(|run| (run.strategy.mode, run.strategy.title))
                .collect()
        });
        self.lines.resize(modes.len(), 0);
        let (mut said, mut many) = (Vec::new(), false);
        for (&(mode, title), before) in modes.iter().zip(&mut self.lines) {
            let sentences = stories.read(app.runs, mode, |lines, trace| {
                let from = std::mem::replace(before, lines.len());
                // After going back in time there is no new sentence, but another state.
                many |= from > lines.len();
                let new = lines.get(from..).unwrap_or_default();
                let words = new.iter().take(MOST + 1).map(|line| line.words(trace));
                words.collect::<Vec<_>>()
            });
            for words in sentences.unwrap_or_default() {
                said.push(match modes.len() {
                    1 => words,
                    _ => format!("{title}: {words}"),
                });
            }
        }
        let begins = match phase {
            Phase::Running => "Running.",
            Phase::Paused => "Paused.",
            Phase::Ready => "Ready.",
            Phase::Finished => "",
        };
        if many || said.len() > MOST {
            said = app.runs.session(|session| {
                let session = session?;
                let runs = session.runs().iter();
                let words = runs.map(|run| {
                    let now = session.now_of(run).secs();
                    format!("{}, at {now:.1} s: {}.", run.strategy.title, counts(run))
                });
                Some(words.collect())
            })?;
        }
        match (fresh, said.is_empty()) {
            (true, true) => Some(begins.to_owned()),
            (true, false) => Some(format!("{begins} {}", said.join(" "))),
            (false, true) => None,
            (false, false) => Some(said.join(" ")),
        }
    }
}

/// The number of tasks by outcome, in words.
fn counts(run: &Run) -> String {
    let stats = run.index().stats();
    let done = stats.ended_with(Outcome::Ok);
    let mut words = format!("{done} of {} done", stats.created);
    for outcome in Stats::OUTCOMES.into_iter().skip(1) {
        let count = stats.ended_with(outcome);
        if count > 0 {
            words += &format!(", {count} {}", outcome.label());
        }
    }
    words
}

/// The ends of the runs, in words.
fn totals(session: &Session) -> String {
    let of = |run: &Run| {
        let end = run.end()?;
        let how = match end.verdict {
            Verdict::Completed => "",
            Verdict::Deadlocked(_) => "deadlocked at ",
            Verdict::Stopped => "stopped at ",
            Verdict::LimitReached => {
                let why = limit_reached(&*run.trace()?)?;
                return Some(format!(" {}: {why}.", run.strategy.title));
            }
        };
        let (title, at) = (run.strategy.title, seconds(end.at.secs()));
        Some(format!(" {title}: {how}{at}, {}.", counts(run)))
    };
    let all: String = session.runs().iter().filter_map(of).collect();
    format!("Finished.{all}")
}
