//! What to start.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::EngineOptions;

/// Options of [`Stack::start`](crate::Stack::start).
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// The SAM template.
    pub template: PathBuf,
    /// The folder with the functions' binaries. `None`: endpoints and resources only, no gateway.
    pub functions_dir: Option<PathBuf>,
    /// Shell command lines to run when the gateway serves, one after the other.
    pub setup: Vec<String>,
    /// The gateway's port; 0 takes a free one. Without a gateway: the port of whoever serves the functions.
    pub port: u16,
    /// The template's parameter `Issuer`; `http://localhost:<port>` unless given.
    pub issuer: Option<String>,
    /// More template parameters.
    pub parameters: BTreeMap<String, String>,
    /// The AWS endpoints.
    pub engines: EngineOptions,
    /// Where to write the outputs, as `aws cloudformation describe-stacks --query Stacks[0].Outputs` prints them.
    pub outputs_file: Option<PathBuf>,
    /// Where to write the functions' environment, as `NAME=value` lines.
    pub env_file: Option<PathBuf>,
    /// Where to write one log file per function.
    pub log_dir: Option<PathBuf>,
    /// Whether log lines go to standard error, too.
    pub echo_logs: bool,
    /// Instances per function; further parallel requests wait.
    pub max_instances: usize,
}

impl StackOptions {
    /// The template and the binaries, everything else in memory, on a free port and silent: what tests want.
    pub fn new(template: impl Into<PathBuf>, functions_dir: impl Into<PathBuf>) -> Self {
        Self {
            template: template.into(),
            functions_dir: Some(functions_dir.into()),
            setup: Vec::new(),
            port: 0,
            issuer: None,
            parameters: BTreeMap::new(),
            engines: EngineOptions::default(),
            outputs_file: None,
            env_file: None,
            log_dir: None,
            echo_logs: false,
            max_instances: 64,
        }
    }
}
