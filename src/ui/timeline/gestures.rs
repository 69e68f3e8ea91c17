//! Zoom and pan over lanes, gauges and loop strips: wheel, drag, two fingers.
//!
//! A plain wheel and a vertical swipe scroll the page, and a press without a movement stays a click.

use super::painter::MARGIN;
use super::visible_range::VisibleRange;
use crate::web::listen::Listener;
use leptos::html::Section;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent, WheelEvent};

/// Elements on which a drag pans.
const PLOTS: &str = ".lanes, .gauges, .loop";
/// Elements that handle presses themselves.
const OWN: &str = "button:not(.lane), a, input, select, .grip";
/// A press that moves by fewer pixels is a click.
pub const CLICK: f64 = 4.0;
/// Pixels of a line that a wheel is turned by.
const LINE: f64 = 16.0;
/// The most doublings by one notch of a wheel or one step of a pinch.
const MOST: f64 = 0.6;

/// The left edge of the plots on screen, and the width of the time that is shown.
pub fn plot(canvas: &Element) -> Option<(f64, f64)> {
    let place = canvas.get_bounding_client_rect();
    let width = place.width() - MARGIN;
    (width > 0.0).then(|| (place.left(), width))
}

/// Fingers, or the mouse's button, that are down.
#[derive(Default)]
struct Hand {
    /// The id and the present place of each.
    down: Vec<(i32, f64)>,
    /// The places and the range from which the present gesture began.
    start: (Vec<f64>, (f64, f64)),
    /// Whether it is a drag by now.
    drags: bool,
}

impl Hand {
    fn begin(&mut self, range: (f64, f64)) {
        self.start = (self.down.iter().map(|finger| finger.1).collect(), range);
    }
}

/// Handles the pointers of a race.
#[derive(Clone, Copy)]
pub struct Gestures {
    visible: VisibleRange,
    race: NodeRef<Section>,
    hand: StoredValue<Hand, LocalStorage>,
}

impl Gestures {
    /// Listens to the wheel as long as the owner lives; the race calls the other methods.
    pub fn of(race: NodeRef<Section>) -> Self {
        let visible = VisibleRange::get();
        let wheel = StoredValue::new_local(None::<Listener>);
        let gestures = Self {
            visible,
            race,
            hand: StoredValue::new_local(Hand::default()),
        };
        Effect::new(move |_| {
            let Some(race) = race.get() else { return };
            let turned = move |event: web_sys::Event| {
                if let Some(event) = event.dyn_ref() {
                    gestures.turn(event);
                }
            };
            wheel.set_value(Listener::active(&race, "wheel", turned));
        });
        gestures
    }

    fn plot(self) -> Option<(f64, f64)> {
        let race = self.race.get_untracked()?;
        plot(&race.query_selector(".axis canvas").ok()??)
    }

    fn turn(self, event: &WheelEvent) {
        let Some((left, width)) = self.plot() else {
            return;
        };
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => LINE,
            WheelEvent::DOM_DELTA_PAGE => width,
            _ => 1.0,
        };
        let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
        if event.ctrl_key() {
            // A pinch on a trackpad arrives as this, too.
            let (from, to) = self.visible.range.get_untracked();
            let at = from + (f64::from(event.client_x()) - left) / width * (to - from);
            let turned = (dy * 0.02).clamp(-MOST, MOST);
            // So that turning there and back restores the range.
            let factor = if turned < 0.0 {
                1.0 - turned
            } else {
                1.0 / (1.0 + turned)
            };
            self.visible.zoom(at, factor);
        } else {
            let sideways = if event.shift_key() && dx == 0.0 {
                dy
            } else {
                dx
            };
            let across = event.shift_key() || dx.abs() > dy.abs();
            if !across || untrack(|| self.visible.is_whole()) {
                return;
            }
            self.visible.pan(sideways / width);
        }
        event.prevent_default();
    }

    /// Handles a finger or a button that goes down.
    pub fn press(self, event: &PointerEvent) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let within = |places| {
            let found = target.as_ref().map(|target| target.closest(places));
            matches!(found, Some(Ok(Some(_))))
        };
        if event.button() != 0 || !within(PLOTS) || within(OWN) {
            return;
        }
        let range = self.visible.range.get_untracked();
        self.hand.update_value(|hand| {
            if event.is_primary() {
                *hand = Hand::default();
            }
            hand.down
                .push((event.pointer_id(), f64::from(event.client_x())));
            hand.begin(range);
        });
    }

    /// Handles its movement.
    pub fn drag(self, event: &PointerEvent) {
        if self.hand.with_value(|hand| hand.down.is_empty()) {
            return;
        }
        // The button may have gone up elsewhere: before a drag has begun, the pointer is not captured.
        if event.buttons() == 0 {
            return self.release(event);
        }
        let (Some((left, width)), Some(race)) = (self.plot(), self.race.get_untracked()) else {
            return;
        };
        let whole = untrack(|| self.visible.is_whole());
        let target = self.hand.try_update_value(|hand| {
            let id = event.pointer_id();
            hand.down.iter_mut().find(|finger| finger.0 == id)?.1 = f64::from(event.client_x());
            let (starts, (from, to)) = (&hand.start.0, hand.start.1);
            let (target, drags) = match (&hand.down[..], &starts[..]) {
                (&[(_, x)], &[start]) => {
                    let by = (start - x) / width * (to - from);
                    let drags = !whole && (hand.drags || (x - start).abs() >= CLICK);
                    ((from + by, to + by, false), drags)
                }
                (&[(_, a), (_, b)], &[a0, b0]) => {
                    // The instants between the fingers stay between them.
                    let middle = from + ((a0 + b0) / 2.0 - left) / width * (to - from);
                    let length = (to - from) * (a0 - b0).abs().max(1.0) / (a - b).abs().max(1.0);
                    let from = middle - ((a + b) / 2.0 - left) / width * length;
                    ((from, from + length, true), true)
                }
                _ => return None,
            };
            if drags && !hand.drags {
                // It is no click any more: the event goes to the element that has captured the pointer.
                let _ = race.set_pointer_capture(id);
            }
            hand.drags = drags;
            drags.then_some(target)
        });
        if let Some(Some((from, to, keeps))) = target {
            self.visible.show(from, to, keeps);
        }
    }

    /// Handles its end, or that the browser takes it for scrolling.
    pub fn release(self, event: &PointerEvent) {
        let range = self.visible.range.get_untracked();
        self.hand.update_value(|hand| {
            hand.down.retain(|finger| finger.0 != event.pointer_id());
            hand.begin(range);
            hand.drags &= !hand.down.is_empty();
        });
    }
}
