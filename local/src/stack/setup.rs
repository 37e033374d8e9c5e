//! Set-up commands: what fills the tables of a fresh stack.

use std::collections::BTreeMap;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Command;

use crate::StartError;
use crate::runtime::Logs;

/// Runs one shell command line with the stack's environment and the caller's `PATH`. Its output goes to the log.
///
/// Fails when it cannot be started or ends with another status than 0.
pub(super) async fn run(
    command_line: &str,
    environment: &BTreeMap<String, String>,
    logs: &Logs,
) -> Result<(), StartError> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(command_line).env_clear().envs(environment).stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (status, (), ()) = tokio::join!(child.wait(), show(stdout, logs), show(stderr, logs));
    match status? {
        status if status.success() => Ok(()),
        status => Err(StartError::Setup(format!("`{command_line}` ended with {status}"))),
    }
}

async fn show(output: Option<impl AsyncRead + Unpin>, logs: &Logs) {
    let Some(output) = output else { return };
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        logs.add("setup", line);
    }
}
