//! The process's own runtime, so that servers outlive the runtime of the test that started them.

use std::future::Future;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::StartError;

/// A multi-threaded runtime that stops, without waiting, when it is dropped.
pub(crate) struct Background {
    /// Present until drop.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Background {
    /// Starts the runtime. Fails when the system gives no threads.
    pub(crate) fn start() -> Result<Self, StartError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("postern-local")
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok(Self { runtime: Some(runtime), handle })
    }

    /// The handle to spawn tasks on.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Runs a future on this runtime, from any other. Fails as the future does.
    pub(crate) async fn run<T, F>(&self, future: F) -> Result<T, StartError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StartError>> + Send + 'static,
    {
        match self.handle.spawn(future).await {
            Ok(result) => result,
            Err(_) => Err(StartError::Stopped),
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Dropping a runtime inside another one panics; shutting it down does not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
