//! Whole pages, the frame around them, and keys.

pub mod choose;
pub mod course;
pub mod differences;
pub mod embed;
pub mod find;
pub mod hint;
pub mod keys;
pub mod lab;
pub mod lazy;
pub mod listen;
pub mod page;
pub mod page_state;
pub mod recording;
pub mod shell;
pub mod start;
