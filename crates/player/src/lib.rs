//! Starts, paces and stops runs: params to programs to runtimes to traces.
//!
//! - [`Session`]: the runs of one press of Run; takes the wall clock as an input, so it is tested natively
//! - `pace`: [`Pace`], how time passes in a run; `pacer`: [`Pacer`], wall time to virtual time
//! - [`Preview`]: the finished runs of some params, at once; [`PreviewBuilder`]: the same bit by bit
//! - [`lab`]: the program in the Python lab, and what its links hold; [`explore`]: the outcomes of many runs of it;
//!   [`gallery`]: programs to try
//! - [`quiz`]: questions before a run, and their answers graded by the run
//! - [`spread`]: how long each strategy takes, over many seeds; [`speed_up`]: how much faster more workers are
//! - [`Slot`]: the place of a page's one session, which code that runs within it may use
//! - [`view`]: what a link shows, read from the URL's hash and written to it

pub mod explore;
pub mod gallery;
pub mod lab;
mod pace;
mod pacer;
mod preview;
pub mod quiz;
mod session;
mod slot;
pub mod speed_up;
pub mod spread;
#[cfg(test)]
mod tests;
pub mod view;

pub use pace::{DEFAULT_SPEED, Pace, SPEEDS};
pub use pacer::Pacer;
pub use preview::{BuildStep, Preview, PreviewBuilder};
pub use session::{Next, Phase, Plan, Run, Session, Showing, Snapshot, TraceRef};
pub use slot::Slot;
