//! Mouse, wheel and fingers.
//!
//! In Firefox they are WebDriver's own. ChromeDriver forgets from one command to the next which buttons are down, so in
//! Chromium they are those of the DevTools protocol.

use std::time::Duration;

use fantoccini::{
    actions::{
        Actions, InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions,
        PointerAction, TouchActions, WheelAction, WheelActions,
    },
    key::Key,
};
use serde_json::{Value, json};

use super::{Page, is_firefox};

/// A place in the viewport, in CSS pixels.
pub type Point = (f64, f64);

/// Where the mouse is, and whether its left button is down.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mouse {
    at: Point,
    is_down: bool,
}

/// The Control key, as the DevTools protocol counts modifiers.
const CONTROL: u32 = 2;

const DOWN: PointerAction = PointerAction::Down {
    button: MOUSE_BUTTON_LEFT,
};
const UP: PointerAction = PointerAction::Up {
    button: MOUSE_BUTTON_LEFT,
};

fn to((x, y): Point) -> PointerAction {
    PointerAction::MoveTo {
        duration: Some(Duration::ZERO),
        x: x.round(),
        y: y.round(),
    }
}

impl Page {
    /// Moves the mouse to a place.
    pub async fn mouse_to(&self, at: Point) {
        let is_down = self.mouse.get().is_down;
        self.mouse.set(Mouse { at, is_down });
        self.mouse_does("mouseMoved", to(at)).await;
    }

    /// Moves the mouse to a place and presses its left button there.
    pub async fn mouse_down(&self, at: Point) {
        self.mouse_to(at).await;
        self.mouse.set(Mouse { at, is_down: true });
        self.mouse_does("mousePressed", DOWN).await;
    }

    /// Releases the mouse's left button, wherever the mouse is.
    pub async fn mouse_up(&self) {
        let Mouse { at, .. } = self.mouse.get();
        self.mouse.set(Mouse { at, is_down: false });
        self.mouse_does("mouseReleased", UP).await;
    }

    /// Presses the mouse's button, moves it to one place after another, and releases it.
    pub async fn drag(&self, from: Point, places: &[Point]) {
        self.mouse_down(from).await;
        for &place in places {
            self.mouse_to(place).await;
        }
        self.mouse_up().await;
    }

    async fn mouse_does(&self, event: &str, action: PointerAction) {
        if is_firefox() {
            self.act(MouseActions::new("mouse".into()).then(action))
                .await;
            return;
        }
        let Mouse { at, is_down } = self.mouse.get();
        let is_left = is_down || event == "mouseReleased";
        self.devtools(
            "Input.dispatchMouseEvent",
            &json!({
                "type": event, "x": at.0, "y": at.1, "clickCount": 1,
                "button": if is_left { "left" } else { "none" }, "buttons": u32::from(is_down),
            }),
        );
    }

    /// Turns the mouse's wheel down by `down` pixels, with the Control key held or without.
    pub async fn wheel(&self, (x, y): Point, down: i64, with_control: bool) {
        if !is_firefox() {
            let modifiers = if with_control { CONTROL } else { 0 };
            let event = json!({
                "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": down, "modifiers": modifiers
            });
            self.devtools("Input.dispatchMouseEvent", &event);
            return;
        }
        let wheel = WheelActions::new("wheel".into())
            .pause(Duration::ZERO)
            .then(WheelAction::Scroll {
                duration: Some(Duration::ZERO),
                x: x.round() as i64,
                y: y.round() as i64,
                delta_x: 0,
                delta_y: down,
            });
        let value = char::from(Key::Control);
        let key = KeyActions::new("control".into());
        let key = match with_control {
            true => key
                .then(KeyAction::Down { value })
                .pause(Duration::ZERO)
                .then(KeyAction::Up { value }),
            false => key,
        };
        self.act(Actions::from(wheel).and(key)).await;
    }

    /// Makes this a touch screen. In Firefox every one is.
    pub fn emulate_touch(&self) {
        if !is_firefox() {
            self.devtools(
                "Emulation.setTouchEmulationEnabled",
                &json!({ "enabled": true, "maxTouchPoints": 2 }),
            );
        }
    }

    /// Puts fingers down.
    pub async fn fingers_down(&self, places: &[Point]) {
        self.fingers_do("touchStart", places, |place| vec![to(place), DOWN])
            .await;
    }

    /// Moves the fingers that are down.
    pub async fn fingers_to(&self, places: &[Point]) {
        self.fingers_do("touchMove", places, |place| vec![to(place)])
            .await;
    }

    /// Lifts the fingers that are at these places.
    pub async fn fingers_up(&self, places: &[Point]) {
        self.fingers_do("touchEnd", places, |_| vec![UP]).await;
    }

    async fn fingers_do(
        &self,
        event: &str,
        places: &[Point],
        actions: impl Fn(Point) -> Vec<PointerAction>,
    ) {
        let fingers = places.iter().copied().enumerate();
        if is_firefox() {
            let fingers = fingers.map(|(id, place)| {
                let finger = TouchActions::new(format!("finger {id}"));
                actions(place).into_iter().fold(finger, TouchActions::then)
            });
            self.act(fingers.collect::<Vec<_>>()).await;
            return;
        }
        let down: Vec<Value> = match event {
            "touchEnd" => Vec::new(),
            _ => fingers
                .map(|(id, (x, y))| json!({ "id": id, "x": x, "y": y }))
                .collect(),
        };
        self.devtools(
            "Input.dispatchTouchEvent",
            &json!({ "type": event, "touchPoints": down }),
        );
    }

    async fn act(&self, actions: impl Into<Actions>) {
        let acted = self.client().perform_actions(actions).await;
        acted.unwrap_or_else(|error| panic!("the browser does not do so: {error}"));
    }
}
