//! What a run with the params in the form will be, found out bit by bit where that takes long.

use crate::web;
use interleave_player::{BuildStep, Preview, PreviewBuilder};
use interleave_playgrounds::{Entry, Strategy};
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// So much of a frame is spent on it, in seconds. The previews of most playgrounds take less.
const SLICE: f64 = 0.004;

/// The steps of runs after which the clock is looked at.
const STEPS: usize = 500;

/// What a preview is made of.
#[derive(Clone, PartialEq)]
struct Subject {
    slug: &'static str,
    modes: Vec<&'static str>,
    params: Value,
}

/// Makes previews, with at most one in hand.
#[derive(Clone, Copy)]
pub struct PreviewService {
    state: StoredValue<State, LocalStorage>,
    /// Notified when it is time to go on.
    more: Trigger,
}

#[derive(Default)]
struct State {
    /// What the last preview was made of.
    made: Option<Subject>,
    /// What is being made.
    draft: Option<(Subject, PreviewBuilder)>,
    /// It goes on with the next frame.
    waits: bool,
    /// Somebody cannot wait for that.
    hurry: bool,
    /// All of the app is here: what is made in one go has all that it needs before.
    whole: bool,
}

impl PreviewService {
    /// With nothing in hand.
    pub fn new() -> Self {
        let state = StoredValue::new_local(State::default());
        web::when_whole(move || {
            // The app may be gone by then.
            let _ = state.try_update_value(|state| state.whole = true);
        });
        Self {
            state,
            more: Trigger::new(),
        }
    }

    /// What a run will be. Where that takes longer it is what was said `last`, if that was about the same playground;
    /// and whoever asked is notified in the next frame, to ask again.
    ///
    /// A draft of older params is finished first: nothing would ever be while somebody drags a bar's end.
    pub fn of(
        self,
        entry: &'static Entry,
        strategies: &[&'static Strategy],
        params: &Value,
        last: Option<&Arc<Preview>>,
    ) -> Option<Arc<Preview>> {
        self.more.track();
        let subject = Subject {
            slug: entry.slug,
            modes: strategies.iter().map(|one| one.mode).collect(),
            params: params.clone(),
        };
        let mut latest = last.cloned();
        self.state.update_value(|state| {
            let is_known = state
                .made
                .as_ref()
                .is_some_and(|made| made.slug == subject.slug);
            if !is_known {
                (state.made, state.draft) = (None, None);
                latest = None;
            }
            // A first picture has nothing to stand in for it.
            let hurry = std::mem::take(&mut state.hurry) || !is_known || !state.whole;
            let other = |(of, _): &mut (Subject, PreviewBuilder)| *of != subject;
            if hurry {
                state.draft.take_if(other);
            } else if state.waits {
                return;
            }
            let until = if hurry {
                f64::INFINITY
            } else {
                web::now() + SLICE
            };
            while state.made.as_ref() != Some(&subject) {
                let begun = || {
                    Some((
                        subject.clone(),
                        PreviewBuilder::of(entry, strategies, params)?,
                    ))
                };
                let Some((of, draft)) = state.draft.take().or_else(begun) else {
                    (latest, state.made) = (None, Some(subject.clone()));
                    break;
                };
                match draft.go_on(STEPS) {
                    BuildStep::Finished(preview) => {
                        (latest, state.made) = (preview.map(Arc::new), Some(of))
                    }
                    BuildStep::Unfinished(draft) => state.draft = Some((of, draft)),
                }
                if web::now() > until {
                    break;
                }
            }
            if state.made.as_ref() != Some(&subject) {
                self.go_on_later(state);
            }
        });
        latest
    }

    /// Whoever asks next gets an answer that is about what it asks.
    pub fn hurry(self) {
        let asked = self.state.try_update_value(|state| {
            state.hurry = state.waits;
            state.hurry
        });
        if asked == Some(true) {
            self.more.notify();
        }
    }

    /// Lets go of what is in hand.
    pub fn forget(self) {
        self.state
            .update_value(|state| (state.made, state.draft) = (None, None));
    }

    fn go_on_later(self, state: &mut State) {
        state.waits = true;
        request_animation_frame(move || {
            // The app may be gone by then.
            if self
                .state
                .try_update_value(|state| state.waits = false)
                .is_some()
            {
                self.more.notify();
            }
        });
    }
}
