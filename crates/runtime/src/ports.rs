//! The ports of a run to the world outside.

use crate::clock::Clock;
use crate::network::Network;
use crate::pages::PageSource;
use crate::storage::{Database, Files};
use crate::thread::Threads;
use std::rc::Rc;

/// The ports of a run to the world outside.
#[derive(Clone)]
pub struct Ports {
    /// The source of time.
    pub clock: Clock,
    /// The network for `Cx::fetch`; without it requests are simulated with their own figures.
    pub network: Option<Rc<dyn Network>>,
    /// The threads of `Cx::to_thread`; without them, only time passes.
    pub threads: Option<Rc<dyn Threads>>,
    /// The database for the rows of a `Table`; without it they are in memory.
    pub database: Option<Rc<dyn Database>>,
    /// The disk for the files of a `Folder`; without it they are in memory.
    pub files: Option<Rc<dyn Files>>,
    /// The source and the storage of documents; without it they are simulated, and in memory.
    pub pages: Option<Rc<dyn PageSource>>,
}

impl Ports {
    /// No world outside: virtual time, simulated network, rows and files in memory.
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
