//! `sid` (section 2.1), and which session a client means by it (RP-Initiated Logout section 2).

use postern_core::audit::{Actor, Kind};
use postern_core::credential::Purpose;
use postern_core::id::ClientId;
use postern_core::session::{MAX_VISITS, Visit};
use postern_core::store::{Begun, LoadAccounts as _, NoteVisits, Noted, Sessions as _};
use postern_testkit::{Ask, Browser, Tokens, World};

use super::{WEB, listens, logged, sid_of, sign_in, sign_in_by, sign_out, told};

fn asks(page: &postern_testkit::Answer) -> bool {
    page.text().contains("id=\"sign-out\"")
}

async fn signed_in(world: &World) -> (Browser, Tokens) {
    let mut browser = world.browser();
    let tokens = sign_in(world, &mut browser, &world.apps.web, &world.people.olivia).await;
    (browser, tokens)
}

#[tokio::test]
async fn one_session_has_one_sid_and_another_has_another() {
    let world = World::start().await;
    let web = &world.apps.web;
    let (mut browser, first) = signed_in(&world).await;
    let sid = sid_of(&first.id);
    let again = sign_in(&world, &mut browser, web, &world.people.olivia).await;
    assert_eq!(sid_of(&again.id), sid, "silently");
    let refreshed = Tokens::of(&world.refresh(web, &first.refresh).send().await);
    assert_eq!(sid_of(&refreshed.id), sid, "by refresh");
    let ask = Ask::of(web).with("prompt", "login");
    let anew = sign_in_by(&world, &mut browser, web, (&world.people.olivia, &ask)).await;
    assert_eq!(sid_of(&anew.id), sid, "the same person proved that they are the same");
    let (_, elsewhere) = signed_in(&world).await;
    assert_ne!(sid_of(&elsewhere.id), sid, "another browser");
    sign_out(&mut browser).await;
    let after = sign_in(&world, &mut browser, web, &world.people.olivia).await;
    assert_ne!(sid_of(&after.id), sid, "after a sign-out");
}

#[tokio::test]
async fn w01_the_sid_is_not_the_cookie_and_no_way_to_it() {
    let world = World::start().await;
    let (browser, tokens) = signed_in(&world).await;
    let (sid, cookie) = (sid_of(&tokens.id), browser.jar.get("__Host-sid").unwrap());
    let tag = world.credential_keys.tag(Purpose::Session, &[cookie.as_bytes()]).to_string();
    assert!(sid.len() >= 40 && sid != cookie && sid != tag);
    let mut thief = world.browser();
    thief.jar.put("__Host-sid", &sid);
    let page = thief.open(&Ask::of(&world.apps.web)).await;
    assert!(page.text().contains("id=\"sign-in\""));
}

#[tokio::test]
async fn who_signs_in_to_somebody_elses_browser_ends_their_session() {
    let world = World::start().await;
    listens(&world, &world.apps.web, WEB).await;
    let (mut browser, tokens) = signed_in(&world).await;
    let ask = Ask::of(&world.apps.web).with("prompt", "login");
    sign_in_by(&world, &mut browser, &world.apps.web, (&world.people.robin, &ask)).await;
    world.tell_clients().await;
    let told = told(&world, WEB);
    assert_eq!(told.iter().map(|token| sid_of(token)).collect::<Vec<_>>(), [sid_of(&tokens.id)]);
    let ended = logged(&world, Kind::SessionEnded).await;
    assert_eq!(ended[0].subject.as_ref(), Some(&world.people.olivia.user_id));
    assert_eq!(ended[0].actor, Actor::Server, "her tenant's log does not name who came after her");
}

#[tokio::test]
async fn a_login_once_more_by_the_same_person_ends_nothing() {
    let world = World::start().await;
    let web = &world.apps.web;
    listens(&world, web, WEB).await;
    let (mut browser, _) = signed_in(&world).await;
    let ask = Ask::of(&world.apps.spa).with("prompt", "login");
    sign_in_by(&world, &mut browser, &world.apps.spa, (&world.people.olivia, &ask)).await;
    world.tell_clients().await;
    assert!(told(&world, WEB).is_empty());
    sign_out(&mut browser).await;
    world.tell_clients().await;
    assert_eq!(told(&world, WEB).len(), 1, "what the first login led to is not forgotten");
}

/// V11: an ID token about the same person in another browser signs nobody out here unasked.
#[tokio::test]
async fn v11_the_hint_of_another_session_asks() {
    let world = World::start().await;
    listens(&world, &world.apps.web, WEB).await;
    let (mut here, own) = signed_in(&world).await;
    let (_, elsewhere) = signed_in(&world).await;
    let path = |tokens: &Tokens| format!("/oauth2/logout?id_token_hint={}", tokens.id);
    let page = here.visit(&path(&elsewhere)).await;
    assert!(asks(&page));
    world.tell_clients().await;
    assert!(told(&world, WEB).is_empty());
    let page = here.visit(&path(&own)).await;
    assert!(!asks(&page));
    world.tell_clients().await;
    assert_eq!(sid_of(&told(&world, WEB)[0]), sid_of(&own.id));
}

/// The end of a session meets a sign-in that began before it: the client is told, or gets no code.
#[tokio::test]
async fn a_session_that_has_ended_takes_no_more_clients() {
    let world = World::start().await;
    listens(&world, &world.apps.native, "https://native.test/backchannel").await;
    let (mut browser, _) = signed_in(&world).await;
    let consent = browser.open(&Ask::of(&world.apps.native)).await;
    let mut late = browser.clone();
    sign_out(&mut browser).await;
    let answer = late.decide(&consent, "allow").await;
    assert!(answer.returned("code").is_none(), "{}", answer.text());
}

/// A login of the same person that met the sign-out goes on under the name that has ended: its cookie ends too.
#[tokio::test]
async fn who_is_told_that_they_signed_out_has_no_live_cookie() {
    let world = World::start().await;
    listens(&world, &world.apps.web, WEB).await;
    let (mut browser, _) = signed_in(&world).await;
    let cookie = browser.jar.get("__Host-sid").unwrap().to_owned();
    let tag = world.credential_keys.tag(Purpose::Session, &[cookie.as_bytes()]);
    let session = world.store().load_session(&tag).await.unwrap().unwrap();
    let mut raced = browser.clone();
    sign_out(&mut browser).await;
    let account = world.store().load_account(&world.people.olivia.user_id).await.unwrap().unwrap();
    let begun = world.store().put_session(&session, &account.user.password.unwrap()).await.unwrap();
    assert!(matches!(begun, Begun::Committed(_)));
    sign_out(&mut raced).await;
    assert!(world.store().load_session(&tag).await.unwrap().is_none());
    assert_eq!(logged(&world, Kind::SessionEnded).await.len(), 1);
}

#[tokio::test]
async fn a_session_remembers_a_bounded_number_of_clients_and_lets_people_in_all_the_same() {
    let world = World::start().await;
    let web = &world.apps.web;
    let (mut browser, _) = signed_in(&world).await;
    listens(&world, web, WEB).await;
    let cookie = browser.jar.get("__Host-sid").unwrap().to_owned();
    let tag = world.credential_keys.tag(Purpose::Session, &[cookie.as_bytes()]);
    let visit =
        Visit { tenant_id: world.tenants.acme.clone(), sub: "s".to_owned(), sid: "s".to_owned(), host: None };
    let note = async |number: usize| {
        let client = ClientId::parse(&format!("client{number}")).unwrap();
        world.store().note_visit(&tag, &client, &visit).await.unwrap()
    };
    for number in 0..MAX_VISITS {
        assert!(matches!(note(number).await, Noted::Noted(_)));
    }
    assert!(matches!(note(MAX_VISITS).await, Noted::Full));
    assert!(matches!(note(0).await, Noted::Noted(_)), "it is there");
    world.clock.advance(60);
    sign_in(&world, &mut browser, web, &world.people.olivia).await;
    sign_out(&mut browser).await;
    let ended = logged(&world, Kind::SessionEnded).await;
    assert_eq!(ended[0].details["clients"], MAX_VISITS.to_string());
}
