//! What is done when a part of the page comes near the window.

use crate::turns::in_turn;
use crate::web::VisibilityWatch;
use leptos::html::Div;
use leptos::prelude::*;
use std::time::Duration;

/// The margin around the window within which a view is made. A large window has all views of a page within it.
const NEAR: &str = "75% 0px";

/// After this time a view is made in any case, so that find-in-page and screen readers get it.
const LATEST: Duration = Duration::from_secs(5);

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

/// Makes a view once its place, an empty element with this class, is scrolled near the window, when the page is printed, and after
/// five seconds at the latest.
pub fn near(class: &'static str, view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let place = NodeRef::new();
    let is_made = RwSignal::new(false);
    let make_now = move || {
        // Once: a second time would lose what its reader has done in it. The page may have been left.
        if is_made.try_get_untracked() == Some(false) {
            is_made.set(true);
        }
    };
    let make = move || in_turn(make_now);
    when_near(place, NEAR, make);
    set_timeout(make, LATEST);
    // What is not made when the browser has told this is not on the paper.
    let printing = window_event_listener_untyped("beforeprint", move |_| make_now());
    on_cleanup(move || printing.remove());
    let view = move || match is_made.get() {
        true => view(),
        false => view! { <div class=class node_ref=place></div> }.into_any(),
    };
    view.into_any()
}
