//! Operators' commands: each is a request of the admin API.

mod api;
mod audit;
mod clear;
mod client;
mod connection;
mod limits;
mod openid;
mod pat;
mod proof;
mod registration;
mod tenant;
#[cfg(test)]
mod tests;
mod user;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Map, Value};

use crate::bootstrap::Failure;
use crate::print;
use crate::remote::{Ask, Body, Remote};

/// Where the deployment is, and how to show what it says.
#[derive(Args)]
pub(crate) struct Place {
    /// The deployment's base URL. The credentials are in `POSTERN_TOKEN`, or in `POSTERN_CLIENT_ID` and
    /// `POSTERN_CLIENT_SECRET`.
    #[arg(long, global = true, env = "POSTERN_URL", default_value = "http://localhost:8080")]
    url: String,
    /// Certificates to trust besides the system's, as PEM.
    #[arg(long, global = true, value_name = "FILE", env = "POSTERN_CA")]
    ca: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Customer organisations.
    #[command(subcommand)]
    Tenant(tenant::Tenants),
    /// Who belongs to a tenant.
    #[command(subcommand)]
    Member(tenant::Members),
    /// What the members of a tenant may do.
    #[command(subcommand)]
    Role(tenant::Roles),
    /// The personal access tokens of a member.
    #[command(subcommand)]
    Pat(pat::Pats),
    /// The accounts of people. For operators.
    #[command(subcommand)]
    User(user::Users),
    /// The platforms that act for a tenant.
    #[command(subcommand)]
    Connection(connection::Connections),
    /// OAuth clients.
    #[command(subcommand)]
    Client(client::Clients),
    /// Clients that act for connected accounts.
    #[command(subcommand)]
    Platform(client::Platforms),
    /// Tokens that let clients register themselves.
    #[command(subcommand)]
    RegistrationToken(registration::RegistrationTokens),
    /// APIs, loaded from their OpenAPI documents.
    #[command(subcommand)]
    Api(api::Apis),
    /// The audit log of a tenant, the latest event first; without one, the deployment's own.
    Audit(audit::Audit),
}

/// A request, and the columns of its answer where that is a list.
struct Job {
    ask: Ask,
    columns: &'static [&'static str],
    /// What only we know, for the person who asked.
    note: Option<String>,
    /// Whether a list is asked for in the parts that the caller names, and not whole.
    in_parts: bool,
}

/// Runs a command.
pub(crate) async fn run(place: &Place, command: Command) -> Result<(), Failure> {
    let job = command.job()?;
    let remote = Remote::reach(&place.url, place.ca.as_deref()).await?;
    let answer = if job.in_parts { remote.send(&job.ask).await? } else { remote.send_all(job.ask).await? };
    print::out(&print::answer(&answer, job.columns, place.json))?;
    match job.note {
        // Beside the JSON, not in it.
        Some(note) if place.json => eprintln!("{note}"),
        Some(note) => print::once(&format!("{note}\n"))?,
        None => {}
    }
    Ok(())
}

impl Command {
    fn job(self) -> Result<Job, Failure> {
        Ok(match self {
            Self::Tenant(command) => command.job()?,
            Self::Member(command) => command.job()?,
            Self::Role(command) => command.job(),
            Self::Pat(command) => command.job(),
            Self::User(command) => command.job(),
            Self::Connection(command) => command.job(),
            Self::Client(command) => command.job()?,
            Self::Platform(command) => command.job(),
            Self::RegistrationToken(command) => command.job(),
            Self::Api(command) => command.job()?,
            Self::Audit(command) => command.job(),
        })
    }
}

impl Job {
    fn new(method: Method, path: impl Into<String>) -> Self {
        let ask = Ask { method, path: path.into(), body: Body::Nothing };
        Self { ask, columns: &[], note: None, in_parts: false }
    }

    fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    fn columns(self, columns: &'static [&'static str]) -> Self {
        Self { columns, ..self }
    }

    fn json(mut self, body: Members) -> Self {
        self.ask.body = Body::Json(Value::Object(body.0));
        self
    }
}

/// The members of a body that were given.
#[derive(Default)]
struct Members(Map<String, Value>);

impl Members {
    fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    /// A list; absent where it is empty.
    fn with_all(self, name: &str, values: Vec<String>) -> Self {
        self.with(name, Some(values).filter(|values| !values.is_empty()))
    }
}
