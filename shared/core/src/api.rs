//! An API: a resource server with its vocabulary and its routes (RFC 8707, R20, R21).

mod apis;
mod catalogue;
mod narrow;
mod need;
pub(crate) mod openid;
mod resource;
mod routes;
mod step_up;

pub use apis::{Apis, Asked, Found, Target};
pub use catalogue::{Catalogue, Entry};
pub use need::Need;
pub use openid::is_of_openid;
pub(crate) use resource::{Resource, same_resource};
pub use routes::{Route, Routes};
pub use step_up::{SignIn, StepUp};

use serde::{Deserialize, Serialize};

/// An API as the table holds it: compiled from its OpenAPI document when that was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Api {
    /// The URI that names it: the `aud` of its tokens, the `resource` of requests for them (RFC 8707 section 2).
    pub audience: String,
    /// Further URIs by which requests may name it; its tokens carry the audience all the same.
    #[serde(default)]
    pub resources: Vec<String>,
    /// The name that people see.
    pub name: String,
    /// The hosts, with a port where it is not the default one, at which it is called; empty where any will do.
    pub domains: Vec<String>,
    /// Its scopes.
    pub catalogue: Catalogue,
    /// Its routes.
    pub routes: Routes,
}

impl Api {
    /// Whether it is called at this host.
    pub fn answers_at(&self, host: &str) -> bool {
        self.domains.is_empty() || self.domains.iter().any(|domain| domain.eq_ignore_ascii_case(host))
    }
}
