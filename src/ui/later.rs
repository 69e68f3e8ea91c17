//! What a first visit can do without: it comes when all of the app is here, a moment after the first picture.

use crate::web;
use leptos::prelude::*;

/// Whether all of the app is here.
#[derive(Clone, Copy)]
pub struct Whole(RwSignal<bool>);

impl Whole {
    /// Becomes true once, or is true from the start where the app is in one piece.
    pub fn new() -> Self {
        let whole = RwSignal::new(false);
        web::when_whole(move || {
            // The page may be gone by then.
            let _ = whole.try_set(true);
        });
        Self(whole)
    }
}

/// Shows its children once all of the app is here, so that none of their code is needed for a first picture.
#[component]
pub fn Later(
    /// The class of what keeps their place until then.
    #[prop(optional)]
    place: &'static str,
    /// What comes later.
    children: ChildrenFn,
) -> impl IntoView {
    let Whole(whole) = expect_context();
    move || {
        // Once it is, nothing is left to listen to.
        if whole.get_untracked() || whole.get() {
            children()
        } else {
            view! { <div class=place></div> }.into_any()
        }
    }
}
