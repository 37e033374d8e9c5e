//! Effective permission: the token's scopes, and what its user's role permits now.

use postern_testkit::{Decision, Person, Tokens, World};

const ROUTES: [(&str, &str); 7] = [
    ("GET /me", ""),
    ("GET /v1/contacts", "contact.read"),
    ("POST /v1/contacts", "contact.write"),
    ("POST /v1/contacts/search", "contact.read"),
    ("GET /v1/contacts/{id}", "contact.read"),
    ("PATCH /v1/contacts/{id}", "contact.write"),
    ("DELETE /v1/contacts/{id}", "contact.delete"),
];

/// Every route, with what the gateway says to a token of this person with this scope.
async fn decisions(world: &World, person: &Person, scope: &str) -> Vec<String> {
    let tokens = world.tokens_for(&world.apps.web, person, scope).await;
    let gate = world.gate(15);
    let mut decisions = Vec::new();
    for (route, _) in ROUTES {
        decisions.push(gate.call(route, &tokens.access).await.name().to_owned());
    }
    decisions
}

#[tokio::test]
async fn i7_an_owner_may_do_what_the_scopes_say() {
    let world = World::start().await;
    for scope in ["contact.read", "contact.write", "contact.delete", "openid"] {
        let covered = |need: &str| need.is_empty() || need == scope;
        let expected = ROUTES.map(|(_, need)| if covered(need) { "allowed" } else { "insufficient_scope" });
        assert_eq!(decisions(&world, &world.people.olivia, scope).await, expected, "{scope}");
    }
    assert_eq!(decisions(&world, &world.people.olivia, "contact.all").await, ["allowed"; 7]);
}

#[tokio::test]
async fn i7_a_reader_may_read_whatever_the_scopes_say() {
    let world = World::start().await;
    let expected = ROUTES.map(|(_, need)| match need {
        "" | "contact.read" => "allowed",
        _ => "insufficient_role",
    });
    for scope in ["contact.all", "contact.read contact.write contact.delete"] {
        assert_eq!(decisions(&world, &world.people.robin, scope).await, expected, "{scope}");
    }
}

#[tokio::test]
async fn s04_an_empty_intersection_is_nothing() {
    let world = World::start().await;
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.roles.clear()).await;
    let expected = ROUTES.map(|(_, need)| if need.is_empty() { "allowed" } else { "insufficient_role" });
    assert_eq!(decisions(&world, &world.people.olivia, "contact.all").await, expected);
}

#[tokio::test]
async fn s03_a_role_counts_as_it_is_now_within_the_bound() {
    let world = World::start().await;
    let tokens = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.all").await;
    let (cached, uncached) = (world.gate(15), world.gate(0));
    let delete = "DELETE /v1/contacts/{id}";
    assert_eq!(cached.call(delete, &tokens.access).await.name(), "allowed");
    world.edit_account(&world.people.olivia.user_id, |it| it.memberships[0].role = "reader".into()).await;
    assert_eq!(uncached.call(delete, &tokens.access).await.name(), "insufficient_role");
    world.clock.advance(15);
    assert_eq!(cached.call(delete, &tokens.access).await.name(), "insufficient_role");
}

#[tokio::test]
async fn i7_a_clients_scopes_count_as_they_are_now() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens_for(app, &world.people.olivia, "contact.all").await;
    world.register(app, "contact.read").await;
    for (route, scope) in &ROUTES[1..] {
        let expected = if *scope == "contact.read" { "allowed" } else { "insufficient_scope" };
        assert_eq!(world.gate(0).call(route, &tokens.access).await.name(), expected, "{route}");
    }
}

#[tokio::test]
async fn s05_a_permission_is_a_name_or_ends_with_a_whole_word_and_a_star() {
    let world = World::start().await;
    let tokens = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.all").await;
    for (permission, decision) in [
        ("*", "allowed"),
        ("contact.*", "allowed"),
        ("contact.all", "allowed"),
        ("contact.delete", "allowed"),
        ("contact*", "insufficient_role"),
        ("contact.del*", "insufficient_role"),
        ("contact", "insufficient_role"),
        ("Contact.delete", "insufficient_role"),
        ("", "insufficient_role"),
    ] {
        let owner = vec![permission.to_owned()];
        world.edit_tenant(&world.tenants.acme, |it| drop(it.roles.insert("owner".into(), owner))).await;
        let answer = world.gate(0).call("DELETE /v1/contacts/{id}", &tokens.access).await;
        assert_eq!(answer.name(), decision, "{permission}");
    }
}

#[tokio::test]
async fn a_service_is_bound_by_its_scopes_alone() {
    let world = World::start().await;
    let token =
        Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await).access;
    let gate = world.gate(15);
    assert_eq!(gate.call("GET /v1/contacts", &token).await.name(), "allowed");
    assert_eq!(gate.call("POST /v1/contacts", &token).await.name(), "insufficient_scope");
}

#[tokio::test]
async fn an_unknown_route_is_denied_to_everybody() {
    let world = World::start().await;
    let tokens = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.all").await;
    let gate = world.gate(15);
    for route in [
        "PUT /me",
        "GET /v1/contacts/",
        "GET /v2/contacts",
        "GET /v1/contacts/{proxy+}",
        "OPTIONS /me",
        "ANY /me",
    ] {
        assert_eq!(gate.call(route, &tokens.access).await.name(), "unknown_route", "{route}");
    }
}

#[tokio::test]
async fn a_refusal_says_why_and_what_to_do() {
    let world = World::start().await;
    let tokens = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.read").await;
    let Decision::Refused(answer) = world.gate(15).call("POST /v1/contacts", &tokens.access).await else {
        panic!()
    };
    assert_eq!(answer["policyDocument"]["Statement"][0]["Effect"], "Deny");
    let metadata = "https://as.test/.well-known/oauth-protected-resource/api.test";
    let challenge = format!(
        "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"contact.write\", resource_metadata=\"{metadata}\""
    );
    assert_eq!(answer["context"]["wwwAuthenticate"], challenge);
    assert!(!answer["context"]["errorDescription"].as_str().unwrap().is_empty());
    assert!(!answer.to_string().contains(&tokens.access));
}
