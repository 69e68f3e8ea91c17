//! The state that the parts of one page share.

use super::listen::listen;
use crate::ui::kit::palette::PaletteSignal;
use crate::ui::kit::theme::ThemeSignal;
use crate::ui::state::app::App;
use crate::ui::state::stories::Stories;
use crate::ui::timeline::critical_path::CriticalPath;
use crate::ui::timeline::filter::LaneFilter;
use crate::ui::timeline::suspended::HoveredLines;
use crate::ui::timeline::task::card::Card;
use crate::ui::timeline::task::duration_drag::DurationDrag;
use crate::ui::timeline::visible_range::VisibleRange;
use leptos::prelude::*;

/// Provides it, and listens for keys, as long as the page is there.
pub fn provide_page(app: App) {
    let app = app.scoped();
    provide_context(app);
    provide_context(PaletteSignal::follow(ThemeSignal::get()));
    provide_context(Card::default());
    provide_context(CriticalPath::default());
    provide_context(Stories::default());
    provide_context(HoveredLines::new());
    let drag = DurationDrag::new(app);
    provide_context(drag);
    provide_context(VisibleRange::new(app, drag));
    provide_context(LaneFilter::new());
    listen(app);
}
