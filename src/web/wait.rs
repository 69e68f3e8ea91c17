//! Waiting: for a frame, for a turn, for a while.

use futures_util::future::{Either, select};
use std::pin::pin;
use tokio::sync::oneshot;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Waits for the next frame. Without frames (a hidden tab) it waits until there are some.
pub async fn frame() {
    let (send, receive) = oneshot::channel();
    let callback = Closure::once(move |_: f64| {
        // The receiver is gone if the waiting future was dropped.
        let _ = send.send(());
    });
    let Some(window) = web_sys::window() else {
        return;
    };
    if let Ok(id) = window.request_animation_frame(callback.as_ref().unchecked_ref()) {
        let guard = CancelFrame(id);
        let _ = receive.await;
        drop(guard);
    }
}

/// Yields to the browser, so that other tasks get their turns. That takes some microseconds; a timer of zero that is set by
/// a timer takes milliseconds.
pub async fn turn() {
    let Ok(channel) = web_sys::MessageChannel::new() else {
        return sleep(0).await;
    };
    let (send, receive) = oneshot::channel();
    let callback = Closure::once(move |_: web_sys::MessageEvent| {
        // The receiver is gone if the waiting future was dropped.
        let _ = send.send(());
    });
    let port = ClosedPort(channel.port1());
    port.0
        .set_onmessage(Some(callback.as_ref().unchecked_ref()));
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        let _ = receive.await;
    }
}

/// Closes a port, so that its closure is never called after it is gone.
struct ClosedPort(web_sys::MessagePort);

impl Drop for ClosedPort {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Waits for some milliseconds.
pub async fn sleep(millis: u32) {
    let (send, receive) = oneshot::channel();
    // Dropped after the receiver: otherwise a sleep that is given up would wake its task.
    let _timer = gloo_timers::callback::Timeout::new(millis, move || {
        let _ = send.send(());
    });
    let _ = { receive }.await;
}

/// The result of some work, unless it takes longer than some milliseconds.
pub async fn within<T>(millis: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(sleep(millis))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Takes back a request for a frame, so that its closure is never called after it is gone.
struct CancelFrame(i32);

impl Drop for CancelFrame {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            // A frame that has come cannot be taken back, and need not be.
            let _ = window.cancel_animation_frame(self.0);
        }
    }
}
