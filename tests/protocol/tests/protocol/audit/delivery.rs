//! From the change to the log: exactly once, however often anything is sent or delivered.

use postern_core::audit::{Event, Kind};
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Answer, Blow, Site, Tokens, World};
use serde_json::{Value, json};

use super::{Reader, kinds};

fn count(events: &[Event], kind: Kind) -> usize {
    events.iter().filter(|event| event.kind == kind).count()
}

/// Strikes each call of a request by each fault, then asks again until it is answered; gives the news of each.
async fn struck<S>(
    prepare: impl AsyncFn(&World) -> S,
    request: impl AsyncFn(&World, &S) -> Answer,
) -> Vec<(String, Vec<Event>, Answer)> {
    let world = World::start().await;
    let state = prepare(&world).await;
    let (sites, _) = world.sites(request(&world, &state)).await;
    let mut outcomes = Vec::new();
    for site in sites {
        for blow in Blow::all() {
            let state = prepare(&world).await;
            let mut log = Reader::of(&world).await;
            world.strike(&site, blow);
            request(&world, &state).await;
            world.faults().clear();
            let answer = request(&world, &state).await;
            outcomes.push((format!("{site:?} {blow:?}"), log.news().await, answer));
        }
    }
    outcomes
}

#[tokio::test]
async fn a_code_is_exchanged_once_in_the_log_too() {
    let prepare = async |world: &World| world.code(&world.apps.web).await;
    let outcomes =
        struck(prepare, async |world, code| world.exchange(&world.apps.web, code).send().await).await;
    for (cell, news, _) in outcomes {
        assert_eq!(count(&news, Kind::CodeExchanged), 1, "{cell}: {:?}", kinds(&news));
        // The second request is a replay where the first one was answered, or its answer was lost for good.
        assert!(count(&news, Kind::CodeReplayed) <= 1, "{cell}: {:?}", kinds(&news));
    }
}

#[tokio::test]
async fn a_refresh_is_told_once_and_its_repetition_once() {
    let prepare = async |world: &World| world.tokens(&world.apps.spa).await.refresh;
    let outcomes =
        struck(prepare, async |world, token| world.refresh(&world.apps.spa, token).send().await).await;
    for (cell, news, answer) in outcomes {
        assert_eq!(answer.status(), 200, "{cell}");
        assert_eq!(count(&news, Kind::TokenRefreshed), 1, "{cell}: {:?}", kinds(&news));
        assert!(count(&news, Kind::RefreshRepeated) <= 1, "{cell}: {:?}", kinds(&news));
    }
}

#[tokio::test]
async fn a_revocation_is_told_once() {
    let prepare = async |world: &World| world.tokens(&world.apps.web).await;
    let both = async |world: &World, tokens: &Tokens| {
        world.revoke(&world.apps.web, &tokens.access).send().await;
        world.revoke(&world.apps.web, &tokens.refresh).send().await
    };
    for (cell, news, _) in struck(prepare, both).await {
        assert_eq!(kinds(&news), ["grant.revoked", "token.revoked"], "{cell}");
    }
}

#[tokio::test]
async fn no_server_gets_a_token_without_a_trace() {
    let world = World::start().await;
    let app = &world.apps.service;
    let site = Site { service: Service::DynamoDb, operation: "PutItem".to_owned(), nth: 0 };
    for blow in Blow::all() {
        let mut log = Reader::of(&world).await;
        world.strike(&site, blow);
        let answer = world.client_credentials(app, "contact.read").send().await;
        world.faults().clear();
        let told = log.news().await.len();
        let written = blow.moment == Moment::AfterEffect || answer.status() == 200;
        assert_eq!(told, usize::from(written), "{blow:?} {}", answer.status());
        assert!(answer.status() == 200 || answer.status() == 503, "{blow:?}");
    }
}

#[tokio::test]
async fn what_the_stream_delivers_again_changes_nothing() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let first = world.tokens(app).await;
    world.refresh(app, &first.refresh).send().await;
    let acme = Some(&world.tenants.acme);
    let events = world.events(acme).await;
    let dump = world.dump().await;
    let records = world.stream().await;
    for part in records.rchunks(3).chain(records.chunks(7)) {
        assert_eq!(world.deliver(part).await, json!({ "batchItemFailures": [] }));
    }
    assert_eq!(world.dump().await, dump);
    assert_eq!(world.events(acme).await, events);
}

#[tokio::test]
async fn a_fault_of_the_table_delays_and_loses_nothing() {
    let world = World::start().await;
    let acme = Some(&world.tenants.acme);
    world.tokens(&world.apps.web).await;
    let records = world.stream().await;
    for operation in ["PutItem", "BatchGetItem"] {
        let site = Site { service: Service::DynamoDb, operation: operation.to_owned(), nth: 0 };
        world.strike(&site, Blow { kind: FaultKind::Throttle, moment: Moment::BeforeEffect, times: 1_000 });
        let answer = world.deliver(&records).await;
        world.faults().clear();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        let [failure] = failures.as_slice() else { panic!("{operation}: {answer}") };
        let named = |record: &Value| record["dynamodb"]["SequenceNumber"] == failure["itemIdentifier"];
        assert!(records.iter().any(named), "{answer}");
    }
    let expected = ["client.created", "code.exchanged", "consent.given", "member.added", "member.added"];
    assert_eq!(kinds(&world.events(acme).await)[..5], expected);
}

#[tokio::test]
async fn a_record_that_is_no_event_blocks_nobody() {
    let world = World::start().await;
    world.tokens(&world.apps.web).await;
    let mut records = world.stream().await;
    let told = |record: &Value| record.pointer("/dynamodb/NewImage/audit/M/kind/S").is_some();
    let spoilt = records.iter().position(told).unwrap();
    records[spoilt]["dynamodb"]["NewImage"]["audit"] = json!({"M": {"kind": {"S": "no.such.kind"}}});
    let before = world.dump().await;
    assert_eq!(world.deliver(&records).await, json!({ "batchItemFailures": [] }));
    let events = |dump: &str| dump.lines().filter(|line| line.contains("AUDIT#")).count();
    let told = records.iter().filter(|record| told(record)).count() - 1;
    assert_eq!(events(&world.dump().await) - events(&before), told);
}

#[tokio::test]
async fn events_are_kept_as_long_as_their_tenant_says() {
    const DAY: u64 = 86_400;
    let world = World::start().await;
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.audit_days = Some(30)).await;
    world.events(Some(&world.tenants.acme)).await;
    world.clock.advance(60);
    world.client_credentials(&world.apps.service, "contact.read").send().await;
    let dump = world.dump().await;
    let kept = |tenant: &str, from: u64, days: u64| {
        let (log, until) = (format!("AUDIT#{tenant}"), (from + days * DAY).to_string());
        let lines: Vec<_> = dump.lines().filter(|line| line.contains(&log)).collect();
        (lines.len(), lines.iter().filter(|line| line.contains(&until)).count())
    };
    let (acme, globex) = (world.tenants.acme.as_str(), world.tenants.globex.as_str());
    let (all, early) = kept(acme, world.now() - 60, 30);
    assert_eq!((all - early, kept(acme, world.now(), 30).1), (1, 1), "the stream's and the token endpoint's");
    let (all, kept) = kept(globex, world.now() - 60, 365);
    assert!(all > 0 && all == kept);
}
