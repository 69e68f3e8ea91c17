//! Awaiting a task without passing a cancellation on to it.

use crate::error::Result;
use crate::latch::Latch;
use crate::task::Handle;
use interleave_trace::WaitFor;
use std::panic::Location;
use std::rc::Rc;

/// The result of a task: `await asyncio.shield(task)`.
///
/// | event | effect on the task |
/// |---|---|
/// | it ends | its result is handed over, a turn later than if it were awaited directly |
/// | the awaiting task is cancelled | nothing: it runs on; the awaiting task itself is cancelled |
/// | this is dropped | nothing: it runs on |
///
/// With a clone of the handle it can be awaited or cancelled later on.
#[track_caller]
pub fn shield<T>(handle: Handle<T>) -> impl Future<Output = Result<T>> {
    let line = Location::caller().line();
    async move {
        if !handle.is_done() {
            let outer = Rc::new(Latch::default());
            let _registered = handle.registered(&outer);
            let waits = || handle.core().waits(WaitFor::Task(handle.task()), line);
            outer.wait(waits).await;
        }
        handle.result()
    }
}
