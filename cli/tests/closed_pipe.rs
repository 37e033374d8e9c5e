//! What becomes of output that nobody reads.
#![cfg(test)]

use std::process::{Command, Output, Stdio};

/// Runs `postern` with nobody at the other end of its standard output.
fn unread(arguments: &[&str]) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut postern = Command::new(env!("CARGO_BIN_EXE_postern"));
    postern.args(arguments).env_clear().stdout(writer).stderr(Stdio::piped()).output().unwrap()
}

#[test]
fn whoever_reads_no_further_has_what_they_want() {
    let done = unread(&["completions", "bash"]);
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(0), ""));
}
