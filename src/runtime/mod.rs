//! The runtime: executor, clock and primitives. It names nothing of the browser.
//!
//! In reading order:
//!
//! - [`clock`](self::Clock): where time comes from; the timers
//! - `executor`: [`Runtime`], one run of one program
//! - `cx`: [`Cx`], what a program sees of its runtime
//! - `task`: [`Task`] and [`Handle`], logical tasks awaited in place or spawned
//! - `cancel`: being told of a cancellation, to clean up first
//! - `gather`: the end of many tasks
//! - `semaphore`: so many at once, the others in order
//! - `fetch`: requests, and the port that answers them
//! - `pace`: how a wall clock lets virtual time out

mod cancel;
mod clock;
mod cx;
mod error;
mod executor;
mod fetch;
mod gather;
mod pace;
mod semaphore;
mod task;

pub use clock::Clock;
pub use cx::Cx;
pub use error::{Error, Result};
pub use executor::{Ports, Runtime, Status};
pub use fetch::{Network, Request, Response};
pub use gather::{gather, wait_all};
pub use pace::{Pacer, SPEEDS};
pub use semaphore::{Permit, Semaphore};
pub use task::{Handle, Task};

#[cfg(test)]
mod tests;
