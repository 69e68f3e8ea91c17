//! What a run needs of the world outside.

use crate::clock::Clock;
use crate::network::Network;
use crate::pages::PageSource;
use crate::storage::{Database, Files};
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
    /// Where the rows of a `Table` are; without it they are in memory.
    pub database: Option<Rc<dyn Database>>,
    /// Where the files of a `Folder` are; without it they are in memory.
    pub files: Option<Rc<dyn Files>>,
    /// Where documents come from, and where they are kept; without it they are simulated, and in memory.
    pub pages: Option<Rc<dyn PageSource>>,
}

impl Ports {
    /// No world at all: virtual time, simulated network, rows and files in memory.
    pub fn simulated() -> Self {
        Self {
            clock: Clock::Virtual,
            network: None,
            threads: None,
            database: None,
            files: None,
            pages: None,
        }
    }
}
