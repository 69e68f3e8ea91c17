//! Waiting, errors, timeouts and cancellation. The order of the playgrounds here is that of the menu.

pub mod first_completed;
pub mod gather_errors;
pub mod task_group;
pub mod timeouts;
pub mod cancellation;
pub mod background_task;
pub mod locks;
pub mod compare_strategies;
