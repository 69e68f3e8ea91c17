//! A view whose code may still be loading.

use crate::chunk::Chunk;
use crate::turns::{in_turn, is_first_page};
use leptos::prelude::*;

/// Makes a view, if its code has loaded.
pub type LazyView = Box<dyn Fn() -> Option<AnyView> + Send>;

/// A view that is made by a function of a chunk, for [`Lazy`]. If the chunk loads later, the view is made in its turn.
pub fn of<T: Sync>(
    chunk: &'static Chunk<T>,
    view: impl Fn(&'static T) -> AnyView + Send + 'static,
) -> LazyView {
    of_chunk(chunk, view, take_turn)
}

/// As [`of`], but made after all other views of the chunk. On a phone it is below them, and each would push it down.
pub fn last_of<T: Sync>(
    chunk: &'static Chunk<T>,
    view: impl Fn(&'static T) -> AnyView + Send + 'static,
) -> LazyView {
    // The other views are queued by then.
    of_chunk(chunk, view, |turn| in_turn(move || take_turn(turn)))
}

fn of_chunk<T: Sync>(
    chunk: &'static Chunk<T>,
    view: impl Fn(&'static T) -> AnyView + Send + 'static,
    take_turn: fn(RwSignal<bool>),
) -> LazyView {
    made_in_turn(
        Box::new(move || chunk.get().is_some()),
        Box::new(move || chunk.get_untracked().map(&view)),
        take_turn,
    )
}

/// A piece of a page, for [`Lazy`]: on the first page of a visit it is made in its turn, on others at once.
pub fn piece(view: impl Fn() -> AnyView + Send + 'static) -> LazyView {
    let view: LazyView = Box::new(move || Some(view()));
    if !is_first_page() {
        return view;
    }
    let turn = RwSignal::new(false);
    take_turn(turn);
    when(turn, view)
}

/// A view that is made at once if its code has loaded. Not generic, so that it is compiled once.
fn made_in_turn(
    is_there: Box<dyn Fn() -> bool + Send>,
    view: LazyView,
    take_turn: fn(RwSignal<bool>),
) -> LazyView {
    if untrack(&is_there) {
        return view;
    }
    let turn = RwSignal::new(false);
    Effect::new(move |_| {
        if is_there() {
            take_turn(turn);
        }
    });
    when(turn, view)
}

/// Sets a signal when its turn comes.
fn take_turn(turn: RwSignal<bool>) {
    in_turn(move || {
        // The page may have gone meanwhile.
        turn.try_set(true);
    });
}

/// A view that is made once a signal is set.
fn when(turn: RwSignal<bool>, view: LazyView) -> LazyView {
    Box::new(move || turn.get().then(&view).flatten())
}

/// Shows a view as soon as its code has loaded, and a placeholder until then.
#[component]
pub fn Lazy(
    /// The view, from [`of`].
    view: LazyView,
    /// The class of an empty placeholder, which has the view's height.
    #[prop(optional)]
    place: &'static str,
    /// A placeholder that looks like the view.
    #[prop(optional)]
    meanwhile: Option<fn() -> AnyView>,
) -> impl IntoView {
    move || match (view(), meanwhile) {
        (Some(view), _) => view,
        (None, Some(meanwhile)) => meanwhile(),
        (None, None) if place.is_empty() => ().into_any(),
        (None, None) => view! { <div class=place></div> }.into_any(),
    }
}
