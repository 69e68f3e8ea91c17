//! Basics: coroutines, tasks and `gather`. The order of the playgrounds here is that of the menu.

pub mod sequential_vs_concurrent;
pub mod basic_tasks;
pub mod downloads;
pub mod weather;
pub mod fetch_urls;

mod open_meteo;
