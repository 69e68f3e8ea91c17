//! Resources that have to be opened, shared and given back. The order of the playgrounds here is that of the menu.

pub mod context_manager;
pub mod async_iterators;
pub mod db_pool;
pub mod user_database;
pub mod files;

mod crc32;
