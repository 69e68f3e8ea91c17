//! What frames cost while something is done with each of them.

use super::metric;
use crate::harness::Page;

/// The time from one frame to the next that 95 of 100 must not exceed, in milliseconds, at 60 Hz.
pub const FRAME: f64 = 18.0;

/// A gesture, in JavaScript.
pub struct Gesture {
    /// Makes `move(n)`, which is called with each frame, and whatever it needs; `pointer(element, type, x, y)` is there.
    pub begin: &'static str,
    /// Ends the gesture.
    pub end: &'static str,
}

/// No gesture.
pub const NOTHING: Gesture = Gesture {
    begin: "const move = () => {};",
    end: "",
};

/// Makes a gesture, a move a frame: the p95 of the time between frames, and the script of one, both in milliseconds.
pub async fn frames(page: &Page, gesture: &Gesture, count: usize) -> (f64, f64) {
    page.next_frame().await;
    let before = metric(page, "ScriptDuration");
    let (begin, end) = (gesture.begin, gesture.end);
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const pointer = (element, type, x, y) => element.dispatchEvent(new PointerEvent(type, {{
             bubbles: true, cancelable: true, pointerId: 1, isPrimary: true, pointerType: 'mouse',
             button: type === 'pointermove' ? -1 : 0, buttons: 1, clientX: x, clientY: y }}));
         {begin}
         const times = []; let last;
         const next = now => {{
             if (last !== undefined) times.push(now - last);
             last = now;
             if (times.length === {count}) {{ {end} return done(times); }}
             move(times.length);
             requestAnimationFrame(next);
         }};
         requestAnimationFrame(next)"
    );
    let times = page
        .client()
        .execute_async(&script, vec![])
        .await
        .expect("frames");
    let script = (metric(page, "ScriptDuration") - before) * 1e3 / count as f64;
    let times = times.as_array().into_iter().flatten();
    let mut times: Vec<f64> = times.filter_map(serde_json::Value::as_f64).collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() * 95 / 100], script)
}
