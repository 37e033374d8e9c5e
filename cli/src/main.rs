//! `postern`: what an operator does from a shell.

mod bootstrap;
mod commands;
mod demo;
mod environment;
mod operator;
mod origin;
mod outputs;
mod print;
mod progress;
mod remote;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use operator::Wanted;

/// Operate a Postern deployment.
#[derive(Parser)]
#[command(name = "postern", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    place: commands::Place,
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
        /// Also make the operators' own tenant, of this name, and its first client; prints the client's secret once.
        #[arg(long, value_name = "NAME", value_parser = operator::parse_name, conflicts_with = "demo")]
        operator: Option<String>,
        /// Make one more client of the operators' own tenant, where the secrets of the others are lost; prints its
        /// secret once. Remove the others with `postern client remove`.
        #[arg(long, conflicts_with_all = ["operator", "demo"])]
        another_operator: bool,
        /// Also write sample tenants, users and clients, and say here who they are. For laptops.
        #[arg(long, value_name = "FILE")]
        demo: Option<PathBuf>,
    },
    /// Print the completions of a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
    #[command(flatten)]
    Remote(commands::Command),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Cli { command, place } = Cli::parse();
    let done = match command {
        Command::Bootstrap { outputs, operator, another_operator, demo } => {
            let operator = match (operator, another_operator) {
                (Some(name), _) => Wanted::First(name),
                (None, true) => Wanted::Another,
                (None, false) => Wanted::Nobody,
            };
            Box::pin(bootstrap::run(&outputs, &operator, demo.as_deref())).await
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "postern", &mut script);
            print::out(&String::from_utf8_lossy(&script)).map_err(Into::into)
        }
        Command::Remote(command) => commands::run(&place, command).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postern: {error}");
            ExitCode::FAILURE
        }
    }
}
