//! Client libraries of other languages: a program of `tests/e2e/interop` does what an app does, and a person's browser
//! is driven from here.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, Command};

use crate::{DemoClient, DemoUser, Deployment, Outcome};

/// A program that was told who it is.
pub struct Foreign(Command);

impl Foreign {
    /// A program of `tests/e2e/interop/node`.
    pub fn node(it: &Deployment, program: &str) -> Self {
        let mut command = Command::new("node");
        command.arg(interop().join("node").join(program));
        Self::told(command, it)
    }

    /// A program of `tests/e2e/interop/python`.
    pub fn python(it: &Deployment, program: &str) -> Self {
        let mut command =
            Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/interop/bin/python"));
        command.arg(interop().join("python").join(program));
        Self::told(command, it)
    }

    fn told(mut command: Command, it: &Deployment) -> Self {
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name);
        }
        if let Some(ca) = it.ca_file() {
            command.env("NODE_EXTRA_CA_CERTS", &ca).env("SSL_CERT_FILE", &ca);
        }
        Self(command).with("ISSUER", &it.demo.issuer)
    }

    /// One more setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.env(format!("INTEROP_{name}"), value);
        self
    }

    /// Acts as this client.
    #[must_use]
    pub fn as_client(self, client: &DemoClient, auth_method: &str) -> Self {
        let redirect = client.redirect_uris.first().map(String::as_str).unwrap_or_default();
        self.with("CLIENT_ID", &client.client_id)
            .with("CLIENT_SECRET", client.client_secret.as_deref().unwrap_or_default())
            .with("REDIRECT_URI", redirect)
            .with("AUTH_METHOD", auth_method)
    }

    /// Runs it to its end; `user` signs in and allows everything whenever it asks. Fails with what it printed.
    pub async fn run(mut self, it: &Deployment, user: &DemoUser) -> Outcome {
        let pipes = self.0.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.kill_on_drop(true).env("INTEROP_EMAIL", &user.email).spawn()?;
        let mut input = child.stdin.take().ok_or("no input")?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let mut said = Vec::new();
        while let Some(line) = lines.next_line().await? {
            match line.strip_prefix("authorize ") {
                Some(url) => answer(it, user, url, &mut input).await?,
                None => said.push(line),
            }
        }
        let ended = child.wait_with_output().await?;
        if ended.status.success() && said.last().is_some_and(|line| line == "done") {
            return Ok(());
        }
        Err(format!("{}\n{}", said.join("\n"), String::from_utf8_lossy(&ended.stderr)).into())
    }
}

async fn answer(it: &Deployment, user: &DemoUser, url: &str, input: &mut ChildStdin) -> Outcome {
    let callback = it.visitor().authorize(url, user).await?;
    input.write_all(format!("{callback}\n").as_bytes()).await?;
    Ok(input.flush().await?)
}

fn interop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("interop")
}
