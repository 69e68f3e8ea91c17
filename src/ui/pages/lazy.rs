//! What pages show and do besides controls and race, loaded as a chunk.

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

/// The functions of the chunk.
pub struct Pages {
    /// The menu.
    pub menu: fn() -> AnyView,
    /// Messages.
    pub notices: fn() -> AnyView,
    /// The dialogs of every page: the list of keys, the drop zone for files.
    pub dialogs: fn() -> AnyView,
    /// The hint for new readers.
    pub hint: fn() -> AnyView,
    /// The choices before a run.
    pub choices: fn(&'static Entry) -> AnyView,
    /// Says that a run comes from a file, and announces runs to screen readers.
    pub status: fn() -> AnyView,
    /// The question before a run.
    pub prediction: fn() -> AnyView,
    /// The claims of the playground.
    pub claims: fn(&'static Entry) -> AnyView,
    /// The results.
    pub results: fn(&'static Entry) -> AnyView,
    /// The form.
    pub params: fn(&'static Entry) -> AnyView,
    /// Code, log, story, tasks, numbers, comparison.
    pub panel: fn(&'static Entry) -> AnyView,
    /// A view that is made when its placeholder, an element with this class, is near the window.
    pub near: fn(&'static str, Box<dyn Fn() -> AnyView + Send>) -> AnyView,
    /// The steps of the course before and after this one.
    pub foot: fn(&'static Entry) -> AnyView,
    /// The announcements of `status` alone.
    pub announcer: fn() -> AnyView,
    /// A key that was pressed anywhere.
    pub key: fn(&Keys, &KeyboardEvent),
    /// Opens files or text that were dropped, chosen or pasted.
    pub open: fn(App, OpenFile, Given, bool),
}

/// The chunk of playgrounds' pages.
pub static PAGES: Chunk<Pages> = Chunk::new();

/// The functions of the chunk.
pub struct StartPage {
    /// The start page.
    pub page: fn() -> AnyView,
}

/// The chunk of the start page.
pub static START: Chunk<StartPage> = Chunk::new();

/// The functions of the chunk.
pub struct ChoosePage {
    /// The page that helps to choose.
    pub page: fn() -> AnyView,
}

/// The chunk of that page, and of all else that few visits need: each further chunk would mean more files for all.
pub static CHOOSE: Chunk<ChoosePage> = Chunk::new();

/// The functions of the chunk.
pub struct Find {
    /// The dialog in which playgrounds are found.
    pub dialog: fn() -> AnyView,
}

/// The same chunk, with the search words of all playgrounds.
pub static FIND: Chunk<Find> = Chunk::new();

/// The functions of the chunk.
pub struct EmbeddedPage {
    /// The page of a playground within a frame of another site.
    pub page: fn(&'static Entry, Embed) -> AnyView,
}

/// The chunk of embedded pages: what such a page adds to controls and race.
pub static EMBED: Chunk<EmbeddedPage> = Chunk::new();

/// Loads the chunks without which the page of the address cannot be shown. The address may change meanwhile.
pub async fn needed_at_start() {
    loop {
        let hash = web::hash();
        needed(hash.clone()).await;
        if hash == web::hash() {
            return;
        }
    }
}

/// Loads the chunks without which the page of a hash cannot be shown.
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
        // Recordings of the lab are read and shown as any others.
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
