//! A canvas to paint on: its size, its colours, and a few strokes.

use super::palette::Palette;
use crate::web::Size;
use std::f64::consts::TAU;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas of a given size in CSS pixels, ready to be painted.
pub struct Paper {
    /// Where strokes go.
    pub context: CanvasRenderingContext2d,
    /// The width in CSS pixels.
    pub width: f64,
    /// The height in CSS pixels.
    pub height: f64,
    palette: Rc<Palette>,
}

impl Paper {
    /// Fits the canvas to its size on screen, with one pixel for each of the screen's, and clears it. `None` if it has no
    /// size or no context.
    pub fn new(canvas: &HtmlCanvasElement, size: Size, palette: Rc<Palette>) -> Option<Self> {
        let (width, height) = size.css;
        if width < 1.0 || height < 1.0 {
            return None;
        }
        let context = canvas.get_context("2d").ok()??;
        let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
        let scale = web_sys::window()?.device_pixel_ratio();
        let scaled = (width * scale, height * scale);
        // The size may be from before a change of the scale.
        let is_of_scale = |&(w, h): &(f64, f64)| {
            (w - scaled.0).abs() < 1.0 + scale && (h - scaled.1).abs() < 1.0 + scale
        };
        let device = size.device.filter(is_of_scale).unwrap_or(scaled);
        // Zoomed out, a canvas keeps a pixel for each CSS pixel: its lines are thin enough.
        let (w, h) = (
            device.0.max(width).round() as u32,
            device.1.max(height).round() as u32,
        );
        if canvas.width() != w || canvas.height() != h {
            canvas.set_width(w);
            canvas.set_height(h);
        }
        context
            .set_transform(
                f64::from(w) / width,
                0.0,
                0.0,
                f64::from(h) / height,
                0.0,
                0.0,
            )
            .ok()?;
        context.clear_rect(0.0, 0.0, width, height);
        Some(Self {
            context,
            width,
            height,
            palette,
        })
    }

    pub fn fill(&self, colour: &str) {
        self.context.set_fill_style_str(self.palette.value(colour));
    }

    pub fn stroke(&self, colour: &str) {
        self.context
            .set_stroke_style_str(self.palette.value(colour));
    }

    pub fn dashes(&self, lengths: &[f64]) {
        let array: js_sys::Array = lengths
            .iter()
            .map(|&length| JsValue::from(length))
            .collect();
        // A refused dash pattern leaves a solid line, which is less pretty.
        let _ = self.context.set_line_dash(&array);
    }

    pub fn font(&self, size: u32) {
        self.context
            .set_font(&format!("{size}px {}", self.palette.value("--sans")));
    }

    /// A hatch of 45 degrees, crisp on any screen.
    pub fn hatch(&self) -> Option<&CanvasPattern> {
        self.palette.hatch.as_ref()
    }

    pub fn line(&self, points: &[(f64, f64)]) {
        self.context.begin_path();
        for (i, &(x, y)) in points.iter().enumerate() {
            if i == 0 {
                self.context.move_to(x, y);
            } else {
                self.context.line_to(x, y);
            }
        }
        self.context.stroke();
    }

    pub fn circle(&self, x: f64, y: f64, radius: f64) {
        self.context.begin_path();
        // Only a negative radius is refused.
        let _ = self.context.arc(x, y, radius, 0.0, TAU);
    }
}
