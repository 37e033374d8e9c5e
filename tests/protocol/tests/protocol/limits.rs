//! Limits (R13, S17): what passes, what does not, and what asking costs.

use futures_util::future::join_all;
use postern_core::api::Catalogue;
use postern_core::client::{Client, GrantType};
use postern_core::limit::{Limits, Rate};
use postern_local::Service;
use postern_testkit::{Answer, App, Blow, Decision, Gate, Site, Tokens, World, assert_error};

const READ: &str = "GET /v1/contacts";

pub(crate) fn rate(per_minute: u32, burst: u32) -> Rate {
    Rate::new(per_minute, Some(burst)).unwrap()
}

/// How many of so many requests pass; all others are told that they come too fast.
pub(crate) async fn passed(gate: &Gate, token: &str, requests: u32) -> u32 {
    let mut passed = 0;
    for _ in 0..requests {
        match gate.call(READ, token).await.name() {
            "allowed" => passed += 1,
            other => assert_eq!(other, "rate_limited"),
        }
    }
    passed
}

async fn service_token(world: &World, scope: &str) -> String {
    Tokens::of(&world.client_credentials(&world.apps.service, scope).send().await).access
}

/// A world whose service is limited, and a token of it.
pub(crate) async fn limited(limits: Limits) -> (World, String) {
    let world = World::start().await;
    world.edit_client(&world.apps.service.client_id, |client| client.limits = limits).await;
    let token = service_token(&world, "contact.read contact.write").await;
    (world, token)
}

#[tokio::test]
async fn r13_a_burst_passes_and_then_the_rate() {
    let (world, token) = limited(Limits { api: Some(rate(60, 10)), ..Limits::default() }).await;
    let gate = world.gate(15);
    assert_eq!(passed(&gate, &token, 15).await, 10);
    world.clock.advance(1);
    assert_eq!(passed(&gate, &token, 3).await, 1);
    world.clock.advance(5);
    assert_eq!(passed(&gate, &token, 10).await, 5);
    world.clock.advance(3_000);
    assert_eq!(passed(&gate, &token, 15).await, 10, "a bucket holds no more than a burst");
}

#[tokio::test]
async fn r13_a_refusal_says_when_to_come_again() {
    let (world, token) = limited(Limits { api: Some(rate(6, 1)), ..Limits::default() }).await;
    let gate = world.gate(15);
    assert_eq!(passed(&gate, &token, 1).await, 1);
    let Decision::Refused(answer) = gate.call(READ, &token).await else { panic!("allowed") };
    assert_eq!(answer["context"]["retryAfter"], "10");
    world.clock.advance(9);
    assert_eq!(passed(&gate, &token, 1).await, 0);
    world.clock.advance(1);
    assert_eq!(passed(&gate, &token, 1).await, 1);
}

#[tokio::test]
async fn r13_processes_share_a_bucket_and_nothing_is_given_twice() {
    let (world, token) = limited(Limits { api: Some(rate(600, 50)), ..Limits::default() }).await;
    let gates: Vec<Gate> = (0..8).map(|_| world.gate(15)).collect();
    let passed = join_all(gates.iter().map(|gate| passed(gate, &token, 10))).await;
    // What one process took ahead and did not use is the only loss: the promise is a bound from above.
    let sum: u32 = passed.iter().sum();
    assert!((30..=50).contains(&sum), "{passed:?}");
}

#[tokio::test]
async fn a_request_costs_a_tenth_of_a_call() {
    let (world, token) = limited(Limits { api: Some(rate(6_000, 100)), ..Limits::default() }).await;
    let gate = world.gate(15);
    assert_eq!(gate.call(READ, &token).await.name(), "allowed");
    let (sites, passed) = world.sites(passed(&gate, &token, 89)).await;
    assert_eq!(passed, 89);
    assert_eq!(sites.iter().filter(|site| site.operation == "UpdateItem").count(), 8, "{sites:?}");
    assert_eq!(sites.len(), 8);
}

async fn limit_writing(world: &World, rate: Rate) {
    world
        .edit_api(|api| {
            let mut entries = api.catalogue.entries().clone();
            entries.get_mut("contact.write").unwrap().limit = Some(rate);
            api.catalogue = Catalogue::new(entries);
        })
        .await;
}

#[tokio::test]
async fn r13_a_scope_has_a_bucket_for_each_caller_and_tenant() {
    let world = World::start().await;
    limit_writing(&world, rate(60, 2)).await;
    let service = service_token(&world, "contact.read contact.write").await;
    let user = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.write").await.access;
    let gate = world.gate(15);
    let mut names = Vec::new();
    for _ in 0..3 {
        names.push(gate.call("POST /v1/contacts", &service).await.name().to_owned());
    }
    assert_eq!(names, ["allowed", "allowed", "rate_limited"]);
    assert_eq!(gate.call(READ, &service).await.name(), "allowed", "another scope");
    assert_eq!(gate.call("POST /v1/contacts", &user).await.name(), "allowed", "another caller");
}

#[tokio::test]
async fn s17_the_token_endpoint_limits_each_client_by_itself() {
    let (world, _) = limited(Limits { token: Some(rate(6, 3)), ..Limits::default() }).await;
    let ask = || world.client_credentials(&world.apps.service, "contact.read").send();
    // One was taken by `limited`, before the limit was known to the process or after: at most three pass.
    let answers = [ask().await, ask().await, ask().await, ask().await];
    let refused = answers.last().unwrap();
    assert_error(refused, 429, "rate_limited");
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() <= 10);
    assert_eq!(answers[0].status(), 200);
    world.tokens(&world.apps.web).await;
    world.clock.advance(10);
    assert_eq!(ask().await.status(), 200);
}

/// Wherever clients authenticate, one bucket bounds how often.
#[tokio::test]
async fn s17_every_endpoint_takes_from_the_bucket_of_the_token_endpoint() {
    let world = World::start().await;
    let app = &world.apps.platform;
    let rate = Some(rate(6, 1));
    world.edit_client(&app.client_id, |client| client.limits.token = rate).await;
    for path in [
        "/oauth2/par",
        "/oauth2/introspect",
        "/oauth2/revoke",
        "/oauth2/deauthorize",
        "/oauth2/device_authorization",
    ] {
        world.clock.advance(60);
        let draft = || world.post(path).form([("token", "x"), ("connected_account_id", "x")]).by(app);
        assert_ne!(draft().send().await.status(), 429, "{path}");
        let refused = draft().send().await;
        assert_error(&refused, 429, "rate_limited");
        let wait = refused.header("retry-after").unwrap().parse::<u64>().unwrap();
        assert!((1..=10).contains(&wait), "{path}: {wait}");
        assert_error(&world.client_credentials(app, "contact.read").send().await, 429, "rate_limited");
        // Others go on.
        assert_eq!(world.introspect(&world.apps.web, "x").send().await.status(), 200);
    }
}

/// Anybody can name a public client: what strangers send in its name does not stop its own requests.
#[tokio::test]
async fn s17_strangers_do_not_empty_the_bucket_of_a_public_client() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let tokens = world.tokens(app).await;
    let rate = Some(rate(6, 2));
    world.edit_client(&app.client_id, |client| client.limits.token = rate).await;
    let foreign = world.tokens(&world.apps.native).await;
    for _ in 0..5 {
        assert_error(&world.refresh(app, "pstr_forged").send().await, 400, "invalid_grant");
        assert_error(&world.refresh(app, &foreign.refresh).send().await, 400, "invalid_grant");
        assert_eq!(world.post("/oauth2/revoke").form([("token", "x")]).by(app).send().await.status(), 200);
    }
    let opened =
        async || world.post("/oauth2/par").form([("response_type", "x")]).by(app).send().await.status();
    assert_eq!([opened().await, opened().await, opened().await], [400, 400, 429]);
    let second = Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
    let third = Tokens::of(&world.refresh(app, &second.refresh).send().await);
    assert_error(&world.refresh(app, &third.refresh).send().await, 429, "rate_limited");
}

/// A world in which this app may run on devices, and do two things at once and then one every ten seconds.
async fn with_devices(app: impl Fn(&World) -> &App) -> World {
    let world = World::start().await;
    let edit = |client: &mut Client| {
        client.grant_types.push(GrantType::DeviceCode);
        client.limits.token = Some(rate(6, 2));
    };
    world.edit_client(&app(&world).client_id, edit).await;
    world
}

async fn begin(world: &World, app: &App) -> Answer {
    world.authorize_device(app, "contact.read").send().await
}

/// What strangers begin in the name of a public client stops neither its own requests nor a device that was allowed.
#[tokio::test]
async fn s17_a_public_clients_devices_begin_in_a_bucket_of_their_own() {
    let world = with_devices(|world| &world.apps.native).await;
    let app = &world.apps.native;
    let tokens = world.tokens(app).await;
    world.clock.advance(60);
    let codes = begin(&world, app).await;
    let allowed = world.decide_device(&world.people.olivia, &codes.member("user_code"), "allow").await;
    assert_eq!(allowed.status(), 200, "{}", allowed.text());
    assert_eq!(begin(&world, app).await.status(), 200);
    let refused = begin(&world, app).await;
    assert_error(&refused, 429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("10"));
    Tokens::of(&world.poll_device(app, &codes.member("device_code")).send().await);
    let next = Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
    assert_error(&world.refresh(app, &next.refresh).send().await, 429, "rate_limited");
    world.clock.advance(9);
    assert_eq!(begin(&world, app).await.status(), 429);
    world.clock.advance(1);
    assert_eq!(begin(&world, app).await.status(), 200);
}

/// Whoever has got a code in a public client's name may ask without a pause: that is counted with what is begun.
#[tokio::test]
async fn s17_a_public_clients_devices_wait_in_that_bucket_too() {
    let world = with_devices(|world| &world.apps.native).await;
    let app = &world.apps.native;
    let tokens = world.tokens(app).await;
    world.clock.advance(60);
    let code = begin(&world, app).await.member("device_code");
    let poll = async || world.poll_device(app, &code).send().await;
    assert_error(&poll().await, 400, "authorization_pending");
    let refused = poll().await;
    assert_error(&refused, 429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("10"));
    assert_eq!(begin(&world, app).await.status(), 429);
    Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
    world.clock.advance(10);
    assert_error(&poll().await, 400, "authorization_pending");
}

/// A confidential client proves that it is itself: all that its devices do counts as its own.
#[tokio::test]
async fn s17_a_confidential_clients_devices_count_as_the_client_does() {
    let world = with_devices(|world| &world.apps.web).await;
    let app = &world.apps.web;
    let code = begin(&world, app).await.member("device_code");
    let pending = world.poll_device(app, &code).send().await;
    assert_error(&pending, 400, "authorization_pending");
    for refused in [
        world.poll_device(app, &code).send().await,
        begin(&world, app).await,
        world.introspect(app, "x").send().await,
    ] {
        assert_error(&refused, 429, "rate_limited");
    }
}

#[tokio::test]
async fn a_client_that_does_not_authenticate_takes_nothing() {
    let (world, _) = limited(Limits { token: Some(rate(6, 3)), ..Limits::default() }).await;
    world.clock.advance(60);
    for _ in 0..10 {
        let form = [("grant_type", "client_credentials"), ("scope", "contact.read")];
        let id = world.apps.service.client_id.as_str();
        let answer = world.post("/oauth2/token").basic(id, "wrong").form(form).send().await;
        assert_error(&answer, 401, "invalid_client");
    }
    service_token(&world, "contact.read").await;
}

#[tokio::test]
async fn an_outage_of_the_limiter_lets_requests_pass() {
    let (world, token) = limited(Limits { api: Some(rate(60, 1)), ..Limits::default() }).await;
    let gate = world.gate(15);
    let site = Site { service: Service::DynamoDb, operation: "UpdateItem".into(), nth: 0 };
    for blow in Blow::all().into_iter().filter(|blow| blow.times > 1) {
        world.strike(&site, blow);
        assert_eq!(gate.call(READ, &token).await.name(), "allowed", "{blow:?}");
        world.faults().clear();
    }
}

/// Who is stopped by the limit of a scope takes nothing from what the client has for everything else.
#[tokio::test]
async fn r13_the_narrow_limits_are_asked_first() {
    let (world, token) = limited(Limits { api: Some(rate(6, 3)), ..Limits::default() }).await;
    limit_writing(&world, rate(6, 1)).await;
    let gate = world.gate(15);
    let mut names = Vec::new();
    for _ in 0..4 {
        names.push(gate.call("POST /v1/contacts", &token).await.name().to_owned());
    }
    assert_eq!(names, ["allowed", "rate_limited", "rate_limited", "rate_limited"]);
    assert_eq!(passed(&gate, &token, 4).await, 2, "of three, writing took one");
}
