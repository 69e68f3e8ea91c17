//! What pages show and do besides controls and race: it comes in chunks.

use super::keys::Keys;
use crate::chunk::Chunk;
use crate::ui::lab::lazy::LAB;
use crate::ui::run::lazy::RECORDINGS;
use crate::ui::run::open_file::OpenFile;
use crate::ui::state::app::{App, LINKS};
use crate::ui::state::entries;
use crate::web;
use crate::web::files::Given;
use interleave_player::view::{self, Embed};
use interleave_playgrounds::Entry;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Functions by what they are for.
pub struct Pages {
    /// The menu.
    pub menu: fn() -> AnyView,
    /// Messages.
    pub notices: fn() -> AnyView,
    /// What lies over every page: the list of keys, the place for files.
    pub dialogs: fn() -> AnyView,
    /// What a newcomer should know.
    pub hint: fn() -> AnyView,
    /// What can be chosen before a run.
    pub choices: fn(&'static Entry) -> AnyView,
    /// Says that a run comes from a file, and reads out what happens.
    pub status: fn() -> AnyView,
    /// The question before a run.
    pub prediction: fn() -> AnyView,
    /// What the article says.
    pub claims: fn(&'static Entry) -> AnyView,
    /// What came out.
    pub results: fn(&'static Entry) -> AnyView,
    /// The form.
    pub params: fn(&'static Entry) -> AnyView,
    /// Code, log, story, tasks, numbers, comparison.
    pub panel: fn(&'static Entry) -> AnyView,
    /// A view that waits until its place, an element of a class, is near the window.
    pub near: fn(&'static str, Box<dyn Fn() -> AnyView + Send>) -> AnyView,
    /// The steps of the course before and after this one.
    pub foot: fn(&'static Entry) -> AnyView,
    /// Reads out what happens, alone.
    pub announcer: fn() -> AnyView,
    /// A key that was pressed anywhere.
    pub key: fn(&Keys, &KeyboardEvent),
    /// Opens what was dropped.
    pub open: fn(App, OpenFile, Given, bool),
}

/// The chunk of playgrounds' pages.
pub static PAGES: Chunk<Pages> = Chunk::new();

/// Functions by what they are for.
pub struct StartPage {
    /// The start page.
    pub page: fn() -> AnyView,
}

/// The chunk of the start page.
pub static START: Chunk<StartPage> = Chunk::new();

/// Functions by what they are for.
pub struct ChoosePage {
    /// The page that helps to choose.
    pub page: fn() -> AnyView,
}

/// The chunk of that page, and of all else that few visits ask for: each chunk more would be more files for all.
pub static CHOOSE: Chunk<ChoosePage> = Chunk::new();

/// Functions by what they are for.
pub struct Find {
    /// The dialog in which playgrounds are found.
    pub dialog: fn() -> AnyView,
}

/// The same chunk, with the words of all playgrounds.
pub static FIND: Chunk<Find> = Chunk::new();

/// Functions by what they are for.
pub struct EmbeddedPage {
    /// The page of a playground within a frame of another site.
    pub page: fn(&'static Entry, Embed) -> AnyView,
}

/// The chunk of embedded pages: what such a page adds to controls and race.
pub static EMBED: Chunk<EmbeddedPage> = Chunk::new();

/// Loads what the page of the address cannot be shown without. The address may change meanwhile.
pub async fn needed_at_start() {
    loop {
        let hash = web::hash();
        needed(hash.clone()).await;
        if hash == web::hash() {
            return;
        }
    }
}

/// Loads what the page of a hash cannot be shown without.
pub async fn needed(hash: String) {
    if hash.contains('?') {
        LINKS.loaded().await;
    }
    let name = view::playground(&hash).unwrap_or_default();
    if view::is_choose(&hash) {
        CHOOSE.loaded().await;
        PAGES.loaded().await;
    } else if view::is_lab(&hash) {
        LAB.loaded().await;
        // What Python records is read and shown as any recording.
        RECORDINGS.loaded().await;
        PAGES.loaded().await;
    } else if view::is_recording(&hash) {
        RECORDINGS.loaded().await;
        PAGES.loaded().await;
    } else if entries::loaded(&name).await.is_none() {
        START.loaded().await;
    } else if view::is_embedded(&hash) {
        EMBED.loaded().await;
    }
}
