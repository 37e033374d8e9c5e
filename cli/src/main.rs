//! `postern`: what an operator does from a shell.

mod bootstrap;
mod demo;
mod outputs;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Operate a Postern deployment.
#[derive(Parser)]
#[command(name = "postern", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Give a fresh deployment its keys. Safe to run again: what is there stays.
    ///
    /// Reads `AWS_REGION` and the credentials from the environment
    /// (`eval "$(aws configure export-credentials --format env)"`).
    Bootstrap {
        /// The stack's outputs, as JSON: `aws cloudformation describe-stacks --query 'Stacks[0].Outputs'`.
        #[arg(long, value_name = "FILE")]
        outputs: PathBuf,
        /// Also write sample tenants, users and clients, and say here who they are. For laptops.
        #[arg(long, value_name = "FILE")]
        demo: Option<PathBuf>,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Command::Bootstrap { outputs, demo } = Cli::parse().command;
    match bootstrap::run(&outputs, demo.as_deref()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postern: {error}");
            ExitCode::FAILURE
        }
    }
}
