//! Texts with code between backticks.

use interleave_playgrounds::pieces;
use leptos::prelude::*;

/// A text with its code as elements.
pub fn words(text: &'static str) -> AnyView {
    let piece = |(is_code, piece): (bool, &'static str)| match is_code {
        true => view! { <code>{piece}</code> }.into_any(),
        false => piece.into_any(),
    };
    pieces(text).map(piece).collect_view().into_any()
}
