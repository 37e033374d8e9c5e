//! A world in which each fact can be arranged, and the requests of the matrix as each gateway tells of them.

use std::collections::BTreeMap;

use postern_core::audit::Kind as EventKind;
use postern_core::clock::Timestamp;
use postern_core::id::{AccountId, UserId};
use postern_core::param::ScopeSet;
use postern_core::store::EndConnections as _;
use postern_core::store::{
    Connect as _, Connected, Connecting, Disconnected, ManageConnections as _, Written,
};
use postern_testkit::{ACCOUNT_HEADER, App, Decision, Gate, event};
use serde_json::{Value, json};

use super::case::{
    CLIENT_LIST, CONNECTED, CONNECTION_LIST, Case, Credential, Customer, Event, Header, Kind, Platform,
};
use super::credentials::{Cast, cases_document, networks, rights};
use super::reference::{Acts, ClientFacts, ConnectionFacts, CustomerFacts, Facts, acts};
use crate::audience::CASES;

pub(super) struct Stage {
    cast: Cast,
    credentials: BTreeMap<Credential, String>,
    /// From when each connection counts: who begins it afresh here voids nothing.
    begun: [Timestamp; 3],
}

impl Stage {
    /// Makes every credential while everybody may do everything.
    pub(super) async fn set(wanted: &[Credential]) -> Self {
        let cast = Cast::set().await;
        let mut credentials = BTreeMap::new();
        for credential in wanted {
            credentials.insert(*credential, cast.mint(credential).await);
        }
        let mut begun = [Timestamp::from_secs(0); 3];
        for (begun, (platform, customer)) in begun.iter_mut().zip(CONNECTED) {
            let app = cast.platforms()[platform as usize];
            let connection = cast.world.connection(cast.tenant(customer), app).await;
            *begun = connection.expect("a credential has connected them").not_before;
        }
        Self { cast, credentials, begun }
    }

    /// Makes the facts true.
    pub(super) async fn arrange(&self, facts: &Facts) {
        let world = &self.cast.world;
        world.clock.advance(1);
        for (customer, facts) in [Customer::Acme, Customer::Globex].into_iter().zip(&facts.customers) {
            self.arrange_customer(customer, facts).await;
        }
        for app in self.cast.apps() {
            self.arrange_client(app, &facts.apps).await;
        }
        for (app, facts) in self.cast.platforms().into_iter().zip(&facts.platforms) {
            self.arrange_client(app, facts).await;
        }
        for (platform, active) in [Platform::Harbour, Platform::Rival].into_iter().zip(facts.homes) {
            world.edit_tenant(self.cast.home(platform), |tenant| tenant.active = active).await;
        }
        for (index, facts) in facts.connections.iter().enumerate() {
            self.arrange_connection(index, facts).await;
        }
        let [of_sample, of_cases] = &facts.domains;
        world.edit_api(|api| api.domains = of_sample.iter().map(ToString::to_string).collect()).await;
        let mut cases = cases_document();
        cases["x-postern"]["domains"] = json!(of_cases);
        world.load_api(&cases.to_string(), CASES).await;
    }

    async fn arrange_customer(&self, customer: Customer, facts: &CustomerFacts) {
        let Cast { world, .. } = &self.cast;
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        world
            .edit_tenant(self.cast.tenant(customer), |tenant| {
                tenant.roles.insert("owner".to_owned(), owned(&facts.role));
                tenant.features = facts.features.as_deref().map(owned);
                tenant.active = facts.active;
                tenant.api_domain = facts.domain.map(str::to_owned);
            })
            .await;
        let user_id = &self.cast.person(customer).user_id;
        world.edit_account(user_id, |account| account.memberships[0].active = facts.member_active).await;
    }

    async fn arrange_client(&self, app: &App, facts: &ClientFacts) {
        let [of_sample, of_cases] = &facts.scopes;
        self.cast
            .world
            .edit_client(&app.client_id, |client| {
                client.active = facts.active;
                client.entitlements = rights(of_sample, of_cases);
                client.networks = networks(facts.listed, &CLIENT_LIST);
            })
            .await;
    }

    async fn arrange_connection(&self, index: usize, facts: &ConnectionFacts) {
        let ((platform, customer), world) = (CONNECTED[index], &self.cast.world);
        let (app, tenant) = (self.cast.platforms()[platform as usize], self.cast.tenant(customer));
        let told = |kind| self.cast.event(kind, &index.to_string());
        // Credentials of connections were made before: there is one.
        let before = world.connection(tenant, app).await.unwrap();
        let mut after = before.clone();
        after.not_before = self.begun[index];
        let consented = after.apis.get_mut("https://api.test").unwrap();
        consented.scopes = ScopeSet::parse(&facts.scopes.join(" ")).unwrap();
        let event = &told(EventKind::ConnectionAuthorized);
        let connecting = Connecting { before: Some(&before), after: &after, event };
        let connected = world.store().connect(&connecting).await.unwrap();
        assert!(matches!(connected, Connected::Committed(_)), "{connected:?}");
        let (client, list) = (&app.client_id, networks(facts.listed, &CONNECTION_LIST));
        let event = told(EventKind::ConnectionChanged);
        let seen = world.connection(tenant, app).await.unwrap();
        let bounded = world.store().restrict_connection(&seen, &list, &event).await.unwrap();
        assert!(matches!(bounded, Written::Committed(_)), "{bounded:?}");
        if !facts.active {
            let event = told(EventKind::ConnectionRevoked);
            let ended = world.store().disconnect(tenant, client, &event).await.unwrap();
            assert!(matches!(ended, Disconnected::Committed(_)), "{ended:?}");
        }
    }

    /// A cold authorizer.
    pub(super) fn gate(&self) -> Gate {
        self.cast.world.gate(15)
    }

    /// What it says about the case.
    pub(super) async fn call(&self, gate: &Gate, case: &Case) -> Decision {
        gate.decide(&self.request(case)).await
    }

    /// The case as its gateway tells of it.
    fn request(&self, case: &Case) -> Value {
        let (method, resource) = case.route.split_once(' ').unwrap();
        let path = resource.replace("{id}", "con_1");
        let arn = format!("arn:aws:execute-api:us-east-1:123456789012:api/v1/{method}{path}");
        let account_header = ACCOUNT_HEADER.to_lowercase();
        let mut headers = vec![("authorization", self.authorization(case))];
        if case.credential.kind == Kind::Bound && case.proved {
            headers.push(("dpop", self.proof(case, method, &path)));
        }
        headers.extend(self.account(case.header).into_iter().map(|value| (account_header.as_str(), value)));
        // What the caller claims about itself counts for nothing.
        headers.push(("x-forwarded-for", "198.51.100.7".to_owned()));
        headers.push(("host", "api.test".to_owned()));
        match case.event {
            Event::Http2 => http_2(case, (method, &path), (&arn, &headers)),
            Event::Http1 | Event::Rest => rest(case, (method, &path), (&arn, &headers)),
            Event::Token => {
                let mut event = event("rest-token");
                event["authorizationToken"] = json!(headers[0].1);
                event["methodArn"] = json!(arn);
                event
            }
        }
    }

    fn authorization(&self, case: &Case) -> String {
        let scheme = if case.credential.kind == Kind::Bound { "DPoP" } else { "Bearer" };
        format!("{scheme} {}", self.credentials[&case.credential])
    }

    fn proof(&self, case: &Case, method: &str, path: &str) -> String {
        let uri = format!("https://{}{path}", case.host.unwrap_or_default());
        let token = self.credentials[&case.credential].as_str();
        self.cast.prover.proof_for_token(method, &uri, (self.cast.world.now(), token))
    }

    /// The values of the account header, apart.
    fn account(&self, header: Header) -> Vec<String> {
        let of = |customer| AccountId::of(self.cast.tenant(customer)).to_string();
        let acme = of(Customer::Acme);
        match header {
            Header::Absent => Vec::new(),
            Header::Of(customer) => vec![of(customer)],
            Header::Unknown => vec!["acct_nobody".to_owned()],
            Header::Joined => vec![format!("{acme},{}", of(Customer::Globex))],
            Header::Twice => vec![acme.clone(), acme],
            Header::OtherCase => vec![acme.replace("acct_", "ACCT_")],
        }
    }

    /// An allowed request acts for the one tenant that its credential and header mean, and says who acts.
    pub(super) fn assert_isolated(&self, case: &Case, decision: &Decision) {
        let Decision::Allowed(answer) = decision else { return };
        let told = &answer["context"];
        let (tenant, through) = match acts(case).unwrap() {
            Acts::For(customer) => (self.cast.tenant(customer), false),
            Acts::Through(_, customer) => (self.cast.tenant(customer), true),
            Acts::AtHome(platform) => (self.cast.home(platform), false),
        };
        assert_eq!(told["tenant"], tenant.as_str(), "{case:?}");
        let account = through.then(|| AccountId::of(tenant).to_string());
        assert_eq!(told["account"].as_str(), account.as_deref(), "{case:?}");
        let Credential { kind, customer, .. } = case.credential;
        let user =
            (!matches!(kind, Kind::Service | Kind::Platform(_))).then(|| &self.cast.person(customer).user_id);
        assert_eq!(told["user"].as_str(), user.map(UserId::as_str), "{case:?}");
        let client = self.cast.app(&case.credential).map(|app| app.client_id.as_str());
        assert_eq!(told["client_id"].as_str(), client, "{case:?}");
        assert_eq!(told["pat_id"].is_string(), matches!(kind, Kind::Pat(_)), "{case:?}");
    }
}

/// Repeated headers come joined.
fn http_2(case: &Case, (method, path): (&str, &str), (arn, headers): (&str, &[(&str, String)])) -> Value {
    let mut event = event("http-2.0");
    event["routeKey"] = json!(case.route);
    event["routeArn"] = json!(arn);
    event["requestContext"]["domainName"] = json!(case.host);
    event["requestContext"]["http"]["method"] = json!(method);
    event["requestContext"]["http"]["path"] = json!(path);
    event["requestContext"]["http"]["sourceIp"] = json!(case.source.text);
    event["headers"] = joined(headers);
    event
}

/// A REST API keeps repeated headers apart; payload 1.0 of an HTTP API is of the same shape and joins them.
fn rest(case: &Case, (method, path): (&str, &str), (arn, headers): (&str, &[(&str, String)])) -> Value {
    let of_rest = case.event == Event::Rest;
    let mut event = event(if of_rest { "rest-request" } else { "http-1.0" });
    event["resource"] = json!(case.route.split_once(' ').unwrap().1);
    event["httpMethod"] = json!(method);
    event["methodArn"] = json!(arn);
    event["requestContext"]["domainName"] = json!(case.host);
    event["requestContext"]["path"] = json!(path);
    event["requestContext"]["identity"]["sourceIp"] = json!(case.source.text);
    event["headers"] = joined(headers);
    if of_rest {
        let mut apart = BTreeMap::<&str, Vec<&str>>::new();
        for (name, value) in headers {
            apart.entry(name).or_default().push(value);
        }
        event["multiValueHeaders"] = json!(apart);
    }
    event
}

fn joined(headers: &[(&str, String)]) -> Value {
    let mut joined = BTreeMap::<&str, String>::new();
    for (name, value) in headers {
        let known = joined.remove(name).map(|before| format!("{before},"));
        joined.insert(name, known.unwrap_or_default() + value);
    }
    json!(joined)
}
