//! What the menu, the start page and a page's head say of a playground.

use super::source;

/// The titles of the articles, by number.
pub const ARTICLES: [&str; 5] = [
    "26. Asynchronous Programming in Python",
    "Better Python: Async/Await and Concurrent Programming",
    "Python Async Programming - Essential Guide",
    "Asynchronous Programming in Python",
    "Async Programming in Python: A Practical Guide",
];

/// A part of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Coroutines, tasks and `gather`.
    Start,
    /// Waiting, errors, timeouts and cancellation.
    Coordinate,
    /// Semaphores, rate limits, queues, retries and caches.
    Limit,
    /// What has to be opened, shared and given back.
    Resources,
    /// Blocking calls, threads, coroutines that nothing awaits.
    Blocking,
    /// Longer programs that put these together.
    Programs,
}

impl Section {
    /// All sections in the order of the menu.
    pub const ALL: [Self; 6] = [
        Self::Start,
        Self::Coordinate,
        Self::Limit,
        Self::Resources,
        Self::Blocking,
        Self::Programs,
    ];

    /// The heading in the menu.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Start => "Basics",
            Self::Coordinate => "Waiting and cancelling",
            Self::Limit => "Limits and queues",
            Self::Resources => "Resources",
            Self::Blocking => "Blocking and threads",
            Self::Programs => "Whole programs",
        }
    }

    /// The section of a folder.
    #[expect(clippy::panic, reason = "it is called at compile time")]
    pub(crate) const fn of_folder(name: &str) -> Self {
        let mut place = 0;
        while place < Self::ALL.len() {
            if source::same(Self::ALL[place].folder().as_bytes(), name.as_bytes()) {
                return Self::ALL[place];
            }
            place += 1;
        }
        panic!("a folder of playgrounds needs a variant of `Section`");
    }

    /// The folder of its playgrounds, in this crate and on the site.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Coordinate => "coordinate",
            Self::Limit => "limit",
            Self::Resources => "resources",
            Self::Blocking => "blocking",
            Self::Programs => "programs",
        }
    }
}

/// What is said of a playground without running it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Card {
    /// The name in URLs, in kebab-case.
    pub slug: &'static str,
    /// The heading, as plain text.
    pub title: &'static str,
    /// The heading, in which code stands between backticks: see [`pieces`].
    pub heading: &'static str,
    /// What it is about, in a phrase; code stands between backticks, too.
    pub subtitle: &'static str,
    /// What one can do after it, in a sentence.
    pub aim: &'static str,
    /// Where in the menu it stands.
    pub section: Section,
    /// The articles whose program this is: places in [`ARTICLES`].
    pub articles: &'static [usize],
}

impl Card {
    /// Where its program comes from, in words.
    pub fn origin(&self) -> String {
        match self.articles {
            [] => "Beyond the articles".to_owned(),
            [article] => from(*article),
            articles => format!("From {} articles", articles.len()),
        }
    }
}

/// That a program is from the article with this number, in words.
pub fn from(article: usize) -> String {
    format!("From “{}”", ARTICLES[article])
}

/// The pieces of a text in which code stands between backticks, and whether each is code.
pub fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let pieces = text.split('`').enumerate();
    pieces
        .map(|(place, piece)| (place % 2 == 1, piece))
        .filter(|(_, piece)| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backticks() {
        let found: Vec<_> = pieces("`gather`, `wait` compared").collect();
        let expected = [
            (true, "gather"),
            (false, ", "),
            (true, "wait"),
            (false, " compared"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn texts_of_cards_are_whole() {
        for card in crate::CARDS {
            assert!(!card.title.contains('`'), "{}", card.title);
            for text in [card.heading, card.subtitle, card.aim] {
                assert_eq!(text.matches('`').count() % 2, 0, "{text}");
                assert!(!text.is_empty() && text.trim() == text, "{text}");
            }
        }
    }
}
