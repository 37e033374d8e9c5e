//! The Lambda Runtime API: starts the real function binaries, as many as there are parallel requests.

mod api;
mod environment;
mod instance;
mod launch;
mod logs;
mod pool;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

pub(crate) use environment::AwsEnvironment;
pub use logs::LogLine;
pub(crate) use logs::Logs;
pub(crate) use pool::{Pool, PoolOptions};

use crate::template::FunctionSpec;

/// Why an invocation has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// The binary could not be started.
    #[error("the binary could not be started: {0}")]
    Launch(String),
    /// The process did not ask for work in time.
    #[error("the function did not finish its init phase")]
    Init,
    /// The template's `Timeout` passed; the process was killed.
    #[error("the function timed out")]
    TimedOut,
    /// The process ended before it answered.
    #[error("the process ended before it answered")]
    Crashed,
    /// The answer is longer than Lambda's 6 MB.
    #[error("the answer is larger than 6 MB")]
    TooLarge,
    /// The function reported an error.
    #[error("{kind}: {message}")]
    Function {
        /// `errorType`.
        kind: String,
        /// `errorMessage`.
        message: String,
    },
}

/// Every function of the template.
#[derive(Clone)]
pub(crate) struct Functions(Arc<BTreeMap<String, Arc<Pool>>>);

impl Functions {
    /// Prepares pools; no process starts yet.
    pub(crate) fn new(specs: Vec<FunctionSpec>, options: &PoolOptions) -> Self {
        let pools = specs.into_iter().map(|spec| (spec.id.clone(), Arc::new(Pool::new(spec, options))));
        Self(Arc::new(pools.collect()))
    }

    /// Finds a function by its name in the template, its name at Lambda, or its binary.
    pub(crate) fn find(&self, name: &str) -> Option<&Arc<Pool>> {
        let by_name = self.0.get(name).or_else(|| self.0.values().find(|pool| pool.spec().name == name));
        by_name.or_else(|| self.0.values().find(|pool| pool.spec().binary == name))
    }

    /// Invokes a function, to the end even when the caller gives up. Fails as [`InvokeError`] says.
    pub(crate) async fn invoke(&self, name: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let Some(pool) = self.find(name).map(Arc::clone) else {
            return Err(InvokeError::Launch(format!("there is no function {name}")));
        };
        let invocation = tokio::spawn(async move { pool.invoke(payload).await });
        invocation.await.unwrap_or(Err(InvokeError::Crashed))
    }

    /// The variables that the template gives its functions, all together.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        self.0.values().flat_map(|pool| pool.spec().environment.clone()).collect()
    }

    /// Kills every process.
    pub(crate) fn kill_all(&self) {
        for pool in self.0.values() {
            pool.kill_all();
        }
    }
}
