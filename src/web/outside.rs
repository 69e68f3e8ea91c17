//! What a live run reaches outside of the page, made ready before it starts.

use super::database::IndexedDb;
use super::disk::Disk;
use super::{LiveLock, fetch, threads};
use interleave_playgrounds::Outside;
use interleave_runtime::Ports;
use std::rc::Rc;

/// The folder of files.
const FOLDER: &str = "files";

/// What a live run goes through.
pub struct Connection {
    /// Its ports.
    pub ports: Ports,
    /// What the reader should know about them.
    pub remark: Option<&'static str>,
    /// Keeps the service worker in charge for as long as the run goes on, where it answers the run's requests.
    pub lock: Option<LiveLock>,
}

/// Makes ready what a live run needs.
///
/// # Errors
///
/// A message for the reader.
pub async fn connect(outside: Outside) -> Result<Connection, String> {
    let mut connection = Connection {
        ports: Ports::simulated(),
        remark: None,
        lock: None,
    };
    match outside {
        Outside::Nothing => {}
        Outside::Network => {
            // First: the worker that is asked whether it answers is the one that has to stay.
            connection.lock = Some(LiveLock::hold().await);
            let (network, remark) = fetch::connect().await?;
            connection.ports.network = Some(network);
            connection.remark = remark;
        }
        Outside::Threads => connection.ports.threads = Some(Rc::new(threads::Workers)),
        Outside::Database(schema) => {
            connection.ports.database = Some(Rc::new(IndexedDb::open(schema).await?));
        }
        Outside::Files => {
            connection.lock = Some(LiveLock::hold().await);
            let (network, remark) = fetch::connect().await?;
            let disk = Disk::open(FOLDER, Some(Rc::clone(&network))).await?;
            connection.ports.files = Some(Rc::new(disk));
            connection.ports.network = Some(network);
            connection.remark = remark;
        }
    }
    Ok(connection)
}
