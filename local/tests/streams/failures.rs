//! Functions that fail: nothing is lost, nothing overtakes.

use super::stack::{batches, done, keys, put, start, until};

#[tokio::test]
async fn a_failed_batch_comes_again_until_it_succeeds() {
    let stack = start(&[]).await;
    put(&stack, &[("a", "none"), ("b", "fail 2"), ("c", "none")]).await;
    put(&stack, &[("d", "none")]).await;
    until(|| done(&stack).len() >= 4).await;
    assert_eq!(keys(&done(&stack)).join(""), "abcd");
    let first = batches(&stack)[0].clone();
    assert!(batches(&stack).iter().take(3).all(|batch| *batch == first), "{:?}", batches(&stack));
    assert!(
        stack.logs().iter().any(|line| line.source == "streams" && line.text.contains("again in 200 ms"))
    );
}

#[tokio::test]
async fn a_partial_failure_comes_again_from_that_record_on() {
    let stack = start(&[]).await;
    put(&stack, &[("a", "none"), ("b", "report 2"), ("c", "report 1"), ("d", "none")]).await;
    until(|| done(&stack).len() >= 4).await;
    assert_eq!(batches(&stack), ["abcd", "bcd", "bcd", "cd"]);
    assert_eq!(keys(&done(&stack)).join(""), "abcd");
}

#[tokio::test]
async fn what_exhausts_its_attempts_is_given_up_and_said() {
    let stack = start(&[("Retries", "1")]).await;
    put(&stack, &[("a", "none"), ("b", "report 99"), ("c", "none")]).await;
    until(|| stack.logs().iter().any(|line| line.text.contains("given up"))).await;
    put(&stack, &[("d", "none")]).await;
    until(|| keys(&done(&stack)).contains(&"d".to_owned())).await;
    assert_eq!(batches(&stack), ["abc", "bc", "d"]);
}

#[tokio::test]
async fn bisecting_gives_up_only_what_fails() {
    let stack = start(&[("Retries", "0"), ("Bisect", "true")]).await;
    put(&stack, &[("a", "none"), ("b", "none"), ("c", "fail 99"), ("d", "none")]).await;
    until(|| keys(&done(&stack)).contains(&"d".to_owned())).await;
    assert_eq!(batches(&stack), ["abcd", "ab", "cd", "c", "d"]);
    assert_eq!(keys(&done(&stack)).join(""), "abd");
}

#[tokio::test]
async fn an_answer_that_is_lost_means_delivery_again() {
    let stack = start(&[]).await;
    assert!(stack.kill_next("Consumer"));
    put(&stack, &[("a", "none"), ("b", "none")]).await;
    until(|| done(&stack).len() == 4).await;
    assert_eq!(batches(&stack), ["ab", "ab"]);
}
