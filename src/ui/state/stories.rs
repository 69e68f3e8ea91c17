//! The stories of the runs, shared by the list of sentences and the announcements.

use super::runs::Runs;
use interleave_trace::{Line, Story, Trace};
use leptos::prelude::*;
use std::collections::HashMap;

/// The stories of the session's runs, each made when it is first read; from the context.
///
/// A story only grows, so a frame costs no more than its new events.
#[derive(Clone, Copy)]
pub struct Stories(StoredValue<HashMap<&'static str, (u32, Story)>, LocalStorage>);

impl Default for Stories {
    fn default() -> Self {
        Self(StoredValue::new_local(HashMap::new()))
    }
}

impl Stories {
    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Reads the sentences of a strategy's run up to the instant that is shown.
    pub fn read<T>(
        self,
        runs: Runs,
        mode: &'static str,
        read: impl FnOnce(&[Line], &Trace) -> T,
    ) -> Option<T> {
        let number = runs.number();
        runs.track_time();
        runs.session(|session| {
            let session = session?;
            let run = session.run(mode)?;
            let (trace, now) = (run.trace()?, session.now_of(run));
            self.0.try_update_value(|stories| {
                let (of, story) = stories.entry(mode).or_default();
                if *of != number {
                    (*of, *story) = (number, Story::default());
                }
                story.advance(&trace);
                read(story.until(now), &trace)
            })
        })
    }
}
