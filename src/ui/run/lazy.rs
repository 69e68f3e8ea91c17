//! What the controls show and do besides Run, loaded as a chunk.

use super::open_file::OpenFile;
use crate::chunk::Chunk;
use crate::ui::state::app::App;
use interleave_player::Session;
use interleave_playgrounds::Entry;
use leptos::prelude::*;

/// The functions of the chunk.
pub struct Run {
    /// Back, Step and Reset.
    pub steps: fn() -> AnyView,
    /// On to the next event.
    pub step: fn(App),
    /// Back to the event before.
    pub step_back: fn(App),
    /// Speed and pace.
    pub choices: fn() -> AnyView,
    /// Share, export and help.
    pub actions: fn(RwSignal<bool>) -> AnyView,
    /// The dialog that makes a snippet for another page.
    pub embed_dialog: fn(RwSignal<bool>) -> AnyView,
}

/// The chunk.
pub static RUN: Chunk<Run> = Chunk::new();

/// The functions of the chunk: one table, so that all of them are loaded when a recording is.
pub struct Recordings {
    /// Reads recordings of a program of the reader's own, and shows them; beside the one that is open, if that is asked for.
    pub open: fn(App, OpenFile, Vec<(String, web_sys::Blob)>, bool),
    /// The page of a recording that is open.
    pub page: fn(&'static Entry) -> AnyView,
    /// The page without one.
    pub without: fn() -> AnyView,
    /// The source of a recorded program.
    pub code: fn() -> AnyView,
    /// The place of a wait in the source of a recorded program, in words: its trace has only a number.
    pub place: fn(&Session, u32) -> Option<String>,
}

/// The chunk of such recordings.
pub static RECORDINGS: Chunk<Recordings> = Chunk::new();
