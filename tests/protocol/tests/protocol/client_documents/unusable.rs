//! Documents that give no client.

use postern_testkit::{Ask, World, assert_error, assert_page, assert_unavailable};
use serde_json::{Value, json};

use super::{URL, app, document, is_taken, open, push, with, world};

#[tokio::test]
async fn d09_a_document_of_another_or_of_nothing_is_refused() {
    for document in [
        with(&json!({ "client_id": "https://tools.test/oauth/other.json" })),
        with(&json!({ "client_id": "https://tools.test/oauth/client.json?" })),
        with(&json!({ "client_id": "HTTPS://tools.test/oauth/client.json" })),
        with(&json!({ "client_id": Value::Null })),
        with(&json!({ "client_id": [URL] })),
        json!([document()]),
        json!("text"),
        json!(null),
    ] {
        assert_refused(&document.to_string()).await;
    }
    assert_refused("").await;
    assert_refused("<html></html>").await;
    assert_refused(&"[".repeat(5_000)).await;
}

#[tokio::test]
async fn t07_a_public_document_holds_no_secret() {
    for changes in [
        json!({ "client_secret": "s" }),
        json!({ "client_secret": Value::Null }),
        json!({ "client_secret_expires_at": 0 }),
        json!({ "token_endpoint_auth_method": "client_secret_basic" }),
        json!({ "token_endpoint_auth_method": "client_secret_post" }),
        json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
        json!({ "token_endpoint_auth_method": "private_key_jwt" }),
    ] {
        assert_refused(&with(&changes).to_string()).await;
    }
}

#[tokio::test]
async fn d04_a_client_that_cannot_be_is_refused() {
    for changes in [
        json!({ "redirect_uris": Value::Null }),
        json!({ "redirect_uris": [] }),
        json!({ "redirect_uris": ["http://app.test/callback"] }),
        json!({ "redirect_uris": ["javascript:alert(1)"] }),
        json!({ "redirect_uris": ["https://app.test/callback#x"] }),
        json!({ "grant_types": ["client_credentials"] }),
        json!({ "client_name": "Bank\u{202e}" }),
        json!({ "client_name": "x".repeat(101) }),
        json!({ "logo_uri": "data:image/svg+xml,<svg/>" }),
        json!({ "software_statement": "e30.e30.e30" }),
        json!({ "subject_type": "pairwise", "sector_identifier_uri": "https://tools.test/sector.json" }),
        // D02: its redirect URI is of another host than its publisher, or nobody's.
        json!({ "subject_type": "pairwise" }),
        json!({ "subject_type": "pairwise", "redirect_uris": ["http://127.0.0.1/cb"] }),
        pairwise_for_a_device(),
    ] {
        assert_refused(&with(&changes).to_string()).await;
    }
}

fn pairwise_for_a_device() -> Value {
    json!({
        "subject_type": "pairwise", "redirect_uris": ["https://tools.test/cb"],
        "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
    })
}

#[tokio::test]
async fn d02_a_document_is_pairwise_for_its_own_host() {
    let world = World::start().await;
    let callback = "https://tools.test/cb";
    world.web.publish(URL, &with(&json!({ "subject_type": "pairwise", "redirect_uris": [callback] })));
    let ask = Ask::of(&app()).with("redirect_uri", callback);
    assert!(is_taken(&world.get(&ask.path()).send().await));
}

/// Refused at both doors, remembered at none: what is mended works at once.
async fn assert_refused(text: &str) {
    let world = World::start().await;
    world.web.publish(URL, text);
    let page = open(&world).await;
    assert_page(&page, 400);
    assert!(page.text().contains("metadata document"), "{text}: {}", page.text());
    assert_error(&push(&world).await, 401, "invalid_client");
    assert!(!world.dump().await.contains(URL), "{text}");
    world.web.publish(URL, &document());
    assert!(is_taken(&open(&world).await));
}

#[tokio::test]
async fn d09_what_cannot_be_read_is_temporary_and_not_remembered() {
    let world = World::start().await;
    for _ in 0..2 {
        let page = open(&world).await;
        assert_page(&page, 503);
        assert!(page.header("retry-after").is_some() && page.text().contains("temporarily_unavailable"));
        assert_unavailable(&push(&world).await);
    }
    assert!(!world.dump().await.contains(URL));
    world.web.publish(URL, &document());
    assert!(is_taken(&open(&world).await));
}

#[tokio::test]
async fn d10_a_document_of_more_than_five_kilobytes_is_not_read() {
    let world = World::start().await;
    world.web.publish(URL, &with(&json!({ "padding": "x".repeat(5 * 1024) })));
    assert_page(&open(&world).await, 503);
    assert!(!world.dump().await.contains(URL));
}

/// D01: whoever makes us fetch is bounded, and nobody else is.
#[tokio::test]
async fn d01_fetches_are_bounded_for_each_address() {
    let world = world().await;
    let from = |number: usize, address: &'static str| {
        let ask = Ask::of(&app()).with("client_id", &format!("https://tools.test/{number}.json"));
        world.get(&ask.path()).from(address).send()
    };
    let mut statuses = Vec::new();
    for number in 0..34 {
        statuses.push(from(number, "198.51.100.9").await.status());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 503).count(), 30, "{statuses:?}");
    let limited = from(99, "198.51.100.9").await;
    assert_page(&limited, 429);
    assert!(limited.header("retry-after").is_some());
    assert_page(&from(99, "198.51.100.10").await, 503);
    // What is kept and fresh costs nothing.
    assert!(is_taken(&world.get(&Ask::of(&app()).path()).from("198.51.100.10").send().await));
    assert!(is_taken(&world.get(&Ask::of(&app()).path()).from("198.51.100.9").send().await));
    world.clock.advance(60);
    assert_page(&from(99, "198.51.100.9").await, 503);
}
