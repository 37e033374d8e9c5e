//! The whole laptop: endpoints, resources, functions and gateway.

mod aws_call;
mod files;
mod keys;
mod options;
mod resources;
mod setup;
mod start;
mod tables;

use std::collections::BTreeMap;

use bytes::Bytes;
use tokio::task::AbortHandle;

use crate::runtime::{Functions, InvokeError, LogLine, Logs};
use crate::streams::Mappings;
use crate::{Engines, StartError};
pub use options::StackOptions;

/// A running stack. Dropping it stops the gateway, ends the mappings, for which it waits a moment, and kills the
/// functions.
pub struct Stack {
    engines: Engines,
    functions: Functions,
    logs: Logs,
    base_url: String,
    issuer: String,
    rest_url: Option<String>,
    outputs: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
    open_pages: Vec<String>,
    servers: Vec<AbortHandle>,
    mappings: Option<Mappings>,
}

impl Stack {
    /// Starts everything and runs the set-up commands; when it returns, the stack serves.
    ///
    /// Fails on an unreadable or unsupported template, an occupied port, a resource that cannot be created or a
    /// set-up command that fails.
    pub async fn start(options: StackOptions) -> Result<Self, StartError> {
        start::start(options).await
    }

    /// Where the HTTP API is, without a trailing slash: `http://localhost:<port>`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The issuer that the functions were told.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where the REST API is, stage included; nothing when the template has none.
    pub fn rest_url(&self) -> Option<&str> {
        self.rest_url.as_deref()
    }

    /// The template's outputs, by key.
    pub fn outputs(&self) -> &BTreeMap<String, String> {
        &self.outputs
    }

    /// The AWS endpoints behind the functions, with their faults.
    pub fn engines(&self) -> &Engines {
        &self.engines
    }

    /// What functions and set-up commands need to reach the stack's AWS endpoints, and the template's variables.
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// Addresses that answer a plain `GET` without credentials: somewhere to begin.
    pub fn open_pages(&self) -> &[String] {
        &self.open_pages
    }

    /// Invokes a function directly, by its name in the template or its binary, with a JSON event.
    pub async fn invoke(&self, function: &str, event: impl Into<Bytes> + Send) -> Result<Bytes, InvokeError> {
        let (functions, function, event) = (self.functions.clone(), function.to_owned(), event.into());
        let invocation =
            self.engines.background().handle().spawn(async move { functions.invoke(&function, event).await });
        invocation.await.unwrap_or(Err(InvokeError::Crashed))
    }

    /// Kills the instance that serves the function's next invocation at the moment it answers: all its effects
    /// are done, and the caller never hears. Returns whether there is such a function.
    pub fn kill_next(&self, function: &str) -> bool {
        self.functions.find(function).inspect(|pool| pool.kill_before_answer()).is_some()
    }

    /// Kills every instance of a function now. Returns whether there is such a function.
    pub fn kill_all(&self, function: &str) -> bool {
        self.functions.find(function).inspect(|pool| pool.kill_all()).is_some()
    }

    /// What the functions and set-up commands printed and what the gateway logged, oldest first. The newest 50,000
    /// lines are kept.
    pub fn logs(&self) -> Vec<LogLine> {
        self.logs.lines()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
        self.functions.kill_all();
        drop(self.mappings.take());
    }
}
