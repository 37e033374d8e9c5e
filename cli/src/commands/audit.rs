//! `postern audit`.

use clap::Args;

use super::Job;

/// What is shown of an event.
pub(super) const COLUMNS: &[&str] = &["at", "kind", "outcome", "actor", "client_id", "network"];

#[derive(Args)]
pub(crate) struct Audit {
    /// Whose log.
    #[arg(long)]
    tenant: Option<String>,
    /// Only what was done through this client, or to it.
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
    /// The first moment that counts, in seconds since 1970.
    #[arg(long, value_name = "SECONDS")]
    from: Option<u64>,
    /// The last.
    #[arg(long, value_name = "SECONDS")]
    to: Option<u64>,
    /// At most so many events, up to 100.
    #[arg(long, default_value_t = 50)]
    limit: u16,
    /// Go on where the answer before ended: its `next_cursor`.
    #[arg(long)]
    cursor: Option<String>,
}

impl Audit {
    pub(super) fn job(self) -> Job {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", &self.limit.to_string());
        let (from, to) = (self.from.map(|it| it.to_string()), self.to.map(|it| it.to_string()));
        for (name, value) in [
            ("tenant", self.tenant),
            ("client_id", self.client),
            ("from", from),
            ("to", to),
            ("cursor", self.cursor),
        ] {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        Job { in_parts: true, ..Job::get(format!("audit?{}", query.finish())).columns(COLUMNS) }
    }
}
