//! The errors of commands.

use std::fmt;

/// The result of a chore: most only succeed or fail.
pub type Result<T = ()> = std::result::Result<T, Failure>;

/// A message for the person at the terminal: what failed and, if possible, what to do about it.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<wasmparser::BinaryReaderError> for Failure {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self(format!("the WebAssembly cannot be read: {error}"))
    }
}

impl From<cargo_metadata::Error> for Failure {
    fn from(error: cargo_metadata::Error) -> Self {
        Self(format!("the app's dependencies cannot be read: {error}"))
    }
}

impl From<xshell::Error> for Failure {
    fn from(error: xshell::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<std::env::JoinPathsError> for Failure {
    fn from(error: std::env::JoinPathsError) -> Self {
        Self(format!(
            "a tool's folder cannot be put on the PATH: {error}"
        ))
    }
}
