//! Which playgrounds the reader has run. This stays on the device; where storage is denied, it holds until the page is left.

use super::subscribers::scoped_memo;
use crate::web;
use interleave_playgrounds::{CARDS, Card, slug};
use leptos::prelude::*;
use std::sync::LazyLock;

/// The storage key: slugs, with spaces between them.
const KEY: &str = "interleave.run";

static RUN: LazyLock<ArcRwSignal<Vec<&'static str>>> = LazyLock::new(|| ArcRwSignal::new(stored()));

/// Includes what other tabs have added, and leaves out what is not (or no longer) a playground.
fn stored() -> Vec<&'static str> {
    let text = web::load(KEY).unwrap_or_default();
    text.split(' ').filter_map(slug).collect()
}

/// The playgrounds that have been run, for the present owner.
pub fn all() -> Memo<Vec<&'static str>> {
    scoped_memo(|| RUN.get())
}

/// The first playground of the course that has not been run.
pub fn next(run: &[&str]) -> Option<&'static Card> {
    CARDS.iter().find(|card| !run.contains(&card.slug))
}

/// Remembers that a playground has been run.
pub fn add(slug: &'static str) {
    let with = |mut run: Vec<&'static str>| {
        if !run.contains(&slug) {
            run.push(slug);
        }
        run
    };
    web::save(KEY, Some(&with(stored()).join(" ")));
    if !RUN.with_untracked(|run| run.contains(&slug)) {
        RUN.update(|run| run.push(slug));
    }
}

/// Forgets all of them.
pub fn forget() {
    web::save(KEY, None);
    RUN.set(Vec::new());
}
