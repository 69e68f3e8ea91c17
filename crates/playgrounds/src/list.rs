//! The list of the playgrounds, and the entries that are there.

use super::{Card, Entry};
use std::sync::OnceLock;

/// Calls a macro with every playground, in the order of the menu: `$callback! { section::module, ... }`.
///
/// Each module has `CARD`, what the menu says of it, and `entry()`, which alone refers to its code.
#[macro_export]
macro_rules! for_each_playground {
    ($callback:ident) => {
        $callback! {
            start::sequential_vs_concurrent,
            start::basic_tasks,
            start::downloads,
            start::weather,
            start::fetch_urls,
            coordinate::first_completed,
            coordinate::gather_errors,
            coordinate::task_group,
            coordinate::timeouts,
            coordinate::cancellation,
            coordinate::background_task,
            coordinate::compare_strategies,
            limit::semaphore_scraper,
            limit::at_scale,
            limit::rate_limiter,
            limit::producer_consumer_sentinel,
            limit::producer_consumer_timeout,
            limit::retry_backoff,
            limit::cache,
        }
    };
}

macro_rules! cards {
    ($($section:ident::$module:ident,)*) => {
        &[$(super::$section::$module::CARD.without_sources_in_the_browser(),)*]
    };
}

macro_rules! makers {
    ($($section:ident::$module:ident,)*) => {
        [$(super::$section::$module::entry,)*]
    };
}

/// What the menu says of every playground, in its order. None of their code comes with it.
pub static CARDS: &[Card] = for_each_playground!(cards);

const COUNT: usize = CARDS.len();

/// The entries that have been made, in the order of the menu.
static ENTRIES: [OnceLock<Entry>; COUNT] = [const { OnceLock::new() }; COUNT];

impl Card {
    /// What the menu says of the playground with this name, in kebab-case or with underscores.
    pub fn find(name: &str) -> Option<&'static Self> {
        CARDS.get(place(name)?)
    }
}

impl Entry {
    /// Every playground, in the order of the menu. This refers to the code of them all.
    pub fn all() -> impl ExactSizeIterator<Item = &'static Self> {
        let makers: [fn() -> Self; COUNT] = for_each_playground!(makers);
        ENTRIES
            .iter()
            .zip(makers)
            .map(|(entry, make)| entry.get_or_init(make))
    }

    /// The playground with this name, in kebab-case or with underscores.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().nth(place(name)?)
    }

    /// Keeps a playground whose code has come, so that it is found.
    pub fn keep(self) -> Option<&'static Self> {
        let kept = ENTRIES.get(place(self.slug)?)?;
        Some(kept.get_or_init(|| self))
    }
}

fn place(name: &str) -> Option<usize> {
    let is_it = |card: &Card| card.slug == name || card.slug.replace('-', "_") == name;
    CARDS.iter().position(is_it)
}
