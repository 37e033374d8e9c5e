//! `postern-local`: starts the laptop and stays until it is told to stop.

mod command_line;

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use postern_local::{Stack, StartError, serve_control};
use tokio::signal::unix::{SignalKind, signal};

use command_line::CommandLine;

#[tokio::main]
async fn main() -> ExitCode {
    let ended = tokio::select! {
        ended = run(CommandLine::parse()) => ended,
        ended = told_to_stop() => ended,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postern-local: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts everything, says where it is, and waits. The functions die with this future.
async fn run(command_line: CommandLine) -> Result<(), StartError> {
    let control_port = command_line.control_port;
    let endpoints_only = command_line.endpoints_only;
    let options = command_line.into_options()?;
    let log_dir = options.log_dir.clone();
    let stack = Arc::new(Stack::start(options).await?);
    let mut ready = describe(&stack, endpoints_only);
    if let Some(log_dir) = log_dir {
        writeln!(ready, "  logs       {}", log_dir.display()).unwrap_or_default();
    }
    if let Some(port) = control_port {
        let (port, _) = serve_control(Arc::clone(&stack), port).await?;
        writeln!(ready, "  control    http://127.0.0.1:{port}").unwrap_or_default();
    }
    if let (false, Some(page)) = (endpoints_only, stack.open_pages().first()) {
        writeln!(ready, "\nTry:  curl {page}\nStop: Ctrl-C").unwrap_or_default();
    }
    println!("\n{ready}");
    std::future::pending().await
}

fn describe(stack: &Stack, endpoints_only: bool) -> String {
    let mut text = String::from("Ready.\n");
    let gateway = [
        ("issuer", Some(stack.issuer())),
        ("HTTP API", Some(stack.base_url())),
        ("REST API", stack.rest_url()),
    ];
    let engines =
        [("DynamoDB", Some(stack.engines().dynamodb_url())), ("KMS", Some(stack.engines().kms_url()))];
    let shown = gateway.into_iter().filter(|_| !endpoints_only).chain(engines);
    for (name, address) in shown.filter_map(|(name, address)| Some((name, address?))) {
        writeln!(text, "  {name:<10} {address}").unwrap_or_default();
    }
    text
}

/// Returns at Ctrl-C, SIGTERM or SIGHUP. Fails when the system refuses to tell.
async fn told_to_stop() -> Result<(), StartError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}
