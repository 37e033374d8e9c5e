//! `postern user`.

use clap::Subcommand;
use reqwest::Method;
use serde_json::Value;

use super::{Job, Members};

const COLUMNS: &[&str] = &["user_id", "email", "name", "email_verified", "active"];

#[derive(Subcommand)]
pub(crate) enum Users {
    /// List the accounts of people.
    List,
    /// Find the account that signs in with an address.
    Find { email: String },
    /// Show an account with its profile and memberships.
    Show { user: String },
    /// Change an account.
    Change {
        user: String,
        /// The name that people see.
        #[arg(long)]
        name: Option<String>,
        /// Whether the address was proved to be theirs.
        #[arg(long, value_name = "true|false")]
        email_verified: Option<bool>,
        /// The whole profile as a JSON object, such as `{"locale":"en-GB"}`.
        #[arg(long, value_name = "JSON", value_parser = json)]
        profile: Option<Value>,
    },
    /// Keep somebody out: everything that was issued for them is void, for good.
    Suspend { user: String },
    /// Let somebody who was suspended sign in again.
    Restore { user: String },
    /// Remove an account, its memberships and everything personal.
    Remove { user: String },
}

impl Users {
    pub(super) fn job(self) -> Job {
        match self {
            Self::List => Job::get("users?limit=100").columns(COLUMNS),
            Self::Find { email } => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                Job::get(format!("users?{}", query.append_pair("email", &email).finish())).columns(COLUMNS)
            }
            Self::Show { user } => Job::get(format!("users/{user}")),
            Self::Change { user, name, email_verified, profile } => {
                let body = Members::default().with("name", name).with("email_verified", email_verified);
                Job::new(Method::PATCH, format!("users/{user}")).json(body.with("profile", profile))
            }
            Self::Suspend { user } => Job::new(Method::POST, format!("users/{user}/suspend")),
            Self::Restore { user } => Job::new(Method::POST, format!("users/{user}/restore")),
            Self::Remove { user } => Job::new(Method::DELETE, format!("users/{user}")),
        }
    }
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
