//! What is kept of a document, for how long, and who may change it.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use postern_core::audit::Kind;
use postern_core::client::{Client, DocumentUrl};
use postern_core::limit::Limits;
use postern_core::network::Networks;
use postern_core::param::RedirectUri;
use postern_core::store::{KeepDocuments as _, Kept, LoadClients as _};
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Ask, Blow, ISSUER, Site, World, assert_error, assert_page};
use serde_json::json;

use crate::admin::{Admin, json_of};

use super::{URL, app, document, is_taken, open, with, world};

/// The kept copy.
async fn kept(world: &World) -> Client {
    world.store().load_client(&app().client_id).await.unwrap().unwrap()
}

/// Where the admin API has it.
pub(super) fn path() -> String {
    format!("clients/{}", DocumentUrl::of(&app().client_id).unwrap().segment())
}

/// What the log says of the client, in order.
async fn told(world: &World) -> Vec<Kind> {
    let events = world.events(None).await.into_iter();
    events.filter(|it| it.client_id == Some(app().client_id)).map(|it| it.kind).collect()
}

#[tokio::test]
async fn a_copy_serves_as_long_as_its_publisher_says_within_bounds() {
    for (said, seconds) in
        [(None, 3_600), (Some(0), 300), (Some(299), 300), (Some(900), 900), (Some(u64::MAX), 86_400)]
    {
        let world = World::start().await;
        world.web.publish_for(URL, &document(), said);
        for (later, visits) in [(0, 1), (seconds - 1, 1), (1, 2), (1, 2)] {
            world.clock.advance(later);
            assert!(is_taken(&open(&world).await));
            assert_eq!(world.web.visits(URL), visits, "{said:?}");
        }
    }
}

#[tokio::test]
async fn a_changed_document_takes_effect_with_the_next_fetch() {
    let world = world().await;
    assert!(is_taken(&open(&world).await));
    let moved = Ask::of(&app()).with("redirect_uri", "https://app.test/moved");
    world.web.publish(URL, &with(&json!({ "redirect_uris": ["https://app.test/moved"] })));
    assert!(is_taken(&open(&world).await));
    assert_page(&world.get(&moved.path()).send().await, 400);
    world.clock.advance(3_600);
    assert_page(&open(&world).await, 400);
    assert!(is_taken(&world.get(&moved.path()).send().await));
    assert_eq!(told(&world).await, [Kind::ClientCreated, Kind::ClientChanged]);
}

#[tokio::test]
async fn one_that_says_the_same_is_no_event() {
    let world = world().await;
    for _ in 0..3 {
        assert!(is_taken(&open(&world).await));
        world.clock.advance(3_600);
    }
    assert_eq!((world.web.visits(URL), told(&world).await), (3, vec![Kind::ClientCreated]));
}

#[tokio::test]
async fn d09_an_outage_of_the_publisher_lasts_a_day_before_anybody_notices() {
    let world = world().await;
    let app = app();
    let tokens = world.tokens(&app).await;
    world.web.unpublish(URL);
    world.clock.advance(3_600);
    assert!(is_taken(&open(&world).await));
    assert!(is_taken(&open(&world).await));
    assert_eq!(world.web.visits(URL), 2, "a publisher that failed is left alone for some seconds");
    world.clock.advance(86_399);
    assert!(is_taken(&open(&world).await));
    world.clock.advance(1);
    assert_page(&open(&world).await, 503);
    // Who signed in before goes on.
    let refreshed = world.refresh(&app, &tokens.refresh).send().await;
    assert_eq!(refreshed.status(), 200, "{}", refreshed.text());
    world.web.publish(URL, &document());
    assert!(is_taken(&open(&world).await));
}

/// An outage is one thing, a document that says something else another.
#[tokio::test]
async fn d09_no_copy_stands_for_a_document_that_is_refused() {
    let world = world().await;
    assert!(is_taken(&open(&world).await));
    world.web.publish(URL, &with(&json!({ "client_id": "https://tools.test/other.json" })));
    world.clock.advance(3_600);
    assert_page(&open(&world).await, 400);
}

#[tokio::test]
async fn what_administrators_decide_outlives_every_fetch() {
    let world = world().await;
    assert!(is_taken(&open(&world).await));
    let networks = Networks::parse(["203.0.113.0/24"]).unwrap();
    let set = networks.clone();
    world.edit_client(&app().client_id, |client| client.networks = set).await;
    world.clock.advance(3_600);
    assert!(is_taken(&open(&world).await));
    let client = kept(&world).await;
    assert_eq!((client.networks, client.limits), (networks, Limits::default()));
    world.edit_client(&app().client_id, |client| client.active = false).await;
    world.clock.advance(3_600);
    assert_page(&open(&world).await, 400);
    assert_eq!(world.web.visits(URL), 2, "nothing is fetched for a client that is switched off");
}

/// A process that has just asked for it in vain finds it all the same.
#[tokio::test]
async fn that_it_was_unknown_is_forgotten_with_the_first_fetch() {
    let world = world().await;
    let unknown = world.get(&format!("/oauth2/logout?client_id={URL}")).send().await;
    assert_page(&unknown, 200);
    let login = world.browser().open(&Ask::of(&app())).await;
    assert_page(&login, 200);
    assert!(login.text().contains("id=\"sign-in\"") && login.text().contains("Tools"));
}

/// In paths it has a name without slashes.
#[tokio::test]
async fn operators_switch_it_off_at_the_admin_api() {
    let world = world().await;
    let tokens = world.tokens(&app()).await;
    let operator = Admin::operator(&world).await;
    let path = path();
    assert_eq!(json_of(&operator.get(&path).await, 200)["client_id"], URL);
    json_of(&operator.patch(&path, json!({ "active": false })).await, 200);
    assert_page(&open(&world).await, 400);
    assert_error(&world.instance().refresh(&app(), &tokens.refresh).send().await, 401, "invalid_client");
    assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "unauthorized");
    world.clock.advance(86_400);
    assert_page(&open(&world).await, 400);
    let operator = Admin::operator(&world).await;
    json_of(&operator.patch(&path, json!({ "active": true })).await, 200);
    assert!(is_taken(&open(&world).await));
}

#[tokio::test]
async fn d01_one_that_nobody_asks_for_ceases_to_exist_after_its_last_grant() {
    let world = world().await;
    assert!(is_taken(&open(&world).await));
    let (now, client) = (world.now(), kept(&world).await);
    let expires_at = client.registration.expires_at.unwrap().as_secs();
    assert_eq!(expires_at - now, 183 * 86_400);
    world.clock.advance(183 * 86_400);
    let device = world.post("/oauth2/revoke").form([("token", "x")]).by(&app());
    assert_error(&device.send().await, 401, "invalid_client");
    // It is as if it came for the first time.
    assert!(is_taken(&open(&world).await));
}

#[tokio::test]
async fn many_at_once_keep_one_copy_and_tell_of_it_once() {
    let world = world().await;
    for seconds in [0, 3_600] {
        world.clock.advance(seconds);
        world.web.publish(URL, &with(&json!({ "client_name": format!("Tools {seconds}") })));
        let instances: Vec<_> = (0..6).map(|_| world.instance()).collect();
        let path = Ask::of(&app()).path();
        let ask = |(number, instance): (usize, &postern_testkit::Instance)| {
            instance.get(&path).from(&format!("198.51.100.{number}")).send()
        };
        let answers = join_all(instances.iter().enumerate().map(ask)).await;
        assert!(answers.iter().all(is_taken), "{answers:?}");
    }
    assert_eq!(told(&world).await, [Kind::ClientCreated, Kind::ClientChanged]);
    assert_eq!(kept(&world).await.name, "Tools 3600");
}

/// Every AWS call of a first sight, and of a second one, may fail: the answer is a page, and trying again works.
#[tokio::test]
async fn d09_a_fault_of_ours_is_temporary_too() {
    let scout = world().await;
    let (sites, _) = scout.sites(open(&scout)).await;
    let sites: BTreeSet<_> = sites.into_iter().map(|site| (site.operation, site.nth)).collect();
    assert!(sites.iter().any(|(operation, _)| operation == "UpdateItem"), "{sites:?}");
    for (operation, nth) in sites.into_iter().filter(|(operation, _)| operation != "Decrypt") {
        for blow in Blow::all() {
            let world = world().await;
            let service = Service::DynamoDb;
            world.strike(&Site { service, operation: operation.clone(), nth }, blow);
            let answer = open(&world).await;
            assert!(is_taken(&answer) || answer.status() == 503, "{operation} {nth} {blow:?}: {answer:?}");
            world.faults().clear();
            assert!(is_taken(&open(&world).await), "{operation} {nth} {blow:?}");
            assert_eq!(told(&world).await, [Kind::ClientCreated]);
        }
    }
}

#[tokio::test]
async fn a_lost_acknowledgement_is_our_own_write() {
    let world = world().await;
    for nth in [0, 1] {
        let site = Site { service: Service::DynamoDb, operation: "UpdateItem".into(), nth };
        world.strike(&site, Blow { kind: FaultKind::InternalError, moment: Moment::AfterEffect, times: 1 });
        assert!(is_taken(&open(&world).await));
        world.faults().clear();
        world.clock.advance(3_600);
    }
}

/// What an operator gives at one API is theirs to take.
#[tokio::test]
async fn rights_that_an_operator_gave_by_name_outlive_every_fetch() {
    let world = world().await;
    assert!(is_taken(&open(&world).await));
    let operator = Admin::operator(&world).await;
    let given = json!([{ "audience": format!("{ISSUER}/mcp"), "scopes": ["mcp.use"] }]);
    let changed = json_of(&operator.patch(&path(), json!({ "apis": given })).await, 200);
    assert_eq!(changed["apis"], given);
    world.clock.advance(3_600);
    assert!(is_taken(&open(&world).await));
    assert_eq!(world.web.visits(URL), 2);
    let operator = Admin::operator(&world).await;
    assert_eq!(json_of(&operator.get(&path()).await, 200)["apis"], given);
}

/// DB03: a renewal and an operator's change that began from the same copy.
#[tokio::test]
async fn db03_a_renewal_and_an_operator_never_overwrite_each_other() {
    let world = world().await;
    let (id, store) = (app().client_id, world.store());
    for per_minute in [60, 90] {
        assert!(is_taken(&open(&world).await));
        let seen = store.read_document(&id).await.unwrap().unwrap();
        let operator = Admin::operator(&world).await;
        let bound = json!({ "sender": { "dpop_nonce": true, "dpop_bound_access_tokens": true },
            "limits": { "token": { "per_minute": per_minute } } });
        json_of(&operator.patch(&path(), bound).await, 200);
        let late = store.keep_document(&seen.record, Some(&seen), None).await.unwrap();
        assert!(matches!(late, Kept::Superseded));
        assert!(kept(&world).await.sender.dpop_nonce);
        let seen = store.read_document(&id).await.unwrap().unwrap();
        world.clock.advance(3_600);
        assert!(is_taken(&open(&world).await));
        let now = store.read_document(&id).await.unwrap().unwrap();
        assert_eq!(
            now.version,
            seen.version + 1,
            "an operator who saw the copy before is told of a conflict"
        );
    }
}

/// Its publisher decides what it says, and not whether it can be switched off.
#[tokio::test]
async fn whatever_a_document_says_its_client_can_be_switched_off() {
    let world = world().await;
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    world.web.publish(URL, &with(&json!({ "grant_types": [device], "response_types": [] })));
    open(&world).await;
    assert!(kept(&world).await.redirect_uris.is_empty(), "no code is ever sent there");
    // A copy of before this was so.
    let callback = RedirectUri::register(super::CALLBACK).unwrap();
    world.edit_client(&app().client_id, |client| client.redirect_uris = vec![callback]).await;
    let operator = Admin::operator(&world).await;
    assert_error(&operator.patch(&path(), json!({ "name": "T" })).await, 400, "invalid_request");
    assert_eq!(json_of(&operator.patch(&path(), json!({ "active": false })).await, 200)["active"], false);
    assert_error(&operator.patch(&path(), json!({ "active": true })).await, 400, "invalid_request");
}
