//! The runtime: executor, clock and primitives. It names nothing of the browser.
//!
//! In reading order:
//!
//! - [`clock`](self::Clock): where time comes from; the timers
//! - `run`: [`Runtime`], one run of one program, driven from outside
//! - `executor`: what all parts of a run share: time, trace, who holds the loop, the end
//! - `fiber`: spawned futures, their steps and their cancellation
//! - `wakes`: who is ready, and who made it so
//! - `cx`: [`Cx`], what a program sees of its runtime
//! - `task`: [`Task`] and [`Handle`], logical tasks awaited in place or spawned
//! - `cancel`: being told of a cancellation, to clean up first
//! - `gather`: the end of many tasks
//! - `wait`: the end of the first one, or of each as it comes
//! - `countdown`: one wake-up for many ends, for all who wait for many tasks
//! - `group`: tasks that stand and fall together
//! - `timeout`: work that has so much time and no more
//! - `within`: work that is dropped when its time is up
//! - `semaphore`: so many at once, the others in order
//! - `waiters`: tasks in a row, waiting to be woken
//! - `queue`: items handed from task to task
//! - `rate_limit`: so many a second
//! - `retry`: another attempt after a growing pause
//! - `cache`: values kept for a while, each fetched once at a time
//! - `fetch`: requests, and the port that answers them
//! - `step_in`: the reader cancels a task, or lets it fail

mod cache;
mod cancel;
mod clock;
mod countdown;
mod cx;
mod error;
mod executor;
mod fetch;
mod gather;
mod group;
mod queue;
mod rate_limit;
mod retry;
mod run;
mod semaphore;
mod step_in;
mod task;
mod timeout;
mod wait;
mod waiters;
mod within;

pub use cache::{Cache, Source};
pub use clock::Clock;
pub use cx::Cx;
pub use error::{Error, Result};
pub use fetch::{Network, Report, Request, Response, Server, api};
pub use gather::{gather, wait_all};
pub use group::{ErrorGroup, TaskGroup};
pub use queue::{Get, Put, Queue};
pub use rate_limit::RateLimiter;
pub use retry::{Backoff, Jitter, retry};
pub use run::{Ports, Runtime, Status};
pub use semaphore::{Permit, Semaphore};
pub use step_in::{Reach, StepIn};
pub use task::{Handle, InPlace, Task};
pub use timeout::Timeout;
pub use wait::{AsCompleted, Places, as_completed, wait_first};

#[cfg(test)]
mod tests;
