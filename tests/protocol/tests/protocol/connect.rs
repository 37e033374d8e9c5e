//! Connecting an organisation to a platform: what the page says, what is granted, what the platform is told.

use postern_testkit::{
    Answer, Ask, Browser, Code, Connected, Form, Person, Tokens, World, assert_error, assert_page, claims_of,
};
use serde_json::{Value, json};

const API: &str = "https://api.test";

/// A browser at the platform's consent page.
async fn at_consent(world: &World, person: &Person, scope: &str) -> (Browser, Answer) {
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.platform).with("scope", scope)).await;
    let page = browser.sign_in(&login, person).await;
    (browser, page)
}

#[tokio::test]
async fn the_page_says_that_the_organisation_is_connected_and_to_what() {
    let world = World::start().await;
    let (_, page) = at_consent(&world, &world.people.olivia, "contact.read contact.delete").await;
    assert_page(&page, 200);
    for shown in [
        "Harbour &#60;b&#62;platform&#60;/b&#62;</bdi> asks to be connected to your organisation",
        "Acme",
        world.people.olivia.email,
        "harbour.test",
        "Read your organisation&#39;s contacts",
        "Delete contacts",
    ] {
        assert!(page.text().contains(shown), "{shown} in {}", page.text());
    }
    for absent in ["Globex", "Create and change", "Test mode"] {
        assert!(!page.text().contains(absent), "{absent}");
    }
}

#[tokio::test]
async fn r7_the_exchange_tells_of_the_connection_beside_the_usual_tokens() {
    let world = World::start().await;
    let Connected { account, tokens } = world.connect(&world.apps.platform, &world.people.olivia).await;
    let acme = world.tenants.acme.as_str();
    assert_eq!(account, format!("acct_{}", acme.trim_start_matches("ten_")));
    let told = |name: &str| tokens.body[name].clone();
    assert_eq!(
        (told("tenant"), told("livemode"), told("token_type")),
        (json!(acme), json!(true), json!("Bearer"))
    );
    assert_eq!(told("scope"), "contact.read contact.write openid");
    assert!(!tokens.refresh.is_empty() && !tokens.id.is_empty());
    let claims = claims_of(&tokens.access);
    assert_eq!((&claims["account"], &claims["tenant"]), (&json!(account), &json!(acme)));
    assert_eq!(claims["sub"], world.people.olivia.user_id.as_str());
    let connection = world.connection(&world.tenants.acme, &world.apps.platform).await.unwrap();
    assert_eq!(connection.scopes_for(API).unwrap().to_string(), "contact.read contact.write openid");
    assert_eq!(connection.apis[API].authorized_by, world.people.olivia.user_id);
    assert!(connection.is_active() && connection.networks.is_empty() && connection.last_used_on.is_none());
}

#[tokio::test]
async fn r7_a_refresh_tells_it_too_and_its_repetition_is_the_same_bytes() {
    let world = World::start().await;
    let (app, first) =
        (&world.apps.platform, world.connect(&world.apps.platform, &world.people.olivia).await);
    let refreshed = Tokens::of(&world.refresh(app, &first.tokens.refresh).send().await);
    for name in ["connected_account_id", "tenant", "livemode", "scope"] {
        assert_eq!(refreshed.body[name], first.tokens.body[name], "{name}");
    }
    let again = world.instance().refresh(app, &first.tokens.refresh).send().await;
    assert_eq!(again.text(), refreshed.text);
}

#[tokio::test]
async fn nobody_but_a_platform_is_told_of_connections() {
    let world = World::start().await;
    let web = world.tokens(&world.apps.web).await;
    let own = Tokens::of(&world.client_credentials(&world.apps.platform, "contact.read").send().await);
    for tokens in [web, own] {
        for name in ["connected_account_id", "livemode"] {
            assert_eq!(tokens.body.get(name), None, "{name}");
        }
        assert_eq!(claims_of(&tokens.access).get("account"), None);
    }
    assert!(!world.dump().await.contains("CONNECTION#"));
}

#[tokio::test]
async fn s03_a_member_gives_away_no_more_than_they_have() {
    let world = World::start().await;
    let (app, robin) = (&world.apps.platform, &world.people.robin);
    for asked in ["contact.all", "contact.read contact.write contact.delete"] {
        let (_, page) = at_consent(&world, robin, asked).await;
        assert!(page.text().contains("Read your organisation"), "{}", page.text());
        assert!(!page.text().contains("Delete contacts") && !page.text().contains("Create and change"));
        let connected = world.connect_for(app, robin, asked).await;
        assert_eq!(connected.tokens.body["scope"], "contact.read", "{asked}");
        world.clock.advance(1);
    }
    let features = vec!["contact.write".to_owned()];
    world.edit_tenant(&world.tenants.acme, |it| it.features = Some(features)).await;
    let bounded = world.connect_for(app, &world.people.olivia, "contact.all").await;
    assert_eq!(bounded.tokens.body["scope"], "contact.write", "the tenant's features bound its owner");
}

#[tokio::test]
async fn s04_nothing_permitted_is_access_denied_and_never_a_default() {
    let world = World::start().await;
    for asked in ["contact.delete", "openid profile contact.write", "openid email"] {
        let (_, answer) = at_consent(&world, &world.people.robin, asked).await;
        assert_eq!(answer.returned("error").as_deref(), Some("access_denied"), "{asked} {}", answer.text());
        assert_eq!(answer.returned("state").as_deref(), Some("st-1"));
    }
    let dump = world.dump().await;
    assert!(!dump.contains("\"GRANT#") && !dump.contains("GRANT#") && !dump.contains("CONNECTION#"));
}

#[tokio::test]
async fn what_differs_between_tenants_is_listed_by_tenant() {
    let world = World::start().await;
    world.edit_account(&world.people.bo.user_id, |it| it.memberships[1].role = "reader".into()).await;
    let (mut browser, page) = at_consent(&world, &world.people.bo, "contact.read contact.delete").await;
    assert_eq!(page.text().matches("Read your organisation").count(), 2);
    assert_eq!(page.text().matches("Delete contacts").count(), 1);
    let form = Form::read(page.text()).unwrap().fill("decision", "allow");
    assert_eq!(form.choices.len(), 2);
    assert_page(&browser.submit(&form).await, 403);
    let globex = world.tenants.globex.as_str();
    let answer = browser.submit(&form.fill("tenant", globex)).await;
    let code = Code::of(&answer, &Ask::of(&world.apps.platform));
    let tokens = Tokens::of(&world.exchange(&world.apps.platform, &code).send().await);
    assert_eq!((&tokens.body["scope"], &tokens.body["tenant"]), (&json!("contact.read"), &json!(globex)));
}

#[tokio::test]
async fn only_what_was_shown_is_granted_even_where_a_role_has_changed_since() {
    let world = World::start().await;
    let robin = &world.people.robin;
    let (mut browser, page) = at_consent(&world, robin, "contact.all").await;
    world.edit_account(&robin.user_id, |it| it.memberships[0].role = "owner".into()).await;
    let again = browser.decide(&page, "allow").await;
    assert_page(&again, 200);
    assert!(again.text().contains("id=\"allow\"") && !world.dump().await.contains("GRANT#"));
    let answer = browser.decide(&again, "allow").await;
    let code = Code::of(&answer, &Ask::of(&world.apps.platform));
    assert_eq!(world.grant(&code.code).await.scopes.to_string(), "contact.all");
}

#[tokio::test]
async fn s14_connecting_is_an_act_each_time() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.platform);
    for _ in 0..2 {
        let answer = browser.authorize(&ask, &world.people.olivia).await;
        assert!(answer.returned("code").is_some());
        let asked = browser.open(&ask).await;
        assert!(asked.text().contains("id=\"allow\""), "{}", asked.text());
    }
    assert!(!world.dump().await.contains("CONSENT#"));
}

#[tokio::test]
async fn s14_a_flow_that_one_browser_began_is_not_finished_in_another() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.platform);
    let mut attacker = world.browser();
    let page = attacker.open(&ask).await;
    let page = attacker.sign_in(&page, &world.people.gloria).await;
    let ix = Form::read(page.text()).unwrap().value("ix").to_owned();
    let mut victim = world.signed_in(&world.people.olivia).await;
    assert_page(&victim.visit(&format!("/oauth2/consent?ix={ix}")).await, 400);
    // And the flow is over for whoever began it, too.
    assert_page(&attacker.decide(&page, "allow").await, 400);
    assert!(!world.dump().await.contains("CONNECTION#"));
}

#[tokio::test]
async fn s14_a_code_is_of_no_use_to_another_platform() {
    let world = World::start().await;
    let code = world
        .code_for(&Ask::of(&world.apps.platform).with("scope", "contact.read"), &world.people.olivia)
        .await;
    assert_error(&world.exchange(&world.apps.rival, &code).send().await, 400, "invalid_grant");
    assert!(!world.dump().await.contains("CONNECTION#"));
}

#[tokio::test]
async fn s13_modes_never_meet() {
    let world = World::start().await;
    let (live, tests) = (&world.apps.platform, &world.apps.sandbox_platform);
    for (app, person) in [(live, &world.people.tess), (tests, &world.people.olivia)] {
        let mut browser = world.browser();
        let login = browser.open(&Ask::of(app).with("scope", "contact.read")).await;
        assert_page(&browser.sign_in(&login, person).await, 403);
    }
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(tests).with("scope", "contact.read")).await;
    assert!(browser.sign_in(&login, &world.people.tess).await.text().contains("Test mode"));
    let connected = world.connect(tests, &world.people.tess).await;
    assert_eq!(connected.tokens.body["livemode"], false);
    // A tenant whose mode changed between consent and exchange.
    let code = world.code_for(&Ask::of(live).with("scope", "contact.read"), &world.people.olivia).await;
    world.edit_tenant(&world.tenants.acme, |it| it.livemode = false).await;
    assert_error(&world.exchange(live, &code).send().await, 400, "invalid_grant");
}

#[tokio::test]
async fn r6_a_platform_asks_for_no_more_than_it_is_registered_for() {
    let world = World::start().await;
    let app = &world.apps.platform;
    world.register(app, "contact.all").await;
    let refused = world.browser().open(&Ask::of(app).with("scope", "admin")).await;
    assert_eq!(refused.returned("error").as_deref(), Some("invalid_scope"));
    // What a role leaves of contact.all is within it.
    let connected = world.connect_for(app, &world.people.robin, "contact.all").await;
    assert_eq!(connected.tokens.body["scope"], "contact.read");
    let refreshed = Tokens::of(&world.refresh(app, &connected.tokens.refresh).send().await);
    assert_eq!(refreshed.body["scope"], "contact.read");
}

#[tokio::test]
async fn introspection_names_the_account() {
    let world = World::start().await;
    let app = &world.apps.platform;
    let connected = world.connect(app, &world.people.olivia).await;
    for token in [&connected.tokens.access, &connected.tokens.refresh] {
        let answer = world.introspect(app, token).send().await.json();
        assert_eq!(
            (&answer["active"], &answer["connected_account_id"]),
            (&json!(true), &json!(connected.account))
        );
    }
    let web = world.tokens(&world.apps.web).await;
    let answer = world.introspect(&world.apps.web, &web.access).send().await.json();
    assert_eq!(answer.get("connected_account_id"), None::<&Value>);
}
