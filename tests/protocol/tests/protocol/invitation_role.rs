//! Whoever accepts an invitation over the account API names the role that they were shown.

use postern_testkit::{Reply, World, assert_error};
use serde_json::json;

/// As the page does: an administrator may have renewed the invitation in another role since it was shown.
#[tokio::test]
async fn s03_nobody_joins_in_another_role_than_they_were_shown() {
    let world = World::start().await;
    let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
    world.invited(gloria, acme, "reader").await;
    let token = world.account_token(gloria).await;
    world.invited(gloria, acme, "owner").await;
    let before = world.dump().await;
    let stale = world.answer_invitation(&token, acme, Reply::Accept("reader")).send().await;
    assert_error(&stale, 409, "conflict");
    let path = format!("/account/v1/invitations/{acme}/accept");
    for (body, field) in
        [(json!({}), "role"), (json!({ "role": 7 }), "role"), (json!({ "role": "owner", "x": 1 }), "x")]
    {
        let answer = world.post(&path).bearer(&token).json(&body).send().await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), field);
    }
    assert_error(&world.post(&path).bearer(&token).send().await, 415, "invalid_request");
    assert_eq!(world.dump().await, before);
    let accepted = world.answer_invitation(&token, acme, Reply::Accept("owner")).send().await;
    assert_eq!(accepted.member("role"), "owner");
}
