//! The lab comes in a chunk of its own.

use crate::chunk::Chunk;
use leptos::prelude::*;

/// Functions by what they are for.
pub struct LabPage {
    /// The page.
    pub page: fn() -> AnyView,
}

/// The chunk.
pub static LAB: Chunk<LabPage> = Chunk::new();
