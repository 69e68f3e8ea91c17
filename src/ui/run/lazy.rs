//! What the controls show and do besides Run: it comes in a chunk.

use crate::chunk::Chunk;
use crate::ui::state::app::App;
use leptos::prelude::*;

/// Functions by what they are for.
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
