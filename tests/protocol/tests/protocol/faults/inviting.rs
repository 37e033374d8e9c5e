//! Faults while somebody is invited, and answers.

use postern_testkit::{Form, Reply, World};
use serde_json::json;

use super::at_every_call;

/// Gloria outside Acme, after whatever the test before has made of her.
async fn outside(world: &World) -> String {
    let admin = world.admin_token(&world.apps.operator).await;
    let (acme, gloria) = (&world.tenants.acme, &world.people.gloria);
    let path = format!("/admin/v1/tenants/{acme}/members/{}", gloria.user_id);
    world.request("DELETE".parse().unwrap(), &path).bearer(&admin).send().await;
    world.clock.advance(2);
    admin
}

/// How many acceptances the table tells of for this invitation.
async fn told(world: &World, invitation: &str) -> usize {
    let dump = world.dump().await;
    dump.lines().filter(|line| line.contains("member.added") && line.contains(invitation)).count()
}

#[tokio::test]
async fn db04_db05_an_invitation() {
    at_every_call(
        async |world| {
            let (token, process) = (world.admin_token(&world.apps.operator).await, world.instance());
            assert_eq!(process.get("/admin/v1/tenants").bearer(&token).send().await.status(), 200);
            (token, process)
        },
        async |world, (token, process)| {
            let body = json!({ "email": "ada@anywhere.test", "role": "reader" });
            process.invite(token, &world.tenants.acme, &body).send().await
        },
        async |_, _, outcome| {
            assert!(outcome.first.status() == 202 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(outcome.second.status(), 202, "{}", outcome.cell);
        },
    )
    .await;
}

#[tokio::test]
async fn db04_db05_an_acceptance() {
    at_every_call(
        async |world| {
            outside(world).await;
            let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
            let invitation = world.invited(gloria, acme, "reader").await.member("id");
            let (token, process) = (world.account_token(gloria).await, world.instance());
            assert_eq!(process.invitations(&token).send().await.status(), 200);
            (token, process, invitation)
        },
        async |world, (token, process, _)| {
            process.answer_invitation(token, &world.tenants.acme, Reply::Accept("reader")).send().await
        },
        async |world, (_, _, invitation), outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(outcome.second.status(), 200, "{}", outcome.cell);
            assert_eq!(told(world, invitation).await, 1, "{}", outcome.cell);
        },
    )
    .await;
}

#[tokio::test]
async fn db04_db05_an_acceptance_on_the_page() {
    at_every_call(
        async |world| {
            outside(world).await;
            let (gloria, acme) = (&world.people.gloria, &world.tenants.acme);
            let invitation = world.invited(gloria, acme, "reader").await.member("id");
            let mut browser = world.signed_in(gloria).await;
            let page = browser.visit("/oauth2/invitations").await;
            let form = Form::read(page.text()).unwrap().fill("decision", "accept");
            (browser, form, invitation)
        },
        async |world, (browser, form, _)| {
            let mut cold = world.instance().browser();
            cold.jar = browser.jar.clone();
            let draft = cold.post(form);
            cold.send(draft).await
        },
        async |world, (_, _, invitation), outcome| {
            assert!(outcome.first.status() == 303 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(outcome.second.status(), 303, "{}", outcome.cell);
            assert_eq!(told(world, invitation).await, 1, "{}", outcome.cell);
        },
    )
    .await;
}
