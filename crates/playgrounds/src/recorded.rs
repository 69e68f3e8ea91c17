//! What stands for a program that was recorded elsewhere, so that its runs are shown as those of a playground.

use super::{Card, Entry, Section, Strategy};
use std::sync::{PoisonError, RwLock};

/// The name in URLs of the page of recordings: no playground has it.
pub const SLUG: &str = "recording";

static CARD: Card = Card {
    slug: SLUG,
    title: "Recording",
    heading: "Recording",
    subtitle: "",
    aim: "",
    // Whole programs have limits, so their gauges show what is in flight.
    section: Section::Programs,
    articles: &[],
};

/// The event loops of the recording that is open.
static LOOPS: RwLock<&'static [Strategy]> = RwLock::new(&[]);

static ENTRY: Entry = Entry::recorded(SLUG, || &CARD, loops);

fn loops() -> &'static [Strategy] {
    *LOOPS.read().unwrap_or_else(PoisonError::into_inner)
}

impl Entry {
    /// What stands for the recording that is open.
    pub fn of_recording() -> &'static Self {
        &ENTRY
    }

    /// Another recording is open: the title of each of its event loops, what stands beside it, and whether it is shown at
    /// first. Pages name strategies by texts that are there for ever, so a few words a loop stay in memory.
    pub fn open_recording(loops: Vec<(String, String, bool)>) -> &'static Self {
        let kept = |text: String| &*text.leak();
        let strategies = loops.into_iter().enumerate();
        let strategies: Vec<_> = strategies
            .map(|(place, (title, headline, shown))| Strategy {
                mode: kept(format!("loop-{}", place + 1)),
                title: kept(title),
                headline: kept(headline),
                shown,
            })
            .collect();
        *LOOPS.write().unwrap_or_else(PoisonError::into_inner) = strategies.leak();
        &ENTRY
    }
}
