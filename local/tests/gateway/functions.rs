//! Instances: cold and warm, parallel, timed out, crashed, killed.

use std::time::Duration;

use super::stack::{get, start};
use postern_local::Stack;

fn logged(stack: &Stack, part: &str) -> usize {
    stack.logs().iter().filter(|line| line.text.contains(part)).count()
}

#[tokio::test]
async fn one_after_the_other_share_an_instance_and_parallel_ones_do_not() {
    let stack = start().await;
    let url = format!("{}/open/x", stack.base_url());
    for _ in 0..3 {
        assert_eq!(get(&url, &[]).await.status, 200);
    }
    assert_eq!((logged(&stack, "cold"), logged(&stack, "warm")), (1, 2));
    let sleep = [("x-do", "sleep")];
    let replies = tokio::join!(get(&url, &sleep), get(&url, &sleep), get(&url, &sleep));
    assert_eq!((replies.0.status, replies.1.status, replies.2.status), (200, 200, 200));
    assert_eq!((logged(&stack, "cold"), logged(&stack, "warm")), (3, 3));
}

#[tokio::test]
async fn the_templates_timeout_ends_an_instance() {
    let stack = start().await;
    let hang = [("x-do", "hang")];
    let (http, rest) = (format!("{}/slow", stack.base_url()), format!("{}/slow", stack.rest_url().unwrap()));
    let (http, rest) = tokio::join!(get(&http, &hang), get(&rest, &hang));
    assert_eq!((http.status, rest.status), (500, 502));
    assert_eq!(logged(&stack, "timed out"), 2);
    assert_eq!(get(&format!("{}/slow", stack.base_url()), &[]).await.status, 200);
    assert_eq!(logged(&stack, "cold"), 3, "a killed instance is not used again");
}

#[tokio::test]
async fn an_instance_killed_before_its_answer_has_done_its_work() {
    let stack = start().await;
    let url = format!("{}/open/x", stack.base_url());
    assert!(stack.kill_next("Echo"));
    assert_eq!(get(&url, &[("x-do", "print")]).await.status, 500);
    assert_eq!(logged(&stack, "canary on standard output"), 1);
    assert_eq!(get(&url, &[]).await.status, 200, "only the next one is killed");
    assert!(!stack.kill_next("Nobody"));
}

#[tokio::test]
async fn killing_all_fails_who_is_being_served() {
    let stack = start().await;
    let url = format!("{}/open/x", stack.base_url());
    assert_eq!(get(&url, &[]).await.status, 200);
    let served = tokio::spawn({
        let url = url.clone();
        async move { get(&url, &[("x-do", "sleep")]).await.status }
    });
    while logged(&stack, "going to sleep") == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(stack.kill_all("Echo"));
    assert_eq!(served.await.unwrap(), 500);
    assert_eq!(get(&url, &[]).await.status, 200);
}

#[tokio::test]
async fn what_functions_print_can_be_searched() {
    let stack = start().await;
    assert_eq!(get(&format!("{}/open/x", stack.base_url()), &[("x-do", "print")]).await.status, 204);
    assert_eq!(
        (logged(&stack, "canary on standard output"), logged(&stack, "canary on standard error")),
        (1, 1)
    );
    assert!(stack.logs().iter().any(|line| line.source == "echo_function"));
}

#[tokio::test]
async fn a_function_can_be_invoked_without_a_gateway() {
    let stack = start().await;
    let answer =
        stack.invoke("Authorizer", r#"{"type":"TOKEN","authorizationToken":"allow"}"#).await.unwrap();
    assert!(String::from_utf8_lossy(&answer).contains("principalId"));
    assert!(stack.invoke("Nobody", "{}").await.is_err());
}
