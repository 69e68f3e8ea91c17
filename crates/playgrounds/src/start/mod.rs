//! What concurrency is: the same work one after another, and together.

pub mod basic_tasks;
pub mod downloads;
pub mod fetch_urls;
pub mod sequential_vs_concurrent;
pub mod weather;
