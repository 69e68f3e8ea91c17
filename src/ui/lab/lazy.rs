//! The lab comes in the chunk of recordings, as which its runs are shown.

use crate::chunk::Chunk;
use crate::ui::state::app::App;
use leptos::prelude::*;

/// Functions by what they are for.
pub struct LabPage {
    /// The page, with the state of the whole app: from the context it would be that of the page before.
    pub page: fn(App) -> AnyView,
}

/// The chunk.
pub static LAB: Chunk<LabPage> = Chunk::new();
