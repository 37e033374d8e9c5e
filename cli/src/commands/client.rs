//! `postern client`, `postern platform`.

use clap::{Args, Subcommand};
use postern_core::client::DocumentUrl;
use postern_core::id::ClientId;
use reqwest::Method;
use serde_json::{Value, json};

use super::clear::OfClient;
use super::limits::Limits;
use super::openid::OpenId;
use super::proof::Proof;
use super::{Job, Members};
use crate::bootstrap::Failure;

#[derive(Subcommand)]
pub(crate) enum Clients {
    /// List clients.
    List {
        /// Only those of this tenant.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Register a client. Its secret is printed once.
    Create {
        /// `web`, `spa`, `native`, `service` or `platform`.
        kind: String,
        /// The name that the consent page shows.
        name: String,
        /// The tenant that a service or platform acts for, live or a test as that is.
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        traits: Box<Traits>,
    },
    /// Show a client.
    Show { client: String },
    /// Change a client.
    Update {
        client: String,
        /// The name that the consent page shows.
        #[arg(long)]
        name: Option<String>,
        /// Whether it may do anything at all.
        #[arg(long, value_name = "true|false")]
        active: Option<bool>,
        /// Whether one that says of itself what it is has rights at other APIs than those that `--api` names; `--clear
        /// bound` gives them back.
        #[arg(long, value_name = "true|false")]
        any_api: Option<bool>,
        /// What it shall be without; may be repeated.
        #[arg(long, value_name = "WHAT", value_enum)]
        clear: Vec<OfClient>,
        #[command(flatten)]
        traits: Box<Traits>,
    },
    /// Remove a client for good.
    Remove { client: String },
    /// A client's secrets: two may live at once, so that one replaces the other without a gap.
    #[command(subcommand)]
    Secret(Secrets),
}

#[derive(Subcommand)]
pub(crate) enum Secrets {
    /// Add a secret, which is printed once.
    Add { client: String },
    /// Remove a secret, by what `client show` calls it.
    Remove { client: String, secret: String },
}

#[derive(Subcommand)]
pub(crate) enum Platforms {
    /// Register a platform. Its secret is printed once.
    Create {
        /// The name that the consent page shows.
        name: String,
        /// The platform's own tenant.
        #[arg(long)]
        tenant: String,
        #[command(flatten)]
        traits: Box<Traits>,
    },
}

#[derive(Args)]
pub(crate) struct Traits {
    /// Where codes may be sent; may be repeated.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// How it gets tokens, such as `authorization_code`; may be repeated. As its kind does unless given.
    #[arg(long = "grant-type", value_name = "GRANT")]
    grant_types: Vec<String>,
    /// What it may ask for; may be repeated.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// The API of those scopes; the deployment's own unless said.
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,
    /// What it may ask for at a further API, as "AUDIENCE SCOPE..."; "AUDIENCE" alone takes all of it away. May be
    /// repeated.
    #[arg(long = "api", value_name = "AUDIENCE SCOPE...")]
    apis: Vec<String>,
    /// From where its tokens may be used; may be repeated.
    #[arg(long = "network", value_name = "CIDR")]
    networks: Vec<String>,
    /// Whether a confidential client's refresh tokens rotate.
    #[arg(long, value_name = "true|false")]
    rotate_refresh_tokens: Option<bool>,
    /// Whether a confidential client has to send a PKCE challenge.
    #[arg(long, value_name = "true|false")]
    require_pkce: Option<bool>,
    /// Where people may be sent when they have signed out; may be repeated.
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session has ended.
    #[arg(long, value_name = "URL")]
    backchannel_logout_uri: Option<String>,
    #[command(flatten)]
    openid: OpenId,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    proof: Proof,
}

impl Traits {
    fn body(self) -> Members {
        let apis = self.apis.iter().map(|text| at_api(text)).collect();
        let body = Members::default()
            .with_all("redirect_uris", self.redirect_uris)
            .with_all("grant_types", self.grant_types)
            .with_all("scopes", self.scopes)
            .with("audience", self.audience)
            .with("apis", Some(apis).filter(|apis: &Vec<Value>| !apis.is_empty()))
            .with_all("networks", self.networks)
            .with("rotate_refresh_tokens", self.rotate_refresh_tokens)
            .with("require_pkce", self.require_pkce)
            .with_all("post_logout_redirect_uris", self.post_logout_redirect_uris)
            .with("backchannel_logout_uri", self.backchannel_logout_uri);
        self.proof.add_to(self.limits.add_to(self.openid.add_to(body)))
    }
}

/// `AUDIENCE SCOPE...`: neither holds a space.
fn at_api(text: &str) -> Value {
    let mut words = text.split_whitespace();
    let audience = words.next().unwrap_or_default();
    json!({ "audience": audience, "scopes": words.collect::<Vec<_>>() })
}

/// Where a client is: one that is the URL of a metadata document has a name of its own for that.
fn path(client: &str) -> String {
    let document = ClientId::parse(client).ok().as_ref().and_then(DocumentUrl::of);
    format!("clients/{}", document.map_or_else(|| client.to_owned(), |url| url.segment()))
}

impl Clients {
    pub(super) fn job(self) -> Result<Job, Failure> {
        Ok(match self {
            Self::List { tenant } => {
                let of = tenant.map(|tenant| format!("&tenant={tenant}")).unwrap_or_default();
                let columns = &["client_id", "kind", "name", "tenant", "active"];
                Job::get(format!("clients?limit=100{of}")).columns(columns)
            }
            Self::Create { kind, name, tenant, traits } => {
                let body = traits.body().with("kind", Some(kind)).with("name", Some(name));
                Job::new(Method::POST, "clients").json(body.with("tenant", tenant))
            }
            Self::Show { client } => Job::get(path(&client)),
            Self::Update { client, name, active, any_api, clear, traits } => {
                let body = traits.body().with("name", name).with("active", active).with("any_api", any_api);
                Job::new(Method::PATCH, path(&client)).json(body.without(&clear)?)
            }
            Self::Remove { client } => Job::new(Method::DELETE, path(&client)),
            Self::Secret(Secrets::Add { client }) => {
                Job::new(Method::POST, format!("clients/{client}/secrets"))
            }
            Self::Secret(Secrets::Remove { client, secret }) => {
                Job::new(Method::DELETE, format!("clients/{client}/secrets/{secret}"))
            }
        })
    }
}

impl Platforms {
    pub(super) fn job(self) -> Job {
        let Self::Create { name, tenant, traits } = self;
        let body = traits.body().with("kind", Some("platform"));
        Job::new(Method::POST, "clients").json(body.with("name", Some(name)).with("tenant", Some(tenant)))
    }
}
