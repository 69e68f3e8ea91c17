//! Blocking calls, threads, coroutines that nobody awaits, and work that computes. The order of the playgrounds here is that of the menu.

pub mod event_loop;
pub mod pitfall_blocking;
pub mod pitfall_forgotten_await;
pub mod cpu_bound;
pub mod io_models;
