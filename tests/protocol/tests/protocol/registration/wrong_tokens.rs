//! Wrong registration access tokens (D07): counted as wrong secrets are.

use postern_core::audit::Kind;
use postern_core::http::Method;
use postern_testkit::{World, assert_error};
use serde_json::json;

use super::{PATH, Registered};

const METHODS: [Method; 3] = [Method::GET, Method::PUT, Method::DELETE];

#[tokio::test]
async fn d07_guesses_count_against_their_address() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    let process = world.instance();
    let guess = async |number: usize, path: &str| {
        let method = METHODS[number % METHODS.len()].clone();
        process.request(method, path).from("192.0.2.77").bearer("psta_wrong").send().await
    };
    for number in 0..20 {
        // Of a client that is there and of one that is not: nobody can tell.
        let path = if number % 2 == 0 { client.path() } else { format!("{PATH}/nobody") };
        assert_error(&guess(number, &path).await, 401, "invalid_token");
    }
    for number in 0..3 {
        let answer = guess(number, &client.path()).await;
        assert_error(&answer, 429, "rate_limited");
        assert!(answer.header("retry-after").is_some());
    }
    // The right token is read from anywhere, and other addresses are not concerned.
    let own = client.manage(&process, Method::GET).from("192.0.2.77").send().await;
    assert_eq!(own.status(), 200);
    let elsewhere = process.get(&client.path()).from("203.0.113.7").bearer("psta_wrong").send().await;
    assert_error(&elsewhere, 401, "invalid_token");
}

#[tokio::test]
async fn d07_s15_guesses_in_the_name_of_a_client_are_a_burst() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    let process = world.instance();
    for number in 0..300_usize {
        let (method, from) =
            (METHODS[number % 3].clone(), format!("198.51.{}.{}", number / 250, number % 250));
        let draft = process.request(method, &client.path()).from(&from).bearer("psta_wrong");
        assert_error(&draft.send().await, 401, "invalid_token");
    }
    let events = world.events(None).await;
    let signals: Vec<_> = events.iter().filter(|it| it.kind == Kind::Signal).collect();
    let [signal] = signals.as_slice() else { panic!("one signal: {signals:#?}") };
    assert_eq!(signal.client_id, Some(client.app.client_id.clone()));
    assert_eq!((signal.details["signal"].as_str(), signal.details["of"].as_str()), ("error_burst", "tokens"));
}
