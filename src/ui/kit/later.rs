//! What a first visit can do without: it comes when all of the app is here, a moment after the first picture.

use crate::web;
use leptos::either::Either;
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
    /// What looks like it until then, and can do nothing; nothing but the place without it.
    #[prop(optional)]
    meanwhile: Option<fn() -> AnyView>,
    /// What comes later.
    children: ChildrenFn,
) -> impl IntoView {
    let Whole(whole) = expect_context();
    move || {
        // Once it is, nothing is left to listen to.
        if whole.get_untracked() || whole.get() {
            return Either::Left(children());
        }
        match meanwhile {
            Some(meanwhile) => Either::Left(meanwhile()),
            None => Either::Right((!place.is_empty()).then(|| view! { <div class=place></div> })),
        }
    }
}
