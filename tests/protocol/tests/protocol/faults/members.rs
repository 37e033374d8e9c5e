//! Faults while members manage their tokens.

use postern_testkit::{MadePat, World};
use serde_json::json;

use super::at_every_call;

const READ: &str = "GET /v1/contacts";

#[tokio::test]
async fn db04_db05_the_making_of_a_token() {
    at_every_call(
        async |world| {
            let (token, process) = (world.account_token(&world.people.olivia).await, world.instance());
            // The authorizer before the function is warm: what fails is the function.
            assert_eq!(process.get("/account/v1/tokens").bearer(&token).send().await.status(), 200);
            (token, process)
        },
        async |_, (token, process)| {
            let wanted = json!({ "name": "Test", "scopes": ["contact.read"] });
            process.make_pat(token, &wanted).send().await
        },
        async |world, _, outcome| {
            assert!(outcome.first.status() == 201 || outcome.first_failed(), "{}", outcome.cell);
            for answer in [&outcome.first, &outcome.second].into_iter().filter(|it| it.status() == 201) {
                let made = MadePat::of(answer).token;
                assert_eq!(world.gate(0).call(READ, &made).await.name(), "allowed", "{}", outcome.cell);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn v03_t19_the_revocation_of_a_token_by_its_bearer() {
    at_every_call(
        async |world| world.pat(&world.people.olivia, &["contact.read"]).await,
        async |world, pat| world.instance().revoke_pat(&pat.token).send().await,
        async |world, pat, outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(world.gate(0).call(READ, &pat.token).await.name(), "unauthorized", "{}", outcome.cell);
            assert_eq!(events_of(world, &pat.id).await, 1, "{}", outcome.cell);
        },
    )
    .await;
}

/// How many revocations the table tells of for this token.
async fn events_of(world: &World, id: &str) -> usize {
    let dump = world.dump().await;
    dump.lines().filter(|line| line.contains("pat.revoked") && line.contains(id)).count()
}
