//! What panels show only where a playground stores something: it comes in a chunk.

use crate::chunk::Chunk;
use interleave_runtime::Schema;
use leptos::prelude::*;

/// Functions by what they are for.
pub struct Stored {
    /// The table that live runs have written to.
    pub table: fn(Schema) -> AnyView,
}

/// The chunk.
pub static STORED: Chunk<Stored> = Chunk::new();
