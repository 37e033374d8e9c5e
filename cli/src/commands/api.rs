//! `postern api`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use reqwest::Method;

use super::Job;
use crate::bootstrap::Failure;
use crate::remote::Body;

#[derive(Subcommand)]
pub(crate) enum Apis {
    /// Load an API from its OpenAPI document, or the next edition of one.
    ///
    /// What is wrong with the document is told as `file:line:column: reason`, whether it is found here, before anything is
    /// sent, or by the deployment.
    Put {
        /// The document, YAML or JSON.
        file: PathBuf,
        /// The API's audience, whatever the document says.
        #[arg(long, value_name = "URI")]
        audience: Option<String>,
    },
    /// List APIs.
    List,
    /// Remove an API.
    Remove { audience: String },
    /// The document with the scopes that each operation needs, as JSON.
    Reference { audience: String },
}

impl Apis {
    pub(super) fn job(self) -> Result<Job, Failure> {
        let query = |audience: &str| format!("?{}", form_urlencoded(audience));
        Ok(match self {
            Self::List => Job::get("apis").columns(&["audience", "name", "operations", "domains"]),
            Self::Remove { audience } => Job::new(Method::DELETE, format!("apis{}", query(&audience))),
            Self::Reference { audience } => Job::get(format!("apis/reference{}", query(&audience))),
            Self::Put { file, audience } => {
                let document = read(&file, audience.as_deref())?;
                let query = audience.map(|audience| query(&audience)).unwrap_or_default();
                let mut job = Job::new(Method::PUT, format!("apis{query}"));
                job.ask.body = Body::Document { text: document, shown: file.display().to_string() };
                job
            }
        })
    }
}

fn form_urlencoded(audience: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("audience", audience).finish()
}

/// The document, if it can be loaded.
fn read(file: &Path, audience: Option<&str>) -> Result<String, Failure> {
    let shown = file.display();
    let document = std::fs::read_to_string(file).map_err(|error| format!("{shown}: {error}"))?;
    let loaded = match audience {
        Some(audience) => postern_openapi::load_for(&document, audience),
        None => postern_openapi::load(&document),
    };
    match loaded {
        Ok(_) => Ok(document),
        Err(problems) => {
            let lines = problems.iter().map(|problem| format!("{shown}:{problem}")).collect::<Vec<_>>();
            Err(format!("the document cannot be loaded\n{}", lines.join("\n")).into())
        }
    }
}
