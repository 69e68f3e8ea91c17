//! The text that is being typed into an input. It stays as typed while the input has the focus; then it is replaced by the
//! normal form of its value. Rewriting at each key turned `-0.5` into `-0.0.5`.

use leptos::prelude::*;

/// The typed text of an input, which may differ from the normal form of its value.
#[derive(Clone, Copy)]
pub struct Draft(RwSignal<Option<Typed>>);

#[derive(Clone)]
struct Typed {
    text: String,
    /// The normal form of the value when this was typed. Once the value has another one, this text is obsolete.
    normal: String,
    /// Why the text was refused, and the value not changed.
    refused: Option<String>,
}

impl Draft {
    /// Nothing has been typed.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Keeps a typed text, with the normal form that the value now has, or why the text was refused.
    pub fn typed(self, text: String, normal: String, refused: Option<String>) {
        let typed = Typed {
            text,
            normal,
            refused,
        };
        self.0.set(Some(typed));
    }

    /// Forgets the typed text.
    pub fn clear(self) {
        self.0.set(None);
    }

    /// Called when the input has lost the focus. Refused text stays, so that nothing is lost.
    pub fn left(self) {
        let is_taken =
            |typed: &Option<Typed>| typed.as_ref().is_some_and(|typed| typed.refused.is_none());
        if self.0.with_untracked(is_taken) {
            self.clear();
        }
    }

    /// The text of the input, for a value with this normal form.
    pub fn shown(self, normal: String) -> String {
        self.current(&normal, |typed| typed.text.clone())
            .unwrap_or(normal)
    }

    /// Why the text that was typed last was refused.
    pub fn refused(self, normal: &str) -> Option<String> {
        self.current(normal, |typed| typed.refused.clone())?
    }

    fn current<T>(self, normal: &str, read: impl FnOnce(&Typed) -> T) -> Option<T> {
        self.0.with(|typed| {
            let typed = typed.as_ref().filter(|typed| typed.normal == normal);
            typed.map(read)
        })
    }
}
