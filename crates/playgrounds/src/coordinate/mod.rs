//! Who waits for whom: the first, the failing, the late and the cancelled.

pub mod background_task;
pub mod cancellation;
pub mod compare_strategies;
pub mod first_completed;
pub mod gather_errors;
pub mod task_group;
pub mod timeouts;
