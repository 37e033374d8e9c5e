//! What `postern bootstrap --demo` tells about the sample data.

use serde::Deserialize;

/// `demo.json`.
#[derive(Clone, Deserialize)]
pub struct Demo {
    /// The issuer.
    pub issuer: String,
    /// The sample API behind the HTTP API.
    pub api: String,
    /// The sample API behind the REST API, stage included.
    pub api_rest: String,
    /// Two customers and a platform.
    pub tenants: [DemoTenant; 3],
    /// The users: an owner, a reader of the same tenant, the owner of another.
    pub users: [DemoUser; 3],
    /// The clients.
    pub clients: DemoClients,
    /// An operator's token for the admin API.
    pub admin_token: String,
}

/// A tenant.
#[derive(Clone, Deserialize)]
pub struct DemoTenant {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A user.
#[derive(Clone, Deserialize)]
pub struct DemoUser {
    /// What to type under Email.
    pub email: String,
    /// What to type under Password.
    pub password: String,
    /// The identifier of the tenant.
    pub tenant: String,
    /// The role there.
    pub role: String,
}

/// One client of each kind.
#[derive(Clone, Deserialize)]
pub struct DemoClients {
    /// Confidential, for users.
    pub web: DemoClient,
    /// Public, for users.
    pub spa: DemoClient,
    /// Client credentials.
    pub service: DemoClient,
    /// For connected accounts.
    pub platform: DemoClient,
    /// Public, in which members manage what is theirs.
    pub dashboard: DemoClient,
}

/// A client.
#[derive(Clone, Deserialize)]
pub struct DemoClient {
    /// Its identifier.
    pub client_id: String,
    /// Its secret; public clients have none.
    pub client_secret: Option<String>,
    /// Where its users may be sent.
    pub redirect_uris: Vec<String>,
}
