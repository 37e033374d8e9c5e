//! Invitations as those see them who are invited: by the account API, and at sign-in where they belong nowhere yet.

use postern_core::audit::{Actor, Kind};
use postern_testkit::{
    Answer, Ask, Browser, Code, Form, Person, Reply, Tokens, World, assert_error, assert_page,
};
use serde_json::{Value, json};

const READ: &str = "GET /v1/contacts";

async fn waiting(world: &World, token: &str) -> Vec<Value> {
    let answer = world.invitations(token).send().await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.json()["data"].as_array().unwrap().clone()
}

/// The events of Acme that tell of somebody who joined.
async fn joined(world: &World, person: &Person) -> usize {
    let log = world.events(Some(&world.tenants.acme)).await;
    let by = Actor::User(person.user_id.clone());
    log.iter().filter(|it| it.kind.as_str() == "member.added" && it.actor == by).count()
}

/// Gloria, invited to Acme as a reader, with a token for what is hers.
async fn gloria_invited(world: &World) -> String {
    world.invited(&world.people.gloria, &world.tenants.acme, "reader").await;
    world.account_token(&world.people.gloria).await
}

#[tokio::test]
async fn s01_an_invitation_gives_no_right_until_it_is_accepted() {
    let world = World::start().await;
    let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
    let token = gloria_invited(&world).await;
    let expected = json!({
        "tenant_id": acme, "tenant_name": "Acme", "role": "reader",
        "created_at": world.now(), "expires_at": world.now() + 14 * 86_400,
    });
    assert_eq!(waiting(&world, &token).await, [expected]);
    let mut browser = world.signed_in(gloria).await;
    let consent = browser.open(&Ask::of(&world.apps.native)).await;
    assert!(!consent.text().contains(acme.as_str()), "{}", consent.text());
    let accepted = world.answer_invitation(&token, acme, Reply::Accept("reader")).send().await;
    assert_eq!(accepted.status(), 200, "{}", accepted.text());
    assert_eq!(accepted.json(), json!({ "tenant_id": acme, "tenant_name": "Acme", "role": "reader" }));
    assert!(waiting(&world, &token).await.is_empty());
    let there = world.account_token_at(gloria, acme).await;
    assert_eq!(world.invitations(&there).send().await.status(), 200);
    assert_eq!(joined(&world, gloria).await, 1);
}

#[tokio::test]
async fn accepting_and_declining_again_is_answered_the_same() {
    let world = World::start().await;
    let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
    let token = gloria_invited(&world).await;
    let decide = async |reply: Reply<'static>| {
        let answer = world.answer_invitation(&token, acme, reply).send().await;
        (answer.status(), answer.text().to_owned())
    };
    assert_eq!(decide(Reply::Decline).await, (204, String::new()));
    assert_eq!(decide(Reply::Decline).await, (204, String::new()));
    assert_eq!(decide(Reply::Accept("reader")).await.0, 404);
    let log = world.events(Some(acme)).await;
    let declined: Vec<_> = log.iter().filter(|it| it.kind == Kind::InvitationDeclined).collect();
    let [declined] = declined.as_slice() else { panic!("declined once: {declined:?}") };
    assert_eq!(declined.actor, Actor::User(gloria.user_id.clone()));
    world.invited(gloria, acme, "owner").await;
    let first = decide(Reply::Accept("owner")).await;
    assert_eq!((first.0, decide(Reply::Accept("owner")).await), (200, first));
    assert_eq!(decide(Reply::Decline).await.0, 404);
    assert_eq!(joined(&world, gloria).await, 1);
}

#[tokio::test]
async fn s01_only_the_address_that_was_invited_finds_the_invitation() {
    let world = World::start().await;
    let (people, tenants) = (&world.people, &world.tenants);
    world.invited(&people.gloria, &tenants.acme, "owner").await;
    let tess = world.account_token(&people.tess).await;
    assert!(waiting(&world, &tess).await.is_empty());
    let before = world.dump().await;
    for decision in [Reply::Accept("owner"), Reply::Decline] {
        let theirs = world.answer_invitation(&tess, &tenants.acme, decision).send().await;
        let nothing = world.answer_invitation(&tess, &tenants.globex, decision).send().await;
        assert_error(&theirs, 404, "not_found");
        assert_eq!(theirs.text(), nothing.text());
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn l05_an_expired_invitation_is_none_before_the_table_forgets_it() {
    let world = World::start().await;
    let acme = &world.tenants.acme;
    gloria_invited(&world).await;
    world.clock.advance(14 * 86_400 - 1);
    let token = world.account_token(&world.people.gloria).await;
    assert_eq!(waiting(&world, &token).await.len(), 1);
    world.clock.advance(1);
    assert!(waiting(&world, &token).await.is_empty());
    for decision in [Reply::Accept("reader"), Reply::Decline] {
        assert_error(&world.answer_invitation(&token, acme, decision).send().await, 404, "not_found");
    }
    assert_eq!(joined(&world, &world.people.gloria).await, 0);
}

#[tokio::test]
async fn a_withdrawn_invitation_is_none() {
    let world = World::start().await;
    let acme = &world.tenants.acme;
    let made = world.invited(&world.people.gloria, acme, "owner").await;
    let (token, admin) =
        (world.account_token(&world.people.gloria).await, world.admin_token(&world.apps.operator).await);
    let path = format!("/admin/v1/tenants/{acme}/invitations/{}", made.member("id"));
    let withdrawn = world.request("DELETE".parse().unwrap(), &path).bearer(&admin).send().await;
    assert_eq!(withdrawn.status(), 204);
    assert!(waiting(&world, &token).await.is_empty());
    assert_error(
        &world.answer_invitation(&token, acme, Reply::Accept("owner")).send().await,
        404,
        "not_found",
    );
}

#[tokio::test]
async fn a_role_that_is_gone_and_a_suspended_tenant_make_it_void() {
    let world = World::start().await;
    let acme = &world.tenants.acme;
    let token = gloria_invited(&world).await;
    let accept = async || world.answer_invitation(&token, acme, Reply::Accept("reader")).send().await;
    world.edit_tenant(acme, |tenant| tenant.active = false).await;
    assert_error(&accept().await, 409, "conflict");
    assert!(waiting(&world, &token).await.is_empty());
    world.edit_tenant(acme, |tenant| tenant.active = true).await;
    let mut role = Vec::new();
    world.edit_tenant(acme, |tenant| role = tenant.roles.remove("reader").unwrap()).await;
    assert_error(&accept().await, 409, "conflict");
    assert!(waiting(&world, &token).await.is_empty());
    world.edit_tenant(acme, |tenant| drop(tenant.roles.insert("reader".to_owned(), role))).await;
    assert_eq!(accept().await.status(), 200);
}

/// A paused member comes back by no invitation; a removed one by a later one, and afresh.
#[tokio::test]
async fn s03_an_invitation_does_not_undo_a_pause() {
    let world = World::start().await;
    let (bo, acme) = (&world.people.bo, &world.tenants.acme);
    let token = world.account_token_at(bo, &world.tenants.globex).await;
    let old = world.pat(&world.people.olivia, &["contact.read"]).await;
    assert_eq!(world.gate(0).call(READ, &old.token).await.name(), "allowed");
    let admin = world.admin_token(&world.apps.operator).await;
    let path = format!("/admin/v1/tenants/{acme}/members/{}", bo.user_id);
    let pause = world.request("PATCH".parse().unwrap(), &path).bearer(&admin);
    assert_eq!(pause.json(&json!({ "active": false })).send().await.status(), 200);
    world.invited(bo, acme, "owner").await;
    assert_error(
        &world.answer_invitation(&token, acme, Reply::Accept("owner")).send().await,
        409,
        "conflict",
    );
    let removed = world.request("DELETE".parse().unwrap(), &path).bearer(&admin).send().await;
    assert_eq!(removed.status(), 204);
    assert_error(
        &world.answer_invitation(&token, acme, Reply::Accept("owner")).send().await,
        404,
        "not_found",
    );
    world.clock.advance(1);
    world.invited(bo, acme, "owner").await;
    assert_eq!(world.answer_invitation(&token, acme, Reply::Accept("owner")).send().await.status(), 200);
    assert_eq!(joined(&world, bo).await, 1);
}

/// An invitation that was pending at the removal is none; one that was renewed a second later is.
#[tokio::test]
async fn s03_an_invitation_does_not_undo_a_removal() {
    let world = World::start().await;
    let (bo, acme) = (&world.people.bo, &world.tenants.acme);
    let admin = world.admin_token(&world.apps.operator).await;
    world.invited(bo, acme, "owner").await;
    let path = format!("/admin/v1/tenants/{acme}/members/{}", bo.user_id);
    let removed = world.request("DELETE".parse().unwrap(), &path).bearer(&admin).send().await;
    assert_eq!(removed.status(), 204);
    let token = world.account_token(bo).await;
    // Whatever is renewed within the second of the removal counts as older.
    for renew in [false, true] {
        if renew {
            world.invited(bo, acme, "owner").await;
        }
        assert!(waiting(&world, &token).await.is_empty());
        assert_error(
            &world.answer_invitation(&token, acme, Reply::Accept("owner")).send().await,
            404,
            "not_found",
        );
    }
    world.clock.advance(1);
    assert!(waiting(&world, &token).await.is_empty());
    world.invited(bo, acme, "owner").await;
    assert_eq!(waiting(&world, &token).await.len(), 1);
    assert_eq!(world.answer_invitation(&token, acme, Reply::Accept("owner")).send().await.status(), 200);
    assert_eq!(joined(&world, bo).await, 1);
}

/// Who cannot join is not led to a page where joining fails.
#[tokio::test]
async fn a_paused_member_is_shown_no_invitation_of_that_tenant() {
    let world = World::start().await;
    let (nomad, globex) = (world.homeless("nomad@nowhere.test").await, &world.tenants.globex);
    let admin = world.admin_token(&world.apps.operator).await;
    let member = json!({ "email": nomad.email, "role": "reader", "active": true });
    assert_eq!(world.invite(&admin, globex, &member).send().await.status(), 201);
    let path = format!("/admin/v1/tenants/{globex}/members/{}", nomad.user_id);
    let pause = world.request("PATCH".parse().unwrap(), &path).bearer(&admin);
    assert_eq!(pause.json(&json!({ "active": false })).send().await.status(), 200);
    world.invited(&nomad, globex, "reader").await;
    let (_, _, page) = sign_in(&world, &nomad).await;
    assert_page(&page, 403);
}

#[tokio::test]
async fn accepting_again_tells_the_role_that_the_member_has_now() {
    let world = World::start().await;
    let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
    let token = gloria_invited(&world).await;
    assert_eq!(
        world.answer_invitation(&token, acme, Reply::Accept("reader")).send().await.member("role"),
        "reader"
    );
    let admin = world.admin_token(&world.apps.operator).await;
    let path = format!("/admin/v1/tenants/{acme}/members/{}", gloria.user_id);
    let raise = world.request("PATCH".parse().unwrap(), &path).bearer(&admin);
    assert_eq!(raise.json(&json!({ "role": "owner" })).send().await.status(), 200);
    assert_eq!(
        world.answer_invitation(&token, acme, Reply::Accept("reader")).send().await.member("role"),
        "owner"
    );
}

/// Of accepting and withdrawing at the same moment one happens, and it is told once.
#[tokio::test]
async fn db06_a_race_has_one_outcome() {
    let world = World::start().await;
    let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
    for _ in 0..5 {
        let made = world.invited(gloria, acme, "reader").await;
        let (token, admin) = (
            world.account_token_at(gloria, &world.tenants.globex).await,
            world.admin_token(&world.apps.operator).await,
        );
        let path = format!("/admin/v1/tenants/{acme}/invitations/{}", made.member("id"));
        let accept = world.answer_invitation(&token, acme, Reply::Accept("reader")).send();
        let withdraw = world.request("DELETE".parse().unwrap(), &path).bearer(&admin).send();
        let (accepted, withdrawn) = tokio::join!(accept, withdraw);
        let won = [accepted.status() == 200, withdrawn.status() == 204];
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{accepted:?} {withdrawn:?}");
        let member = format!("/admin/v1/tenants/{acme}/members/{}", gloria.user_id);
        let removed = world.request("DELETE".parse().unwrap(), &member).bearer(&admin).send().await;
        assert_eq!(removed.status(), if won[0] { 204 } else { 404 });
        world.clock.advance(1);
    }
}

/// The first page that a person without a tenant sees after the login, on the way to an app.
async fn sign_in(world: &World, person: &Person) -> (Browser, Ask, Answer) {
    let (mut browser, ask) = (world.browser(), Ask::of(&world.apps.native));
    let login = browser.open(&ask).await;
    let page = browser.sign_in(&login, person).await;
    (browser, ask, page)
}

#[tokio::test]
async fn whoever_belongs_nowhere_is_shown_the_invitation_at_sign_in_and_goes_on_to_the_app() {
    let world = World::start().await;
    let nomad = world.homeless("nomad@nowhere.test").await;
    let (_, _, refused) = sign_in(&world, &nomad).await;
    assert_page(&refused, 403);
    world.invited(&nomad, &world.tenants.globex, "reader").await;
    let (mut browser, ask, page) = sign_in(&world, &nomad).await;
    assert_page(&page, 200);
    assert!(page.text().contains("You are invited") && page.text().contains("Globex"), "{}", page.text());
    let form = Form::read(page.text()).unwrap();
    let consent = browser.submit(&form.fill("decision", "accept")).await;
    assert!(consent.text().contains("id=\"allow\""), "{}", consent.text());
    let code = Code::of(&browser.decide(&consent, "allow").await, &ask);
    let tokens = Tokens::of(&world.exchange(&world.apps.native, &code).send().await);
    assert_eq!(world.gate(0).call(READ, &tokens.access).await.name(), "allowed");
}

#[tokio::test]
async fn whoever_declines_at_sign_in_belongs_nowhere() {
    let world = World::start().await;
    let nomad = world.homeless("nomad@nowhere.test").await;
    world.invited(&nomad, &world.tenants.globex, "reader").await;
    let (mut browser, _, page) = sign_in(&world, &nomad).await;
    let form = Form::read(page.text()).unwrap();
    assert_page(&browser.submit(&form.fill("decision", "decline")).await, 403);
    let (_, _, again) = sign_in(&world, &nomad).await;
    assert_page(&again, 403);
}

/// An account that is made after the invitation finds it.
#[tokio::test]
async fn an_invitation_waits_for_the_account() {
    let world = World::start().await;
    let nobody =
        Person { user_id: world.people.olivia.user_id.clone(), email: "late@nowhere.test", name: "Late" };
    world.invited(&nobody, &world.tenants.globex, "reader").await;
    let late = world.homeless("late@nowhere.test").await;
    let (_, _, page) = sign_in(&world, &late).await;
    assert!(page.text().contains("Globex"), "{}", page.text());
}

#[tokio::test]
async fn a19_the_form_is_of_this_login_and_this_origin() {
    let world = World::start().await;
    let gloria = &world.people.gloria;
    world.invited(gloria, &world.tenants.acme, "reader").await;
    assert_page(&world.browser().visit("/oauth2/invitations").await, 403);
    let mut browser = world.signed_in(gloria).await;
    let page = browser.visit("/oauth2/invitations").await;
    assert_page(&page, 200);
    let form = Form::read(page.text()).unwrap().fill("decision", "accept");
    let mut other = world.signed_in(&world.people.tess).await;
    let before = world.dump().await;
    let forged = browser.post(&form.clone().fill("csrf", "x"));
    let fields = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let foreign = world.post("/oauth2/invitations").form(fields).header("origin", "https://evil.test");
    for draft in [forged, foreign] {
        assert_page(&browser.send(draft).await, 403);
    }
    let draft = other.post(&form);
    assert_page(&other.send(draft).await, 403);
    assert_page(&browser.submit(&form.clone().fill("decision", "maybe")).await, 400);
    assert_eq!(world.dump().await, before);
    let done = browser.submit(&form).await;
    assert!(done.status() == 200 && done.text().contains("No invitation is waiting"), "{}", done.text());
    assert_eq!(joined(&world, gloria).await, 1);
}

/// An answer that comes too late is a page that says so.
#[tokio::test]
async fn a_page_tells_that_an_invitation_is_over() {
    let world = World::start().await;
    world.invited(&world.people.gloria, &world.tenants.acme, "reader").await;
    let mut browser = world.signed_in(&world.people.gloria).await;
    let page = browser.visit("/oauth2/invitations").await;
    let form = Form::read(page.text()).unwrap().fill("decision", "accept");
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = false).await;
    let late = browser.submit(&form).await;
    assert_page(&late, 409);
    assert!(late.text().contains("role=\"alert\""), "{}", late.text());
}

/// Whoever clicks joins as what the page said, or not at all.
#[tokio::test]
async fn s02_an_invitation_that_changed_since_it_was_shown_is_shown_again() {
    let world = World::start().await;
    let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
    world.invited(gloria, acme, "reader").await;
    let mut browser = world.signed_in(gloria).await;
    let page = browser.visit("/oauth2/invitations").await;
    let form = Form::read(page.text()).unwrap().fill("decision", "accept");
    world.invited(gloria, acme, "owner").await;
    let before = world.dump().await;
    for stale in [form.clone(), form.clone().fill("role", "owner").fill("invitation", "x")] {
        let again = browser.submit(&stale).await;
        assert_page(&again, 409);
        assert!(again.text().contains("try again") && again.text().contains("owner"), "{}", again.text());
    }
    assert_eq!(world.dump().await, before);
    assert_eq!(browser.submit(&form.fill("role", "owner")).await.status(), 200);
    assert_eq!(joined(&world, gloria).await, 1);
}

/// What an application may do for one tenant does not let it join its users to others.
#[tokio::test]
async fn s02_the_scope_of_one_tenant_answers_no_invitation_into_another() {
    let world = World::start().await;
    let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
    world.invited(gloria, acme, "reader").await;
    let ask = world.account_ask().with("scope", "openid account");
    let code = world.code_for(&ask, gloria).await;
    let token = Tokens::of(&world.exchange(&world.apps.web, &code).send().await).access;
    assert_eq!(world.get("/account/v1/tokens").bearer(&token).send().await.status(), 200);
    let before = world.dump().await;
    for draft in [
        world.invitations(&token),
        world.answer_invitation(&token, acme, Reply::Accept("reader")),
        world.answer_invitation(&token, acme, Reply::Decline),
    ] {
        assert_eq!(draft.send().await.status(), 403);
    }
    assert_eq!(world.dump().await, before);
}
