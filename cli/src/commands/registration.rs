//! `postern registration-token`.

use clap::Subcommand;
use reqwest::Method;

use super::{Job, Members};

#[derive(Subcommand)]
pub(crate) enum RegistrationTokens {
    /// List the tokens that let clients register.
    List,
    /// Make one; it is shown this once.
    Create {
        /// For whom it is.
        label: String,
        /// How many clients it may register; any number unless given.
        #[arg(long)]
        uses: Option<u64>,
        /// In how many days it expires; 30 unless given.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=365))]
        days: Option<u64>,
        /// Whether confidential clients that it registers have to send a PKCE challenge; true unless given.
        #[arg(long, value_name = "true|false")]
        require_pkce: Option<bool>,
    },
    /// Revoke one, by what `registration-token list` calls it. The clients that it registered stay.
    Revoke { token: String },
}

impl RegistrationTokens {
    pub(super) fn job(self) -> Job {
        const PATH: &str = "registration-tokens";
        match self {
            Self::List => {
                let columns = &["id", "label", "uses_left", "require_pkce", "created_at", "expires_at"];
                Job::get(PATH).columns(columns)
            }
            Self::Create { label, uses, days, require_pkce } => {
                let body = Members::default().with("label", Some(label)).with("uses", uses);
                let body = body.with("require_pkce", require_pkce);
                Job::new(Method::POST, PATH).json(body.with("expires_in", days.map(|days| days * 86_400)))
            }
            Self::Revoke { token } => Job::new(Method::DELETE, format!("{PATH}/{token}")),
        }
    }
}
