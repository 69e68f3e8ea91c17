//! A filter for tasks: by name, and by standing.

use crate::index::Task;
use crate::{Outcome, State};

/// The standing of a task at an instant: its state, or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does not exist yet.
    NotYet,
    /// It lives, in this state.
    In(State),
    /// It has ended with this outcome.
    Ended(Outcome),
}

impl Standing {
    /// All of them, in the order of a task's life.
    pub const ALL: [Self; 10] = [
        Self::NotYet,
        Self::In(State::Queued),
        Self::In(State::Running),
        Self::In(State::Backoff),
        Self::Ended(Outcome::Ok),
        Self::Ended(Outcome::Error),
        Self::Ended(Outcome::Cancelled),
        Self::Ended(Outcome::Timeout),
        Self::Ended(Outcome::Hung),
        Self::Ended(Outcome::NeverStarted),
    ];

    /// The standing of a task; `None` is a task that does not exist yet.
    pub fn of(task: Option<&Task>) -> Self {
        match task {
            None => Self::NotYet,
            Some(task) => match task.end {
                Some(end) => Self::Ended(end.outcome),
                None => Self::In(task.state()),
            },
        }
    }

    /// The word that readers see.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotYet => "not yet",
            Self::In(state) => state.label(),
            Self::Ended(outcome) => outcome.label(),
        }
    }

    fn bit(self) -> u16 {
        1 << match self {
            Self::NotYet => 0,
            Self::In(state) => 1 + state as u16,
            Self::Ended(outcome) => 4 + outcome as u16,
        }
    }
}

/// The conditions of a filter. Without conditions, all tasks pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the name, in lower case.
    words: String,
    /// Finds words in a name. A function pointer, so that only code that sets words contains the tables of upper and lower case.
    finds: Finds,
    /// The wanted standings, a bit for each; none for all.
    standings: u16,
}

/// A way to find words in a name; there is only one.
#[derive(Clone, Copy, Debug, Default)]
struct Finds(Option<fn(&str, &str) -> bool>);

impl PartialEq for Finds {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Finds {}

impl Filter {
    /// Whether everything passes.
    pub fn is_open(&self) -> bool {
        self.words.is_empty() && self.standings == 0
    }

    /// Whether it has conditions on standings.
    pub fn heeds_standing(&self) -> bool {
        self.standings != 0
    }

    /// Whether both search for the same words.
    pub fn has_words_of(&self, other: &Self) -> bool {
        self.words == other.words
    }

    /// Sets the part of the name to search for, in upper or lower case.
    pub fn set_words(&mut self, words: &str) {
        self.words = words.trim().to_lowercase();
        self.finds = Finds(Some(|name, words| name.to_lowercase().contains(words)));
    }

    /// Adds a standing to the wanted ones, or removes it.
    pub fn toggle(&mut self, standing: Standing) {
        self.standings ^= standing.bit();
    }

    /// Whether this standing is among the wanted ones.
    pub fn wants(&self, standing: Standing) -> bool {
        self.standings & standing.bit() != 0
    }

    /// Whether a name passes.
    pub fn passes_name(&self, name: &str) -> bool {
        let finds = self.finds.0.filter(|_| !self.words.is_empty());
        finds.is_none_or(|finds| finds(name, &self.words))
    }

    /// Whether a standing passes.
    pub fn passes(&self, standing: Standing) -> bool {
        self.standings == 0 || self.wants(standing)
    }
}
