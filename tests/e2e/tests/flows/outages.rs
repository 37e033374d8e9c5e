//! Faults at AWS and in the platform: what was committed stays true, and nobody is told "invalid" who may try again.

use postern_e2e::{Answer, App, Deployment, Outcome, Tokens};
use postern_local::{Fault, FaultKind, Moment, Service};
use reqwest::Method;
use serde_json::json;

const SCOPE: &str = "openid contact.read";

async fn code(it: &Deployment, app: &App) -> Outcome<(String, String)> {
    let (code, authorization) = app.code(&mut it.visitor(), &it.demo.users[0], SCOPE).await?;
    Ok((code, authorization.pkce.verifier))
}

/// One process of the token function that has its keys and its connections.
async fn warm(it: &Deployment) -> Outcome {
    Tokens::of(&it.service().client_credentials("contact.read").await?).map(drop)
}

fn inject(it: &Deployment, fault: (Service, &str), moment: Moment, kind: FaultKind, times: u32) {
    let (service, operation) = fault;
    let fault = Fault { service, operation: operation.to_owned(), skip: 0, times, moment, kind };
    it.stack.engines().faults().inject(fault);
}

fn assert_try_again(answer: &Answer) {
    assert_eq!(answer.verdict(), (503, "temporarily_unavailable".into()), "{}", answer.body);
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
}

#[tokio::test]
async fn a_code_whose_answer_died_is_spent_and_its_second_use_ends_the_grant() {
    let it = Deployment::start().await.unwrap();
    let web = it.web();
    let (code, verifier) = code(&it, &web).await.unwrap();
    assert!(it.stack.kill_next("token"));
    let lost = web.redeem(&code, &verifier).await.unwrap();
    assert!(lost.status >= 500, "{}", lost.status);
    for _ in 0..2 {
        let again = web.redeem(&code, &verifier).await.unwrap();
        assert_eq!(again.verdict(), (400, "invalid_grant".into()));
    }
}

#[tokio::test]
async fn a_rotation_whose_answer_died_is_answered_with_the_same_bytes() {
    let it = Deployment::start().await.unwrap();
    let spa = it.spa();
    let tokens = spa.sign_in(&mut it.visitor(), &it.demo.users[0], SCOPE).await.unwrap();
    assert!(it.stack.kill_next("token"));
    assert!(spa.refresh(&tokens.refresh).await.unwrap().status >= 500);
    let retry = spa.refresh(&tokens.refresh).await.unwrap();
    let further = spa.refresh(&tokens.refresh).await.unwrap();
    assert_eq!((retry.status, &retry.body), (200, &further.body));
    let next = spa.refresh(&retry.text("refresh_token")).await.unwrap();
    assert_eq!(next.status, 200, "{}", next.body);
}

/// C3, DB04: the SDK repeats a write whose answer was lost; the condition then fails on the request's own success.
#[tokio::test]
async fn a_lost_acknowledgement_is_not_taken_for_a_replay() {
    let it = Deployment::start().await.unwrap();
    let spa = it.spa();
    for kind in [FaultKind::DropConnection, FaultKind::InternalError] {
        let (code, verifier) = code(&it, &spa).await.unwrap();
        warm(&it).await.unwrap();
        inject(&it, (Service::DynamoDb, "UpdateItem"), Moment::AfterEffect, kind, 1);
        let writes = it.stack.engines().faults().count(Service::DynamoDb, "UpdateItem");
        let tokens = Tokens::of(&spa.redeem(&code, &verifier).await.unwrap()).unwrap();
        assert_eq!(
            it.stack.engines().faults().count(Service::DynamoDb, "UpdateItem"),
            writes + 2,
            "one resend"
        );

        inject(&it, (Service::DynamoDb, "UpdateItem"), Moment::AfterEffect, kind, 1);
        let rotated = Tokens::of(&spa.refresh(&tokens.refresh).await.unwrap()).unwrap();
        let head = spa.refresh(&rotated.refresh).await.unwrap();
        assert_eq!(head.status, 200, "the answer carried the live token: {}", head.body);
    }
}

#[tokio::test]
async fn a_code_survives_kms_faults() {
    let it = Deployment::start().await.unwrap();
    let spa = it.spa();
    for kind in [FaultKind::Throttle, FaultKind::InternalError, FaultKind::DropConnection] {
        let (code, verifier) = code(&it, &spa).await.unwrap();
        warm(&it).await.unwrap();
        inject(&it, (Service::Kms, "Sign"), Moment::BeforeEffect, kind, 20);
        assert_try_again(&spa.redeem(&code, &verifier).await.unwrap());
        it.stack.engines().faults().clear();
        let answer = spa.redeem(&code, &verifier).await.unwrap();
        assert_eq!(answer.status, 200, "{kind:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_code_and_a_refresh_token_survive_dynamodb_faults() {
    let it = Deployment::start().await.unwrap();
    let spa = it.spa();
    let (code, verifier) = code(&it, &spa).await.unwrap();
    warm(&it).await.unwrap();
    inject(&it, (Service::DynamoDb, "UpdateItem"), Moment::BeforeEffect, FaultKind::Throttle, 20);
    assert_try_again(&spa.redeem(&code, &verifier).await.unwrap());
    it.stack.engines().faults().clear();
    let tokens = Tokens::of(&spa.redeem(&code, &verifier).await.unwrap()).unwrap();
    for operation in ["BatchGetItem", "UpdateItem"] {
        inject(&it, (Service::DynamoDb, operation), Moment::BeforeEffect, FaultKind::InternalError, 20);
        assert_try_again(&spa.refresh(&tokens.refresh).await.unwrap());
        it.stack.engines().faults().clear();
    }
    assert_eq!(spa.refresh(&tokens.refresh).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_disabled_key_is_an_outage_until_it_is_enabled() {
    let it = Deployment::start().await.unwrap();
    let spa = it.spa();
    let tokens = spa.sign_in(&mut it.visitor(), &it.demo.users[0], SCOPE).await.unwrap();
    let key = it.stack.outputs()["SigningKeyArn"].clone();
    administer(&it, "DisableKey", &key).await.unwrap();
    let answer = spa.refresh(&tokens.refresh).await.unwrap();
    assert_eq!(answer.status, 503, "{}", answer.body);
    administer(&it, "EnableKey", &key).await.unwrap();
    assert_eq!(spa.refresh(&tokens.refresh).await.unwrap().status, 200);
}

async fn administer(it: &Deployment, operation: &str, key: &str) -> Outcome {
    let request = it.http.request(Method::POST, it.stack.engines().kms_url());
    let request = request.header("x-amz-target", format!("TrentService.{operation}"));
    let request = request.header("content-type", "application/x-amz-json-1.1");
    let answer = Answer::of(request.body(json!({ "KeyId": key }).to_string())).await?;
    if answer.status == 200 { Ok(()) } else { Err(answer.body.into()) }
}

/// An authorizer that cannot read is a fault of ours, never a verdict about the token.
#[tokio::test]
async fn the_authorizer_never_turns_an_outage_into_a_refusal() {
    let it = Deployment::start_with(|options| {
        options.parameters.insert("RevocationSeconds".into(), "0".into());
    })
    .await
    .unwrap();
    let token = it.service().client_credentials("contact.read").await.unwrap().text("access_token");
    inject(&it, (Service::DynamoDb, "BatchGetItem"), Moment::BeforeEffect, FaultKind::InternalError, 20);
    let rest = it.http.get(&format!("{}/me", it.demo.api_rest), Some(&token)).await.unwrap();
    assert_eq!((rest.status, rest.header("retry-after").as_str()), (503, "5"), "{}", rest.body);
    let http = it.http.get(&format!("{}/me", it.demo.api), Some(&token)).await.unwrap();
    assert!(http.status >= 500, "{}", http.status);
    it.stack.engines().faults().clear();
    assert_eq!(it.http.get(&format!("{}/me", it.demo.api_rest), Some(&token)).await.unwrap().status, 200);
}
