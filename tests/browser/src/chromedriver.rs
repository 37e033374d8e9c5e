//! The process that drives Chromium.

use std::process::Stdio;
use std::time::Duration;

use postern_e2e::Outcome;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long it may take to start on a busy machine.
const START: Duration = Duration::from_mins(1);

/// A running chromedriver. Dropping it ends the process and every browser that it started.
pub(crate) struct Chromedriver {
    /// Where it listens.
    pub(crate) url: String,
    process: Child,
}

impl Chromedriver {
    /// Starts one on a free port. Fails when the program is missing, with the packages to install.
    pub(crate) async fn start() -> Outcome<Self> {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // A group of its own, so that the browsers end with it.
        let started = command.process_group(0).kill_on_drop(true).spawn();
        let mut process = started.map_err(|error| {
            format!("chromedriver: {error}. Install the packages chromium and chromium-driver: tools/setup.sh browser")
        })?;
        let output = process.stdout.take().ok_or("chromedriver has no output")?;
        let port = timeout(START, async {
            let mut lines = BufReader::new(output).lines();
            while let Some(line) = lines.next_line().await? {
                if let Some((_, port)) = line.split_once("started successfully on port ") {
                    return Ok(port.trim_end_matches('.').parse::<u16>()?);
                }
            }
            Err("chromedriver ended at once".into())
        });
        let port: Outcome<u16> = port.await.map_err(|_| "chromedriver says nothing")?;
        Ok(Self { url: format!("http://127.0.0.1:{}", port?), process })
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let leader = self.process.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(leader) = leader {
            // A group that has ended needs no ending.
            kill_process_group(leader, Signal::KILL).unwrap_or_default();
        }
    }
}
