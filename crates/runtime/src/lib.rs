//! The runtime: executor, clock and primitives. It names nothing of the browser.
//!
//! In reading order:
//!
//! - [`Clock`], [`Ports`]: where time comes from; what a run needs of the world outside
//! - `run`: [`Runtime`], one run of one program, driven from outside
//! - `executor`: what all parts of a run share. Its parts are private to it: `fiber`, spawned futures and their
//!   cancellation; `wakes`, which of them are ready; `timers`; `busy`, which task holds the loop; `interventions`
//! - `cx`: [`Cx`], what a program sees of its runtime; the files of what it can do add their methods to it
//! - `sleep`: [`Sleep`]; `task`: [`Task`] and [`Handle`], logical tasks awaited in place or spawned
//! - `cancel`: catching a cancellation, to clean up first
//! - `gather`: results of many tasks; `wait`: the first one that ends, or each as it ends
//! - `group`: tasks that are cancelled when one of them fails
//! - `timeout`: work that is cancelled at a deadline; `within`: work that is dropped there
//! - `semaphore`, `queue`, `rate_limit`: permits, items, tokens, each handed out in the order of asking
//! - `retry`: another attempt after a growing pause
//! - `cache`: values kept for a while, each fetched once at a time
//! - `network`: requests, and the port that answers them; `fetch`: sending one
//! - `step_in`: the reader cancels a task, or lets it fail
//! - `countdown`, `waiters`: what several of these are made of

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
mod network;
mod ports;
mod queue;
mod rate_limit;
mod retry;
mod run;
mod semaphore;
mod sleep;
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
pub use executor::Reach;
pub use gather::{gather, wait_all};
pub use group::{ErrorGroup, TaskGroup};
pub use network::{Network, Report, Request, Response, Server, api};
pub use ports::Ports;
pub use queue::{Get, Put, Queue};
pub use rate_limit::RateLimiter;
pub use retry::{Backoff, Jitter, retry};
pub use run::{Runtime, Status};
pub use semaphore::{Permit, Semaphore};
pub use sleep::Sleep;
pub use step_in::StepIn;
pub use task::{Handle, InPlace, Task};
pub use timeout::Timeout;
pub use wait::{AsCompleted, Places, as_completed, wait_first};

#[cfg(test)]
mod tests;
