//! The entry of a program that was recorded elsewhere, so that its runs are shown as those of a playground.

use super::{Card, Entry, Section, Strategy};
use std::collections::BTreeSet;
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
    /// The entry of the recording that is open.
    pub fn of_recording() -> &'static Self {
        &ENTRY
    }

    /// Another recording is open: the title of each of its event loops, the words beside it, and whether it is shown at
    /// first. Pages name strategies by texts that are there for ever, so what is opened first stays in memory; to open it
    /// again takes no more.
    pub fn open_recording(loops: Vec<(String, String, bool)>) -> &'static Self {
        let kept = loops.iter().enumerate();
        let kept = kept.map(|(place, (title, headline, shown))| Strategy {
            mode: kept_text(&format!("loop-{}", place + 1)),
            title: kept_text(title),
            headline: kept_text(headline),
            shown: *shown,
        });
        *LOOPS.write().unwrap_or_else(PoisonError::into_inner) = kept_list(kept.collect());
        &ENTRY
    }
}

/// Texts that have been needed.
static TEXTS: RwLock<BTreeSet<&'static str>> = RwLock::new(BTreeSet::new());

fn kept_text(text: &str) -> &'static str {
    let mut texts = TEXTS.write().unwrap_or_else(PoisonError::into_inner);
    match texts.get(text) {
        Some(known) => known,
        None => {
            let new: &'static str = text.to_owned().leak();
            texts.insert(new);
            new
        }
    }
}

/// Lists of loops that have been needed.
static LISTS: RwLock<Vec<&'static [Strategy]>> = RwLock::new(Vec::new());

fn kept_list(list: Vec<Strategy>) -> &'static [Strategy] {
    let mut lists = LISTS.write().unwrap_or_else(PoisonError::into_inner);
    let key = |one: &Strategy| (one.mode, one.title, one.headline, one.shown);
    match lists
        .iter()
        .find(|known| known.iter().map(key).eq(list.iter().map(key)))
    {
        Some(known) => known,
        None => {
            let new: &'static [Strategy] = list.leak();
            lists.push(new);
            new
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, loops};

    #[test]
    fn what_is_opened_again_takes_no_memory() {
        let open = |title: &str| {
            Entry::open_recording(vec![(
                title.to_owned(),
                "SelectorEventLoop".to_owned(),
                true,
            )]);
            loops()
        };
        let first = open("main");
        let other = open("other");
        assert!(std::ptr::eq(first, open("main")));
        assert_eq!((first[0].title, other[0].title), ("main", "other"));
        assert!(std::ptr::eq(first[0].headline, other[0].headline));
    }
}
