//! What a live run uses outside of the page, opened before it starts.

use super::database::IndexedDb;
use super::disk::Disk;
use super::pages::{Documents, NO_CACHE};
use super::{LiveLock, fetch, fetch::Browser, threads};
use crate::chunk::Chunk;
use futures_util::future::LocalBoxFuture;
use interleave_playgrounds::Outside;
use interleave_runtime::{Database, Files, PageSource, Ports, Schema};
use std::rc::Rc;

/// A port that is being opened; the error is a message for the reader.
type Opening<T> = LocalBoxFuture<'static, Result<Rc<T>, String>>;

/// Documents, and what the reader should know if the browser keeps none of them.
type Pages = (Rc<dyn PageSource>, Option<&'static str>);

/// What live runs that store something need, loaded as a chunk.
pub struct Storage {
    /// Opens the database of a table.
    pub database: fn(Schema) -> Opening<dyn Database>,
    /// Opens the folder of files, to which downloads come through the browser's network.
    pub files: fn(Rc<Browser>) -> Opening<dyn Files>,
    /// Opens the cache of documents, which come through the browser's network, and says if there is none.
    pub pages: fn(Rc<Browser>) -> LocalBoxFuture<'static, Pages>,
}

/// The chunk.
pub static STORAGE: Chunk<Storage> = Chunk::new();

impl Storage {
    /// Opens the database of a table.
    pub fn open_database(schema: Schema) -> Opening<dyn Database> {
        Box::pin(async move {
            let database = IndexedDb::open(schema).await?;
            Ok(Rc::new(database) as Rc<dyn Database>)
        })
    }

    /// Opens the folder of files.
    pub fn open_files(network: Rc<Browser>) -> Opening<dyn Files> {
        Box::pin(async move {
            let disk = Disk::open(FOLDER, Some(network)).await?;
            Ok(Rc::new(disk) as Rc<dyn Files>)
        })
    }

    /// Opens the cache of documents.
    pub fn open_pages(network: Rc<Browser>) -> LocalBoxFuture<'static, Pages> {
        Box::pin(async move {
            let documents = Documents::open(network).await;
            let remark = (!documents.has_cache()).then_some(NO_CACHE);
            (Rc::new(documents) as Rc<dyn PageSource>, remark)
        })
    }
}

/// The folder of files.
const FOLDER: &str = "files";

/// The connection of a live run.
pub struct Connection {
    /// Its ports.
    pub ports: Ports,
    /// What the reader should know about them.
    pub remark: Option<&'static str>,
    /// Keeps the service worker in charge as long as the run lasts, where it answers the run's requests.
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
        Outside::Pages => {
            connection.lock = Some(LiveLock::hold().await);
            let (network, remark) = fetch::connect().await?;
            let (documents, no_cache) = (STORAGE.loaded().await.pages)(network).await;
            connection.remark = remark.or(no_cache);
            connection.ports.pages = Some(documents);
        }
        Outside::Threads => {
            threads::warm_up().await;
            connection.ports.threads = Some(Rc::new(threads::Workers));
        }
        Outside::Database(schema) => {
            connection.ports.database = Some((STORAGE.loaded().await.database)(schema).await?);
        }
        Outside::Files => {
            connection.lock = Some(LiveLock::hold().await);
            let (network, remark) = fetch::connect().await?;
            let files = (STORAGE.loaded().await.files)(Rc::clone(&network));
            connection.ports.files = Some(files.await?);
            connection.ports.network = Some(network);
            connection.remark = remark;
        }
    }
    Ok(connection)
}
