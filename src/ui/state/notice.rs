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
    /// Tells it from others.
    pub id: u32,
    /// How serious it is.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// Says something above the race. What is said already is not said twice.
pub fn say(
    notices: RwSignal<Vec<Notice>>,
    next_notice: StoredValue<u32>,
    tone: Tone,
    text: String,
) {
    let id = next_notice.get_value();
    next_notice.set_value(id + 1);
    notices.update(|notices| {
        notices.retain(|notice| notice.text != text);
        notices.push(Notice { id, tone, text });
    });
}
