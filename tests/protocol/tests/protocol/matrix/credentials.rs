//! One credential of each kind, for each customer, at each API.

use postern_core::audit::{Actor, Event, Kind as EventKind};
use postern_core::client::Entitlements;
use postern_core::clock::Clock as _;
use postern_core::credential::PatText;
use postern_core::entropy::OsEntropy;
use postern_core::http::Call;
use postern_core::id::{InvocationId, TenantId};
use postern_core::network::Networks;
use postern_core::param::ScopeSet;
use postern_core::pat::Pat;
use postern_core::store::ManagePats as _;
use postern_testkit::{App, Ask, Person, Prover, Tokens, World};
use serde_json::{Value, json};

use super::case::{Api, Credential, Customer, Kind, Platform, TOKEN_LIST};
use crate::admin::{Admin, app_of, json_of};
use crate::audience::{CASES, document};

/// The audience of the first API.
const SAMPLE: &str = "https://api.test";

/// Who there is, by what the matrix calls them.
pub(super) struct Cast {
    pub(super) world: World,
    /// A server of the second customer's.
    pub(super) globex_service: App,
    /// The key of bound tokens.
    pub(super) prover: Prover,
}

impl Cast {
    /// A world with both APIs, where every client may do everything at either.
    pub(super) async fn set() -> Self {
        let world = World::start().await;
        world.load_api(&sample_document(), SAMPLE).await;
        world.load_api(&cases_document().to_string(), CASES).await;
        let theirs = json!({ "kind": "service", "name": "Theirs", "tenant": world.tenants.globex.as_str() });
        let made = Admin::operator(&world).await.post("clients", theirs).await;
        let cast = Self { globex_service: app_of(&json_of(&made, 201)), prover: Prover::new(), world };
        for app in cast.apps().into_iter().chain(cast.platforms()) {
            let rights = rights(
                &["contact.all", "contact.read", "contact.write", "contact.delete"],
                &["contact.read", "admin"],
            );
            cast.world.edit_client(&app.client_id, |client| client.entitlements = rights).await;
        }
        cast
    }

    /// The app that people use, and both customers' servers.
    pub(super) fn apps(&self) -> [&App; 3] {
        [&self.world.apps.web, &self.world.apps.service, &self.globex_service]
    }

    pub(super) fn platforms(&self) -> [&App; 2] {
        [&self.world.apps.platform, &self.world.apps.rival]
    }

    pub(super) fn tenant(&self, customer: Customer) -> &TenantId {
        match customer {
            Customer::Acme => &self.world.tenants.acme,
            Customer::Globex => &self.world.tenants.globex,
        }
    }

    pub(super) fn home(&self, platform: Platform) -> &TenantId {
        match platform {
            Platform::Harbour => &self.world.tenants.harbour,
            Platform::Rival => &self.world.tenants.rival,
        }
    }

    pub(super) fn person(&self, customer: Customer) -> &Person {
        match customer {
            Customer::Acme => &self.world.people.olivia,
            Customer::Globex => &self.world.people.gloria,
        }
    }

    /// The client of a credential; a personal access token has none.
    pub(super) fn app(&self, credential: &Credential) -> Option<&App> {
        let [web, acme, globex] = self.apps();
        Some(match (credential.kind, credential.customer) {
            (Kind::Pat(_), _) => return None,
            (Kind::User | Kind::Bound, _) => web,
            (Kind::Service, Customer::Acme) => acme,
            (Kind::Service, Customer::Globex) => globex,
            (Kind::Platform(platform) | Kind::Connected(platform), _) => self.platforms()[platform as usize],
        })
    }

    /// A credential's text, made while everybody may do everything.
    pub(super) async fn mint(&self, credential: &Credential) -> String {
        let Self { world, prover, .. } = self;
        let audience = audience(credential.api);
        let Some(app) = self.app(credential) else { return self.pat(credential).await };
        if matches!(credential.kind, Kind::Service | Kind::Platform(_)) {
            let form =
                [("grant_type", "client_credentials"), ("scope", credential.scopes), ("resource", audience)];
            return Tokens::of(&world.post("/oauth2/token").form(form).by(app).send().await).access;
        }
        let ask = Ask::of(app).with("scope", credential.scopes).with("resource", audience);
        let code = world.code_for(&ask, self.person(credential.customer)).await;
        let exchange = world.exchange(app, &code);
        let exchange = if credential.kind == Kind::Bound { exchange.proved_by(prover) } else { exchange };
        Tokens::of(&exchange.send().await).access
    }

    async fn pat(&self, credential: &Credential) -> String {
        let Self { world, .. } = self;
        let (user_id, tenant_id) =
            (&self.person(credential.customer).user_id, self.tenant(credential.customer));
        let text = PatText::mint(user_id, tenant_id, &OsEntropy);
        let (now, listed) = (world.clock.now(), credential.kind == Kind::Pat(true));
        let pat = Pat {
            pat_id: text.id(),
            tag: text.tag(),
            user_id: user_id.clone(),
            tenant_id: tenant_id.clone(),
            name: "matrix".to_owned(),
            audience: audience(credential.api).to_owned(),
            scopes: ScopeSet::parse(credential.scopes).unwrap(),
            created_at: now,
            expires_at: now.plus(3_600),
            networks: networks(listed, &TOKEN_LIST),
            revoked_at: None,
            last_used_on: None,
        };
        let event = self.event(EventKind::PatCreated, text.id().as_str());
        let _receipt = world.store().create_pat(&pat, &event).await.unwrap();
        text.expose().to_owned()
    }

    /// An event of an invocation of its own.
    pub(super) fn event(&self, kind: EventKind, about: &str) -> Event {
        let now = self.world.clock.now();
        let invocation = InvocationId::parse(&format!("matrix-{}-{about}", now.as_secs())).unwrap();
        let call = Call { invocation, source: None, deadline: now.plus(10), caller: None };
        Event::new(kind, Actor::Operator, &call, now)
    }
}

/// The first API as it is published, and routes with alternatives, of one scope and of two.
fn sample_document() -> String {
    const PUBLISHED: &str = include_str!("../../../../../functions/me/openapi.yaml");
    const MORE: &str = "paths:
  /v1/people:
    get: { operationId: people, security: [{ oauth: [contact.read] }, { oauth: [contact.write] }] }
  /v1/people/merge:
    post: { operationId: merge, security: [{ oauth: [contact.read, contact.write] }, { oauth: [contact.delete] }] }
";
    PUBLISHED.replacen("paths:\n", MORE, 1)
}

/// The second API, and routes that need either scope and both.
pub(super) fn cases_document() -> Value {
    let mut cases: Value = serde_json::from_str(&document()).unwrap();
    cases["paths"]["/v1/files"] = json!({
        "get": { "security": [{ "oauth": ["contact.read"] }, { "oauth": ["admin"] }] },
        "delete": { "security": [{ "oauth": ["contact.read", "admin"] }] },
    });
    cases
}

/// The rights of a client at both APIs.
pub(super) fn rights(of_sample: &[&str], of_cases: &[&str]) -> Entitlements {
    let set = |words: &[&str]| ScopeSet::parse(&words.join(" ")).unwrap();
    Entitlements::of(SAMPLE, &set(of_sample)).with_api(CASES, set(of_cases))
}

/// An allowlist, or none.
pub(super) fn networks(listed: bool, list: &[&str]) -> Networks {
    Networks::parse(list.iter().copied().filter(|_| listed)).unwrap()
}

const fn audience(api: Api) -> &'static str {
    match api {
        Api::Sample => SAMPLE,
        Api::Cases => CASES,
    }
}
