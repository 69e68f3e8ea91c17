//! Blocking calls, threads, and coroutines that nobody awaits. The order of the playgrounds here is that of the menu.

pub mod event_loop;
pub mod pitfall_blocking;
pub mod pitfall_forgotten_await;
