//! `postern connection`.

use clap::Subcommand;
use reqwest::Method;
use serde_json::Value;

use super::{Job, Members};

#[derive(Subcommand)]
pub(crate) enum Connections {
    /// List the platforms that act for a tenant.
    List { tenant: String },
    /// Say from which networks a platform may act for a tenant.
    Restrict {
        tenant: String,
        /// The platform's `client_id`.
        client: String,
        /// From where; may be repeated.
        #[arg(long = "network", value_name = "CIDR", required_unless_present = "anywhere")]
        networks: Vec<String>,
        /// From everywhere.
        #[arg(long, conflicts_with = "networks")]
        anywhere: bool,
    },
    /// What a platform did for a tenant: its requests by day, and its events, the latest first.
    Activity {
        tenant: String,
        /// The platform's `client_id`.
        client: String,
        /// At most so many events, up to 100.
        #[arg(long, default_value_t = 50)]
        limit: u16,
        /// Go on where the answer before ended: its `next_cursor`.
        #[arg(long)]
        cursor: Option<String>,
    },
    /// End a connection: what was issued for it is void.
    End {
        tenant: String,
        /// The platform's `client_id`.
        client: String,
    },
}

impl Connections {
    pub(super) fn job(self) -> Job {
        match self {
            Self::List { tenant } => Job::get(format!("tenants/{tenant}/connections")).columns(&[
                "client_id",
                "name",
                "apis",
                "networks",
                "last_used_on",
                "revoked_at",
            ]),
            Self::Restrict { tenant, client, networks, anywhere: _ } => {
                let body = Members::default().with("networks", Some(Value::from(networks)));
                Job::new(Method::PATCH, format!("tenants/{tenant}/connections/{client}")).json(body)
            }
            Self::Activity { tenant, client, limit, cursor } => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("limit", &limit.to_string());
                query.extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
                let path = format!("tenants/{tenant}/connections/{client}/activity?{}", query.finish());
                Job { in_parts: true, ..Job::get(path).columns(super::audit::COLUMNS) }
            }
            Self::End { tenant, client } => {
                Job::new(Method::DELETE, format!("tenants/{tenant}/connections/{client}"))
            }
        }
    }
}
