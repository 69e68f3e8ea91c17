//! Previews of runs with the params in the form, made in slices of frames if that takes long.

use super::subscribers::drop_subscribers;
use crate::web;
use interleave_player::{BuildStep, Preview, PreviewBuilder};
use interleave_playgrounds::{Entry, Strategy};
use leptos::prelude::*;
use leptos::reactive::graph::ToAnySource as _;
use serde_json::Value;
use std::sync::Arc;

/// Seconds of a frame that are spent on a preview. Those of most playgrounds take less.
const SLICE: f64 = 0.004;

/// Steps of runs between two looks at the clock.
const STEPS: usize = 500;

/// The input of a preview.
#[derive(Clone)]
pub struct Subject {
    /// The playground.
    pub entry: &'static Entry,
    /// Its strategies.
    pub strategies: Vec<&'static Strategy>,
    /// Their params, all of them right.
    pub params: Value,
}

impl PartialEq for Subject {
    fn eq(&self, other: &Self) -> bool {
        let modes = |it: &Self| it.strategies.iter().map(|one| one.mode).collect::<Vec<_>>();
        self.entry.slug == other.entry.slug
            && modes(self) == modes(other)
            && self.params == other.params
    }
}

/// Makes previews, one at a time. Copies are the same service.
#[derive(Clone, Copy)]
pub struct PreviewService {
    latest: RwSignal<Option<Arc<Preview>>>,
    state: StoredValue<State, LocalStorage>,
}

#[derive(Default)]
struct State {
    /// The input of the next preview.
    wanted: Option<Subject>,
    /// The input of the latest one.
    made: Option<Subject>,
    /// The one that is being made.
    building: Option<(Subject, PreviewBuilder)>,
    /// The next slice has been requested.
    waits: bool,
}

impl State {
    fn is_made(&self) -> bool {
        self.made == self.wanted
    }

    /// Builds until what is wanted is made, or the clock says `until`; the new preview, if one was finished.
    ///
    /// A preview of older params is finished first: there would be none while a duration is being dragged.
    fn build(&mut self, until: f64) -> Option<Option<Arc<Preview>>> {
        let mut new = None;
        while let Some(wanted) = self.wanted.as_ref().filter(|_| !self.is_made()) {
            let Subject {
                entry,
                strategies,
                params,
            } = wanted;
            let begin = || {
                let builder = PreviewBuilder::of(entry, strategies, params)?;
                Some((wanted.clone(), builder))
            };
            let Some((subject, builder)) = self.building.take().or_else(begin) else {
                new = Some(None);
                self.made = self.wanted.clone();
                break;
            };
            match builder.advance(STEPS) {
                BuildStep::Finished(preview) => {
                    new = Some(preview.map(Arc::new));
                    self.made = Some(subject);
                }
                BuildStep::Unfinished(builder) => self.building = Some((subject, builder)),
            }
            if web::now() > until {
                break;
            }
        }
        new
    }
}

impl PreviewService {
    /// Without a preview.
    pub fn new() -> Self {
        let state = StoredValue::new_local(State::default());
        Self {
            latest: RwSignal::new(None),
            state,
        }
    }

    /// The same service for the present owner: once that goes, the service keeps nothing of it.
    pub fn scoped(self) -> Self {
        drop_subscribers(&[self.latest.to_any_source()]);
        self
    }

    /// The latest preview of the playground; a large one follows the params some frames later. `None` where a run would
    /// take too many steps.
    pub fn latest(self) -> Option<Arc<Preview>> {
        self.latest.get()
    }

    /// Makes a preview, as far as a slice goes now and the others in the frames to come. The first one of a playground is
    /// made at once: there is nothing to be shown meanwhile.
    pub fn request(self, subject: Subject) {
        let new = self.state.try_update_value(|state| {
            let is_first = state
                .made
                .as_ref()
                .is_none_or(|made| made.entry.slug != subject.entry.slug);
            if is_first {
                (state.made, state.building) = (None, None);
            }
            state.wanted = Some(subject);
            if is_first {
                state.building = None;
                state.build(f64::INFINITY)
            } else if state.waits {
                None
            } else {
                state.build(web::now() + SLICE)
            }
        });
        self.publish(new.flatten());
        self.request_slice();
    }

    /// Makes a preview now, however long it takes.
    pub fn finish(self, subject: Subject) -> Option<Arc<Preview>> {
        let new = self.state.try_update_value(|state| {
            if state.wanted.as_ref() != Some(&subject) {
                state.wanted = Some(subject);
            }
            state
                .building
                .take_if(|(of, _)| Some(&*of) != state.wanted.as_ref());
            state.build(f64::INFINITY)
        });
        self.publish(new.flatten());
        self.latest.get_untracked()
    }

    /// Drops the preview: there is no playground.
    pub fn clear(self) {
        self.state.update_value(|state| {
            (state.wanted, state.made, state.building) = (None, None, None);
        });
        self.publish(Some(None));
    }

    /// Writes the signal, if the preview is another one.
    fn publish(self, new: Option<Option<Arc<Preview>>>) {
        let Some(new) = new else { return };
        let is_known = self.latest.with_untracked(|old| match (old, &new) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (old, new) => old.is_none() && new.is_none(),
        });
        if !is_known {
            self.latest.set(new);
        }
    }

    /// Continues in the next frame, if there is more to build.
    fn request_slice(self) {
        let is_idle = self.state.try_update_value(|state| {
            let idle = state.waits || state.is_made();
            state.waits |= !idle;
            idle
        });
        if is_idle != Some(false) {
            return;
        }
        request_animation_frame(move || {
            let new = self.state.try_update_value(|state| {
                state.waits = false;
                state.build(web::now() + SLICE)
            });
            // The app may be gone by then.
            if let Some(new) = new {
                self.publish(new);
                self.request_slice();
            }
        });
    }
}
