//! Messages above the race.

use leptos::prelude::*;

/// How serious a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// There is a new version of the app. Stays on all pages, and offers to reload.
    Update,
    /// Needs attention.
    Warn,
    /// Something did not work.
    Error,
}

/// A message above the race that stays until it is dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The number that identifies it.
    pub id: u32,
    /// How serious it is.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// The messages above the race. Copies are the same list.
#[derive(Clone, Copy)]
pub struct Notices {
    all: RwSignal<Vec<Notice>>,
    next_id: StoredValue<u32>,
}

impl Notices {
    /// No message.
    pub fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            next_id: StoredValue::new(0),
        }
    }

    /// All messages, the oldest first.
    pub fn all(self) -> Vec<Notice> {
        self.all.get()
    }

    /// Whether the app that they belong to is gone.
    pub fn is_disposed(self) -> bool {
        self.all.is_disposed()
    }

    /// Adds a message. A text that is there already is not repeated.
    pub fn add(self, tone: Tone, text: impl Into<String>) {
        let (id, text) = (self.next_id.get_value(), text.into());
        self.next_id.set_value(id + 1);
        self.all.update(|notices| {
            notices.retain(|notice| notice.text != text);
            notices.push(Notice { id, tone, text });
        });
    }

    /// Removes a message.
    pub fn dismiss(self, id: u32) {
        self.retain(|notice| notice.id != id);
    }

    /// Keeps some messages, and removes the others.
    pub fn retain(self, keep: impl Fn(&Notice) -> bool) {
        self.all.update(|notices| notices.retain(keep));
    }
}
