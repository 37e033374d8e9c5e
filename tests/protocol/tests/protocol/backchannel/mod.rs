//! OpenID Connect Back-Channel Logout 1.0: `sid`, logout tokens, how they are delivered, and what ends with a session.

mod accounts;
mod crowded;
mod delivery;
mod faults;
mod refresh_tokens;
mod registration;
mod retries;
mod same_name;
mod sessions;

use postern_core::audit::{Event, Kind};
use postern_core::client::Origin;
use postern_core::openid::LogoutUri;
use postern_core::param::RedirectUri;
use postern_testkit::{App, Ask, Browser, Code, Form, Person, Tokens, World, claims_of};

/// Where the web app is told.
const WEB: &str = "https://web.test/backchannel";
/// Where the app without rotation is told.
const STEADY: &str = "https://steady.test/backchannel";

/// Lets an app be told of the ends of sessions, at an address that answers 200.
async fn listens(world: &World, app: &App, at: &str) {
    let uri = LogoutUri::register(at).unwrap();
    world.edit_client(&app.client_id, |client| client.openid.backchannel_logout_uri = Some(uri)).await;
    world.web.publish(at, "");
}

/// The web app as one that nobody vouched for, at two hosts, which is to be told of ends at `uri`.
async fn unverified(world: &World, uri: &str) -> App {
    let app = App { redirect_uri: "https://web.test/cb".to_owned(), ..world.apps.web.clone() };
    let uris = [&app.redirect_uri, "https://victim.test/cb"].map(|uri| RedirectUri::register(uri).unwrap());
    listens(world, &app, uri).await;
    world
        .edit_client(&app.client_id, |client| {
            client.redirect_uris = uris.to_vec();
            client.registration.origin = Origin::Registered;
        })
        .await;
    app
}

/// Signs a person in to an app, in this browser.
async fn sign_in(world: &World, browser: &mut Browser, app: &App, person: &Person) -> Tokens {
    sign_in_by(world, browser, app, (person, &Ask::of(app))).await
}

/// The same by a request of one's own.
async fn sign_in_by(
    world: &World,
    browser: &mut Browser,
    app: &App,
    (person, ask): (&Person, &Ask),
) -> Tokens {
    let answer = browser.authorize(ask, person).await;
    Tokens::of(&world.exchange(app, &Code::of(&answer, ask)).send().await)
}

/// Signs out by hand.
async fn sign_out(browser: &mut Browser) {
    let page = browser.visit("/oauth2/logout").await;
    let answer = browser.submit(&Form::read(page.text()).unwrap()).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
}

/// The logout tokens that were posted to an address, in order.
fn told(world: &World, at: &str) -> Vec<String> {
    let posted = world.web.posted().into_iter().filter(|(url, _)| url == at);
    posted.map(|(_, form)| form.strip_prefix("logout_token=").expect("nothing else").to_owned()).collect()
}

fn sid_of(token: &str) -> String {
    claims_of(token)["sid"].as_str().expect("a sid").to_owned()
}

/// What Acme's log tells of one kind.
async fn logged(world: &World, kind: Kind) -> Vec<Event> {
    let events = world.events(Some(&world.tenants.acme)).await;
    events.into_iter().filter(|event| event.kind == kind).collect()
}
