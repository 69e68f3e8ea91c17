//! What concurrency is: the same work one after another, and together.

pub mod downloads;
