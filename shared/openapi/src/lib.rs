//! Compiles an OpenAPI document into the [`Api`] by which the authorizer decides (R9, R20), and annotates it for the
//! API reference (R21).
//!
//! What is read: `info.title`, the hosts of `servers`, the OAuth scopes of `components.securitySchemes`, `paths` with
//! the `security` of each operation, and the extension `x-postern` at the root:
//!
//! ```yaml
//! x-postern:
//!   audience: https://api.example.com     # required: the `aud` of the API's tokens
//!   domains: [api.example.com]            # where it is called; the hosts of absolute `servers` if left out
//!   implies:
//!     contact.all: [contact.read, contact.write, contact.delete]
//!   limits:                               # for one caller and one tenant, by the scope that a route needs
//!     contact.write: {per_minute: 60, burst: 10}
//!   resources: [https://gw.example.com/v1] # further URIs by which requests may name the API
//!   max_age: 3600                         # at most so many seconds since the user signed in (RFC 9470) ...
//!   acr_values: [urn:example:mfa]         # ... and by one of these classes of authentication
//! ```
//!
//! The last two may also stand in an `x-postern` of an operation, for that operation.
//!
//! Whatever decides who may do what is read strictly and refused with line and column; the rest is ignored. Paths are
//! those that API Gateway knows: a base path in `servers` is not put before them.

mod audience;
mod compile;
mod conflict;
mod domain;
mod escape;
mod extension;
mod limits;
mod node;
mod operation;
mod parse;
mod path;
mod pointer;
mod problem;
mod reference;
mod resources;
mod scheme;
mod security;
mod step_up;
mod version;
mod words;

use postern_core::api::Api;

pub use problem::{Problem, Problems};

/// What a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The API, ready for the table.
    pub api: Api,
    /// How many operations it has.
    pub operations: usize,
}

/// Reads an OpenAPI document, version 3.0 or 3.1, YAML or JSON, of at most 4 MiB. [`Problems`] names all that is wrong
/// with it.
pub fn load(document: &str) -> Result<Loaded, Problems> {
    loaded(document, None)
}

/// As [`load`], for the API whose audience is `audience`, whatever the document says. [`Problems`] also when that is
/// not an audience.
pub fn load_for(document: &str, audience: &str) -> Result<Loaded, Problems> {
    loaded(document, Some(audience))
}

fn loaded(document: &str, audience: Option<&str>) -> Result<Loaded, Problems> {
    let text = escape::paired(document);
    let compiled = compile::compile(&parse::parse(&text)?, audience)?;
    Ok(Loaded { operations: compiled.api.routes.iter().count(), api: compiled.api })
}

/// The same document as JSON for the API reference (R21): each operation has `x-required-scopes`, an array of
/// alternatives, each an array of scopes, and says the same in a sentence at the end of its `description`. [`Problems`]
/// as [`load`].
pub fn reference(document: &str) -> Result<serde_json::Value, Problems> {
    referred(document, None)
}

/// As [`reference`], of a document that was loaded by [`load_for`].
pub fn reference_for(document: &str, audience: &str) -> Result<serde_json::Value, Problems> {
    referred(document, Some(audience))
}

fn referred(document: &str, audience: Option<&str>) -> Result<serde_json::Value, Problems> {
    let text = escape::paired(document);
    let root = parse::parse(&text)?;
    let compiled = compile::compile(&root, audience)?;
    Ok(reference::annotated(&root, &compiled.needs))
}

/// Line and column of each of these operations, told by method and path, in a document that loads: of its method, or of its
/// path where that stands elsewhere. `None` where it has no such operation.
pub fn places(document: &str, operations: &[(&str, &str)]) -> Vec<Option<(usize, usize)>> {
    let text = escape::paired(document);
    let root = parse::parse(&text).ok();
    let paths = root.as_ref().and_then(|root| root.get("paths"));
    let place = |(method, path): &(&str, &str)| {
        let item = paths?.member(path)?;
        let found = item.value.member(&method.to_lowercase()).unwrap_or(item);
        Some((found.at.line, found.at.column))
    };
    operations.iter().map(place).collect()
}
