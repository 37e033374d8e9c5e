//! The consent page: what it says, and what an answer does.

use postern_core::grant::GrantState;
use postern_testkit::{
    Answer, Ask, Browser, Code, Form, ISSUER, Person, Tokens, World, assert_page, claims_of,
};

/// A browser at the consent page for the web app, with these scopes.
async fn at_consent(world: &World, person: &Person, scope: &str) -> (Browser, Answer) {
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web).with("scope", scope)).await;
    let consent = browser.sign_in(&login, person).await;
    (browser, consent)
}

#[tokio::test]
async fn it_shows_client_tenant_person_destination_and_scopes_in_words() {
    let world = World::start().await;
    let (_, page) = at_consent(&world, &world.people.olivia, "openid contact.read contact.delete").await;
    assert_page(&page, 200);
    for shown in [
        "Acme",
        world.people.olivia.email,
        "app.test",
        "Know who you are",
        "Read your organisation&#39;s contacts",
        "Delete contacts",
        "id=\"allow\"",
        "id=\"deny\"",
    ] {
        assert!(page.text().contains(shown), "{shown} in {}", page.text());
    }
    assert!(!page.text().contains("Globex") && !page.text().contains("Create and change"));
    // A17: the client's name is text, whatever it is.
    assert!(page.text().contains("Web &#60;b&#62;app&#60;/b&#62;"), "{}", page.text());
}

#[tokio::test]
async fn allowing_opens_one_grant_and_no_more() {
    let world = World::start().await;
    let (mut browser, page) = at_consent(&world, &world.people.olivia, "openid contact.read").await;
    let answer = browser.decide(&page, "allow").await;
    let code = Code::of(&answer, &Ask::of(&world.apps.web));
    let grant = world.grant(&code.code).await;
    assert!(matches!(grant.state, GrantState::Code));
    assert_eq!(grant.tenant_id, world.tenants.acme);
    assert_eq!(grant.user_id, world.people.olivia.user_id);
    assert_eq!(grant.scopes.to_string(), "contact.read openid");
    assert_eq!(grant.code_expires_at.since(grant.created_at), 60);
}

#[tokio::test]
async fn refusing_tells_the_client_and_grants_nothing() {
    let world = World::start().await;
    let (mut browser, page) = at_consent(&world, &world.people.olivia, "openid").await;
    let answer = browser.decide(&page, "deny").await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.returned("state").as_deref(), Some("st-1"));
    assert_eq!(answer.returned("iss").as_deref(), Some(ISSUER));
    assert!(!world.dump().await.contains("\"GRANT#"));
    assert_page(&browser.decide(&page, "allow").await, 400);
}

#[tokio::test]
async fn any_other_answer_is_none() {
    let world = World::start().await;
    let (mut browser, page) = at_consent(&world, &world.people.olivia, "openid").await;
    for decision in ["", "ALLOW", "yes"] {
        assert_page(&browser.decide(&page, decision).await, 400);
    }
    assert!(!world.dump().await.contains("\"GRANT#"));
}

#[tokio::test]
async fn s01_a_tenant_of_others_cannot_be_chosen() {
    let world = World::start().await;
    let (mut browser, page) = at_consent(&world, &world.people.olivia, "openid").await;
    let form = Form::read(page.text()).unwrap().fill("decision", "allow");
    for tenant in [world.tenants.globex.as_str(), "ten_nobody", ""] {
        assert_page(&browser.submit(&form.clone().fill("tenant", tenant)).await, 403);
    }
    assert!(!world.dump().await.contains("\"GRANT#"));
}

#[tokio::test]
async fn who_belongs_to_several_tenants_chooses_one() {
    let world = World::start().await;
    let (mut browser, page) = at_consent(&world, &world.people.bo, "openid").await;
    let form = Form::read(page.text()).unwrap().fill("decision", "allow");
    assert_eq!(form.choices, [world.tenants.acme.as_str(), world.tenants.globex.as_str()]);
    assert_eq!(form.value("tenant"), "", "none is chosen beforehand");
    assert_page(&browser.submit(&form).await, 403);
    let answer = browser.submit(&form.fill("tenant", world.tenants.globex.as_str())).await;
    let code = Code::of(&answer, &Ask::of(&world.apps.web));
    let tokens = Tokens::of(&world.exchange(&world.apps.web, &code).send().await);
    assert_eq!(claims_of(&tokens.access)["tenant"], world.tenants.globex.as_str());
}

#[tokio::test]
async fn a21_only_active_members_of_active_tenants_are_asked() {
    let world = World::start().await;
    let (mut browser, page) = at_consent(&world, &world.people.olivia, "openid").await;
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = false).await;
    assert_page(&browser.decide(&page, "allow").await, 403);
    let (_, refused) = at_consent(&world, &world.people.olivia, "openid").await;
    assert_page(&refused, 403);
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = true).await;
    world.edit_account(&world.people.olivia.user_id, |it| it.memberships[0].active = false).await;
    assert_page(&browser.decide(&page, "allow").await, 403);
    assert!(!world.dump().await.contains("\"GRANT#"));
}

#[tokio::test]
async fn without_a_session_there_is_no_consent() {
    let world = World::start().await;
    let (mut browser, page) = at_consent(&world, &world.people.olivia, "openid").await;
    browser.jar.put("__Host-sid", "no-such-session");
    let shown =
        browser.visit(&format!("/oauth2/consent?ix={}", Form::read(page.text()).unwrap().value("ix"))).await;
    assert!(shown.text().contains("id=\"sign-in\""));
    assert_page(&browser.decide(&page, "allow").await, 400);
    assert!(!world.dump().await.contains("\"GRANT#"));
}
