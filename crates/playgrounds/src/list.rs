//! The list of the playgrounds, and the entries that have been made.

use super::find::Names;
use super::playground::Listed;
use super::{Card, Entry, Playground, Section, source};
use std::sync::OnceLock;

// The build script makes it from the lines of each section's `mod.rs`.
include!(concat!(env!("OUT_DIR"), "/list.rs"));
include!(concat!(env!("OUT_DIR"), "/names.rs"));

macro_rules! listed {
    ($($section:ident::$module:ident,)*) => {$(
        impl Listed for super::$section::$module::Mode {
            const SLUG: &'static str = {
                const NAME: &str = stringify!($module);
                const SLUG: [u8; NAME.len()] = source::kebab(NAME);
                source::text(&SLUG)
            };
            const SECTION: Section = Section::of_folder(stringify!($section));
            const SOURCES: [&'static str; 2] = [
                include_str!(concat!(stringify!($section), "/", stringify!($module), ".rs")),
                include_str!(concat!(stringify!($section), "/", stringify!($module), ".py")),
            ];
        }
    )*};
}

macro_rules! cards {
    ($($section:ident::$module:ident,)*) => {
        &[$(super::$section::$module::Mode::CARD,)*]
    };
}

macro_rules! makers {
    ($($section:ident::$module:ident,)*) => {
        [$(super::$section::$module::entry,)*]
    };
}

for_each_playground!(listed);

/// What is said of every playground, in the order of the menu. None of their code comes with it.
pub static CARDS: &[Card] = for_each_playground!(cards);

const COUNT: usize = CARDS.len();

/// The entries that have been made, in the order of the menu.
static ENTRIES: [OnceLock<Entry>; COUNT] = [const { OnceLock::new() }; COUNT];

impl Card {
    /// What is said of the playground with this name, in kebab-case or with underscores.
    pub fn find(name: &str) -> Option<&'static Self> {
        CARDS.get(place(name)?)
    }
}

impl Entry {
    /// Every playground, in the order of the menu. This refers to the code of them all.
    pub fn all() -> impl ExactSizeIterator<Item = &'static Self> {
        let makers: [fn() -> Self; COUNT] = for_each_playground!(makers);
        let made = ENTRIES.iter().zip(makers);
        made.map(|(entry, make)| entry.get_or_init(make))
    }

    /// The playground with this name, in kebab-case or with underscores. With the feature `lazy` it is found when its
    /// code has come, see [`Self::keep`].
    pub fn find(name: &str) -> Option<&'static Self> {
        #[cfg(feature = "lazy")]
        return ENTRIES.get(place(name)?)?.get();
        #[cfg(not(feature = "lazy"))]
        return Self::all().nth(place(name)?);
    }

    /// Keeps a playground whose code has come, so that it is found.
    pub fn keep(self) -> Option<&'static Self> {
        let kept = ENTRIES.get(place(self.slug)?)?;
        Some(kept.get_or_init(|| self))
    }
}

/// The names alone: to look for one needs none of the words of all.
static SLUGS: [&str; COUNT] = {
    let mut slugs = [""; COUNT];
    let mut at = 0;
    while at < COUNT {
        slugs[at] = CARDS[at].slug;
        at += 1;
    }
    slugs
};

/// The name in URLs of the playground with this name, in kebab-case or with underscores.
pub fn slug(name: &str) -> Option<&'static str> {
    SLUGS.get(place(name)?).copied()
}

fn place(name: &str) -> Option<usize> {
    let is_it = |slug: &&str| *slug == name || slug.replace('-', "_") == name;
    SLUGS.iter().position(is_it)
}
