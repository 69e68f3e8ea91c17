//! What is being typed into an input. Its text stays as typed while the input has the focus; then it becomes the normal
//! form of what it says. Rewritten at each key, `-0.5` became `-0.0.5`.

use leptos::prelude::*;

/// The text in an input that says the same as its value, but maybe in other words.
#[derive(Clone, Copy)]
pub struct Draft(RwSignal<Option<Typed>>);

#[derive(Clone)]
struct Typed {
    text: String,
    /// What the value was called when this had been typed: once it is another one, this is of no interest.
    normal: String,
    /// Why the value has stayed as it was.
    refused: Option<String>,
}

impl Draft {
    /// Nothing has been typed.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// A text has been typed, and the value is now called `normal`; or it was refused.
    pub fn typed(self, text: String, normal: String, refused: Option<String>) {
        let typed = Typed {
            text,
            normal,
            refused,
        };
        self.0.set(Some(typed));
    }

    /// The value says all there is.
    pub fn clear(self) {
        self.0.set(None);
    }

    /// The input has lost the focus. What was refused stays, so that nothing is lost.
    pub fn left(self) {
        let is_taken =
            |typed: &Option<Typed>| typed.as_ref().is_some_and(|typed| typed.refused.is_none());
        if self.0.with_untracked(is_taken) {
            self.clear();
        }
    }

    /// The text of the input, for a value that is called `normal`.
    pub fn shown(self, normal: String) -> String {
        self.current(&normal, |typed| typed.text.clone())
            .unwrap_or(normal)
    }

    /// Why what was typed last was refused.
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
