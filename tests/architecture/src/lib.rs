//! Reads the repository as data (manifests, `template.yaml`, sources), so that the tests beside it can hold it to
//! its own rules. Every checker is a function from data to a list of faults, and has a test that it finds some.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name answers null and never panics")]

pub mod api;
pub mod environment;
pub mod manifests;
pub mod permissions;
pub mod ports;
pub mod quotas;
pub mod routes;
pub mod sources;
pub mod targets;
pub mod template;

use std::path::{Path, PathBuf};

/// What the readers answer when the repository is not as they know it; the text names the place.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap_or_default()
}
