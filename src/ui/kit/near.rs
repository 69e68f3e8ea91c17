//! What is done when a part of the page comes near the window.

use crate::web::VisibilityWatch;
use leptos::html::Div;
use leptos::prelude::*;

/// Does something once, when an element comes as near to the window as a margin says, written as in CSS; as soon as the element
/// is there in browsers that cannot tell.
pub fn when_near(place: NodeRef<Div>, margin: &'static str, then: impl Fn() + Copy + 'static) {
    let watch = StoredValue::new_local(None::<VisibilityWatch>);
    Effect::new(move |_| {
        // The page may have been left.
        let Some(place) = place.try_get().flatten() else {
            return;
        };
        let mut is_done = false;
        let watching = VisibilityWatch::new(&place, margin, move |part, _| {
            if part > 0.0 && !std::mem::replace(&mut is_done, true) {
                then();
            }
        });
        if watching.is_none() {
            then();
        }
        watch.set_value(watching);
    });
}
