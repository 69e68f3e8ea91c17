//! A canvas that is repainted when the signals that it reads, its size or the theme change.

use super::palette::PaletteSignal;
use super::paper::Paper;
use crate::web;
use leptos::html::Canvas;
use leptos::prelude::*;

/// A canvas. `paint` may read signals; it is called again when they change.
#[component]
pub fn Surface(
    /// Paints a wiped canvas.
    paint: impl Fn(&Paper) + 'static,
) -> impl IntoView {
    surface(Box::new(paint))
}

/// Not generic, so that it is compiled once.
fn surface(paint: Box<dyn Fn(&Paper)>) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let size = RwSignal::new(web::Size::default());
    let palette = expect_context::<PaletteSignal>();
    let watch = StoredValue::new_local(None::<web::ResizeWatch>);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        watch.set_value(web::ResizeWatch::new(&canvas, move |now| size.set(now)));
    });
    Effect::new(move |_| {
        let (size, palette) = (size.get(), palette.get());
        if let Some(paper) = canvas
            .get()
            .and_then(|canvas| Paper::new(&canvas, size, palette))
        {
            paint(&paper);
        }
    });
    // The table of tasks says all that the picture says.
    view! { <canvas node_ref=canvas aria-hidden="true"></canvas> }
}
