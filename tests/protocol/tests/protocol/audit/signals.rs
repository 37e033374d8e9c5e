//! Unusual use is told once more, as a signal.

use postern_core::audit::{Actor, Event, Kind};
use postern_testkit::{CapturedLog, Tokens, World};

use super::Reader;

fn signals(news: &[Event]) -> Vec<(&str, &str)> {
    let detail = |event: &'_ Event, name: &str| event.details.get(name).cloned().unwrap_or_default();
    let raised = news.iter().filter(|event| event.kind == Kind::Signal);
    raised
        .map(|event| {
            let cause = detail(event, "cause");
            let cause = news.iter().find(|it| it.id == cause).expect("its cause");
            assert_eq!((event.at, &event.actor), (cause.at, &Actor::Server));
            assert_eq!((&event.client_id, &event.grant_id), (&cause.client_id, &cause.grant_id));
            (cause.kind.as_str(), event.details.get("signal").map(String::as_str).unwrap_or_default())
        })
        .collect()
}

#[tokio::test]
async fn a_grant_used_from_a_new_network() {
    let world = World::start().await;
    for app in [&world.apps.web, &world.apps.steady] {
        let mut tokens = world.tokens(app).await;
        let mut log = Reader::of(&world).await;
        for (address, new) in [
            ("198.51.100.200", false),
            ("203.0.113.9", true),
            ("203.0.113.77", false),
            ("2001:db8:1:2::3", true),
            ("198.51.100.7", false),
        ] {
            let answer = world.refresh(app, &tokens.refresh).from(address).send().await;
            tokens = Tokens::of(&answer);
            let news = log.news().await;
            let expected: &[_] = if new { &[("token.refreshed", "new_network")] } else { &[] };
            assert_eq!(signals(&news), expected, "{address}");
        }
    }
}

#[tokio::test]
async fn the_metric_counts_lines_that_hold_identifiers_only() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    let tokens = Tokens::of(&world.exchange(app, &code).send().await);
    world.exchange(app, &code).send().await;
    let log = CapturedLog::begin();
    let mut reader = Reader::of(&world).await;
    let text = log.text();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let raised: Vec<_> = lines.iter().filter(|line| line["event"] == "signal_raised").collect();
    assert_eq!(raised.len(), 1, "{text}");
    assert_eq!(raised[0]["signal"], "code_replayed");
    assert_eq!(raised[0]["tenant"], world.tenants.acme.as_str());
    assert_eq!(raised[0]["client_id"], app.client_id.as_str());
    for secret in [&code.code, &tokens.access, &tokens.refresh] {
        assert!(!text.contains(secret.as_str()));
    }
    assert!(reader.news().await.is_empty());
}
