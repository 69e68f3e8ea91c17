//! Starts and stops runs: params to programs to runtimes to traces.
//!
//! - [`Session`]: the runs of one press of Run; takes the wall clock as an input, so it is tested natively
//! - [`Preview`]: what a run will be, at once; [`Draft`]: the same bit by bit
//! - [`quiz`]: what may be asked before a run, and what the run says to the answer
//! - `driver`: lets a session go on in the browser; the only place that spawns onto its executor

#[cfg(target_arch = "wasm32")]
mod driver;
mod preview;
pub mod quiz;
mod session;
#[cfg(test)]
mod tests;

#[cfg(target_arch = "wasm32")]
pub use driver::{Change, Player, Remark};
pub use preview::{Draft, Drafted, Preview};
pub use session::{Glance, Next, Phase, Plan, Run, Session, Showing};
