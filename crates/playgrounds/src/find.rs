//! Finds playgrounds by title, by names of asyncio and Rust, and by error messages.

use super::guide::PATTERNS;
use super::{CARDS, Card};
use interleave_trace::sort_by;

/// What a playground is found by besides its card. The build script reads most of it from the sources.
pub(crate) struct Names {
    /// Names of Python, with spaces between them.
    pub python: &'static [&'static str],
    /// Names of Rust.
    pub rust: &'static [&'static str],
    /// Messages of errors that it raises.
    pub raised: &'static [&'static str],
    /// Messages of Python itself that it explains.
    pub messages: &'static [&'static str],
}

/// A playground that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The playground.
    pub card: &'static Card,
    /// The name or message that was found, unless it was its own words.
    pub by: Option<&'static str>,
    rank: f64,
}

/// The playgrounds that a query finds, best first; all of them for an empty one.
pub fn find(query: &str) -> Vec<Found> {
    let mut asked = words(query);
    if asked.len() >= MESSAGE {
        // Times and numbers of lines are of that run alone.
        asked.retain(|word| !word.chars().all(char::is_numeric));
    }
    let cards = CARDS.iter().zip(super::list::NAMES);
    let mut found: Vec<_> = cards
        .filter_map(|(card, names)| rank(card, names, &asked))
        .collect();
    // Stable: equal ones stay in the order of the course.
    sort_by(&mut found, |a, b| b.rank.total_cmp(&a.rank));
    found
}

/// Of a pasted message, names of its own are found nowhere: it is enough if this part of its words is.
const ENOUGH: f64 = 0.6;
/// From this many words on.
const MESSAGE: usize = 4;

/// Words that are in every message.
const COMMON: [&str; 14] = [
    "a", "an", "and", "for", "in", "is", "it", "of", "on", "the", "to", "was", "with", "line",
];

fn rank(card: &'static Card, names: &'static Names, asked: &[String]) -> Option<Found> {
    if asked.is_empty() {
        return Some(Found {
            card,
            by: None,
            rank: 0.0,
        });
    }
    let link = format!("#/{}", card.slug);
    let patterns = PATTERNS.iter().filter(|pattern| pattern.link == link);
    let patterns = patterns.flat_map(|pattern| [pattern.python, pattern.rust, pattern.javascript]);
    let own = [(card.title, 10.0), (card.subtitle, 4.0), (card.aim, 2.0)];
    let own = own.map(|(text, weight)| (text, weight, false));
    let others = [
        (names.python, 6.0),
        (names.rust, 5.0),
        (names.messages, 7.0),
        (names.raised, 4.0),
    ];
    let others = others
        .into_iter()
        .flat_map(|(texts, weight)| texts.iter().map(move |&text| (text, weight, true)));
    let others = others.chain(patterns.map(|text| (text, 5.0, true)));
    let texts: Vec<_> = own
        .into_iter()
        .chain(others)
        .map(|(text, weight, is_named)| (text, words(text), weight, is_named))
        .collect();

    let (mut sum, mut hits) = (0.0, 0);
    let mut by = (0.0, None);
    for word in asked {
        let mut best = 0.0;
        for (_, words, weight, _) in &texts {
            let match_of = |known: &String| match known {
                known if known == word => 1.0,
                known if known.starts_with(word.as_str()) => 0.6,
                _ => 0.0,
            };
            let matched = words.iter().map(match_of).fold(0.0, f64::max);
            best = f64::max(best, matched * weight);
        }
        hits += usize::from(best > 0.0);
        sum += best;
    }
    for (text, words, weight, is_named) in &texts {
        let in_it = asked
            .iter()
            .filter(|word| words.iter().any(|known| known.starts_with(word.as_str())));
        let value = in_it.count() as f64 * weight;
        if value > by.0 {
            by = (value, is_named.then_some(*text));
        }
    }
    let needed = match asked.len() >= MESSAGE {
        true => asked.len() as f64 * ENOUGH,
        false => asked.len() as f64,
    };
    (hits as f64 >= needed).then_some(Found {
        card,
        by: by.1,
        rank: sum + by.0,
    })
}

/// The words of a text, as they are compared: `asyncio.create_task` is asyncio, createtask, create and task.
fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |word: String| {
        if !word.is_empty() && !COMMON.contains(&word.as_str()) && !found.contains(&word) {
            found.push(word);
        }
    };
    for name in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
        add(name.replace('_', "").to_lowercase());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(query: &str) -> &'static str {
        find(query).first().map_or("", |found| found.card.slug)
    }

    #[test]
    fn playgrounds_are_found_by_title_name_and_message() {
        for (query, slug) in [
            ("timeouts", "timeouts"),
            ("weath", "weather"),
            ("asyncio.TaskGroup", "task-group"),
            ("run_in_executor", "event-loop"),
            ("time.sleep", "pitfall-blocking"),
            ("tokio::spawn", "basic-tasks"),
            ("Promise.race", "first-completed"),
            (
                "RuntimeWarning: coroutine 'fetch_me' was never awaited",
                "pitfall-forgotten-await",
            ),
            ("RuntimeError: Not connected to database", "context-manager"),
            (
                "sqlite3.IntegrityError: UNIQUE constraint failed: users.username",
                "user-database",
            ),
            (
                "RuntimeError: cannot reuse already awaited coroutine",
                "gather-errors",
            ),
            (
                "unhandled errors in a TaskGroup (1 sub-exception)",
                "task-group",
            ),
            (
                "Executing <Task pending name='Task-1'> took 2.003 seconds",
                "pitfall-blocking",
            ),
        ] {
            assert_eq!(first(query), slug, "{query}");
        }
    }

    #[test]
    fn every_playground_is_found_first_by_its_own_title() {
        for card in CARDS {
            assert_eq!(first(card.title), card.slug);
        }
    }

    #[test]
    fn what_is_typed_so_far_is_enough() {
        let found = find("semaph");
        assert!(found.len() > 3);
        assert_eq!(found[0].card.slug, "semaphore-scraper");
    }

    #[test]
    fn nothing_is_found_by_what_is_nowhere() {
        assert_eq!(find("zebra"), []);
        // Each word counts where there are few.
        assert_eq!(find("gather zebra"), []);
        assert_eq!(find("  ").len(), CARDS.len());
    }
}
