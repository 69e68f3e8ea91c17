//! A canvas that is painted anew whenever what it shows, its size or the theme changes.

use super::paper::Paper;
use super::theme::ThemeSignal;
use crate::web;
use leptos::html::Canvas;
use leptos::prelude::*;

/// A canvas. `paint` may read signals; it is called again when they change.
#[component]
pub fn Surface(
    /// Paints a wiped canvas.
    paint: impl Fn(&Paper) + 'static,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let changed = RwSignal::new(());
    let theme = ThemeSignal::get();
    let watch = StoredValue::new_local(None::<web::ResizeWatch>);
    let looks = StoredValue::new_local(None::<web::LooksWatch>);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        watch.set_value(web::ResizeWatch::new(&canvas, move || changed.notify()));
        looks.set_value(web::LooksWatch::new(move || changed.notify()));
    });
    Effect::new(move |_| {
        changed.track();
        theme.0.track();
        if let Some(paper) = canvas.get().and_then(Paper::new) {
            paint(&paper);
        }
    });
    // The table of tasks says all that the picture says.
    view! { <canvas node_ref=canvas aria-hidden="true"></canvas> }
}
