//! Panels beside and below the race: code, log, story, tasks, numbers, comparison, claims, results, benchmarks.

pub mod benchmark;
pub mod claims;
pub mod code;
pub mod compare;
pub mod documents;
pub mod findings;
pub mod io_models;
pub mod lazy;
pub mod log;
pub mod many_tasks;
pub mod measured_table;
pub mod measuring;
pub mod numbers;
pub mod own_run;
pub mod panel;
pub mod recorded_code;
pub mod results;
pub mod sizes;
pub mod speed_up;
pub mod spread;
pub mod stored;
pub mod story;
pub mod tasks;
