//! What panels show only where a playground stores or gathers something, loaded as a chunk.

use crate::chunk::Chunk;
use interleave_playgrounds::Entry;
use interleave_runtime::Schema;
use leptos::prelude::*;

/// The functions of the chunk.
pub struct Stored {
    /// The table that live runs have written to.
    pub table: fn(Schema) -> AnyView,
    /// The documents that a run has found, and how files are written.
    pub documents: fn(&'static Entry, Files) -> AnyView,
}

/// How files are written: code of the menu of exports, which is no part of the chunk.
#[derive(Clone, Copy)]
pub struct Files {
    /// Saves a file of this name, with a text of this media type; false if the browser refuses.
    pub save: fn(&str, &str, &str) -> bool,
    /// Writes a field of a CSV file.
    pub csv_field: fn(&str, &mut String),
}

/// The chunk.
pub static STORED: Chunk<Stored> = Chunk::new();
