//! How time passes in a run, and how fast.

/// How time passes in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Virtual time, advanced at some speed.
    #[default]
    Simulated,
    /// Virtual time, without pacing.
    Instant,
    /// Real time.
    Live,
}

impl Pace {
    /// All paces.
    pub const ALL: [Self; 3] = [Self::Simulated, Self::Instant, Self::Live];

    /// The word in links.
    pub fn word(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Instant => "instant",
            Self::Live => "live",
        }
    }

    /// The pace with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pace| pace.word() == word)
    }
}

/// The speeds that a reader can choose, in virtual seconds per real second.
pub const SPEEDS: [f64; 10] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 100.0];
/// The speed of a simulated run unless the link or the reader says otherwise.
pub const DEFAULT_SPEED: f64 = 8.0;
