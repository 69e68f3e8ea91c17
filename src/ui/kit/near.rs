//! What is done when a part of the page comes near the window.

use crate::turns::in_turn;
use crate::web::VisibilityWatch;
use leptos::html::Div;
use leptos::prelude::*;
use std::time::Duration;

/// How near to the window what lies below it is made: where windows are large, at once.
const NEAR: &str = "75% 0px";

/// When it is made for a reader who has not come near it: the page can be searched and read out.
const AT_LAST: Duration = Duration::from_secs(5);

/// Does something once, when an element comes as near to the window as a margin says, written as in CSS; as soon as the element
/// is there in browsers that cannot tell.
pub fn when_near(place: NodeRef<Div>, margin: &'static str, then: impl Fn() + Copy + 'static) {
    let watch = StoredValue::new_local(None::<VisibilityWatch>);
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
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

/// A view that is made when its place, an empty element of a class, comes near the window, or at last: for what lies below the
/// window of a phone.
pub fn near(class: &'static str, view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let place = NodeRef::new();
    let is_made = RwSignal::new(false);
    let make = move || {
        in_turn(move || {
            // The page may have been left.
            is_made.try_set(true);
        });
    };
    when_near(place, NEAR, make);
    set_timeout(make, AT_LAST);
    let view = move || match is_made.get() {
        true => view(),
        false => view! { <div class=class node_ref=place></div> }.into_any(),
    };
    view.into_any()
}
