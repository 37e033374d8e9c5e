//! Why the stack did not start.

use std::io;

/// A start-up error. Every message names the place and says what is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The system refused a socket, a file or a process.
    #[error("system: {0}")]
    Io(#[from] io::Error),
    /// The template is malformed, or uses something that this stack does not know.
    #[error("template: {0}")]
    Template(String),
    /// An AWS endpoint refused a request, or could not be opened.
    #[error("endpoint: {0}")]
    Endpoint(String),
    /// A set-up command failed.
    #[error("set-up: {0}")]
    Setup(String),
    /// The stack was stopped while it started.
    #[error("stopped while starting")]
    Stopped,
}
