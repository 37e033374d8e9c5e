//! Stops in the middle of things, and where the next run goes on.

use std::path::Path;

use postern_local::{Stack, StackOptions};
use tempfile::TempDir;

use super::stack::{batches, done, invocations, keys, options, put, until};

async fn start(folder: &Path, parameters: &[(&str, &str)]) -> Stack {
    let mut options: StackOptions = options(parameters);
    options.engines.data_dir = Some(folder.to_path_buf());
    Stack::start(options).await.unwrap()
}

/// Stops a stack, in the middle of keeping its place as likely as not, and sees that nobody writes any more.
fn gone(stack: Stack, folder: TempDir) {
    drop(stack);
    let path = folder.path().to_owned();
    folder.close().unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn a_stop_while_retrying_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let failing = start(folder.path(), &[("Mood", "down")]).await;
    put(&failing, &[("a", "none"), ("b", "none")]).await;
    put(&failing, &[("c", "none")]).await;
    until(|| invocations(&failing).len() >= 2).await;
    let engines = failing.engines().clone();
    drop(failing);
    drop(engines);

    let healthy = start(folder.path(), &[]).await;
    until(|| done(&healthy).len() >= 3).await;
    assert_eq!(keys(&done(&healthy)).join(""), "abc");
    gone(healthy, folder);
}

#[tokio::test]
async fn the_next_run_goes_on_behind_what_was_dealt_with() {
    let folder = tempfile::tempdir().unwrap();
    let first = start(folder.path(), &[]).await;
    put(&first, &[("a", "none"), ("b", "report 99")]).await;
    until(|| invocations(&first).len() >= 2).await;
    drop(first);

    let second = start(folder.path(), &[]).await;
    until(|| !batches(&second).is_empty()).await;
    assert_eq!(batches(&second)[0], "b");
    gone(second, folder);
}

#[tokio::test]
async fn latest_begins_with_what_comes_after_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut endpoints: StackOptions = options(&[]);
    endpoints.engines.data_dir = Some(folder.path().to_owned());
    let endpoints = Stack::start(StackOptions { functions_dir: None, ..endpoints }).await.unwrap();
    assert!(endpoints.logs().iter().any(|line| line.text.contains("something else runs the functions")));
    put(&endpoints, &[("a", "none")]).await;
    drop(endpoints);

    let stack = start(folder.path(), &[("Start", "LATEST")]).await;
    put(&stack, &[("b", "none")]).await;
    until(|| !done(&stack).is_empty()).await;
    assert_eq!(keys(&done(&stack)).join(""), "b");
    gone(stack, folder);
}
