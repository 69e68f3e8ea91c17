//! The page's colours as canvases need them: read once, and again when the theme changes.

use super::theme::ThemeSignal;
use crate::ui::state::subscribers::drop_subscribers;
use crate::web;
use leptos::prelude::*;
use leptos::reactive::graph::ToAnySource;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement};

/// The tokens of the style sheet that painters use.
const TOKENS: [&str; 19] = [
    "--sans",
    "--panel",
    "--muted",
    "--line",
    "--grid",
    "--wait",
    "--wait2",
    "--run",
    "--queued",
    "--backoff",
    "--ok",
    "--err",
    "--cancel",
    "--timeout",
    "--hung",
    "--block",
    "--playhead",
    "--ink",
    "--accent",
];

/// Colours and patterns of one theme.
pub struct Palette {
    values: [String; TOKENS.len()],
    /// A hatch of 45 degrees; `None` where the browser cannot make patterns.
    pub hatch: Option<CanvasPattern>,
}

impl Palette {
    fn read() -> Self {
        let style = web::root_style();
        let value = |token| {
            let value = style
                .as_ref()
                .and_then(|style| style.get_property_value(token).ok());
            value.unwrap_or_default().trim().to_owned()
        };
        let mut palette = Self {
            values: TOKENS.map(value),
            hatch: None,
        };
        palette.hatch = palette.make_hatch();
        palette
    }

    /// The value of a token; empty if painters do not know it.
    pub fn value(&self, token: &str) -> &str {
        let known = TOKENS.iter().position(|&known| known == token);
        known.map_or("", |known| &self.values[known])
    }

    fn make_hatch(&self) -> Option<CanvasPattern> {
        let tile: HtmlCanvasElement = web::create("canvas")?.dyn_into().ok()?;
        tile.set_width(6);
        tile.set_height(6);
        let context: CanvasRenderingContext2d = tile.get_context("2d").ok()??.dyn_into().ok()?;
        context.set_fill_style_str(self.value("--wait2"));
        context.fill_rect(0.0, 0.0, 6.0, 6.0);
        context.set_stroke_style_str(self.value("--wait"));
        context.set_line_width(1.6);
        context.begin_path();
        for offset in [-6.0, 0.0, 6.0] {
            context.move_to(offset - 1.0, 7.0);
            context.line_to(offset + 7.0, -1.0);
        }
        context.stroke();
        context
            .create_pattern_with_html_canvas_element(&tile, "repeat")
            .ok()?
    }
}

/// The present palette, shared by all canvases.
#[derive(Clone, Copy)]
pub struct PaletteSignal {
    palette: StoredValue<Rc<Palette>, LocalStorage>,
    changed: RwSignal<()>,
}

impl PaletteSignal {
    /// Follows the theme, and the system's colours, as long as the owner lives.
    pub fn follow(theme: ThemeSignal) -> Self {
        let signal = Self {
            palette: StoredValue::new_local(Rc::new(Palette::read())),
            changed: RwSignal::new(()),
        };
        let watch = StoredValue::new_local(None);
        signal.watch(watch);
        drop_subscribers(&[theme.0.to_any_source()]);
        Effect::new(move |before: Option<()>| {
            theme.0.track();
            if before.is_some() {
                signal.read();
            }
        });
        signal
    }

    /// Reads the colours anew whenever the system's theme, colours or scale change, and has all canvases repainted, whose
    /// pixels are those of the screen. A watch is for one scale, so each change makes a new one.
    fn watch(self, watch: StoredValue<Option<web::DisplayWatch>, LocalStorage>) {
        watch.set_value(web::DisplayWatch::new(move || {
            self.read();
            self.watch(watch);
        }));
    }

    fn read(self) {
        self.palette.set_value(Rc::new(Palette::read()));
        self.changed.notify();
    }

    /// The present palette, tracked.
    pub fn get(self) -> Rc<Palette> {
        self.changed.track();
        self.palette.get_value()
    }
}
