//! The lab is in the chunk of recordings, since its runs are shown as recordings.

use crate::chunk::Chunk;
use crate::ui::state::app::App;
use leptos::prelude::*;

/// The functions of the chunk.
pub struct LabPage {
    /// The page. It is given the state of the whole app: the context would have that of the page before.
    pub page: fn(App) -> AnyView,
}

/// The chunk.
pub static LAB: Chunk<LabPage> = Chunk::new();
