//! Release binaries, each built by itself: Cargo unifies features across one build, so building two together would
//! measure neither as it is deployed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::Failure;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Builds one function and gives its binary.
pub(crate) fn function(name: &str) -> Result<PathBuf, Failure> {
    build(name, &["--package", name])
}

/// Builds the hello-world function, without anything that only the bench needs.
pub(crate) fn hello() -> Result<PathBuf, Failure> {
    build("hello", &["--package", "postern-bench", "--no-default-features", "--bin", "hello"])
}

/// The names of all functions, in order.
pub(crate) fn functions() -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for folder in fs::read_dir(Path::new(WORKSPACE).join("functions"))? {
        names.push(folder?.file_name().into_string().map_err(|_| "a function whose name is not text")?);
    }
    names.sort();
    Ok(names)
}

fn build(binary: &str, what: &[&str]) -> Result<PathBuf, Failure> {
    eprintln!("building {binary}");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "--quiet"]).args(what).current_dir(WORKSPACE);
    if !cargo.status()?.success() {
        return Err(format!("{binary} does not build").into());
    }
    // The bench itself is built into the same folder.
    Ok(env::current_exe()?.with_file_name(binary))
}
