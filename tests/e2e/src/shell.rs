//! An operator's shell: `postern` as a process of its own, with nothing in its environment but what it documents.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::{Outcome, binaries};

/// A shell with credentials.
#[derive(Clone)]
pub struct Shell {
    postern: PathBuf,
    variables: Vec<(String, String)>,
}

/// How a command ended.
pub struct Ran {
    /// The exit status.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Shell {
    /// A shell for the deployment at `url`, without credentials. Fails when the binary is missing.
    pub fn at(url: &str) -> Outcome<Self> {
        // No proxy stands between a laptop and itself.
        let variables = [("POSTERN_URL", url), ("NO_PROXY", "*")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self { postern: binaries()?.join("postern"), variables: variables.to_vec() })
    }

    /// The same with another variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs `postern` with these arguments. Fails when it cannot be started.
    pub async fn run(&self, arguments: &[&str]) -> Outcome<Ran> {
        finish(self.command(arguments)).await
    }

    /// The same with nobody at the other end of its standard output.
    pub async fn unread(&self, arguments: &[&str]) -> Outcome<Ran> {
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let mut command = self.command(arguments);
        command.stdout(writer);
        finish(command).await
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.postern);
        command.args(arguments).env_clear().envs(self.variables.iter().cloned());
        command
    }

    /// Runs a command that must succeed, and gives what it prints.
    pub async fn done(&self, arguments: &[&str]) -> Outcome<String> {
        let ran = self.run(arguments).await?;
        if ran.code == Some(0) { Ok(ran.out) } else { Err(format!("{arguments:?}: {}", ran.err).into()) }
    }

    /// The same, as JSON.
    pub async fn json(&self, arguments: &[&str]) -> Outcome<Value> {
        Ok(serde_json::from_str(&self.done(&[arguments, &["--json"]].concat()).await?)?)
    }
}

async fn finish(mut command: Command) -> Outcome<Ran> {
    // The deployment runs in this process: nobody may block it meanwhile.
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) })
}
