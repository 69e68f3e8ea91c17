//! What a run needs of the world outside.

use crate::clock::Clock;
use crate::network::Network;
use crate::thread::Threads;
use std::rc::Rc;

/// What a run needs of the world outside.
#[derive(Clone)]
pub struct Ports {
    /// Where time comes from.
    pub clock: Clock,
    /// Where `Cx::fetch` goes; without one it is simulated with the request's own figures.
    pub network: Option<Rc<dyn Network>>,
    /// What `Cx::to_thread` computes in; without it, time alone passes.
    pub threads: Option<Rc<dyn Threads>>,
}

impl Ports {
    /// No world at all: virtual time, simulated network.
    pub fn simulated() -> Self {
        Self {
            clock: Clock::Virtual,
            network: None,
            threads: None,
        }
    }
}
