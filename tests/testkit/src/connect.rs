//! How a platform gets at accounts: it is connected, and calls.

use postern_core::connection::Connection;
use postern_core::id::{AccountId, TenantId};
use postern_core::store::ManageConnections as _;

use crate::apps::App;
use crate::draft::Draft;
use crate::flow::Tokens;
use crate::instance::Instance;
use crate::people::Person;
use crate::world::World;

/// What a platform has after its customer came back.
#[derive(Clone, Debug)]
pub struct Connected {
    /// `connected_account_id`.
    pub account: String,
    /// The tokens of the connection.
    pub tokens: Tokens,
}

impl Connected {
    /// Reads the answer of a platform's exchange or refresh.
    #[track_caller]
    pub fn of(tokens: Tokens) -> Self {
        let account = tokens.body["connected_account_id"].as_str().expect("connected_account_id").to_owned();
        Self { account, tokens }
    }

    /// The tenant of the account.
    #[track_caller]
    pub fn tenant(&self) -> TenantId {
        AccountId::parse(&self.account).expect("an account").tenant()
    }
}

impl Instance {
    /// The end of a connection, by the platform.
    pub fn deauthorize(&self, app: &App, account: &str) -> Draft {
        self.post("/oauth2/deauthorize").form([("connected_account_id", account)]).by(app)
    }
}

impl World {
    /// Connects a tenant of `person` to `platform`, for reading and changing contacts.
    pub async fn connect(&self, platform: &App, person: &Person) -> Connected {
        self.connect_for(platform, person, "openid contact.read contact.write").await
    }

    /// The same, with these scopes.
    pub async fn connect_for(&self, platform: &App, person: &Person, scope: &str) -> Connected {
        Connected::of(self.tokens_for(platform, person, scope).await)
    }

    /// The platform's own token, with every scope of the API.
    pub async fn platform_token(&self, platform: &App) -> String {
        Tokens::of(&self.client_credentials(platform, "contact.all").send().await).access
    }

    /// The connection of a tenant with `platform`, ended or not; `None` where there never was one.
    pub async fn connection(&self, tenant: &TenantId, platform: &App) -> Option<Connection> {
        let connections = self.store().load_connections(tenant).await.expect("read");
        connections.into_iter().find(|connection| connection.client_id == platform.client_id)
    }
}
