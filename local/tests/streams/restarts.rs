//! Stops in the middle of things, and where the next run goes on.

use std::path::{Path, PathBuf};

use postern_local::{Stack, StackOptions};

use super::stack::{batches, done, invocations, keys, options, put, until};

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("postern-local-streams-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn start(folder: &Path, parameters: &[(&str, &str)]) -> Stack {
    let mut options: StackOptions = options(parameters);
    options.engines.data_dir = Some(folder.to_path_buf());
    Stack::start(options).await.unwrap()
}

#[tokio::test]
async fn a_stop_while_retrying_loses_nothing() {
    let folder = scratch("retrying");
    let failing = start(&folder, &[("Mood", "down")]).await;
    put(&failing, &[("a", "none"), ("b", "none")]).await;
    put(&failing, &[("c", "none")]).await;
    until(|| invocations(&failing).len() >= 2).await;
    let engines = failing.engines().clone();
    drop(failing);
    drop(engines);

    let healthy = start(&folder, &[]).await;
    until(|| done(&healthy).len() >= 3).await;
    assert_eq!(keys(&done(&healthy)).join(""), "abc");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn the_next_run_goes_on_behind_what_was_dealt_with() {
    let folder = scratch("place");
    let first = start(&folder, &[]).await;
    put(&first, &[("a", "none"), ("b", "report 99")]).await;
    until(|| invocations(&first).len() >= 2).await;
    drop(first);

    let second = start(&folder, &[]).await;
    until(|| !batches(&second).is_empty()).await;
    assert_eq!(batches(&second)[0], "b");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn latest_begins_with_what_comes_after_the_start() {
    let folder = scratch("latest");
    let mut endpoints: StackOptions = options(&[]);
    endpoints.engines.data_dir = Some(folder.clone());
    let endpoints = Stack::start(StackOptions { functions_dir: None, ..endpoints }).await.unwrap();
    assert!(endpoints.logs().iter().any(|line| line.text.contains("something else runs the functions")));
    put(&endpoints, &[("a", "none")]).await;
    drop(endpoints);

    let stack = start(&folder, &[("Start", "LATEST")]).await;
    put(&stack, &[("b", "none")]).await;
    until(|| !done(&stack).is_empty()).await;
    assert_eq!(keys(&done(&stack)).join(""), "b");
    std::fs::remove_dir_all(folder).unwrap();
}
