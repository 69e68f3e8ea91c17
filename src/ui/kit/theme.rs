//! The theme: light, dark, or the system's.

use super::icon::{Icon, icon};
use crate::web;
use leptos::prelude::*;

/// The storage key of the choice; boot.js reads it before the first paint.
const KEY: &str = "interleave.theme";

/// What the reader has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// The system's.
    System,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    /// The stored choice.
    pub fn chosen() -> Self {
        match web::load(KEY).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    fn word(self) -> Option<&'static str> {
        match self {
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::System => None,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::System => "System",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Light => Icon::Sun,
            Self::Dark => Icon::Moon,
            Self::System => Icon::System,
        }
    }

    /// The next one, for the key that switches.
    pub fn next(self) -> Self {
        let at = Self::ALL
            .iter()
            .position(|&theme| theme == self)
            .unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// The theme of this name; the system's if there is no name.
    pub fn from_word(word: Option<&str>) -> Self {
        let named = Self::ALL.into_iter().find(|theme| theme.word() == word);
        named.unwrap_or(Self::System)
    }
}

/// The theme, shared by all components.
#[derive(Clone, Copy)]
pub struct ThemeSignal(pub RwSignal<Theme>);

impl ThemeSignal {
    /// The stored choice.
    pub fn new() -> Self {
        Self(RwSignal::new(Theme::chosen()))
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Changes the theme, and stores the choice.
    pub fn set(self, theme: Theme) {
        web::save(KEY, theme.word());
        self.show(theme);
    }

    /// Changes the theme of this page, without storing it.
    pub fn show(self, theme: Theme) {
        web::set_root_attribute("data-theme", theme.word());
        web::set_theme_colour(theme.word());
        self.0.set(theme);
    }
}

/// A button for each theme.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = ThemeSignal::get();
    view! {
        <div class="segmented" role="group" aria-label="Theme">
            {Theme::ALL.map(|choice| view! {
                <button type="button" aria-label=choice.label() title=choice.label()
                    aria-pressed=move || (theme.0.get() == choice).to_string()
                    on:click=move |_| theme.set(choice)
                >{icon(choice.icon())}</button>
            }).collect_view()}
        </div>
    }
}
