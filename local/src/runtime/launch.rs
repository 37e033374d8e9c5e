//! Starting a function's process.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use super::api::{RuntimeApi, serve_runtime_api};
use super::instance::Instance;
use super::{InvokeError, Logs};
use crate::net::bind_loopback;

/// How to start a process of one function.
pub(super) struct Launcher {
    /// The binary.
    pub(super) program: PathBuf,
    /// Its whole environment but the runtime's address and the caller's `PATH`.
    pub(super) environment: BTreeMap<String, String>,
    /// The name in the log.
    pub(super) source: String,
    /// The function's ARN.
    pub(super) arn: String,
    /// Where its output goes.
    pub(super) logs: Logs,
}

impl Launcher {
    /// Starts a process with a Runtime API of its own. Fails when the system does.
    pub(super) async fn launch(&self) -> Result<Arc<Instance>, InvokeError> {
        let failed =
            |error: std::io::Error| InvokeError::Launch(format!("{}: {error}", self.program.display()));
        let (listener, port) = bind_loopback(0).await.map_err(failed)?;
        let mut child = self.command(port).spawn().map_err(failed)?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (api, jobs) = RuntimeApi::new(self.source.clone(), self.arn.clone(), self.logs.clone());
        let instance = Arc::new(Instance::new(child, jobs));
        let server = tokio::spawn(serve_runtime_api(listener, api, Arc::downgrade(&instance)));
        if let Some(stderr) = stderr {
            tokio::spawn(pass_on(stderr, self.source.clone(), self.logs.clone()));
        }
        if let Some(stdout) = stdout {
            let (source, logs) = (self.source.clone(), self.logs.clone());
            let watched = Arc::clone(&instance);
            tokio::spawn(async move {
                pass_on(stdout, source, logs).await;
                // Standard output ends with the process.
                watched.reap().await;
                server.abort();
            });
        }
        Ok(instance)
    }

    fn command(&self, port: u16) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(&self.environment);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}"))
            .env("AWS_LAMBDA_LOG_STREAM_NAME", format!("local/{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

async fn pass_on(output: impl AsyncRead + Unpin, source: String, logs: Logs) {
    let mut lines = BufReader::new(output).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        logs.add(&source, String::from_utf8_lossy(&line).trim_end().to_owned());
    }
}

/// A process that was started.
pub(super) type Process = Child;
