//! Reading a log: whole, in order, one's own.

use postern_core::audit::{Actor, Event, Kind, SearchError};
use postern_core::clock::Timestamp;
use postern_core::http::Call;
use postern_core::id::{ClientId, InvocationId};
use postern_core::store::RecordEvents as _;
use postern_local::Service;
use postern_testkit::World;

const ALWAYS: (u64, u64) = (0, 4_000_000_000);

/// A world whose log at Acme holds some more than 250 events, four in each second.
async fn busy() -> World {
    let world = World::start().await;
    for number in 0..250 {
        if number % 4 == 0 {
            world.clock.advance(1);
        }
        let answer = world.client_credentials(&world.apps.service, "contact.read").send().await;
        assert_eq!(answer.status(), 200);
    }
    world.events(None).await;
    world
}

#[tokio::test]
async fn pages_are_complete_and_in_order() {
    let world = busy().await;
    let acme = Some(&world.tenants.acme);
    let (mut found, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = world.search(acme, ALWAYS, cursor.as_deref()).await.unwrap();
        assert!(page.events.len() <= 100);
        found.extend(page.events);
        pages += 1;
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((pages, found.len()), (3, 255));
    assert!(found.is_sorted_by(|a, b| (a.at, &a.id) > (b.at, &b.id)), "the latest first, none twice");
}

#[tokio::test]
async fn a_search_is_bounded_by_both_moments() {
    let world = busy().await;
    let acme = Some(&world.tenants.acme);
    let end = world.now();
    let page = world.search(acme, (end - 5, end - 2), None).await.unwrap();
    assert_eq!((page.events.len(), page.cursor), (16, None));
    assert!(page.events.iter().all(|it| (end - 5..=end - 2).contains(&it.at.as_secs())));
    assert!(world.search(acme, (end + 1, end + 9), None).await.unwrap().events.is_empty());
    // From later than to: DynamoDB would refuse the range.
    assert!(world.search(acme, (end, end - 1), None).await.unwrap().events.is_empty());
}

#[tokio::test]
async fn db13_a_cursor_serves_the_search_that_it_was_given_to() {
    let world = busy().await;
    let (acme, globex) = (Some(&world.tenants.acme), Some(&world.tenants.globex));
    let cursor = world.search(acme, ALWAYS, None).await.unwrap().cursor.unwrap();
    assert!(world.search(acme, ALWAYS, Some(&cursor)).await.is_ok());
    for (tenant, times) in
        [(globex, ALWAYS), (None, ALWAYS), (acme, (1, ALWAYS.1)), (acme, (ALWAYS.0, ALWAYS.1 - 1))]
    {
        let refused = world.search(tenant, times, Some(&cursor)).await.unwrap_err();
        assert_eq!(refused, SearchError::Cursor, "{tenant:?} {times:?}");
    }
    let (place, seal) = cursor.split_once('.').unwrap();
    let elsewhere = postern_jose::base64url::encode("001800000000#x");
    let long = "x".repeat(10_000);
    for forged in [
        "",
        ".",
        "x",
        place,
        &format!("{place}."),
        &format!("{elsewhere}.{seal}"),
        &format!("{place}.{}", seal.replace(|c: char| c.is_ascii_lowercase(), "A")),
        &format!("{cursor}."),
        &format!(" {cursor}"),
        &format!("{place}=.{seal}"),
        &long,
    ] {
        let refused = world.search(acme, ALWAYS, Some(forged)).await.unwrap_err();
        assert_eq!(refused, SearchError::Cursor, "{forged}");
    }
}

/// An event of a client in Acme's log.
async fn happened(world: &World, name: &str, (client, at): (&ClientId, u64)) {
    let (invocation, now) = (InvocationId::parse(name).unwrap(), Timestamp::from_secs(at));
    let call = Call { invocation, source: None, deadline: now, caller: None };
    let event = Event::new(Kind::ClientTokenIssued, Actor::Client(client.clone()), &call, now);
    let event = event.in_tenant(&world.tenants.acme).with_client(client);
    let _receipt = world.store().record_event(&event, now.plus(86_400)).await.unwrap();
}

#[tokio::test]
async fn a_search_for_a_client_goes_on_through_what_is_others() {
    let world = World::start().await;
    let acme = &world.tenants.acme;
    let (wanted, other) = (&world.apps.platform.client_id, &world.apps.service.client_id);
    let start = world.now() + 100;
    for number in 0..3 {
        happened(&world, &format!("wanted-{number}"), (wanted, start + number)).await;
    }
    for number in 0..1_100 {
        happened(&world, &format!("other-{number}"), (other, start + 10 + number)).await;
    }
    let queries = world.calls(Service::DynamoDb, "Query");
    let first = world.search_of((acme, wanted), None).await.unwrap();
    assert!(first.events.is_empty(), "a thousand of others came later: {:?}", first.events.len());
    let second = world.search_of((acme, wanted), first.cursor.as_deref()).await.unwrap();
    let found: Vec<_> = second.events.iter().map(|event| event.at.as_secs() - start).collect();
    assert_eq!((found, second.cursor), (vec![2, 1, 0], None));
    assert_eq!(world.calls(Service::DynamoDb, "Query") - queries, 2, "one read a page");
}

#[tokio::test]
async fn a_search_for_a_client_is_complete_and_bound_to_it() {
    let world = busy().await;
    let acme = &world.tenants.acme;
    let (service, web) = (&world.apps.service.client_id, &world.apps.web.client_id);
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.search_of((acme, service), cursor.as_deref()).await.unwrap();
        assert!(page.events.len() <= 100);
        found.extend(page.events);
        let Some(next) = page.cursor else { break };
        assert_eq!(world.search_of((acme, web), Some(&next)).await.unwrap_err(), SearchError::Cursor);
        assert_eq!(world.search(Some(acme), ALWAYS, Some(&next)).await.unwrap_err(), SearchError::Cursor);
        cursor = Some(next);
    }
    let issued = found.iter().filter(|event| event.kind == Kind::ClientTokenIssued).count();
    assert_eq!(issued, 250);
    assert!(found.iter().all(|event| event.client_id.as_ref() == Some(service)));
    assert!(found.is_sorted_by(|a, b| (a.at, &a.id) > (b.at, &b.id)), "the latest first, none twice");
}
