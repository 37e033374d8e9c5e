//! A world in which each fact can be arranged, with one credential of each kind and scope.

use std::collections::BTreeMap;

use postern_core::audit::{Actor, Event, Kind as EventKind};
use postern_core::client::Entitlements;
use postern_core::clock::{Clock as _, Timestamp};
use postern_core::credential::PatText;
use postern_core::entropy::OsEntropy;
use postern_core::http::Call;
use postern_core::id::{AccountId, InvocationId};
use postern_core::network::Networks;
use postern_core::param::ScopeSet;
use postern_core::pat::Pat;
use postern_core::store::{Connect as _, Connected, Connecting, EndConnections as _, ManagePats as _};
use postern_testkit::{ACCOUNT_HEADER, Decision, Gate, Tokens, World, request};
use serde_json::json;

use super::reference::{Case, Facts, Header, Kind};

const LIST: &str = "198.51.100.0/24";
const INSIDE: &str = "198.51.100.7";
const OUTSIDE: &str = "203.0.113.9";

pub(super) struct Stage {
    world: World,
    credentials: BTreeMap<(String, &'static str), String>,
    accounts: [AccountId; 2],
}

impl Stage {
    /// Makes every credential while everybody may do everything.
    pub(super) async fn set(scopes: &[&'static str]) -> Self {
        let world = World::start().await;
        let foreign = world.connect(&world.apps.rival, &world.people.gloria).await;
        let mut credentials = BTreeMap::new();
        for scope in scopes {
            for kind in super::KINDS {
                let token = credential(&world, kind, scope).await;
                credentials.insert((format!("{kind:?}"), *scope), token);
            }
        }
        let accounts = [AccountId::of(&world.tenants.acme), AccountId::of(&foreign.tenant())];
        Self { world, credentials, accounts }
    }

    /// Makes the facts true.
    pub(super) async fn arrange(&self, facts: &Facts) {
        let Self { world, .. } = self;
        world.clock.advance(1);
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        world
            .edit_tenant(&world.tenants.acme, |tenant| {
                tenant.roles.insert("owner".to_owned(), owned(&facts.role));
                tenant.features = facts.features.as_deref().map(owned);
                tenant.active = facts.tenant_active;
                tenant.api_domain = facts.domain.map(str::to_owned);
            })
            .await;
        let olivia = &world.people.olivia.user_id;
        world.edit_account(olivia, |account| account.memberships[0].active = facts.member_active).await;
        for app in [&world.apps.web, &world.apps.service, &world.apps.platform] {
            world
                .edit_client(&app.client_id, |client| {
                    client.active = facts.clients_active;
                    let scopes = ScopeSet::parse(&facts.client_scopes.join(" ")).unwrap();
                    client.entitlements = Entitlements::of("https://api.test", &scopes);
                    client.networks = Networks::parse(facts.clients_listed.then_some(LIST)).unwrap();
                })
                .await;
        }
        self.arrange_connection(facts).await;
    }

    async fn arrange_connection(&self, facts: &Facts) {
        let Self { world, .. } = self;
        let (client_id, tenant_id) = (&world.apps.platform.client_id, &world.tenants.acme);
        let now = world.clock.now();
        // Credentials of connections were made before: there is one.
        let before = world.connection(tenant_id, &world.apps.platform).await.unwrap();
        let mut after = before.clone();
        let consented = after.apis.get_mut("https://api.test").unwrap();
        consented.scopes = ScopeSet::parse(&facts.connection_scopes.join(" ")).unwrap();
        let event = &event_of(EventKind::ConnectionAuthorized, now);
        let connecting = Connecting { before: Some(&before), after: &after, event };
        let connected = world.store().connect(&connecting).await.unwrap();
        assert!(matches!(connected, Connected::Committed(_)), "{connected:?}");
        if !facts.connection_active {
            let event = event_of(EventKind::ConnectionRevoked, now);
            let _ended = world.store().disconnect(tenant_id, client_id, &event).await.unwrap();
        }
    }

    /// A cold authorizer.
    pub(super) fn gate(&self) -> Gate {
        self.world.gate(15)
    }

    /// What it says about the case.
    pub(super) async fn call(&self, gate: &Gate, case: &Case) -> Decision {
        let token = &self.credentials[&(format!("{:?}", case.kind), case.scopes)];
        let mut event = request(case.route, token);
        event["requestContext"]["domainName"] = json!(case.host);
        event["requestContext"]["http"]["sourceIp"] = json!(if case.inside { INSIDE } else { OUTSIDE });
        // What the caller claims about itself counts for nothing.
        event["headers"]["x-forwarded-for"] = json!(INSIDE);
        event["headers"]["host"] = json!("api.test");
        let [own, foreign] = &self.accounts;
        let header = match case.header {
            Header::Absent => return gate.decide(&event).await,
            Header::Own => own.to_string(),
            Header::Foreign => foreign.to_string(),
            Header::Unknown => "acct_nobody".to_owned(),
            Header::Malformed => format!("{own},{own}"),
        };
        event["headers"][ACCOUNT_HEADER.to_lowercase()] = json!(header);
        gate.decide(&event).await
    }

    /// An allowed request acts for the one tenant that its credential and header mean.
    pub(super) fn assert_isolated(&self, case: &Case, decision: &Decision) {
        let Decision::Allowed(answer) = decision else { return };
        let at_home = case.kind == Kind::Platform && case.header == Header::Absent;
        let tenant = if at_home { &self.world.tenants.harbour } else { &self.world.tenants.acme };
        assert_eq!(answer["context"]["tenant"], tenant.as_str(), "{case:?}");
        let connected = case.kind == Kind::Connected || case.header == Header::Own;
        assert_eq!(answer["context"]["account"].is_string(), connected, "{case:?}");
    }
}

async fn credential(world: &World, kind: Kind, scope: &str) -> String {
    let olivia = &world.people.olivia;
    match kind {
        Kind::User => world.tokens_for(&world.apps.web, olivia, scope).await.access,
        Kind::Service => own(world, &world.apps.service, scope).await,
        Kind::Platform => own(world, &world.apps.platform, scope).await,
        Kind::Connected => world.connect_for(&world.apps.platform, olivia, scope).await.tokens.access,
        Kind::Pat(listed) => pat(world, scope, listed).await,
    }
}

async fn own(world: &World, app: &postern_testkit::App, scope: &str) -> String {
    Tokens::of(&world.client_credentials(app, scope).send().await).access
}

async fn pat(world: &World, scope: &str, listed: bool) -> String {
    let (user_id, tenant_id) = (&world.people.olivia.user_id, &world.tenants.acme);
    let text = PatText::mint(user_id, tenant_id, &OsEntropy);
    let now = world.clock.now();
    let pat = Pat {
        pat_id: text.id(),
        tag: text.tag(),
        user_id: user_id.clone(),
        tenant_id: tenant_id.clone(),
        name: "matrix".to_owned(),
        audience: "https://api.test".to_owned(),
        scopes: ScopeSet::parse(scope).unwrap(),
        created_at: now,
        expires_at: now.plus(3_600),
        networks: Networks::parse(listed.then_some(LIST)).unwrap(),
        revoked_at: None,
        last_used_on: None,
    };
    let _receipt = world.store().create_pat(&pat, &event_of(EventKind::PatCreated, now)).await.unwrap();
    text.expose().to_owned()
}

fn event_of(kind: EventKind, now: Timestamp) -> Event {
    let invocation = InvocationId::parse(&format!("matrix-{}", now.as_secs())).unwrap();
    let call = Call { invocation, source: None, deadline: now.plus(10), caller: None };
    Event::new(kind, Actor::Operator, &call, now)
}
