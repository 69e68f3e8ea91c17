//! The errors that a task can end with.

use std::fmt;

/// Why a task has no value: the exception that Python would raise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The task was cancelled: asyncio's `CancelledError`.
    Cancelled,
    /// The task ran into a time limit: asyncio's `TimeoutError`.
    TimedOut,
    /// Any other failure, in words.
    Failed(String),
    /// The errors of a task group, in the order of the failures: Python's `ExceptionGroup`.
    Group(Vec<Self>),
}

/// The result of a task.
pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("cancelled"),
            Self::TimedOut => f.write_str("timed out"),
            Self::Failed(message) => f.write_str(message),
            // As `str` of Python's `ExceptionGroup`.
            Self::Group(errors) => {
                let (count, s) = (errors.len(), if errors.len() == 1 { "" } else { "s" });
                write!(
                    f,
                    "unhandled errors in a TaskGroup ({count} sub-exception{s})"
                )
            }
        }
    }
}

impl std::error::Error for Error {}
