//! What a platform does for a customer, as the customer sees it (R10, R12).

mod counts;
mod events;
mod readers;

use postern_testkit::{Answer, App, World};

const READ: &str = "GET /v1/contacts";
const DELETE: &str = "DELETE /v1/contacts/{id}";

/// What the bearer of `token` is told of a platform; `query` begins with `?` or is empty.
async fn activity(world: &World, token: &str, (platform, query): (&App, &str)) -> Answer {
    let path = format!("/account/v1/connections/{}/activity{query}", platform.client_id);
    world.get(&path).bearer(token).send().await
}
