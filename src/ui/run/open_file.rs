//! The one file dialog of the page, and the file that is being read.

use leptos::html::Input;
use leptos::prelude::*;

/// The file dialog, shared by all buttons that open it; and how far a long file has been read.
#[derive(Clone, Copy)]
pub struct OpenFile {
    input: NodeRef<Input>,
    /// The name of the file that is being read, and how much of it in per cent.
    reading: RwSignal<Option<(String, u32)>>,
    /// How many files have been opened.
    count: StoredValue<u32>,
    /// Whether what is chosen in the dialog is compared with what is open.
    beside: StoredValue<bool>,
}

impl OpenFile {
    /// For the context.
    pub fn new() -> Self {
        Self {
            input: NodeRef::new(),
            reading: RwSignal::new(None),
            count: StoredValue::new(0),
            beside: StoredValue::new(false),
        }
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// The dialog's input.
    pub fn input(self) -> NodeRef<Input> {
        self.input
    }

    /// Lets the reader choose a file; to be compared with the recording that is open, if `beside`.
    pub fn ask(self, beside: bool) {
        self.beside.set_value(beside);
        if let Some(input) = self.input.get_untracked() {
            input.click();
        }
    }

    /// Whether the chosen file is to be compared with the open recording. Resets this for the next one.
    pub fn takes_beside(self) -> bool {
        let beside = self.beside.get_value();
        self.beside.set_value(false);
        beside
    }

    /// The file that is being read, and how much of it in per cent.
    pub fn reading(self) -> Option<(String, u32)> {
        self.reading.get()
    }

    /// Begins to read a long file; returns its number.
    pub fn begin(self, name: &str) -> u32 {
        self.reading.set(Some((name.to_owned(), 0)));
        self.count.update_value(|count| *count += 1);
        self.count.get_value()
    }

    /// Reports how much of that file has been read, from 0 to 1; false if another one has begun, or the page is gone.
    pub fn set_progress(self, number: u32, part: f64) -> bool {
        let is_it = self.count.try_get_value() == Some(number);
        let percent = (100.0 * part) as u32;
        let known = self
            .reading
            .try_with_untracked(|it| it.as_ref().map(|it| it.1));
        if is_it && known != Some(Some(percent)) {
            self.reading.update(|reading| {
                if let Some((_, of)) = reading {
                    *of = percent;
                }
            });
        }
        is_it
    }

    /// Ends the reading of that file; false as above.
    pub fn ends(self, number: u32) -> bool {
        let is_it = self.count.try_get_value() == Some(number);
        if is_it {
            self.reading.set(None);
        }
        is_it
    }
}
