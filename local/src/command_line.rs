//! Flags and variables.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Parser;
use postern_local::{EngineOptions, StackOptions, StartError};

/// DynamoDB, KMS, API Gateway and Lambda on this machine, as a SAM template describes them.
#[derive(Debug, Parser)]
#[command(name = "postern-local", version)]
pub(crate) struct CommandLine {
    /// The SAM template.
    #[arg(long, default_value = "template.yaml")]
    template: PathBuf,
    /// The folder with the functions' binaries.
    #[arg(long, required_unless_present = "endpoints_only")]
    functions: Option<PathBuf>,
    /// A command line to run when everything serves; repeatable, in order.
    #[arg(long)]
    setup: Vec<String>,
    /// A template parameter as Name=value; repeatable.
    #[arg(long, value_parser = name_and_value)]
    parameter: Vec<(String, String)>,
    /// Where to write the template's outputs.
    #[arg(long)]
    outputs: Option<PathBuf>,
    /// Where to keep tables and keys; in memory unless given.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where to write one log per function.
    #[arg(long)]
    log_dir: Option<PathBuf>,
    /// Serve DynamoDB and KMS only: something else runs the functions, on `POSTERN_PORT`.
    #[arg(long)]
    pub(crate) endpoints_only: bool,
    /// Where to write the functions' environment.
    #[arg(long)]
    env_file: Option<PathBuf>,
    /// Serve the tests' knobs on this port.
    #[arg(long)]
    pub(crate) control_port: Option<u16>,
    /// The gateway's port; 0 takes a free one.
    #[arg(long, env = "POSTERN_PORT", default_value_t = 8080)]
    port: u16,
    /// The template's parameter Issuer; <http://localhost:PORT> unless given.
    #[arg(long, env = "POSTERN_ISSUER")]
    issuer: Option<String>,
    /// Another DynamoDB instead of the embedded one.
    #[arg(long, env = "POSTERN_DYNAMODB_ENDPOINT")]
    dynamodb_endpoint: Option<String>,
    /// Another KMS instead of the embedded one.
    #[arg(long, env = "POSTERN_KMS_ENDPOINT")]
    kms_endpoint: Option<String>,
}

impl CommandLine {
    /// The stack to start. Fails when the functions' port is unknown.
    pub(crate) fn into_options(self) -> Result<StackOptions, StartError> {
        if self.endpoints_only && self.port == 0 {
            return Err(StartError::Endpoint("with --endpoints-only, POSTERN_PORT must name a port".into()));
        }
        let engines = EngineOptions {
            data_dir: self.data,
            dynamodb: given(self.dynamodb_endpoint),
            kms: given(self.kms_endpoint),
        };
        Ok(StackOptions {
            functions_dir: self.functions.filter(|_| !self.endpoints_only),
            setup: self.setup,
            port: self.port,
            issuer: given(self.issuer),
            parameters: BTreeMap::from_iter(self.parameter),
            engines,
            outputs_file: self.outputs,
            env_file: self.env_file,
            log_dir: self.log_dir,
            echo_logs: true,
            ..StackOptions::new(self.template, "")
        })
    }
}

/// A variable that is set to nothing counts as unset.
fn given(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected Name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}
